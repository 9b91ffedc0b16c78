/* SPDX-License-Identifier: BSD-2-Clause */
/* The key table. What is not in it is an unknown key, and that is an error (PAM-6). */
#include "keys.h"

#include <string.h>

#include "catalogue.h"
#include "providers.h"

/* Words stand in the order of their enum: assign.c stores the index. */
static const char *const plain_hash[] = {"plain", "hash", NULL};
static const char *const no_yes[] = {"no", "yes", NULL};
static const char *const strict_loose[] = {"strict", "loose", NULL};
static const char *const discoveries[] = {"oidc", "oauth", "none", NULL};
static const char *const sources[] = {"id_token",         "userinfo", "introspection",
                                      "access_token_jwt", "api",      NULL};
static const char *const client_auths[] = {
        "auto", "none", "basic", "post", "secret_jwt", "private_key_jwt", "tls", "tls_self_signed",
        NULL};
static const char *const assertion_auds[] = {"issuer", "token_endpoint", NULL};
static const char *const assertion_typs[] = {"client-authentication+jwt", "JWT", "none", NULL};
static const char *const never_always[] = {"never", "always", NULL};
static const char *const nonces[] = {"off", "optional", "required", NULL};
static const char *const hints[] = {"none", "account", NULL};
static const char *const code_parameters[] = {"device_code", "code", NULL};
static const char *const tls_versions[] = {"1.2", "1.3", NULL};
static const char *const ips[] = {"any", "4", "6", NULL};
static const char *const revocations[] = {"no", "refresh_token", "yes", NULL};
static const char *const encodings[] = {"rfc", "raw", NULL};
static const char *const id_senders[] = {"always", "everywhere", "unauthenticated", NULL};
static const char *const qr_contents[] = {"complete", "plain", NULL};
static const char *const displays[] = {"prompt", "info", "info+prompt", NULL};
static const char *const qr_modes[] = {"none", "utf8", "ascii", "auto", NULL};
static const char *const unknown_users[] = {"flow", "deny_late", "deny", NULL};
static const char *const closed_open[] = {"closed", "open", NULL};
static const char *const accounts[] = {"optional", "require", NULL};

#define ALGS     "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519" /* IDT-4 */
#define REFUSED  "cron crond atd systemd-user ftp vsftpd proftpd pure-ftpd dovecot"    /* NIN-1 */
#define UID_LAST 4294967293UL /* the two above are (uid_t)-1, an error, and -2, a nobody */

/* A row of the table: what all rows have, then what its type needs. */
#define ROW(n, t, field, dflt) \
	.name = (n), .type = (t), .offset = offsetof(struct po_config, field), .initial = (dflt)
#define TEXT(n, field, v, dflt)        ROW(n, PO_KEY_TEXT, field, dflt), .value = PO_VALUE_##v
#define WORD(n, field, w, dflt)        ROW(n, PO_KEY_WORD, field, dflt), .words = (w)
#define FLAG(n, field, w, dflt)        ROW(n, PO_KEY_FLAG, field, dflt), .words = (w)
#define NUMBER(n, field, lo, hi, dflt) ROW(n, PO_KEY_NUMBER, field, dflt), .min = (lo), .max = (hi)
#define U32(n, field, lo, hi, dflt)    ROW(n, PO_KEY_U32, field, dflt), .min = (lo), .max = (hi)
#define RATE(n, field, dflt) \
	ROW(n, PO_KEY_RATE, field, dflt), .min = 1, .max = PO_STARTS_MAX, .empty = "none"
#define CONDITIONS(n, field) ROW(n, PO_KEY_CONDITIONS, field, NULL)
#define LIST(n, field, v, none, dflt) \
	ROW(n, PO_KEY_LIST, field, dflt), .value = PO_VALUE_##v, .empty = (none)

static const struct po_key keys[] = {
        /* The provider, and this host as its client. */
        {WORD("provider", preset, po_provider_names, "generic")},
        {TEXT("issuer", provider.issuer, ISSUER, NULL)},
        {WORD("discovery", provider.discovery, discoveries, "oidc")},
        {TEXT("device_authorization_endpoint", provider.device_authorization_endpoint, ENDPOINT,
              NULL)},
        {TEXT("token_endpoint", provider.token_endpoint, ENDPOINT, NULL)},
        {TEXT("jwks_uri", provider.jwks_uri, ENDPOINT, NULL)},
        {TEXT("userinfo_endpoint", provider.userinfo_endpoint, ENDPOINT, NULL)},
        {TEXT("introspection_endpoint", provider.introspection_endpoint, ENDPOINT, NULL)},
        {TEXT("client_id", provider.client_id, TEXT, NULL)},
        {WORD("client_auth", provider.client_auth, client_auths, "auto")},
        {TEXT("client_secret_file", client_secret_file, PATH, NULL)},
        {TEXT("client_key_file", client_key_file, PATH, NULL)},
        {TEXT("client_key_passphrase_file", client_key_passphrase_file, PATH, NULL)},
        {TEXT("client_certificate_file", client_certificate_file, PATH, NULL)},
        {TEXT("client_key_id", provider.client_key_id, WORD, NULL)},
        {TEXT("assertion_alg", provider.assertion_alg, CLIENT_ALG, NULL)},
        {WORD("assertion_aud", provider.assertion_aud, assertion_auds, "issuer")},
        {WORD("assertion_typ", provider.assertion_typ, assertion_typs,
              "client-authentication+jwt")},
        {WORD("basic_encoding", provider.basic_encoding, encodings, "rfc")},
        {WORD("send_client_id", provider.send_client_id, id_senders, "always")},
        {TEXT("scope", provider.scope, SCOPE, "openid profile"), .empty = "none"},
        {TEXT("resource", provider.resource, URI, NULL)},
        {LIST("required_scopes", provider.required_scopes, SCOPE_WORD, "none", "none")},
        {FLAG("initial_poll", provider.initial_poll, no_yes, "no")},
        {FLAG("pkce", provider.pkce, never_always, "never")},
        {WORD("nonce", provider.nonce, nonces, "off")},
        {TEXT("audience", provider.audience, TEXT, NULL)},
        {WORD("login_hint", login_hint, hints, "none")},
        {LIST("extra_params", provider.extra_params, PARAM, "none", "none")},
        {WORD("code_parameter", provider.code_parameter, code_parameters, "device_code")},
        {WORD("revoke", provider.revoke, revocations, "refresh_token")},
        {TEXT("revocation_endpoint", provider.revocation_endpoint, ENDPOINT, NULL)},
        /* How it is reached. */
        {TEXT("ca_file", provider.ca_file, PATH, NULL)},
        {TEXT("ca_path", provider.ca_path, PATH, NULL)},
        {LIST("pinned_keys", provider.pinned_keys, PIN, "none", "none")},
        {WORD("tls_min", provider.tls_min, tls_versions, "1.2")},
        {TEXT("proxy", provider.proxy, PROXY, NULL), .empty = "none"},
        {TEXT("proxy_credentials_file", proxy_credentials_file, PATH, NULL)},
        {LIST("no_proxy", provider.no_proxy, DOMAIN_OR_HOST, "none", "none")},
        {WORD("ip", provider.ip, ips, "any")},
        {U32("connect_timeout", provider.connect_timeout_s, 1, 30, "5")},
        {U32("timeout", provider.timeout_s, 1, 60, "15")},
        {LIST("endpoint_hosts", provider.endpoint_hosts, HOST, "any", "any")},
        {LIST("endpoint_ports", provider.endpoint_ports, PORT, "none", "none")},
        {LIST("verification_hosts", provider.verification_hosts, HOST, "any", "any")},
        /* Where the identity comes from. */
        {WORD("identity_source", provider.identity_source, sources, "id_token")},
        {TEXT("api_endpoint", provider.api_endpoint, ENDPOINT, NULL)},
        {TEXT("access_token_audience", provider.access_token_audience, TEXT, NULL)},
        /* The ID token. */
        {LIST("id_token_algs", provider.id_token_algs, ALG, NULL, ALGS)},
        {LIST("iss_aliases", provider.iss_aliases, WORD, "none", "none")},
        {LIST("allowed_tenants", provider.tenants, TENANT, "none", "none")},
        {LIST("trusted_audiences", provider.trusted_audiences, WORD, "none", "none")},
        {U32("clock_skew", provider.clock_skew_s, 0, PO_CLOCK_SKEW_MAX_S, "60")},
        {FLAG("iat_check", provider.iat_loose, strict_loose, "strict")},
        /* What the person sees. */
        {WORD("display", display, displays, "info+prompt")},
        {WORD("qr", qr, qr_modes, "none")},
        {WORD("qr_content", provider.qr_content, qr_contents, "complete")},
        {FLAG("qr_invert", qr_invert, no_yes, "no")},
        {WORD("language", language, po_language_names, "en")},
        {NUMBER("qr_columns", qr_columns, PO_QR_SIDE_MIN + 2 * PO_QR_QUIET, PO_QR_COLUMNS, "80")},
        {NUMBER("qr_lines", qr_lines, (PO_QR_SIDE_MIN + 2 * PO_QR_QUIET + 1) / 2, PO_QR_LINES,
                "40")},
        /* How the flow runs. */
        {NUMBER("max_wait", max_wait_s, PO_MAX_WAIT_MIN_S, PO_MAX_WAIT_MAX_S, "100")},
        {FLAG("no_retry", no_retry, no_yes, "no")},
        {FLAG("confirm_start", confirm_start, no_yes, "no")},
        {FLAG("cancel_aborts", cancel_aborts, no_yes, "no")},
        /* How often. */
        {RATE("limit_source", limit_source, "6/600")},
        {RATE("limit_user", limit_user, "6/600")},
        {RATE("limit_global", limit_global, "60/60")},
        {NUMBER("limit_flows", limit_flows, 1, PO_FLOWS_MAX, "50"), .empty = "none"},
        {FLAG("rate_limit_fail", limits_open, closed_open, "closed")},
        /* Who may be whom. */
        {TEXT("map_file", map_file, PATH, NULL)},
        {TEXT("identity_claim", identity_claim, CLAIM, "sub")},
        {FLAG("issuer_is_exclusive", issuer_is_exclusive, no_yes, "no")},
        {LIST("email_domains", email_domains, DOMAIN, "none", "none")},
        {CONDITIONS("require", require)},
        {U32("max_age", provider.max_age_s, 1, 31536000, "none"), .empty = "none"},
        {LIST("acr_values", provider.acr_values, WORD, "none", "none")},
        {LIST("require_acr", require_acr, WORD, "none", "none")},
        {LIST("require_amr", require_amr, WORD, "none", "none")},
        {LIST("require_prior", require_prior, METHOD, "none", "none")},
        {LIST("allow_from", allow_from, NETWORK, "any", "any")},
        {FLAG("allow_root", allow_root, no_yes, "no")},
        {LIST("system_accounts", system_accounts, ACCOUNT, "none", "none")},
        {NUMBER("min_uid", min_uid, 1, UID_LAST, NULL)},
        {NUMBER("max_uid", max_uid, 1, UID_LAST, "4294967293")},
        {FLAG("nss_case_insensitive", nss_case_insensitive, no_yes, "no")},
        {LIST("skip_users", skip_users, ACCOUNT, "none", "none")},
        {LIST("refuse_services", refuse_services, SERVICE, "none", REFUSED)},
        {WORD("unknown_user", unknown_user, unknown_users, "flow")},
        {FLAG("reveal_unknown", reveal_unknown, no_yes, "no")},
        {WORD("account", account, accounts, "optional")},
        {FLAG("log_subject", provider.hash_subject, plain_hash, "plain")},
        {FLAG("pin_subject", pin_subject, no_yes, "no")},
        {NUMBER("grace", grace_minutes, 1, PO_GRACE_MAX_MIN, "none"), .empty = "none"},
        {LIST("grace_services", grace_services, SERVICE, "none", "none")},
        {FLAG("export_identity", export_identity, no_yes, "no")},
};

size_t po_key_count(void)
{
	return sizeof(keys) / sizeof(keys[0]);
}

const struct po_key *po_key_at(size_t i)
{
	return &keys[i];
}

size_t po_key_find(const char *name)
{
	size_t i = 0;

	while (i < po_key_count() && strcmp(keys[i].name, name) != 0)
		i++;
	return i;
}
