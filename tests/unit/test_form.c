/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The body of a request and the client's authentication (RFC 6749 appendix B and section 2.3):
 * the vectors of CAU-2, the whole table of DEV-2, and DEV-5. No network: posting is http.c's.
 */
#include "table.h"

#include <string.h>

#include "form.h"

#define BASIC "Basic "

/* What po_form_authenticate reads of a request; the texts are the caller's. */
static void make_request(struct po_request *r, const char *id, const char *secret)
{
	*r = (struct po_request){.client_id = strdup(id)};
	if (secret)
		assert_true(po_secret_set(&r->client_secret, secret, strlen(secret)));
}

static bool authenticate(struct po_form *form, const struct po_request *r,
                         enum po_client_auth method, enum po_endpoint endpoint, struct po_fault *f)
{
	const struct po_client c = {.request = r, .grant = {method, NULL}};

	return po_form_authenticate(form, &c, endpoint, f);
}

static const struct {
	const char *name;
	const char *id, *secret;
	enum po_basic_encoding encoding;
	const char *authorization;
} basics[] = {
        {"CAU-2 first vector", "cilogon:/client_id/6e8f", "p+q/r=s%t:u v~w", PO_BASIC_RFC,
         BASIC "Y2lsb2dvbiUzQSUyRmNsaWVudF9pZCUyRjZlOGY6cCUyQnElMkZyJTNEcyUyNXQlM0F1K3YlN0V3"},
        {"CAU-2 second vector", "1PpG/Q 1", "z/t:ud+X=\xc3\xa9", PO_BASIC_RFC,
         BASIC "MVBwRyUyRlErMTp6JTJGdCUzQXVkJTJCWCUzRCVDMyVBOQ=="},
        {"CAU-2 third vector", "plain-id_1.2", "Abc-DEF_123.x*", PO_BASIC_RFC,
         BASIC "cGxhaW4taWRfMS4yOkFiYy1ERUZfMTIzLngq"},
        {"CAU-3 third vector raw: the same", "plain-id_1.2", "Abc-DEF_123.x*", PO_BASIC_RAW,
         BASIC "cGxhaW4taWRfMS4yOkFiYy1ERUZfMTIzLngq"},
        {"CAU-3 raw is not encoded", "a b", "c+d", PO_BASIC_RAW, BASIC "YSBiOmMrZA=="},
};

static void basic_is_encoded_then_joined_then_base64(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(basics); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_request r;
		struct po_form form;

		t.row = basics[i].name;
		make_request(&r, basics[i].id, basics[i].secret);
		r.basic_encoding = basics[i].encoding;
		r.send_client_id = PO_CLIENT_ID_ALWAYS;
		po_form_init(&form);
		ROW(&t, authenticate(&form, &r, PO_AUTH_BASIC, PO_ENDPOINT_TOKEN, &f));
		ROW_TEXT(&t, po_buf_str(&form.authorization), basics[i].authorization);
		ROW_TEXT(&t, po_buf_str(&form.body), "");
		po_form_free(&form);
		po_form_free(&form);
		po_request_free(&r);
	}
	table_end(&t);
}

#define DEVICE PO_ENDPOINT_DEVICE_AUTHORIZATION
#define TOKEN  PO_ENDPOINT_TOKEN
#define ID     "client_id=ssh"
#define POST   "client_id=ssh&client_secret=s%3At"
#define HEADER BASIC "c3NoOnMlM0F0"

/* DEV-2, DEV-4, DEV-30, DEV-31: every option, every method, both endpoints */
static const struct {
	const char *name;
	enum po_send_client_id option;
	enum po_client_auth method;
	enum po_endpoint endpoint;
	const char *body;
	const char *authorization;
} placements[] = {
        {"always, none, device", PO_CLIENT_ID_ALWAYS, PO_AUTH_NONE, DEVICE, ID, ""},
        {"always, none, token", PO_CLIENT_ID_ALWAYS, PO_AUTH_NONE, TOKEN, ID, ""},
        {"always, post, device", PO_CLIENT_ID_ALWAYS, PO_AUTH_POST, DEVICE, POST, ""},
        {"always, post, token", PO_CLIENT_ID_ALWAYS, PO_AUTH_POST, TOKEN, POST, ""},
        {"always, basic, device", PO_CLIENT_ID_ALWAYS, PO_AUTH_BASIC, DEVICE, ID, HEADER},
        {"always, basic, token", PO_CLIENT_ID_ALWAYS, PO_AUTH_BASIC, TOKEN, "", HEADER},
        {"always, tls, device", PO_CLIENT_ID_ALWAYS, PO_AUTH_TLS, DEVICE, ID, ""},
        {"always, tls, token", PO_CLIENT_ID_ALWAYS, PO_AUTH_TLS_SELF_SIGNED, TOKEN, ID, ""},
        {"unauthenticated, tls, device", PO_CLIENT_ID_UNAUTHENTICATED, PO_AUTH_TLS_SELF_SIGNED,
         DEVICE, ID, ""},
        {"unauthenticated, tls, token", PO_CLIENT_ID_UNAUTHENTICATED, PO_AUTH_TLS, TOKEN, ID, ""},
        {"everywhere, none, device", PO_CLIENT_ID_EVERYWHERE, PO_AUTH_NONE, DEVICE, ID, ""},
        {"everywhere, none, token", PO_CLIENT_ID_EVERYWHERE, PO_AUTH_NONE, TOKEN, ID, ""},
        {"everywhere, post, device", PO_CLIENT_ID_EVERYWHERE, PO_AUTH_POST, DEVICE, POST, ""},
        {"everywhere, post, token", PO_CLIENT_ID_EVERYWHERE, PO_AUTH_POST, TOKEN, POST, ""},
        {"everywhere, basic, device", PO_CLIENT_ID_EVERYWHERE, PO_AUTH_BASIC, DEVICE, ID, HEADER},
        {"everywhere, basic, token", PO_CLIENT_ID_EVERYWHERE, PO_AUTH_BASIC, TOKEN, ID, HEADER},
        {"unauthenticated, none, device", PO_CLIENT_ID_UNAUTHENTICATED, PO_AUTH_NONE, DEVICE, ID,
         ""},
        {"unauthenticated, none, token", PO_CLIENT_ID_UNAUTHENTICATED, PO_AUTH_NONE, TOKEN, ID, ""},
        {"unauthenticated, post, device", PO_CLIENT_ID_UNAUTHENTICATED, PO_AUTH_POST, DEVICE, POST,
         ""},
        {"unauthenticated, post, token", PO_CLIENT_ID_UNAUTHENTICATED, PO_AUTH_POST, TOKEN, POST,
         ""},
        {"unauthenticated, basic, device", PO_CLIENT_ID_UNAUTHENTICATED, PO_AUTH_BASIC, DEVICE, "",
         HEADER},
        {"unauthenticated, basic, token", PO_CLIENT_ID_UNAUTHENTICATED, PO_AUTH_BASIC, TOKEN, "",
         HEADER},
};

static void client_id_stands_where_dev_2_says(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(placements); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_request r;
		struct po_form form;

		t.row = placements[i].name;
		make_request(&r, "ssh", "s:t");
		r.send_client_id = placements[i].option;
		po_form_init(&form);
		ROW(&t, authenticate(&form, &r, placements[i].method, placements[i].endpoint, &f));
		ROW_TEXT(&t, po_buf_str(&form.body), placements[i].body);
		ROW_TEXT(&t, po_buf_str(&form.authorization), placements[i].authorization);
		po_form_free(&form);
		po_request_free(&r);
	}
	table_end(&t);
}

static const struct {
	const char *name;
	const char *value;
	const char *body;
} encodings[] = {
        {"unreserved", "AZaz09*-._", "n=AZaz09*-._"},
        {"blank", "a b", "n=a+b"},
        {"plus", "a+b", "n=a%2Bb"},
        {"tilde", "~", "n=%7E"},
        {"separators", "&=;%#?/:@", "n=%26%3D%3B%25%23%3F%2F%3A%40"},
        {"UTF-8", "\xc3\xa9", "n=%C3%A9"},
        {"controls", "\r\n\t\x7f", "n=%0D%0A%09%7F"},
        {"DEV-30 the grant type", "urn:ietf:params:oauth:grant-type:device_code",
         "n=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"},
        {"DEV-5 empty counts as absent", "", ""},
        {"DEV-5 none", NULL, ""},
};

static void values_are_encoded_by_appendix_b(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_form form;

		t.row = encodings[i].name;
		po_form_init(&form);
		ROW(&t, po_form_add(&form, "n", encodings[i].value, &f));
		ROW_TEXT(&t, po_buf_str(&form.body), encodings[i].body);
		po_form_free(&form);
	}
	table_end(&t);
}

/* DEV-5 */
/* DEV-5: what an administrator adds; its shape was checked with the configuration. */
static void extra_parameters_are_decoded_once(void **state)
{
	static const struct {
		const char *param, *body;
	} rows[] = {
	        {"prompt=login", "prompt=login"},
	        {"a=b=c", "a=b%3Dc"},
	        {"claims=%7B%22a%22%3Anull%2C%22b%22%3A1%7D",
	         "claims=%7B%22a%22%3Anull%2C%22b%22%3A1%7D"},
	        {"a=x%20y+z", "a=x+y%2Bz"},
	        {"a=%2541", "a=%2541"},
	        {"a=%C3%A9", "a=%C3%A9"},
	};
	struct table t = {0};
	struct po_fault f = {.code = PO_OK};
	struct po_form form;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].param;
		po_form_init(&form);
		ROW(&t, po_form_add_extra(&form, rows[i].param, &f));
		ROW_TEXT(&t, po_buf_str(&form.body), rows[i].body);
		ROW(&t, !po_form_add_extra(&form, rows[i].param, &f)); /* never twice */
		ROW_NUMBER(&t, f.code, PO_E_CONFIG);
		po_form_free(&form);
	}
	table_end(&t);
}

static void no_parameter_is_sent_twice(void **state)
{
	struct po_fault f = {.code = PO_OK};
	struct po_request r;
	struct po_form form;

	(void)state;
	po_form_init(&form);
	assert_true(po_form_add(&form, "scope", "openid", &f));
	assert_true(po_form_add(&form, "Scope", "x", &f)); /* another name */
	assert_false(po_form_add(&form, "scope", "openid", &f));
	assert_int_equal(f.code, PO_E_CONFIG);
	assert_true(po_form_add(&form, "scope", "", &f)); /* not sent at all */
	assert_string_equal(po_buf_str(&form.body), "scope=openid&Scope=x");
	po_form_free(&form);
	po_form_init(&form);
	make_request(&r, "ssh", "s");
	assert_true(po_form_add(&form, "client_secret", "extra", &f));
	assert_false(authenticate(&form, &r, PO_AUTH_POST, TOKEN, &f));
	po_form_free(&form);
	po_form_init(&form);
	assert_true(po_form_add(&form, "client_id", "extra", &f));
	assert_false(authenticate(&form, &r, PO_AUTH_NONE, TOKEN, &f));
	po_form_free(&form);
	po_request_free(&r);
}

static void a_method_without_its_secret_is_a_fault(void **state)
{
	static const enum po_client_auth methods[] = {PO_AUTH_BASIC, PO_AUTH_POST};
	struct po_fault f = {.code = PO_OK};
	struct po_request r;
	struct po_form form;

	(void)state;
	make_request(&r, "ssh", NULL);
	for (size_t i = 0; i < COUNT(methods); i++) {
		po_form_init(&form);
		assert_false(authenticate(&form, &r, methods[i], TOKEN, &f));
		assert_int_equal(f.code, PO_E_CONFIG);
		po_form_free(&form);
	}
	po_request_free(&r);
	make_request(&r, "ssh", "s");
	po_form_init(&form);
	assert_false(authenticate(&form, &r, PO_AUTH_AUTO, TOKEN, &f));
	assert_int_equal(f.code, PO_E_SYSTEM);
	po_form_free(&form);
	po_request_free(&r);
}

/* LIM-6, LIM-21: the longest device code and secret fit even if every byte is escaped. */
static void the_longest_values_fit(void **state)
{
	struct po_fault f = {.code = PO_OK};
	char code[PO_LIMIT_DEVICE_CODE + 1];
	char secret[PO_LIMIT_SECRET_FILE + 1];
	struct po_request r;
	struct po_form form;

	(void)state;
	memset(code, '%', sizeof(code) - 1);
	memset(secret, '%', sizeof(secret) - 1);
	code[sizeof(code) - 1] = secret[sizeof(secret) - 1] = '\0';
	make_request(&r, "ssh", secret);
	po_form_init(&form);
	assert_true(po_form_add(&form, "device_code", code, &f));
	assert_true(authenticate(&form, &r, PO_AUTH_POST, TOKEN, &f));
	assert_int_equal(form.body.len, strlen("device_code=") + 3 * PO_LIMIT_DEVICE_CODE +
	                                        strlen("&client_id=ssh&client_secret=") +
	                                        3 * PO_LIMIT_SECRET_FILE);
	po_form_free(&form);
	po_form_init(&form);
	assert_true(authenticate(&form, &r, PO_AUTH_BASIC, TOKEN, &f));
	po_form_free(&form);
	po_request_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(basic_is_encoded_then_joined_then_base64),
	        cmocka_unit_test(client_id_stands_where_dev_2_says),
	        cmocka_unit_test(values_are_encoded_by_appendix_b),
	        cmocka_unit_test(extra_parameters_are_decoded_once),
	        cmocka_unit_test(no_parameter_is_sent_twice),
	        cmocka_unit_test(a_method_without_its_secret_is_a_fault),
	        cmocka_unit_test(the_longest_values_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
