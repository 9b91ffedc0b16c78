/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A provider's JWKS as public keys of libcrypto. The flow makes one set per login, jws.c verifies
 * with its keys. Only public members are read, only key types that a signature can have exist here:
 * a `kty: oct` entry is no key at all, so nothing public can ever serve as an HMAC secret (JWK-2).
 */
#include "jwk.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "po_buf.h"

/* JWK-4: one octet more than the largest modulus: some servers write the sign octet of DER. */
#define RSA_OCTETS_MAX   (PO_RSA_BITS_MAX / 8 + 1)
#define RSA_E_BITS_MAX   32 /* JWK-4: e is odd, so "up to 2^32" is 32 bits */
#define POINT_OCTETS_MAX (1 + 2 * 66)

struct po_jwk {
	enum po_jwk_kind kind;
	EVP_PKEY *pkey;
	char *kid;                /* NULL = the entry has none */
	char *issuer;             /* likewise (IDN-7) */
	const struct po_alg *alg; /* NULL = the entry names none */
};

struct po_jwks {
	struct po_jwk *keys;
	size_t count;
};

/* RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864 section 2.2 */
static const struct po_alg algs[] = {
        {"RS256", PO_JWK_RSA, "SHA256", false},
        {"RS384", PO_JWK_RSA, "SHA384", false},
        {"RS512", PO_JWK_RSA, "SHA512", false},
        {"PS256", PO_JWK_RSA, "SHA256", true},
        {"PS384", PO_JWK_RSA, "SHA384", true},
        {"PS512", PO_JWK_RSA, "SHA512", true},
        {"ES256", PO_JWK_P256, "SHA256", false},
        {"ES384", PO_JWK_P384, "SHA384", false},
        {"ES512", PO_JWK_P521, "SHA512", false},
        {"EdDSA", PO_JWK_ED25519 | PO_JWK_ED448, NULL, false},
        {"Ed25519", PO_JWK_ED25519, NULL, false},
        {"Ed448", PO_JWK_ED448, NULL, false},
};

/* Key types by their JWK names; a crv that is not here is not usable (JWK-1). */
static const struct key_type {
	const char *kty;
	const char *crv; /* NULL = RSA has none */
	enum po_jwk_kind kind;
	const char *name; /* libcrypto's */
	size_t octets;    /* of one coordinate (JWK-5) */
} key_types[] = {
        {"RSA", NULL, PO_JWK_RSA, "RSA", 0},
        {"EC", "P-256", PO_JWK_P256, "EC", 32},
        {"EC", "P-384", PO_JWK_P384, "EC", 48},
        {"EC", "P-521", PO_JWK_P521, "EC", 66},
        {"OKP", "Ed25519", PO_JWK_ED25519, "ED25519", 32},
        {"OKP", "Ed448", PO_JWK_ED448, "ED448", 57},
};

const struct po_alg *po_alg_find(const char *name)
{
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++)
		if (strcmp(algs[i].name, name) == 0)
			return &algs[i];
	return NULL;
}

static const struct key_type *key_type_find(const struct po_json *entry)
{
	const char *kty = po_json_get_string(entry, "kty");
	const char *crv = po_json_get_string(entry, "crv");

	for (size_t i = 0; kty && i < sizeof(key_types) / sizeof(key_types[0]); i++) {
		const struct key_type *t = &key_types[i];

		if (strcmp(t->kty, kty) == 0 && (!t->crv || (crv && strcmp(t->crv, crv) == 0)))
			return t;
	}
	return NULL;
}

/* An optional member; some serialisers write null for what they do not have. */
static const struct po_json *optional(const struct po_json *entry, const char *name)
{
	const struct po_json *v = po_json_get(entry, name);

	return po_json_is_null(v) ? NULL : v;
}

/* Appends the octets of a base64url member. */
static bool add_member(struct po_buf *out, const struct po_json *entry, const char *name)
{
	const char *text = po_json_get_string(entry, name);

	return text && po_base64url_decode(out, text, strlen(text));
}

static EVP_PKEY *pkey_new(const char *type, OSSL_PARAM_BLD *parts)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(parts);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	if (!params || !ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return pkey;
}

static BIGNUM *number_new(const struct po_json *entry, const char *name)
{
	struct po_buf octets;
	BIGNUM *n = NULL;

	po_buf_init(&octets, RSA_OCTETS_MAX);
	if (add_member(&octets, entry, name))
		n = BN_bin2bn(octets.data, (int)octets.len, NULL);
	po_buf_free(&octets);
	return n;
}

/* JWK-4; BN_num_bits counts the real bits whatever zeros stood in front. */
static bool rsa_fit(const BIGNUM *n, const BIGNUM *e)
{
	return BN_num_bits(n) >= PO_RSA_BITS_MIN && BN_num_bits(n) <= PO_RSA_BITS_MAX &&
	       BN_is_odd(n) && BN_is_odd(e) && !BN_is_one(e) && BN_num_bits(e) <= RSA_E_BITS_MAX;
}

static EVP_PKEY *rsa_new(const struct po_json *entry)
{
	BIGNUM *n = number_new(entry, "n");
	BIGNUM *e = number_new(entry, "e");
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	EVP_PKEY *pkey = NULL;

	if (n && e && parts && rsa_fit(n, e) &&
	    OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		pkey = pkey_new("RSA", parts);
	OSSL_PARAM_BLD_free(parts);
	BN_free(e);
	BN_free(n);
	return pkey;
}

/* JWK-5: on the curve, of the right order, not infinity. */
static bool point_fit(EVP_PKEY *pkey)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	bool ok = ctx && EVP_PKEY_public_check(ctx) == 1;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

/* The public key as libcrypto takes it: 04, x, y for a point, x alone for an OKP. */
static bool add_point(struct po_buf *out, const struct po_json *entry, const struct key_type *type)
{
	if (strcmp(type->kty, "OKP") == 0)
		return add_member(out, entry, "x") && out->len == type->octets;
	return po_buf_add(out, "\x04", 1) && add_member(out, entry, "x") &&
	       out->len == 1 + type->octets && add_member(out, entry, "y") &&
	       out->len == 1 + 2 * type->octets;
}

static EVP_PKEY *curve_new(const struct po_json *entry, const struct key_type *type)
{
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	bool ec = strcmp(type->kty, "EC") == 0;
	EVP_PKEY *pkey = NULL;
	struct po_buf point;

	po_buf_init(&point, POINT_OCTETS_MAX);
	if (parts && add_point(&point, entry, type) &&
	    OSSL_PARAM_BLD_push_octet_string(parts, OSSL_PKEY_PARAM_PUB_KEY, point.data,
	                                     point.len) == 1 &&
	    (!ec ||
	     OSSL_PARAM_BLD_push_utf8_string(parts, OSSL_PKEY_PARAM_GROUP_NAME, type->crv, 0) == 1))
		pkey = pkey_new(type->name, parts);
	if (pkey && ec && !point_fit(pkey)) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	po_buf_free(&point);
	OSSL_PARAM_BLD_free(parts);
	return pkey;
}

/* JWK-2: is the entry meant for verifying signatures? */
static bool for_signatures(const struct po_json *entry)
{
	const struct po_json *use = optional(entry, "use");
	const struct po_json *ops = optional(entry, "key_ops");
	const char *text = po_json_string(use);

	return (!use || (text && strcmp(text, "sig") == 0)) &&
	       (!ops || po_json_array_has(ops, "verify"));
}

/* A text that an entry need not have; false if it is there and no text, or memory ended. */
static bool text_read(char **out, const struct po_json *entry, const char *name)
{
	const struct po_json *member = optional(entry, name);
	const char *text = po_json_string(member);

	*out = text ? strdup(text) : NULL;
	return *out || !member;
}

static void key_free(struct po_jwk *key)
{
	EVP_PKEY_free(key->pkey);
	free(key->kid);
	free(key->issuer);
}

/* Fills *key from an entry of the set; false if the entry is not usable, *key is empty then. */
static bool key_read(struct po_jwk *key, const struct po_json *entry)
{
	const struct key_type *type = key_type_find(entry);
	const struct po_json *alg = optional(entry, "alg");
	struct po_jwk k = {.kid = NULL};

	if (!type || !for_signatures(entry) || (alg && !po_json_string(alg)))
		return false;
	k.kind = type->kind;
	k.alg = alg ? po_alg_find(po_json_string(alg)) : NULL;
	if (alg && (!k.alg || !(k.alg->kinds & k.kind)))
		return false;
	if (text_read(&k.kid, entry, "kid") && text_read(&k.issuer, entry, "issuer"))
		k.pkey = k.kind == PO_JWK_RSA ? rsa_new(entry) : curve_new(entry, type);
	if (!k.pkey) {
		key_free(&k);
		return false;
	}
	*key = k;
	return true;
}

/* JWK-6: RFC 7518 sections 6.2.2, 6.3.2, 6.4.1 and RFC 8037 section 2. */
static bool has_private_member(const struct po_json *entry)
{
	static const char *const names[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (optional(entry, names[i]))
			return true;
	return false;
}

struct po_jwks *po_jwks_new(const struct po_json *doc, const struct po_note *note,
                            struct po_fault *f)
{
	const struct po_json *entries = po_json_get(doc, "keys");
	size_t n = po_json_count(entries);
	struct po_jwks *s = NULL;
	size_t leaks = 0;

	if (!po_json_is_array(entries)) {
		po_fail(f, PO_E_TOKEN, "JWKS: no array 'keys'");
		return NULL;
	}
	if (n > PO_LIMIT_JWKS_KEYS) {
		po_fail(f, PO_E_TOKEN, "JWKS: more than %d keys", PO_LIMIT_JWKS_KEYS);
		return NULL;
	}
	s = calloc(1, sizeof(*s));
	if (s)
		s->keys = calloc(n ? n : 1, sizeof(*s->keys));
	if (!s || !s->keys) {
		po_jwks_free(s);
		po_fail_memory(f);
		return NULL;
	}
	ERR_set_mark(); /* what a bad entry leaves behind must not confuse libcurl later */
	for (size_t i = 0; i < n; i++) {
		const struct po_json *entry = po_json_item(entries, i);

		leaks += has_private_member(entry);
		s->count += key_read(&s->keys[s->count], entry);
	}
	ERR_pop_to_mark();
	if (leaks > 0)
		po_warn(note, "JWKS: the provider publishes private or secret members of %zu keys",
		        leaks);
	return s;
}

void po_jwks_free(struct po_jwks *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		key_free(&s->keys[i]);
	free(s->keys);
	free(s);
}

size_t po_jwks_count(const struct po_jwks *s)
{
	return s->count;
}

/*
 * JWK-2. A key that names another EdDSA name than the header fits too: the curve alone decides
 * what is computed, and RFC 9864 renames these algorithms while servers are in use.
 */
static bool fits(const struct po_jwk *key, const struct po_alg *alg, const char *kid)
{
	if (!(alg->kinds & key->kind))
		return false;
	if (key->alg && key->alg != alg && alg->digest)
		return false;
	return !kid || (key->kid && strcmp(key->kid, kid) == 0);
}

size_t po_jwks_candidates(const struct po_jwks *s, const struct po_alg *alg, const char *kid,
                          const struct po_jwk *out[])
{
	size_t found = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (!fits(&s->keys[i], alg, kid))
			continue;
		if (found < PO_LIMIT_CANDIDATE_KEYS)
			out[found] = &s->keys[i];
		found++;
	}
	if (!kid && found != 1)
		return 0; /* JWK-3: without a kid there is nothing to choose by */
	return found < PO_LIMIT_CANDIDATE_KEYS ? found : PO_LIMIT_CANDIDATE_KEYS;
}

const char *po_jwk_issuer(const struct po_jwk *key)
{
	return key->issuer;
}

enum po_jwk_kind po_jwk_kind(const struct po_jwk *key)
{
	return key->kind;
}

EVP_PKEY *po_jwk_pkey(const struct po_jwk *key)
{
	return key->pkey;
}
