/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the token half share: reading the data of make_tokens.py, and tokens signed on
 * the spot with the private key of RFC 8037 appendix A.1, for claims that a test wants to spell.
 */
#ifndef PO_TEST_JOSE_H
#define PO_TEST_JOSE_H

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jwk.h"
#include "po_buf.h"

#ifndef PO_TEST_DATA
#	define PO_TEST_DATA "tests/unit/data"
#endif

/* RFC 8037 appendix A.2, as a set */
#define RFC8037_KEY                                                 \
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"rfc8037\"," \
	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"
#define RFC8037_JWKS "{\"keys\":[" RFC8037_KEY "]}"

static inline const char *data_dir(void)
{
	const char *dir = getenv("PO_TEST_DATA");

	return dir ? dir : PO_TEST_DATA;
}

/* The whole file data/folder/name.ending, byte for byte, and a NUL; free it. */
static inline char *data_read(const char *folder, const char *name, const char *ending, size_t *len)
{
	char path[1024];
	struct po_buf b;
	char chunk[4096];
	size_t n;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/%s.%s", data_dir(), folder, name, ending);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("cannot open %s", path);
	po_buf_init(&b, 1 << 20);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		assert_true(po_buf_add(&b, chunk, n));
	fclose(file);
	if (len)
		*len = b.len;
	return po_buf_take(&b);
}

/* base64url without padding, spelt out here so that it is not the code under test; free it. */
static inline char *b64url(const void *data, size_t len)
{
	static const char alphabet[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const unsigned char *p = data;
	char *text = calloc(1, len / 3 * 4 + 5);
	size_t n = 0;

	assert_non_null(text);
	for (size_t bit = 0; bit < 8 * len; bit += 6) {
		unsigned high = p[bit / 8];
		unsigned low = bit / 8 + 1 < len ? p[bit / 8 + 1] : 0;

		text[n++] = alphabet[(high << 8 | low) >> (10 - bit % 8) & 63];
	}
	return text;
}

/* header and claims, not signed: the third part is "AA"; free it. */
static inline char *token_unsigned(const char *header, const char *claims)
{
	char *h = b64url(header, strlen(header));
	char *c = b64url(claims, strlen(claims));
	char *token = NULL;

	assert_true(asprintf(&token, "%s.%s.AA", h, c) > 0);
	free(h);
	free(c);
	return token;
}

/* The same, signed with the key of RFC 8037; free it. */
static inline char *token_signed(const char *header, const char *claims)
{
	static const unsigned char d[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60,
	                                    0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
	                                    0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19,
	                                    0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, d, sizeof(d));
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	char *input = token_unsigned(header, claims);
	unsigned char signature[64];
	size_t len = sizeof(signature);
	char *token = NULL;
	char *text;

	input[strlen(input) - 3] = '\0'; /* ".AA" */
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, NULL, NULL, key), 1);
	assert_int_equal(
	        EVP_DigestSign(ctx, signature, &len, (const unsigned char *)input, strlen(input)),
	        1);
	text = b64url(signature, len);
	assert_true(asprintf(&token, "%s.%s", input, text) > 0);
	free(text);
	free(input);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return token;
}

/* The keys of a set that is right, or of a file of jwks/; po_jwks_free. */
static inline struct po_jwks *keys_of(const char *text, size_t len)
{
	const struct po_note nobody = {0};
	struct po_fault f = {0};
	struct po_json *doc = po_json_load(text, len, PO_E_TOKEN, &f);
	struct po_jwks *s = doc ? po_jwks_new(doc, &nobody, &f) : NULL;

	if (!s)
		fail_msg("keys: %s", f.text);
	po_json_free(doc);
	return s;
}

static inline struct po_jwks *keys_of_file(const char *name)
{
	size_t len;
	char *text = data_read("jwks", name, "json", &len);
	struct po_jwks *s = keys_of(text, len);

	free(text);
	return s;
}

#endif
