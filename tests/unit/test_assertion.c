/* SPDX-License-Identifier: BSD-2-Clause */
/* CAU-5 to CAU-8: header and claims of a client assertion, spelled out. Its signature:
 * test_client_key.c. */
#include "client_keys.h"

#include <stdio.h>

#include "assertion.h"
#include "base64.h"
#include "fake_clock.h"
#include "nonce.h"
#include "pkce.h"

#define SECRET "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *name;
	enum po_client_auth method;
	const char *alg, *kid;
	enum po_assertion_typ typ;
	const char *header;
} rows[] = {
        {"CAU-8 explicit type, kid", PO_AUTH_PRIVATE_KEY_JWT, "EdDSA", "key-1",
         PO_TYP_CLIENT_AUTHENTICATION,
         "{\"typ\":\"client-authentication+jwt\",\"alg\":\"EdDSA\",\"kid\":\"key-1\"}"},
        {"no kid", PO_AUTH_PRIVATE_KEY_JWT, "EdDSA", NULL, PO_TYP_JWT,
         "{\"typ\":\"JWT\",\"alg\":\"EdDSA\"}"},
        {"no type", PO_AUTH_PRIVATE_KEY_JWT, "EdDSA", "a\"b\\c", PO_TYP_NONE,
         "{\"alg\":\"EdDSA\",\"kid\":\"a\\\"b\\\\c\"}"},
        {"CAU-5 a secret has no kid", PO_AUTH_SECRET_JWT, "HS512", "key-1", PO_TYP_JWT,
         "{\"typ\":\"JWT\",\"alg\":\"HS512\"}"},
};

/* Part n of a JWT, decoded; false where it has none. */
static bool part_of(const struct po_buf *jwt, unsigned n, struct po_buf *out)
{
	const char *p = po_buf_str(jwt);

	for (; n > 0; n--) {
		p = strchr(p, '.');
		if (!p++)
			return false;
	}
	po_buf_init(out, 8192);
	return po_base64url_decode(out, p, strcspn(p, "."));
}

static void make_client(struct po_client *c, struct po_request *r, size_t row)
{
	struct po_fault f = {.code = PO_OK};

	*r = (struct po_request){.client_id = strdup("id \"1\""),
	                         .client_key_id = rows[row].kid ? strdup(rows[row].kid) : NULL,
	                         .assertion_typ = rows[row].typ};
	assert_true(po_secret_set(&r->client_secret, SECRET, strlen(SECRET)));
	make_pem("ED25519", NULL, &r->client_key);
	*c = (struct po_client){.request = r,
	                        .grant = {rows[row].method, rows[row].alg},
	                        .audience = "https://sso.example.org/"};
	c->key = po_client_key_load(&r->client_key, &r->client_key_passphrase, &f);
	assert_non_null(c->key);
}

/* CAU-6: jti apart, the claims are these. */
static void check_claims(struct table *t, const struct po_buf *jwt, char *jti, size_t size)
{
	struct po_buf claims;
	char wanted[400];
	const char *id;

	ROW(t, part_of(jwt, 1, &claims));
	id = strstr(po_buf_str(&claims), "\"jti\":\"");
	ROW(t, id != NULL);
	snprintf(jti, size, "%.*s", (int)strcspn(id + 7, "\""), id + 7);
	ROW_NUMBER(t, strlen(jti), 22); /* 128 bits */
	snprintf(wanted, sizeof(wanted),
	         "{\"iss\":\"id \\\"1\\\"\",\"sub\":\"id \\\"1\\\"\","
	         "\"aud\":\"https://sso.example.org/\",\"jti\":\"%s\",\"iat\":%lld,\"exp\":%lld}",
	         jti, (long long)FAKE_WALL, (long long)FAKE_WALL + 60);
	ROW_TEXT(t, po_buf_str(&claims), wanted);
	po_buf_free(&claims);
}

static void header_and_claims_are_these(void **state)
{
	struct table t = {0};
	char ids[2][100] = {"", ""};

	(void)state;
	fake_clock_reset();
	for (size_t i = 0; i < COUNT(rows) * 2; i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_client c;
		struct po_request r;
		struct po_buf jwt;
		struct po_buf header;

		t.row = rows[i / 2].name;
		make_client(&c, &r, i / 2);
		po_buf_init(&jwt, 8192);
		ROW(&t, po_assertion_add(&c, &c.grant, &jwt, &f));
		ROW(&t, part_of(&jwt, 0, &header));
		ROW_TEXT(&t, po_buf_str(&header), rows[i / 2].header);
		po_buf_free(&header);
		check_claims(&t, &jwt, ids[i % 2], sizeof(ids[0]));
		ROW(&t, strcmp(ids[0], ids[1]) != 0); /* fresh each time */
		po_buf_free(&jwt);
		po_client_free(&c);
		po_request_free(&r);
	}
	table_end(&t);
}

/* RFC 7636 appendix B */
static void pkce_is_that_of_rfc_7636(void **state)
{
	static char text[] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	const struct po_secret verifier = {text, sizeof(text) - 1};
	struct po_secret fresh[2] = {{NULL, 0}, {NULL, 0}};
	struct po_fault f = {.code = PO_OK};
	struct po_buf challenge;

	(void)state;
	po_buf_init(&challenge, 100);
	assert_true(po_pkce_challenge(&verifier, &challenge, &f));
	assert_string_equal(po_buf_str(&challenge), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
	po_buf_free(&challenge);
	for (size_t i = 0; i < COUNT(fresh); i++) {
		assert_true(po_pkce_verifier(&fresh[i], &f));
		assert_int_equal(fresh[i].len, 43);
	}
	assert_string_not_equal(fresh[0].data, fresh[1].data);
	po_secret_free(&fresh[0]);
	po_secret_free(&fresh[1]);
}

static void a_nonce_has_its_bits_and_its_bounds(void **state)
{
	struct po_fault f = {.code = PO_OK};
	struct po_buf out;

	(void)state;
	po_buf_init(&out, 100);
	assert_true(po_nonce_add(&out, PO_NONCE_OCTETS, &f));
	assert_int_equal(out.len, 22);
	assert_false(po_nonce_add(&out, 65, &f));
	assert_int_equal(f.code, PO_E_SYSTEM);
	assert_false(po_nonce_add(&out, 64, &f)); /* full */
	po_buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(header_and_claims_are_these),
	        cmocka_unit_test(pkce_is_that_of_rfc_7636),
	        cmocka_unit_test(a_nonce_has_its_bits_and_its_bounds),
	};

	return cmocka_run_group_tests_name("assertion", tests, NULL, NULL);
}
