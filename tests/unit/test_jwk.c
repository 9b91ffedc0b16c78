/* SPDX-License-Identifier: BSD-2-Clause */
/* Which entries of a JWKS become keys, and which keys are tried for a token (JWK-1 to JWK-6). */
#include "jose.h"

#include <dirent.h>
#include <openssl/err.h>

#include "jwk.h"

struct notes {
	int count;
	char last[600];
};

static void take_note(void *ctx, enum po_remark level, const char *text)
{
	struct notes *n = ctx;

	n->count += level == PO_REMARK_WARNING; /* the administrator must see these */
	snprintf(n->last, sizeof(n->last), "%s", text);
}

static struct po_jwks *jwks_of(const char *text, size_t len, struct notes *n, struct po_fault *f)
{
	const struct po_note note = {take_note, n};
	struct po_json *doc = po_json_load(text, len, PO_E_TOKEN, f);
	struct po_jwks *s;

	if (!doc)
		fail_msg("test data is not JSON: %.60s", text);
	s = po_jwks_new(doc, &note, f);
	po_json_free(doc);
	return s;
}

/* How many of the entries of each file of jwks/ are usable; make_tokens.py says what each is. */
static const struct {
	const char *file;
	size_t usable;
} files[] = {
        {"good", 6},
        {"one-rsa", 1},
        {"one-p256", 1},
        {"one-p384", 1},
        {"one-p521", 1},
        {"one-ed25519", 1},
        {"one-ed448", 1},
        {"ok-short-x", 1},
        {"ok-8192-bits", 1},
        {"ok-8192-bits-and-a-zero", 1},
        {"SRV-126-8192-bits-and-two-zeros", 0},
        {"ok-2048-bits-and-a-zero", 1},
        {"ok-e-3", 1},
        {"ok-e-2-to-32-minus-1", 1},
        {"ok-use-and-key_ops", 1},
        {"ok-alg-EdDSA", 2},
        {"ok-alg-Ed25519", 1},
        {"SRV-121-oct", 0},
        {"SRV-125-off-curve", 0},
        {"SRV-125-zero-zero", 0},
        {"SRV-125-y-is-zero", 0},
        {"SRV-125-x-31-octets", 0},
        {"SRV-125-x-33-octets", 0},
        {"SRV-125-y-33-octets", 0},
        {"SRV-125-short-x", 0},
        {"SRV-125-split-elsewhere", 0},
        {"SRV-125-x-plus-p", 0},
        {"SRV-125-y-missing", 0},
        {"SRV-125-x-not-a-string", 0},
        {"SRV-125-x-with-padding", 0},
        {"SRV-125-curve-names-P-384", 0},
        {"SRV-125-curve-unknown", 0},
        {"SRV-125-curve-lower-case", 0},
        {"SRV-125-curve-missing", 0},
        {"SRV-125-kty-OKP", 0},
        {"SRV-125-kty-lower-case", 0},
        {"SRV-125-Ed25519-31-octets", 0},
        {"SRV-125-Ed25519-33-octets", 0},
        {"SRV-125-Ed25519-empty-octets", 0},
        {"SRV-125-Ed25519-named-X25519", 0},
        {"SRV-125-Ed25519-named-Ed448", 0},
        {"SRV-125-Ed448-56-octets", 0},
        {"SRV-125-Ed448-58-octets", 0},
        {"SRV-126-512-bits", 0},
        {"SRV-126-1024-bits", 0},
        {"SRV-126-1024-bits-and-zeros", 0},
        {"SRV-126-2047-bits", 0},
        {"SRV-126-8193-bits", 0},
        {"SRV-126-16384-bits", 0},
        {"SRV-126-e-0", 0},
        {"SRV-126-e-1", 0},
        {"SRV-126-e-2", 0},
        {"SRV-126-e-2-to-32-plus-1", 0},
        {"SRV-126-e-2048-bits", 0},
        {"SRV-126-e-missing", 0},
        {"SRV-126-n-missing", 0},
        {"SRV-126-n-even", 0},
        {"SRV-126-n-a-number", 0},
        {"SRV-126-n-not-base64url", 0},
        {"SRV-128-two-candidates", 2},
        {"SRV-129-right-key-second", 2},
        {"SRV-129-right-key-fourth", 4},
        {"SRV-129-right-key-fifth", 5},
        {"SRV-129-right-key-after-other-types", 6},
        {"SRV-151-private-EC", 1},
        {"SRV-151-private-RSA", 1},
        {"SRV-151-use-enc", 0},
        {"SRV-151-key_ops-sign", 0},
        {"SRV-151-alg-ES384", 0},
        {"SRV-151-alg-of-encryption", 0},
        {"SRV-151-alg-PS256-only", 1},
        {"SRV-151-oct", 0},
};

#define FILE_COUNT (sizeof(files) / sizeof(files[0]))

static void usable_keys_of_each_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILE_COUNT; i++) {
		struct po_fault f = {0};
		struct notes n = {0};
		size_t len;
		char *text = data_read("jwks", files[i].file, "json", &len);
		struct po_jwks *s = jwks_of(text, len, &n, &f);

		if (!s)
			fail_msg("%s: %s", files[i].file, f.text);
		if (po_jwks_count(s) != files[i].usable)
			fail_msg("%s: %zu usable keys", files[i].file, po_jwks_count(s));
		/* what is left in the queue, libcurl would take for its own error */
		assert_int_equal(ERR_peek_error(), 0);
		po_jwks_free(s);
		free(text);
	}
}

static void every_file_is_in_the_table(void **state)
{
	char path[1024];
	size_t count = 0;
	DIR *dir;

	(void)state;
	snprintf(path, sizeof(path), "%s/jwks", data_dir());
	dir = opendir(path);
	assert_non_null(dir);
	for (struct dirent *d; (d = readdir(dir));)
		count += d->d_name[0] != '.';
	closedir(dir);
	assert_int_equal(count, FILE_COUNT);
}

#define EC_X   "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\""
#define EC_Y   "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""
#define EC_KEY "\"kty\":\"EC\",\"crv\":\"P-256\"," EC_X "," EC_Y /* RFC 7515 appendix A.3.1 */

/* Sets that are right but for what the name says: how many keys, or -1 = a fault. */
static const struct {
	const char *name;
	const char *text;
	int usable;
} sets[] = {
        {"one key", "{\"keys\":[{" EC_KEY "}]}", 1},
        {"SRV-150 empty", "{\"keys\":[]}", 0},
        {"SRV-150 keys missing", "{\"Keys\":[{" EC_KEY "}]}", -1},
        {"SRV-150 empty document", "{}", -1},
        {"SRV-150 keys null", "{\"keys\":null}", -1},
        {"SRV-150 keys an object", "{\"keys\":{\"0\":{" EC_KEY "}}}", -1},
        {"SRV-150 keys a string", "{\"keys\":\"[]\"}", -1},
        {"SRV-150 a key instead of a set", "{" EC_KEY "}", -1},
        {"SRV-150 entries of other types",
         "{\"keys\":[null,\"x\",1,1.5,true,[],[{" EC_KEY "}],{},{" EC_KEY "}]}", 1},
        {"SRV-150 entries of other types only", "{\"keys\":[null,\"\",0,[],{}]}", 0},
        {"JWK-1 unknown kty", "{\"keys\":[{\"kty\":\"AKP\",\"alg\":\"ML-DSA-44\"},{" EC_KEY "}]}",
         1},
        {"JWK-1 kty missing", "{\"keys\":[{\"crv\":\"P-256\"," EC_X "," EC_Y "}]}", 0},
        {"JWK-1 kty a number", "{\"keys\":[{\"kty\":2,\"crv\":\"P-256\"," EC_X "," EC_Y "}]}", 0},
        {"unknown members", "{\"keys\":[{" EC_KEY ",\"issuer\":\"x\",\"x5c\":[1]}],\"v\":2}", 1},
        {"kid a number", "{\"keys\":[{" EC_KEY ",\"kid\":1}]}", 0},
        {"kid null is none", "{\"keys\":[{" EC_KEY ",\"kid\":null}]}", 1},
        {"SRV-151 use sig", "{\"keys\":[{" EC_KEY ",\"use\":\"sig\"}]}", 1},
        {"SRV-151 use null is none", "{\"keys\":[{" EC_KEY ",\"use\":null}]}", 1},
        {"SRV-151 use enc", "{\"keys\":[{" EC_KEY ",\"use\":\"enc\"}]}", 0},
        {"SRV-151 use SIG", "{\"keys\":[{" EC_KEY ",\"use\":\"SIG\"}]}", 0},
        {"SRV-151 use empty", "{\"keys\":[{" EC_KEY ",\"use\":\"\"}]}", 0},
        {"SRV-151 use an array", "{\"keys\":[{" EC_KEY ",\"use\":[\"sig\"]}]}", 0},
        {"SRV-151 key_ops verify", "{\"keys\":[{" EC_KEY ",\"key_ops\":[\"sign\",\"verify\"]}]}",
         1},
        {"SRV-151 key_ops sign", "{\"keys\":[{" EC_KEY ",\"key_ops\":[\"sign\"]}]}", 0},
        {"SRV-151 key_ops empty", "{\"keys\":[{" EC_KEY ",\"key_ops\":[]}]}", 0},
        {"SRV-151 key_ops a string", "{\"keys\":[{" EC_KEY ",\"key_ops\":\"verify\"}]}", 0},
        {"SRV-151 use sig, key_ops sign",
         "{\"keys\":[{" EC_KEY ",\"use\":\"sig\",\"key_ops\":[\"sign\"]}]}", 0},
        {"SRV-151 alg ES256", "{\"keys\":[{" EC_KEY ",\"alg\":\"ES256\"}]}", 1},
        {"SRV-151 alg of another curve", "{\"keys\":[{" EC_KEY ",\"alg\":\"ES384\"}]}", 0},
        {"SRV-151 alg of another type", "{\"keys\":[{" EC_KEY ",\"alg\":\"RS256\"}]}", 0},
        {"SRV-151 alg HS256", "{\"keys\":[{" EC_KEY ",\"alg\":\"HS256\"}]}", 0},
        {"SRV-151 alg none", "{\"keys\":[{" EC_KEY ",\"alg\":\"none\"}]}", 0},
        {"SRV-151 alg unknown", "{\"keys\":[{" EC_KEY ",\"alg\":\"es256\"}]}", 0},
        {"SRV-151 alg a number", "{\"keys\":[{" EC_KEY ",\"alg\":256}]}", 0},
        {"SRV-151 oct", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"use\":\"sig\"}]}", 0},
        {"SRV-151 oct with the members of an EC key",
         "{\"keys\":[{\"kty\":\"oct\",\"crv\":\"P-256\"," EC_X "," EC_Y ",\"k\":\"AAAA\"}]}", 0},
        {"Ed25519", RFC8037_JWKS, 1},
};

static void usable_keys_of_each_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct po_fault f = {0};
		struct notes n = {0};
		struct po_jwks *s = jwks_of(sets[i].text, strlen(sets[i].text), &n, &f);

		if (!s != (sets[i].usable < 0))
			fail_msg("%s: %s", sets[i].name, s ? "accepted" : f.text);
		if (s && po_jwks_count(s) != (size_t)sets[i].usable)
			fail_msg("%s: %zu usable keys", sets[i].name, po_jwks_count(s));
		if (!s)
			assert_int_equal(f.code, PO_E_TOKEN);
		po_jwks_free(s);
	}
}

/* A set of n entries, the last of them a key. */
static struct po_jwks *set_of(size_t n, struct po_fault *f)
{
	struct notes notes = {0};
	struct po_jwks *s;
	struct po_buf b;

	po_buf_init(&b, 1 << 20);
	po_buf_add_str(&b, "{\"keys\":[");
	for (size_t i = 1; i < n; i++)
		po_buf_add_str(&b, "{},");
	assert_true(po_buf_add_str(&b, RFC8037_KEY "]}"));
	s = jwks_of(po_buf_str(&b), b.len, &notes, f);
	po_buf_free(&b);
	return s;
}

static void a_set_has_at_most_100_entries(void **state)
{
	struct po_fault f = {0};
	struct po_jwks *s = set_of(100, &f);

	(void)state;
	assert_non_null(s);
	assert_int_equal(po_jwks_count(s), 1);
	po_jwks_free(s);
	assert_null(set_of(101, &f)); /* LIM-8 */
	assert_int_equal(f.code, PO_E_TOKEN);
	assert_string_equal(f.text, "JWKS: more than 100 keys");
	assert_null(set_of(10000, &f)); /* SRV-150 */
}

/* JWK-2, JWK-3: how many keys of a file are candidates for a header. */
static const struct {
	const char *file;
	const char *alg;
	const char *kid;
	size_t candidates;
} headers[] = {
        {"good", "RS256", "rsa", 1},
        {"good", "PS512", "rsa", 1},
        {"good", "ES256", "p256", 1},
        {"good", "ES384", "p384", 1},
        {"good", "ES512", "p521", 1},
        {"good", "EdDSA", "ed25519", 1},
        {"good", "EdDSA", "ed448", 1},
        {"good", "Ed25519", "ed25519", 1},
        {"good", "Ed448", "ed448", 1},
        {"good", "RS256", "p256", 0}, /* SRV-122 */
        {"good", "ES256", "rsa", 0},  /* SRV-122 */
        {"good", "ES256", "p384", 0}, /* SRV-125 */
        {"good", "ES384", "p256", 0}, /* SRV-125 */
        {"good", "ES512", "p256", 0}, /* SRV-125 */
        {"good", "EdDSA", "p256", 0},
        {"good", "Ed25519", "ed448", 0},
        {"good", "Ed448", "ed25519", 0},
        {"good", "RS256", "", 0},
        {"good", "RS256", "rs", 0},
        {"good", "RS256", "rsa ", 0},
        {"good", "RS256", "RSA", 0},
        {"good", "RS256", "../../etc/passwd", 0}, /* SRV-128 */
        {"good", "RS256", NULL, 1},               /* one key of each type: no doubt which */
        {"good", "EdDSA", NULL, 0},               /* two could be meant */
        {"good", "Ed448", NULL, 1},
        {"one-rsa", "RS384", NULL, 1},
        {"one-rsa", "RS384", "rsa", 0}, /* a key without kid is none for a header that has one */
        {"one-rsa", "RS384", "", 0},
        {"one-rsa", "ES256", NULL, 0},
        {"SRV-128-two-candidates", "ES256", NULL, 0},
        {"SRV-128-two-candidates", "ES256", "a", 1},
        {"SRV-129-right-key-second", "ES256", "same", 2},
        {"SRV-129-right-key-fourth", "ES256", "same", 4},
        {"SRV-129-right-key-fifth", "ES256", "same", 4}, /* LIM-8 */
        {"SRV-129-right-key-fifth", "ES256", NULL, 0},
        {"SRV-129-right-key-after-other-types", "ES256", "same", 1},
        {"SRV-151-alg-PS256-only", "PS256", "rsa", 1},
        {"SRV-151-alg-PS256-only", "RS256", "rsa", 0},
        {"SRV-151-alg-PS256-only", "PS512", "rsa", 0},
        {"ok-use-and-key_ops", "ES256", "p256", 1},
        {"ok-alg-EdDSA", "EdDSA", "ed25519", 1},
        {"ok-alg-EdDSA", "Ed25519", "ed25519", 1}, /* RFC 9864: one algorithm, two names */
        {"ok-alg-EdDSA", "Ed448", "ed25519", 0},
        {"ok-alg-EdDSA", "Ed448", "ed448", 1},
        {"ok-alg-Ed25519", "EdDSA", "ed25519", 1},
        {"ok-alg-Ed25519", "Ed25519", "ed25519", 1},
        {"SRV-121-oct", "RS256", "oct", 0},
};

static void candidates_for_each_header(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		const struct po_jwk *keys[PO_LIMIT_CANDIDATE_KEYS] = {NULL};
		const struct po_alg *alg = po_alg_find(headers[i].alg);
		struct po_fault f = {0};
		struct notes notes = {0};
		size_t len;
		size_t n;
		char *text = data_read("jwks", headers[i].file, "json", &len);
		struct po_jwks *s = jwks_of(text, len, &notes, &f);

		assert_non_null(alg);
		n = po_jwks_candidates(s, alg, headers[i].kid, keys);
		if (n != headers[i].candidates)
			fail_msg("%s, alg %s, kid %s: %zu candidates", headers[i].file,
			         headers[i].alg, headers[i].kid ? headers[i].kid : "(none)", n);
		for (size_t k = 0; k < n; k++)
			assert_true(alg->kinds & po_jwk_kind(keys[k]));
		po_jwks_free(s);
		free(text);
	}
}

/* JWK-6: a server that publishes its key is worth a line, and that line repeats nothing of it. */
static void private_members_are_remarked_and_ignored(void **state)
{
	static const struct {
		const char *file;
		int notes;
	} rows[] = {{"good", 0},
	            {"ok-use-and-key_ops", 0},
	            {"SRV-151-private-EC", 1},
	            {"SRV-151-private-RSA", 1},
	            {"SRV-121-oct", 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct po_fault f = {0};
		struct notes n = {0};
		size_t len;
		char *text = data_read("jwks", rows[i].file, "json", &len);
		struct po_jwks *s = jwks_of(text, len, &n, &f);

		if (n.count != rows[i].notes)
			fail_msg("%s: %d remarks", rows[i].file, n.count);
		if (n.count)
			assert_non_null(strstr(n.last, "publishes private"));
		po_jwks_free(s);
		free(text);
	}
}

static void only_asymmetric_algorithms_exist(void **state)
{
	static const char *const known[] = {"RS256", "RS384", "RS512", "PS256", "PS384",   "PS512",
	                                    "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "Ed448"};
	static const char *const unknown[] = {
	        "none",    "None",   "nOnE",   "",       "HS256",    "HS384",  "HS512",  "ES256K",
	        "RS1",     "rs256",  "RS256 ", " RS256", "RS25",     "RS2560", "eddsa",  "ed25519",
	        "ES256\n", "PS256,", "A128KW", "dir",    "RSA-OAEP", "SHA256", "ED25519"};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_non_null(po_alg_find(known[i]));
		assert_string_equal(po_alg_find(known[i])->name, known[i]);
	}
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		if (po_alg_find(unknown[i]))
			fail_msg("%s is an algorithm", unknown[i]);
}

static void freeing_nothing_is_allowed(void **state)
{
	(void)state;
	po_jwks_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(usable_keys_of_each_file),
	        cmocka_unit_test(every_file_is_in_the_table),
	        cmocka_unit_test(usable_keys_of_each_set),
	        cmocka_unit_test(a_set_has_at_most_100_entries),
	        cmocka_unit_test(candidates_for_each_header),
	        cmocka_unit_test(private_members_are_remarked_and_ignored),
	        cmocka_unit_test(only_asymmetric_algorithms_exist),
	        cmocka_unit_test(freeing_nothing_is_allowed),
	};

	return cmocka_run_group_tests_name("jwk", tests, NULL, NULL);
}
