/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The three nouns that module and worker share: the request (what to do, at
 * which provider, as which client), the challenge (what the person needs to
 * see) and the identity (who approved). No token, device code or key is in the
 * last two: facts cross, secrets stay.
 */
#ifndef PO_TYPES_H
#define PO_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "po_err.h"
#include "po_limits.h"
#include "po_list.h"
#include "po_secret.h"

/* What the worker is asked for. */
enum po_task {
	PO_TASK_LOGIN = 1, /* CHALLENGE, then IDENTITY */
	PO_TASK_PROBE,     /* CHALLENGE, and the end: nobody waits for an approval */
	PO_TASK_VERIFY,    /* CLAIMS of the token that the request carries */
};

/* Where endpoints come from (DSC-2, DSC-3, DSC-9). */
enum po_discovery {
	PO_DISCOVERY_OIDC,  /* OpenID Connect form; on 404 the RFC 8414 form */
	PO_DISCOVERY_OAUTH, /* RFC 8414 form only */
	PO_DISCOVERY_NONE,  /* every endpoint is configured */
};

/*
 * Which statement of the provider says who approved. Configured, and never exchanged for another
 * because that one fails (USI-1, USI-7, INT-1, INT-3).
 */
enum po_identity_source {
	PO_FROM_ID_TOKEN,
	PO_FROM_USERINFO,      /* the ID token, and UserInfo for claims that it lacks */
	PO_FROM_INTROSPECTION, /* RFC 7662 */
	PO_FROM_ACCESS_TOKEN,  /* RFC 9068 */
	PO_FROM_API,           /* a provider without OpenID, such as GitHub */
};

/* Client authentication at all endpoints (RFC 6749 section 2.3, CAU-1 to CAU-9). */
enum po_client_auth {
	PO_AUTH_AUTO, /* the worker chooses from token_endpoint_auth_methods_supported */
	PO_AUTH_NONE,
	PO_AUTH_BASIC,
	PO_AUTH_POST,
	PO_AUTH_SECRET_JWT,      /* OpenID Connect Core section 9 */
	PO_AUTH_PRIVATE_KEY_JWT, /* the same, RFC 7523 section 2.2 */
	PO_AUTH_TLS,             /* RFC 8705 section 2.1 */
	PO_AUTH_TLS_SELF_SIGNED, /* RFC 8705 section 2.2 */
};

/* CAU-3: how client id and secret are encoded for HTTP Basic. */
enum po_basic_encoding { PO_BASIC_RFC, PO_BASIC_RAW };

/* DEV-2: where client_id also stands in the body. */
enum po_send_client_id {
	PO_CLIENT_ID_ALWAYS,
	PO_CLIENT_ID_EVERYWHERE,
	PO_CLIENT_ID_UNAUTHENTICATED
};

/* CAU-7: whom a client assertion is for. CAU-8: its explicit type. */
enum po_assertion_aud { PO_AUD_ISSUER, PO_AUD_TOKEN_ENDPOINT };
enum po_assertion_typ { PO_TYP_CLIENT_AUTHENTICATION, PO_TYP_JWT, PO_TYP_NONE };

/* IDT-17: is a nonce sent, and must the ID token repeat it? */
enum po_nonce { PO_NONCE_OFF, PO_NONCE_OPTIONAL, PO_NONCE_REQUIRED };

/* DEV-30; 12.3: Entra v1 wants the other name. */
enum po_code_parameter { PO_CODE_DEVICE_CODE, PO_CODE_CODE };

/* NET-3 and RFC 9325. */
enum po_tls_min { PO_TLS_1_2, PO_TLS_1_3 };

/* Which addresses of a host are tried. */
enum po_ip { PO_IP_ANY, PO_IP_V4, PO_IP_V6 };

/* EXT-20: which token is revoked after the decision. */
enum po_revoke { PO_REVOKE_NO, PO_REVOKE_REFRESH_TOKEN, PO_REVOKE_YES };

/* UIX-3: which of the two URIs the QR code carries. */
enum po_qr_content { PO_QR_COMPLETE, PO_QR_PLAIN };

/* IDN-13: how the value of a claim is to be read. */
enum po_claim_read {
	PO_READ_VALUE, /* one string, integer or boolean */
	PO_READ_LIST,  /* array of strings, or one string as a list of one */
	PO_READ_WORDS, /* string of words separated by blanks */
	PO_READ_KEYS,  /* object: the names of its members */
	PO_READ_TIME,  /* number of seconds (JSN-5): an integer crosses, rounded to the past */
};

/* A claim that the module's rules need, by name (IDN-12) and, for lists, the values they name. */
struct po_claim_want {
	char *name; /* top-level member, or a JSON Pointer if it begins with '/' */
	enum po_claim_read read;
	struct po_list values; /* only these members of a list cross (LIM-20) */
};

/* What PO_TASK_VERIFY is about; empty for the other tasks. */
struct po_verification {
	struct po_secret token;
	char *jwks;          /* the issuer's keys as a document; NULL = they are fetched */
	int64_t now;         /* wall clock that the token is held against; 0 = that of this host */
	bool signature_only; /* claims are not judged */
};

struct po_request {
	enum po_task task;
	uint32_t remaining_ms; /* of the whole login, when this was sent (GEN-6) */

	char *issuer; /* byte-exact as configured (DSC-1) */
	enum po_discovery discovery;
	char *device_authorization_endpoint; /* NULL = from discovery */
	char *token_endpoint;                /* NULL = from discovery */
	char *jwks_uri;                      /* NULL = from discovery */

	enum po_identity_source identity_source;
	char *userinfo_endpoint;      /* NULL = from discovery */
	char *introspection_endpoint; /* NULL = from discovery */
	char *api_endpoint;           /* PO_FROM_API: never NULL */
	char *subject_claim; /* PO_FROM_API: never NULL; the claim that is the subject (12.5) */
	char *resource;      /* asked for (EXT-3); NULL = not */
	char *access_token_audience; /* PO_FROM_ACCESS_TOKEN: this host's name in `aud`; NULL =
	                              * resource, which is set then */

	char *client_id;
	enum po_client_auth client_auth;
	enum po_basic_encoding basic_encoding;
	enum po_send_client_id send_client_id;
	struct po_secret client_secret; /* CAU-10: read by the module, wiped there after sending */
	struct po_secret client_key;    /* PEM; the same holds for it and its passphrase */
	struct po_secret client_key_passphrase;
	char *client_certificate; /* PEM, the chain behind it included (CAU-9) */
	char *client_key_id;      /* CAU-6: `kid`; NULL = none */
	char *assertion_alg;      /* CAU-5, CAU-6; NULL = what the key and the provider take */
	enum po_assertion_aud assertion_aud;
	enum po_assertion_typ assertion_typ;

	char *scope; /* DEV-3; empty = none is sent */
	struct po_list required_scopes;
	bool initial_poll;         /* DEV-40 */
	uint32_t max_age_s;        /* asked for (IDT-18); 0 = not */
	struct po_list acr_values; /* asked for, in this order (IDT-19) */
	bool pkce;                 /* DEV-8 */
	enum po_nonce nonce;
	char *audience;              /* asked for (DEV-6); NULL = not */
	char *login_hint;            /* DEV-7; filled for each login; NULL = none */
	struct po_list extra_params; /* "name=value", of the device authorization request (DEV-5) */
	enum po_code_parameter code_parameter;

	char *ca_file;                      /* NULL = the system's store */
	char *ca_path;                      /* hashed folder; NULL = none */
	struct po_list pinned_keys;         /* NET-17: base64 of SHA-256; empty = any */
	char *proxy;                        /* NET-21; NULL = none */
	struct po_secret proxy_credentials; /* user:password; read like client_secret */
	struct po_list no_proxy;            /* hosts and domains that are reached directly */
	uint32_t connect_timeout_s;         /* LIM-12; 0 = the default */
	uint32_t timeout_s;                 /* LIM-12; 0 = the default */
	enum po_tls_min tls_min;
	enum po_ip ip;
	struct po_list endpoint_hosts;     /* NET-16; empty = any */
	struct po_list endpoint_ports;     /* decimal; what the sandbox opens besides 443 and 53 */
	struct po_list verification_hosts; /* UIX-6; empty = any */

	struct po_list id_token_algs; /* IDT-4 */
	struct po_list iss_aliases;   /* 12.1: what `iss` may be besides the issuer */
	struct po_list tenants;       /* IDN-7: Entra's, where the issuer is shared; else empty */
	struct po_list trusted_audiences;
	uint32_t clock_skew_s;
	bool iat_loose;    /* IDT-14 */
	bool hash_subject; /* PAM-45: the log is not to hold subjects */

	enum po_revoke revoke;
	char *revocation_endpoint; /* NULL = from discovery */

	enum po_qr_content qr_content;
	uint32_t qr_side_max; /* largest symbol that the display takes, in modules; 0 = no QR */

	struct po_claim_want *wants;
	size_t want_count;

	struct po_verification verify;
};

struct po_challenge {
	char *verification_uri; /* UIX-5, shown */
	char *user_code;        /* UIX-4, shown verbatim */
	uint32_t expires_in_s;  /* left when this is sent (UIX-10, DEV-20) */
	uint32_t qr_side;       /* modules per side; 0 = no symbol */
	unsigned char *
	        qr_bits; /* qr_side x qr_side bits, row by row, MSB first, 1 = dark; NULL if none */
};

enum po_claim_kind {
	PO_CLAIM_ABSENT,
	PO_CLAIM_INVALID, /* there, but not of a type that the want can read */
	PO_CLAIM_STRING,
	PO_CLAIM_INTEGER,
	PO_CLAIM_BOOLEAN,
	PO_CLAIM_LIST,
};

struct po_claim {
	enum po_claim_kind kind;
	char *string;        /* PO_CLAIM_STRING */
	int64_t integer;     /* PO_CLAIM_INTEGER */
	bool boolean;        /* PO_CLAIM_BOOLEAN */
	struct po_list list; /* PO_CLAIM_LIST: the named values that the document holds */
};

struct po_identity {
	char *issuer;
	char *subject;
	char *subject_hash;      /* PO_SUBJECT_HASH_LEN digits, where the request asks for it */
	struct po_claim *claims; /* one for each want of the request, in its order */
	size_t claim_count;
};

/* Bytes of the bit field of a symbol: (side * side + 7) / 8. */
size_t po_qr_bytes(uint32_t side);

/* True if the module at (x, y) is dark; x, y < qr_side. */
bool po_qr_dark(const struct po_challenge *c, uint32_t x, uint32_t y);

/*
 * Are these values what the other side promised to send? Texts safe for a terminal, sizes within
 * bounds, no half-filled field. The module calls them on everything that it receives (GEN-3).
 */
bool po_challenge_valid(const struct po_challenge *c, struct po_fault *f);
bool po_identity_valid(const struct po_identity *i, const struct po_request *r, struct po_fault *f);

/* Free what a noun owns (wiping secrets) and make it empty; NULL-safe, idempotent. */
void po_request_free(struct po_request *r);
void po_challenge_free(struct po_challenge *c);
void po_identity_free(struct po_identity *i);
void po_claim_free(struct po_claim *c);

/* Wipes what only the worker needs, once it has been sent (CAU-10). */
void po_request_forget_secrets(struct po_request *r);

/* Appends an empty want / makes room for n claims; false when out of memory. */
struct po_claim_want *po_request_add_want(struct po_request *r, const char *name,
                                          enum po_claim_read read);
bool po_identity_set_claims(struct po_identity *i, size_t n);

#endif
