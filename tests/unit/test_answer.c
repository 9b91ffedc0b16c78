/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an OAuth endpoint answered (RFC 6749 section 5.2, NET-13, SRV-25 to SRV-43): an object, an
 * error, or nothing usable; and that server text reaches the log escaped and cut.
 */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"

static void make(struct po_http_response *r, long status, const char *type, const char *body,
                 size_t len)
{
	*r = (struct po_http_response){.outcome = PO_HTTP_ANSWERED, .status = status};
	snprintf(r->content_type, sizeof(r->content_type), "%s", type);
	po_buf_init(&r->body, PO_LIMIT_TOKEN_BODY);
	assert_true(po_buf_add(&r->body, body, len));
}

#define B(s) s, sizeof(s) - 1

static const struct {
	const char *name;
	const char *type;
	const char *body;
	size_t len;
	enum po_answer_kind kind;
	const char *error;
} answers[] = {
        {"object", "application/json", B("{\"a\":1}"), PO_ANSWER_OBJECT, ""},
        {"empty object", "application/json", B("{}"), PO_ANSWER_OBJECT, ""},
        {"SRV-26 no type", "", B("{}"), PO_ANSWER_OBJECT, ""},
        {"SRV-26 text/plain", "text/plain", B("{}"), PO_ANSWER_OBJECT, ""},
        {"NET-13 text/json", "text/json", B("{}"), PO_ANSWER_OBJECT, ""},
        {"NET-13 text/javascript", "text/javascript", B("{}"), PO_ANSWER_OBJECT, ""},
        {"NET-13 application/x+json", "application/x+json", B("{}"), PO_ANSWER_OBJECT, ""},
        {"NET-13 application/problem+json", "application/problem+json", B("{}"), PO_ANSWER_OBJECT,
         ""},
        {"SRV-25 text/html", "text/html", B("{}"), PO_ANSWER_UNUSABLE, ""},
        {"SRV-27 form", "application/x-www-form-urlencoded", B("access_token=x&token_type=bearer"),
         PO_ANSWER_UNUSABLE, ""},
        {"SRV-27 form type, JSON body", "application/x-www-form-urlencoded", B("{}"),
         PO_ANSWER_UNUSABLE, ""},
        {"NET-13 application/xml", "application/xml", B("{}"), PO_ANSWER_UNUSABLE, ""},
        {"NET-13 +json of another tree", "text/x+json", B("{}"), PO_ANSWER_UNUSABLE, ""},
        {"NET-13 application/json-seq", "application/json-seq", B("{}"), PO_ANSWER_UNUSABLE, ""},
        {"NET-13 application/jwt", "application/jwt", B("{}"), PO_ANSWER_UNUSABLE, ""},
        {"SRV-21 empty body", "application/json", B(""), PO_ANSWER_UNUSABLE, ""},
        {"SRV-30 HTML under a JSON type", "application/json", B("<html>"), PO_ANSWER_UNUSABLE, ""},
        {"SRV-31 array", "application/json", B("[]"), PO_ANSWER_UNUSABLE, ""},
        {"SRV-34 error twice", "application/json", B("{\"error\":\"a\",\"error\":\"b\"}"),
         PO_ANSWER_UNUSABLE, ""},
        {"SRV-39 null is no error", "application/json", B("{\"error\":null}"), PO_ANSWER_OBJECT,
         ""},
        {"error", "application/json", B("{\"error\":\"slow_down\"}"), PO_ANSWER_ERROR, "slow_down"},
        {"JSN-7 Error is another name", "application/json", B("{\"Error\":\"slow_down\"}"),
         PO_ANSWER_OBJECT, ""},
        {"SRV-39 empty", "application/json", B("{\"error\":\"\"}"), PO_ANSWER_ERROR, ""},
        {"SRV-39 number", "application/json", B("{\"error\":5}"), PO_ANSWER_ERROR, ""},
        {"SRV-39 false", "application/json", B("{\"error\":false}"), PO_ANSWER_ERROR, ""},
        {"SRV-39 object", "application/json", B("{\"error\":{\"code\":\"slow_down\"}}"),
         PO_ANSWER_ERROR, ""},
        {"SRV-39 array", "application/json", B("{\"error\":[\"authorization_pending\"]}"),
         PO_ANSWER_ERROR, ""},
        {"SRV-40 upper case stays", "application/json", B("{\"error\":\"SLOW_DOWN\"}"),
         PO_ANSWER_ERROR, "SLOW_DOWN"},
        {"SRV-40 blanks stay", "application/json", B("{\"error\":\" slow_down\"}"), PO_ANSWER_ERROR,
         " slow_down"},
        {"TOK-11 first and last character", "application/json", B("{\"error\":\" !#[]~\"}"),
         PO_ANSWER_ERROR, " !#[]~"},
        {"TOK-11 quote", "application/json", B("{\"error\":\"a\\\"b\"}"), PO_ANSWER_ERROR, ""},
        {"TOK-11 backslash", "application/json", B("{\"error\":\"a\\\\b\"}"), PO_ANSWER_ERROR, ""},
        {"SRV-40 ESC", "application/json", B("{\"error\":\"slow_down\\u001b[2J\"}"),
         PO_ANSWER_ERROR, ""},
        {"TOK-11 not ASCII", "application/json", B("{\"error\":\"\xc3\xa9\"}"), PO_ANSWER_ERROR,
         ""},
        {"63 characters", "application/json",
         B("{\"error\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}"),
         PO_ANSWER_ERROR, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
        {"64 characters", "application/json",
         B("{\"error\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}"),
         PO_ANSWER_ERROR, ""},
};

static bool printable(const char *s)
{
	for (; *s; s++)
		if (*s < 0x20 || *s > 0x7e)
			return false;
	return true;
}

/* DEV-19: whatever the status, GitHub sends its errors with 200. */
static void answers_are_objects_errors_or_unusable(void **state)
{
	static const long statuses[] = {200, 418};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(answers); i++) {
		long status = statuses[i % 2];
		struct po_http_response r;
		struct po_answer a;

		t.row = answers[i / 2].name;
		make(&r, status, answers[i / 2].type, answers[i / 2].body, answers[i / 2].len);
		po_answer_read(&a, &r);
		ROW_NUMBER(&t, a.kind, answers[i / 2].kind);
		ROW_NUMBER(&t, a.status, status);
		ROW_TEXT(&t, a.error, answers[i / 2].error);
		ROW(&t, (a.doc != NULL) == (a.kind != PO_ANSWER_UNUSABLE));
		ROW(&t, printable(a.text));
		ROW(&t, (a.text[0] != '\0') == (a.kind != PO_ANSWER_OBJECT));
		po_answer_free(&a);
		po_answer_free(&a);
		po_http_response_free(&r);
	}
	po_answer_free(NULL);
	table_end(&t);
}

/* A body over its limit is unusable, even if what was kept of it is an object. */
static void an_oversize_answer_is_unusable(void **state)
{
	struct po_http_response r;
	struct po_answer a;

	(void)state;
	make(&r, 200, "application/json", "{}", 2);
	r.oversize = true;
	po_answer_read(&a, &r);
	assert_int_equal(a.kind, PO_ANSWER_UNUSABLE);
	assert_string_not_equal(a.text, "");
	po_answer_free(&a);
	po_http_response_free(&r);
}

/* TOK-12, LIM-17: Microsoft puts CR LF and trace ids into it. */
static void descriptions_are_escaped_and_cut(void **state)
{
	static const char body[] = "{\"error\":\"invalid_grant\",\"error_description\":"
	                           "\"AADSTS70000: no.\\r\\nTrace ID: 1\\u001b[2J\"}";
	struct po_http_response r;
	struct po_answer a;
	struct po_buf big;

	(void)state;
	make(&r, 400, "application/json", body, sizeof(body) - 1);
	po_answer_read(&a, &r);
	assert_string_equal(a.text,
	                    "invalid_grant (AADSTS70000: no.\\x0D\\x0ATrace ID: 1\\x1B[2J)");
	po_answer_free(&a);
	po_http_response_free(&r);
	po_buf_init(&big, 10000);
	po_buf_add_str(&big, "{\"error\":\"x\",\"error_description\":\"");
	for (int i = 0; i < 2000; i++)
		po_buf_add_str(&big, "\xc3\xa9");
	po_buf_add_str(&big, "\"}");
	make(&r, 400, "application/json", po_buf_str(&big), big.len);
	po_answer_read(&a, &r);
	assert_true(printable(a.text));
	assert_in_range(strlen(a.text), 20, PO_LIMIT_LOG_TEXT + 10);
	po_answer_free(&a);
	po_http_response_free(&r);
	po_buf_free(&big);
}

/* NET-4, SRV-16: a redirect is none of the answers that OAuth knows, whatever its body says. */
static void a_redirect_is_unusable(void **state)
{
	static const long statuses[] = {301, 302, 303, 307, 308};
	static const char body[] = "{\"error\":\"authorization_pending\"}";

	(void)state;
	for (size_t i = 0; i < COUNT(statuses); i++) {
		struct po_http_response r;
		struct po_answer a;

		make(&r, statuses[i], "application/json", body, sizeof(body) - 1);
		po_answer_read(&a, &r);
		assert_int_equal(a.kind, PO_ANSWER_UNUSABLE);
		assert_non_null(strstr(a.text, "redirect"));
		po_answer_free(&a);
		po_http_response_free(&r);
	}
}

/* TOK-13 */
static void errors_of_the_administrator_are_told_apart(void **state)
{
	static const struct {
		const char *error;
		bool ours;
	} rows[] = {
	        {"invalid_client", true},
	        {"unauthorized_client", true},
	        {"unsupported_grant_type", true},
	        {"invalid_scope", true},
	        {"invalid_target", true},
	        {"device_flow_disabled", true},
	        {"incorrect_client_credentials", true},
	        {"access_denied", false},
	        {"expired_token", false},
	        {"invalid_grant", false},
	        {"bad_verification_code", false},
	        {"server_error", false},
	        {"Invalid_client", false},
	        {"", false},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_answer a = {.kind = PO_ANSWER_ERROR};

		t.row = rows[i].error;
		snprintf(a.error, sizeof(a.error), "%s", rows[i].error);
		ROW(&t, po_answer_is_client_error(&a) == rows[i].ours);
		a.kind = PO_ANSWER_OBJECT;
		ROW(&t, !po_answer_is_client_error(&a));
	}
	table_end(&t);
}

/* 10.1: what the person has approved, and then cannot be told. */
static void after_the_approval_only_an_object_with_200_is_taken(void **state)
{
	static const struct {
		const char *name;
		long status;
		const char *type;
		const char *body;
		enum po_code code;
	} rows[] = {
	        {"object", 200, "application/json", "{\"a\":1}", PO_OK},
	        {"object, 201", 201, "application/json", "{\"a\":1}", PO_E_TOKEN},
	        {"object, 401", 401, "application/json", "{\"a\":1}", PO_E_TOKEN},
	        {"error, 200", 200, "application/json", "{\"error\":\"invalid_token\"}",
	         PO_E_TOKEN},
	        {"error of ours", 401, "application/json", "{\"error\":\"invalid_client\"}",
	         PO_E_CLIENT_LATE},
	        {"error, 503", 503, "application/json", "{\"error\":\"invalid_client\"}",
	         PO_E_UNREACHABLE},
	        {"object, 500", 500, "application/json", "{}", PO_E_UNREACHABLE},
	        {"HTML", 200, "text/html", "{}", PO_E_TOKEN},
	        {"HTML, 502", 502, "text/html", "<p>", PO_E_UNREACHABLE},
	        {"redirect", 302, "application/json", "{}", PO_E_TOKEN},
	        {"array", 200, "application/json", "[]", PO_E_TOKEN},
	        {"nothing", 200, "application/json", "", PO_E_TOKEN},
	};
	struct po_http_response lost = {.outcome = PO_HTTP_TRANSPORT, .reason = "reset"};
	struct po_fault f = {.code = PO_OK};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_http_response r;
		struct po_json *doc;

		t.row = rows[i].name;
		f.code = PO_OK;
		make(&r, rows[i].status, rows[i].type, rows[i].body, strlen(rows[i].body));
		doc = po_answer_object(&r, &f);
		ROW(&t, (doc != NULL) == (rows[i].code == PO_OK));
		ROW_NUMBER(&t, f.code, rows[i].code);
		po_json_free(doc);
		po_http_response_free(&r);
	}
	table_end(&t);
	assert_null(po_answer_object(&lost, &f));
	assert_int_equal(f.code, PO_E_UNREACHABLE);
	assert_string_equal(f.text, "reset");
	lost.outcome = PO_HTTP_CERTIFICATE;
	assert_null(po_answer_object(&lost, &f));
	assert_int_equal(f.code, PO_E_UNREACHABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(answers_are_objects_errors_or_unusable),
	        cmocka_unit_test(an_oversize_answer_is_unusable),
	        cmocka_unit_test(a_redirect_is_unusable),
	        cmocka_unit_test(descriptions_are_escaped_and_cut),
	        cmocka_unit_test(after_the_approval_only_an_object_with_200_is_taken),
	        cmocka_unit_test(errors_of_the_administrator_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
