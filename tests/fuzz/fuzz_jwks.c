/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any document as the issuer's keys, asked for each algorithm and then to verify good signatures.
 * Promises: keys of the right kind and size only (JWK-2 to JWK-5), no more candidates than the
 * document has entries for signatures with this kid, at most LIM-8 of them, one without a kid
 * (JWK-3), and that no key but the signer's own verifies what the signer signed.
 */
#include <openssl/evp.h>

#include "fuzz_jose.h"
#include "jws.h"

static const char *const names[] = {"ok-RS256.jwt", "ok-PS384.jwt", "ok-ES256.jwt", "ok-ES384.jwt",
                                    "ok-ES512.jwt", "ok-EdDSA.jwt", "ok-Ed448.jwt"};

#define TOKENS (sizeof(names) / sizeof(names[0]))

/* Made once, used by every run. */
static struct po_jwks *published;
static struct po_jws tokens[TOKENS];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char *text = fuzz_data("jwks", "good.json");
	struct po_list algs = {0};
	struct po_fault f = {0};

	(void)argc;
	(void)argv;
	published = fuzz_keys(text);
	free(text);
	must(po_list_add_words(&algs, FUZZ_ALGS, 12));
	for (size_t i = 0; i < TOKENS; i++) /* each borrows its text for ever */
		must(po_jws_open(&tokens[i], PO_JWS_ID_TOKEN, fuzz_data("jwt", names[i]), &algs,
		                 &f));
	po_list_free(&algs);
	return 0;
}

/* JWK-4 */
static void check_key(const struct po_alg *alg, const struct po_jwk *key)
{
	EVP_PKEY *pkey = po_jwk_pkey(key);

	must(pkey && (alg->kinds & po_jwk_kind(key)));
	if (po_jwk_kind(key) == PO_JWK_RSA)
		must(EVP_PKEY_is_a(pkey, "RSA") && EVP_PKEY_get_bits(pkey) >= PO_RSA_BITS_MIN &&
		     EVP_PKEY_get_bits(pkey) <= PO_RSA_BITS_MAX);
}

/* JWK-2, read a second time: null is as good as absent. */
static bool says(const struct po_json *entry, const char *name, const char *text)
{
	const struct po_json *member = po_json_get(entry, name);
	const char *said = po_json_string(member);

	return !member || po_json_is_null(member) || (said && strcmp(said, text) == 0);
}

/* Entries of the document that may verify under this algorithm. */
static size_t count_entries(const struct po_json *doc, const struct po_alg *alg, const char *kid)
{
	const struct po_json *entries = po_json_get(doc, "keys");
	bool rsa = alg->kinds & PO_JWK_RSA;
	const char *kty = rsa ? "RSA" : alg->digest ? "EC" : "OKP";
	size_t n = 0;

	for (size_t i = 0; i < po_json_count(entries); i++) {
		const struct po_json *entry = po_json_item(entries, i);
		const struct po_json *ops = po_json_get(entry, "key_ops");
		const char *own = po_json_string(po_json_get(entry, "kid"));
		const char *type = po_json_get_string(entry, "kty");

		n += type && strcmp(type, kty) == 0 && says(entry, "use", "sig") &&
		     (!alg->digest || says(entry, "alg", alg->name)) &&
		     (!ops || po_json_is_null(ops) || po_json_array_has(ops, "verify")) &&
		     (!kid || (own && strcmp(own, kid) == 0));
	}
	return n;
}

static void try_keys(const struct po_json *doc, const struct po_jwks *keys, const struct po_jws *j,
                     const char *kid)
{
	const struct po_jwk *own[PO_LIMIT_CANDIDATE_KEYS];
	const struct po_jwk *found[PO_LIMIT_CANDIDATE_KEYS];
	size_t n = po_jwks_candidates(keys, j->alg, kid, found);
	struct po_buf hash;

	must(po_jwks_candidates(published, j->alg, j->kid, own) == 1);
	must(po_jws_verify(j, own[0]));
	must(n <= PO_LIMIT_CANDIDATE_KEYS && n <= po_jwks_count(keys) && (kid || n <= 1));
	must(n <= count_entries(doc, j->alg, kid));
	for (size_t i = 0; i < n; i++) {
		check_key(j->alg, found[i]);
		must(po_jws_verify(j, found[i]) ==
		     (EVP_PKEY_eq(po_jwk_pkey(found[i]), po_jwk_pkey(own[0])) == 1));
		po_buf_init(&hash, PO_LIMIT_CLAIM_VALUE);
		must(po_jws_half_hash(j->alg, found[i], FUZZ_ACCESS_TOKEN, &hash));
		must(hash.len >= 16 && hash.len <= 57);
		po_buf_free(&hash);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct po_note note = {fuzz_take_note, NULL};
	struct po_json *doc = fuzz_json_load(data, size);
	struct po_fault f = {0};
	struct po_jwks *keys;
	size_t entries = po_json_count(po_json_get(doc, "keys"));

	if (!doc)
		return 0;
	keys = po_jwks_new(doc, &note, &f);
	if (!keys) {
		po_json_free(doc);
		fuzz_check_fault(&f);
		must(f.code == PO_E_TOKEN);
		return 0;
	}
	must(po_jwks_count(keys) <= entries && entries <= PO_LIMIT_JWKS_KEYS);
	for (size_t i = 0; i < TOKENS; i++) {
		try_keys(doc, keys, &tokens[i], tokens[i].kid);
		try_keys(doc, keys, &tokens[i], "weak"); /* of the unit data's odd keys */
		try_keys(doc, keys, &tokens[i], NULL);
	}
	po_json_free(doc);
	po_jwks_free(keys);
	return 0;
}
