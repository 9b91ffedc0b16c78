/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the fuzzers of tokens and keys: the tokens and keys of the unit tests, and a signature made
 * on the spot with the private key of RFC 8037 appendix A.1, so that the code behind a good
 * signature is reached.
 */
#ifndef PO_FUZZ_JOSE_H
#define PO_FUZZ_JOSE_H

#include <openssl/evp.h>

#include "fuzz_json.h"
#include "jwk.h"
#include "po_buf.h"

#define FUZZ_NOW          INT64_C(1800000000) /* of make_tokens.py, as the names below */
#define FUZZ_ISSUER       "https://sso.example.org/realms/main"
#define FUZZ_CLIENT       "ssh-login"
#define FUZZ_ACCESS_TOKEN "dNZX1hEZ9wBCzNL40Upu646bdzQA.wfgvmE8VxjAudsnJc08sWJg-T~k"
#define FUZZ_ALGS                                                \
	"RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 " \
	"EdDSA Ed25519 Ed448"
#define FUZZ_SIGNER                                                            \
	"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"rfc8037\"," \
	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"

/* A whole file of the unit data; free it. */
static inline char *fuzz_data(const char *folder, const char *name)
{
	char path[1024];
	struct po_buf b;
	char chunk[4096];
	size_t n;
	FILE *file;

	snprintf(path, sizeof(path), PO_TEST_DATA "/%s/%s", folder, name);
	file = fopen(path, "rb");
	must(file);
	po_buf_init(&b, 1 << 20);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		must(po_buf_add(&b, chunk, n));
	fclose(file);
	return po_buf_take(&b);
}

static inline struct po_jwks *fuzz_keys(const char *text)
{
	const struct po_note note = {fuzz_take_note, NULL};
	struct po_fault f = {0};
	struct po_json *doc = fuzz_json_load(text, strlen(text));
	struct po_jwks *keys = po_jwks_new(doc, &note, &f);

	must(keys);
	po_json_free(doc);
	return keys;
}

#define FUZZ_B64URL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/* The character that differs in one of its six bits. */
static inline char fuzz_b64url_flip(char c, unsigned bit)
{
	static const char alphabet[] = FUZZ_B64URL;
	const char *p = strchr(alphabet, c);

	must(c && p);
	return alphabet[(size_t)(p - alphabet) ^ (1U << bit)];
}

/* base64url without padding, not by the code under test. */
static inline void fuzz_b64url(struct po_buf *out, const void *data, size_t len)
{
	static const char alphabet[] = FUZZ_B64URL;
	const unsigned char *p = data;

	for (size_t bit = 0; bit < 8 * len; bit += 6) {
		unsigned low = bit / 8 + 1 < len ? p[bit / 8 + 1] : 0;
		unsigned two = (unsigned)p[bit / 8] << 8 | low;

		must(po_buf_add(out, &alphabet[two >> (10 - bit % 8) & 63], 1));
	}
}

/* The token of these two texts, signed; free it. */
static inline char *fuzz_sign(const char *header, size_t header_len, const char *claims,
                              size_t claims_len)
{
	static const unsigned char d[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60,
	                                    0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
	                                    0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19,
	                                    0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, d, sizeof(d));
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char signature[64];
	size_t len = sizeof(signature);
	struct po_buf out;

	po_buf_init(&out, 4 << 20);
	fuzz_b64url(&out, header, header_len);
	must(po_buf_add_str(&out, "."));
	fuzz_b64url(&out, claims, claims_len);
	must(EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1);
	must(EVP_DigestSign(ctx, signature, &len, out.data, out.len) == 1);
	must(po_buf_add_str(&out, "."));
	fuzz_b64url(&out, signature, len);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return po_buf_take(&out);
}

#endif
