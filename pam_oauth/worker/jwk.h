/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON Web Keys to public keys of libcrypto (RFC 7517, 7518, 8037; JWK-1 to JWK-6). */
#ifndef PO_JWK_H
#define PO_JWK_H

#include <stdbool.h>
#include <stddef.h>

#include "json.h"
#include "note.h"

struct evp_pkey_st; /* libcrypto's EVP_PKEY, named without its headers */

struct po_jwk;  /* one usable public key */
struct po_jwks; /* the usable keys of a set */

/* What a key is: one bit each, so that an algorithm can name several. */
enum po_jwk_kind {
	PO_JWK_RSA = 1 << 0,
	PO_JWK_P256 = 1 << 1,
	PO_JWK_P384 = 1 << 2,
	PO_JWK_P521 = 1 << 3,
	PO_JWK_ED25519 = 1 << 4,
	PO_JWK_ED448 = 1 << 5,
};

/* A signature algorithm of JWS that this program can verify. Nothing symmetric is among them. */
struct po_alg {
	const char *name;
	unsigned kinds;     /* of keys that it works with (JWK-2) */
	const char *digest; /* as libcrypto names it; NULL = EdDSA, which brings its own */
	bool pss;           /* RSASSA-PSS, not PKCS #1 v1.5 */
};

/* The algorithm of this name, compared byte for byte (IDT-4); NULL if there is none. */
const struct po_alg *po_alg_find(const char *name);

/*
 * The usable keys of a JWKS document. Entries that cannot be used are skipped (JWK-1); a document
 * without array "keys", or with more than LIM-8 entries, is a fault (PO_E_TOKEN); a set without a
 * usable key is not one here: verification will find no candidate. NULL with f filled.
 */
struct po_jwks *po_jwks_new(const struct po_json *doc, const struct po_note *note,
                            struct po_fault *f);
void po_jwks_free(struct po_jwks *s);

/* How many keys of the set could be used. */
size_t po_jwks_count(const struct po_jwks *s);

/*
 * JWK-2, JWK-3: writes at most LIM-8 candidates for this algorithm and kid (NULL = the header has
 * none) into out, which has room for PO_LIMIT_CANDIDATE_KEYS; returns how many.
 */
size_t po_jwks_candidates(const struct po_jwks *s, const struct po_alg *alg, const char *kid,
                          const struct po_jwk *out[]);

/* The `issuer` that Entra writes into an entry (IDN-7); NULL = none. */
const char *po_jwk_issuer(const struct po_jwk *key);

/* What a key is, and libcrypto's form of it (borrowed). */
enum po_jwk_kind po_jwk_kind(const struct po_jwk *key);
struct evp_pkey_st *po_jwk_pkey(const struct po_jwk *key);

#endif
