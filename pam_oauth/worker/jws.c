/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON Web Signatures (RFC 7515) as ID tokens use them. signed.c and id_token.c call the functions
 * in this order: open (form, header), verify with each candidate key, half hash. The key always
 * comes from
 * the issuer's set: what the header offers as a key or as a place of keys is not even looked at
 * (IDT-7). There is no code here for "none", for HMAC, for encryption or for compression.
 */
#include "jws.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base64.h"

#define PARTS           3
#define ENCRYPTED_PARTS 5   /* JWE, RFC 7516 section 3 */
#define DIGEST_MAX      114 /* SHAKE256 as Ed448 uses it, RFC 8032 section 5.2 */

struct part {
	const char *text;
	size_t len;
};

const char *po_jws_name(enum po_jws_kind kind)
{
	switch (kind) {
	case PO_JWS_ID_TOKEN:
		break;
	case PO_JWS_USERINFO:
		return "signed UserInfo";
	case PO_JWS_ACCESS_TOKEN:
		return "access token";
	}
	return "ID token";
}

/* IDT-1. The alphabet is the decoder's business. */
static bool split(const char *token, struct part parts[PARTS], struct po_fault *f)
{
	size_t count = 1;

	if (!token || !*token)
		return po_fail(f, PO_E_TOKEN, "there is none");
	if (strnlen(token, PO_LIMIT_TOKEN + 1) > PO_LIMIT_TOKEN)
		return po_fail(f, PO_E_TOKEN, "longer than %d bytes", PO_LIMIT_TOKEN);
	for (const char *p = token; *p; p++)
		count += *p == '.';
	if (count == ENCRYPTED_PARTS)
		return po_fail(f, PO_E_TOKEN, "encrypted tokens are not supported");
	if (count != PARTS)
		return po_fail(f, PO_E_TOKEN, "not of three parts");
	for (size_t i = 0; i < PARTS; i++) {
		size_t len = strcspn(token, ".");

		if (len == 0)
			return po_fail(f, PO_E_TOKEN, "part %zu is empty", i + 1);
		parts[i] = (struct part){token, len};
		token += len + (i + 1 < PARTS);
	}
	return true;
}

static bool decode(struct po_buf *out, const struct part *part, const char *name,
                   struct po_fault *f)
{
	if (po_base64url_decode(out, part->text, part->len))
		return true;
	if (out->failed)
		return po_fail_memory(f);
	return po_fail(f, PO_E_TOKEN, "%s is not canonical base64url", name);
}

/* IDT-4: on the list of this client, and one that this program can verify. */
static bool read_alg(struct po_jws *j, const struct po_json *header, const struct po_list *algs,
                     struct po_fault *f)
{
	const char *name = po_json_string(po_json_get(header, "alg"));
	const struct po_alg *alg = name ? po_alg_find(name) : NULL;

	if (!alg)
		return po_fail(f, PO_E_TOKEN, "alg is missing or names no acceptable algorithm");
	if (!po_list_has(algs, alg->name))
		return po_fail(f, PO_E_TOKEN, "alg %s is not allowed", alg->name);
	j->alg = alg;
	return true;
}

/* IDT-8: a text to compare with, of no other use. */
static bool read_kid(struct po_jws *j, const struct po_json *header, struct po_fault *f)
{
	const struct po_json *member = po_json_get(header, "kid");
	const char *kid = po_json_string(member);

	if (!member)
		return true;
	if (!kid || strlen(kid) > PO_LIMIT_KID)
		return po_fail(f, PO_E_TOKEN, "kid is not a string of at most %d bytes",
		               PO_LIMIT_KID);
	j->kid = strdup(kid);
	return j->kid || po_fail_memory(f);
}

/* A token of another kind may be signed by the same key (RFC 8725 section 3.11, RFC 9068 4). */
static bool check_typ(const struct po_json *header, enum po_jws_kind kind, struct po_fault *f)
{
	static const char prefix[] = "application/";
	const struct po_json *member = po_json_get(header, "typ");
	const char *wanted = kind == PO_JWS_ACCESS_TOKEN ? "at+jwt" : "JWT";
	const char *typ = po_json_string(member);

	if (!member && kind != PO_JWS_ACCESS_TOKEN)
		return true;
	if (typ && strncasecmp(typ, prefix, sizeof(prefix) - 1) == 0)
		typ += sizeof(prefix) - 1;
	return (typ && strcasecmp(typ, wanted) == 0) ||
	       po_fail(f, PO_E_TOKEN, "typ is not %s", wanted);
}

static bool read_header(struct po_jws *j, const struct po_json *header, enum po_jws_kind kind,
                        const struct po_list *algs, struct po_fault *f)
{
	/* IDT-5, IDT-6, IDT-9: each changes what the other two parts mean. */
	static const char *const refused[] = {"crit", "b64", "zip", "cty"};

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (po_json_get(header, refused[i]))
			return po_fail(f, PO_E_TOKEN, "header has %s", refused[i]);
	return check_typ(header, kind, f) && read_alg(j, header, algs, f) && read_kid(j, header, f);
}

bool po_jws_open(struct po_jws *j, enum po_jws_kind kind, const char *token,
                 const struct po_list *algs, struct po_fault *f)
{
	struct part parts[PARTS];
	struct po_jws new = {.alg = NULL};
	struct po_json *header = NULL;
	struct po_buf text;
	bool ok = false;

	po_buf_init(&text, PO_LIMIT_TOKEN);
	po_buf_init(&new.payload, PO_LIMIT_TOKEN);
	po_buf_init(&new.signature, PO_LIMIT_TOKEN);
	if (!split(token, parts, f) || !decode(&text, &parts[0], "the header", f) ||
	    !decode(&new.payload, &parts[1], "the payload", f) ||
	    !decode(&new.signature, &parts[2], "the signature", f))
		goto out;
	header = po_json_load(text.data, text.len, PO_E_TOKEN, f);
	if (!header) {
		po_fail_context(f, "header");
		goto out;
	}
	if (!read_header(&new, header, kind, algs, f))
		goto out;
	new.input = token;
	new.input_len = parts[0].len + 1 + parts[1].len;
	ok = true;
out:
	po_json_free(header);
	po_buf_free(&text);
	if (ok) {
		*j = new;
		return true;
	}
	po_jws_free(&new);
	return po_fail_context(f, po_jws_name(kind));
}

void po_jws_free(struct po_jws *j)
{
	if (!j)
		return;
	free(j->kid);
	po_buf_free(&j->payload);
	po_buf_free(&j->signature);
	*j = (struct po_jws){.alg = NULL};
}

/* r and s of an ECDSA signature: 1 to n - 1. Zero for both would verify in careless libraries. */
static bool scalar_fit(const BIGNUM *v, const BIGNUM *order)
{
	return !BN_is_zero(v) && BN_cmp(v, order) < 0;
}

/*
 * RFC 7518 section 3.4: R and S side by side, each as long as the order of the curve. Returns
 * their DER form and its length, or 0.
 */
static size_t ecdsa_der(EVP_PKEY *pkey, const struct po_buf *raw, unsigned char **der)
{
	size_t half = (size_t)(EVP_PKEY_get_bits(pkey) + 7) / 8;
	ECDSA_SIG *sig = NULL;
	BIGNUM *order = NULL;
	BIGNUM *r = NULL;
	BIGNUM *s = NULL;
	int len = 0;

	if (raw->len != 2 * half)
		return 0;
	sig = ECDSA_SIG_new();
	r = BN_bin2bn(raw->data, (int)half, NULL);
	s = BN_bin2bn(raw->data + half, (int)half, NULL);
	if (sig && r && s && EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_ORDER, &order) == 1 &&
	    scalar_fit(r, order) && scalar_fit(s, order) && ECDSA_SIG_set0(sig, r, s) == 1) {
		r = s = NULL; /* sig owns them now */
		len = i2d_ECDSA_SIG(sig, der);
	}
	BN_free(order);
	BN_free(s);
	BN_free(r);
	ECDSA_SIG_free(sig);
	return len > 0 ? (size_t)len : 0;
}

/* RFC 7518 sections 3.3 and 3.5: salt as long as the hash, MGF1 with the same hash. */
static bool set_padding(EVP_PKEY_CTX *ctx, const struct po_alg *alg)
{
	if (!alg->pss)
		return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, alg->digest, NULL) > 0;
}

static bool verify(const struct po_jws *j, EVP_PKEY *pkey, const unsigned char *signature,
                   size_t len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options = NULL; /* owned by ctx */
	bool rsa = j->alg->kinds & PO_JWK_RSA;
	bool ok;

	ok = ctx &&
	     EVP_DigestVerifyInit_ex(ctx, &options, j->alg->digest, NULL, NULL, pkey, NULL) == 1 &&
	     (!rsa || set_padding(options, j->alg)) &&
	     EVP_DigestVerify(ctx, signature, len, (const unsigned char *)j->input, j->input_len) ==
	             1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool po_jws_verify(const struct po_jws *j, const struct po_jwk *key)
{
	EVP_PKEY *pkey = po_jwk_pkey(key);
	enum po_jwk_kind kind = po_jwk_kind(key);
	bool ec = kind == PO_JWK_P256 || kind == PO_JWK_P384 || kind == PO_JWK_P521;
	unsigned char *der = NULL;
	size_t len;
	bool ok;

	if (!(j->alg->kinds & kind))
		return false; /* once more: the key decides what is computed, never the header */
	ERR_set_mark(); /* what a bad signature leaves behind must not confuse libcurl later */
	if (ec) {
		len = ecdsa_der(pkey, &j->signature, &der);
		ok = len > 0 && verify(j, pkey, der, len);
	} else {
		ok = j->signature.len == (size_t)EVP_PKEY_get_size(pkey) &&
		     verify(j, pkey, j->signature.data, j->signature.len);
	}
	ERR_pop_to_mark();
	OPENSSL_free(der);
	return ok;
}

static bool half_hash(const char *name, bool shake, const char *text, struct po_buf *out)
{
	EVP_MD *md = EVP_MD_fetch(NULL, name, NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char digest[DIGEST_MAX];
	unsigned len = DIGEST_MAX;
	bool ok;

	ok = md && ctx && EVP_DigestInit_ex2(ctx, md, NULL) == 1 &&
	     EVP_DigestUpdate(ctx, text, strlen(text)) == 1 &&
	     (shake ? EVP_DigestFinalXOF(ctx, digest, DIGEST_MAX)
	            : EVP_DigestFinal_ex(ctx, digest, &len)) == 1 &&
	     po_buf_add(out, digest, len / 2);
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(md);
	return ok;
}

bool po_jws_half_hash(const struct po_alg *alg, const struct po_jwk *key, const char *text,
                      struct po_buf *out)
{
	bool shake = !alg->digest && po_jwk_kind(key) == PO_JWK_ED448;

	return half_hash(alg->digest ? alg->digest
	                 : shake     ? "SHAKE256"
	                             : "SHA512",
	                 shake, text, out);
}

bool po_jws_half_hash_other(const struct po_alg *alg, const char *text, struct po_buf *out)
{
	return alg->digest || half_hash("SHA256", false, text, out);
}
