/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's own key: which algorithms it is fit for, and the signatures of RFC 7515 and RFC
 * 8037. That others verify what it signs: tests/worker/test_client_assertions.py.
 */
#include "client_keys.h"

#include "base64.h"
#include "client_key.h"

#define INPUT_8037 "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
#define SIGNATURE_8037                                                                     \
	"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_M" \
	"uM0KAg"
#define INPUT_7515                                                                          \
	"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkz" \
	"ODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define SECRET_7515                                                                          \
	"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9" \
	"CAow"
#define SIGNATURE_7515 "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

static const struct po_secret no_passphrase;

static const struct {
	const char *kind;
	const char *algs; /* that it is fit for */
} kinds[] = {
        {"RSA 2048", "RS256 PS256"}, {"RSA 1024", ""}, {"EC P-256", "ES256"}, {"EC P-384", ""},
        {"EC secp256k1", ""},        {"ED448", ""},    {"ED25519", "EdDSA"},  {"X25519", ""},
};

static void a_key_is_fit_for_its_own_algorithms(void **state)
{
	static const char *const algs[] = {"RS256", "PS256", "ES256", "EdDSA",
	                                   "HS256", "none",  "RS384", ""};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_secret pem = {0};
		struct po_client_key *key;

		t.row = kinds[i].kind;
		make_pem(kinds[i].kind, NULL, &pem);
		key = po_client_key_load(&pem, &no_passphrase, &f);
		assert_non_null(key);
		for (size_t k = 0; k < COUNT(algs); k++) {
			bool listed = *algs[k] && strstr(kinds[i].algs, algs[k]);
			struct po_buf out;

			po_buf_init(&out, 1024);
			ROW_NUMBER(&t, po_client_key_fits(key, algs[k]), listed);
			ROW_NUMBER(&t, po_client_key_sign(key, algs[k], "x", 1, &out), listed);
			ROW(&t, listed == (out.len > 0));
			po_buf_free(&out);
		}
		po_client_key_free(key);
		po_secret_free(&pem);
	}
	table_end(&t);
}

static const struct {
	const char *name;
	const char *written, *given; /* passphrases; NULL = none */
	const char *fault;           /* NULL: it is read */
} passphrases[] = {
        {"none", NULL, NULL, NULL},
        {"the right one", "open sesame", "open sesame", NULL},
        {"one too many", NULL, "open sesame", NULL},
        {"the wrong one", "open sesame", "open", "client_key_file: no usable key, or a wrong"},
        {"a missing one", "open sesame", NULL, "client_key_file: no usable key, or one that needs"},
};

static void a_passphrase_opens_its_key_only(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(passphrases); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_secret pem = {0};
		struct po_secret given = {0};
		struct po_client_key *key;

		t.row = passphrases[i].name;
		make_pem("ED25519", passphrases[i].written, &pem);
		if (passphrases[i].given)
			assert_true(po_secret_set(&given, passphrases[i].given,
			                          strlen(passphrases[i].given)));
		key = po_client_key_load(&pem, &given, &f);
		ROW(&t, (key != NULL) == !passphrases[i].fault);
		if (passphrases[i].fault) {
			ROW_NUMBER(&t, f.code, PO_E_CONFIG);
			ROW(&t, strstr(f.text, passphrases[i].fault) != NULL);
			ROW(&t, !strstr(f.text, "sesame"));
		}
		po_client_key_free(key);
		po_secret_free(&pem);
		po_secret_free(&given);
	}
	table_end(&t);
}

static void what_is_no_key_is_refused(void **state)
{
	static const char *const texts[] = {
	        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
	        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "", "x"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct po_secret pem = {0};
		struct po_fault f = {.code = PO_OK};

		assert_true(po_secret_set(&pem, texts[i], strlen(texts[i])));
		assert_null(po_client_key_load(&pem, &no_passphrase, &f));
		assert_int_equal(f.code, PO_E_CONFIG);
		po_secret_free(&pem);
	}
}

static void assert_base64url(const struct po_buf *octets, const char *wanted)
{
	struct po_buf text;

	po_buf_init(&text, 1024);
	assert_true(po_base64url_encode(&text, octets->data, octets->len));
	assert_string_equal(po_buf_str(&text), wanted);
	po_buf_free(&text);
}

/* RFC 8037 appendix A.4 */
static void ed25519_signs_as_rfc_8037(void **state)
{
	struct po_fault f = {.code = PO_OK};
	struct po_secret pem = {0};
	struct po_client_key *key;
	struct po_buf out;

	(void)state;
	make_pem("ED25519", NULL, &pem);
	key = po_client_key_load(&pem, &no_passphrase, &f);
	assert_non_null(key);
	po_buf_init(&out, 64);
	assert_true(po_client_key_sign(key, "EdDSA", INPUT_8037, strlen(INPUT_8037), &out));
	assert_base64url(&out, SIGNATURE_8037);
	assert_false(po_client_key_sign(key, "EdDSA", "x", 1, &out)); /* it is full */
	po_buf_free(&out);
	po_client_key_free(key);
	po_secret_free(&pem);
}

/* RFC 7515 appendix A.1; RFC 7518 section 3.2 for the lengths */
static void hmac_is_that_of_rfc_7515(void **state)
{
	static const struct {
		const char *alg;
		size_t octets;
	} algs[] = {{"HS256", 32}, {"HS384", 48}, {"HS512", 64}, {"HS1", 0}, {"RS256", 0}};
	struct po_secret secret = {0};
	struct po_buf octets;
	struct po_buf out;

	(void)state;
	po_buf_init(&octets, 100);
	po_buf_init(&out, 1000);
	assert_true(po_base64url_decode(&octets, SECRET_7515, strlen(SECRET_7515)));
	assert_true(po_secret_set(&secret, octets.data, octets.len));
	assert_true(po_client_mac(&secret, "HS256", INPUT_7515, strlen(INPUT_7515), &out));
	assert_base64url(&out, SIGNATURE_7515);
	for (size_t i = 0; i < COUNT(algs); i++) {
		struct po_secret shorter = {secret.data, algs[i].octets};

		assert_int_equal(po_client_mac_octets(algs[i].alg), algs[i].octets);
		assert_int_equal(po_client_mac(&shorter, algs[i].alg, "x", 1, &out),
		                 algs[i].octets > 0);
		if (shorter.len > 0)
			shorter.len--;
		assert_false(po_client_mac(&shorter, algs[i].alg, "x", 1, &out));
	}
	po_secret_free(&secret);
	po_buf_free(&octets);
	po_buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_key_is_fit_for_its_own_algorithms),
	        cmocka_unit_test(a_passphrase_opens_its_key_only),
	        cmocka_unit_test(what_is_no_key_is_refused),
	        cmocka_unit_test(ed25519_signs_as_rfc_8037),
	        cmocka_unit_test(hmac_is_that_of_rfc_7515),
	};

	return cmocka_run_group_tests_name("client_key", tests, NULL, NULL);
}
