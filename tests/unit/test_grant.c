/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One answer of the token endpoint (2.5 "classify", DEV-46 to DEV-50, TOK-1 to TOK-4, SRV-20 to
 * SRV-43 and SRV-90 to SRV-107): what it means, and which tokens come of it. When to ask again is
 * test_grant_poll.c.
 */
#include "data.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grant.h"

#define E(code) "{\"error\":\"" code "\"}"
#define TOKENS                                                \
	"{\"access_token\":\"at\",\"token_type\":\"Bearer\"," \
	"\"id_token\":\"a.b.c\"}"

struct answer_row {
	const char *name;
	long status;
	const char *body;
	const char *type; /* NULL = application/json */
	enum po_poll poll;
};

static const struct answer_row answers[] = {
        {"TOK-1 success", 200, TOKENS, NULL, PO_POLL_GRANTED},
        {"SRV-26 success as text/plain", 200, TOKENS, "text/plain", PO_POLL_GRANTED},
        {"SRV-26 success without a type", 200, TOKENS, "", PO_POLL_GRANTED},
        {"SRV-39 error null", 200,
         "{\"error\":null,\"access_token\":\"a\",\"token_type\":\"Bearer\"}", NULL,
         PO_POLL_GRANTED},
        {"SRV-97 bearer", 200, "{\"access_token\":\"a\",\"token_type\":\"bearer\"}", NULL,
         PO_POLL_GRANTED},
        {"SRV-24 400 with a token", 400, TOKENS, NULL, PO_POLL_BROKEN},
        {"TOK-1 201 with a token", 201, TOKENS, NULL, PO_POLL_BROKEN},
        {"TOK-1 302 with a token", 302, TOKENS, NULL, PO_POLL_BROKEN},
        {"SRV-25 token as text/html", 200, TOKENS, "text/html", PO_POLL_BROKEN},
        {"SRV-27 token as a form", 200, "access_token=a&token_type=bearer",
         "application/x-www-form-urlencoded", PO_POLL_BROKEN},
        {"2.5 (4) object without anything", 200, "{}", NULL, PO_POLL_BROKEN},
        {"SRV-96 no access_token", 200, "{\"token_type\":\"Bearer\"}", NULL, PO_POLL_BROKEN},
        {"SRV-97 no token_type", 200, "{\"access_token\":\"a\"}", NULL, PO_POLL_BROKEN},
        {"SRV-97 mac", 200, "{\"access_token\":\"a\",\"token_type\":\"mac\"}", NULL,
         PO_POLL_BROKEN},
        {"SRV-38 error and token", 200,
         "{\"error\":\"authorization_pending\",\"access_token\":\"a\",\"token_type\":\"Bearer\"}",
         NULL, PO_POLL_BROKEN},
        {"SRV-38 the same at 400", 400,
         "{\"error\":\"slow_down\",\"access_token\":\"a\",\"token_type\":\"Bearer\"}", NULL,
         PO_POLL_BROKEN},
        {"SRV-38 a token that is null is none", 400,
         "{\"error\":\"authorization_pending\",\"access_token\":null}", NULL, PO_POLL_PENDING},
        {"pending 400", 400, E("authorization_pending"), NULL, PO_POLL_PENDING},
        {"DEV-46 pending 428", 428, E("authorization_pending"), NULL, PO_POLL_PENDING},
        {"DEV-46 pending 403", 403, E("authorization_pending"), NULL, PO_POLL_PENDING},
        {"DEV-46 pending 401", 401, E("authorization_pending"), NULL, PO_POLL_PENDING},
        {"DEV-46 pending 200", 200, E("authorization_pending"), NULL, PO_POLL_PENDING},
        {"DEV-46 pending 429", 429, E("authorization_pending"), NULL, PO_POLL_PENDING},
        {"DEV-46 pending 500", 500, E("authorization_pending"), NULL, PO_POLL_PENDING},
        {"slow_down 400", 400, E("slow_down"), NULL, PO_POLL_SLOW_DOWN},
        {"DEV-46 slow_down 429", 429, E("slow_down"), NULL, PO_POLL_SLOW_DOWN},
        {"DEV-46 slow_down 403", 403, E("slow_down"), NULL, PO_POLL_SLOW_DOWN},
        {"DEV-46 slow_down 200", 200, E("slow_down"), NULL, PO_POLL_SLOW_DOWN},
        {"access_denied 400", 400, E("access_denied"), NULL, PO_POLL_DENIED},
        {"DEV-46 access_denied 403", 403, E("access_denied"), NULL, PO_POLL_DENIED},
        {"DEV-46 access_denied 200", 200, E("access_denied"), NULL, PO_POLL_DENIED},
        {"12.2 authorization_declined", 400, E("authorization_declined"), NULL, PO_POLL_DENIED},
        {"expired_token", 400, E("expired_token"), NULL, PO_POLL_EXPIRED},
        {"DEV-46 expired_token 403", 403, E("expired_token"), NULL, PO_POLL_EXPIRED},
        {"12.3 code_expired", 400, E("code_expired"), NULL, PO_POLL_EXPIRED},
        {"DEV-48 invalid_grant", 400, E("invalid_grant"), NULL, PO_POLL_BROKEN},
        {"DEV-48 invalid_request", 400, E("invalid_request"), NULL, PO_POLL_BROKEN},
        {"DEV-48 incorrect_device_code", 200, E("incorrect_device_code"), NULL, PO_POLL_BROKEN},
        {"DEV-48 bad_verification_code", 400, E("bad_verification_code"), NULL, PO_POLL_BROKEN},
        {"DEV-48 invalid_client", 401, E("invalid_client"), NULL, PO_POLL_BROKEN},
        {"DEV-48 unauthorized_client 403", 403, E("unauthorized_client"), NULL, PO_POLL_BROKEN},
        {"DEV-48 unsupported_grant_type", 400, E("unsupported_grant_type"), NULL, PO_POLL_BROKEN},
        {"DEV-48 unknown", 400, E("whatever"), NULL, PO_POLL_BROKEN},
        {"DEV-48 unknown at 503", 503, E("whatever"), NULL, PO_POLL_BROKEN},
        {"DEV-48 invalid_grant at 500", 500, E("invalid_grant"), NULL, PO_POLL_BROKEN},
        {"SRV-107 mfa_required", 403, E("mfa_required"), NULL, PO_POLL_BROKEN},
        {"SRV-107 interaction_required", 400, E("interaction_required"), NULL, PO_POLL_BROKEN},
        {"SRV-107 consent_required", 400, E("consent_required"), NULL, PO_POLL_BROKEN},
        {"SRV-105 use_dpop_nonce", 400, E("use_dpop_nonce"), NULL, PO_POLL_BROKEN},
        {"DEV-47 server_error 500", 500, E("server_error"), NULL, PO_POLL_SERVER_ERROR},
        {"DEV-47 server_error 503", 503, E("server_error"), NULL, PO_POLL_SERVER_ERROR},
        {"DEV-47 temporarily_unavailable 503", 503, E("temporarily_unavailable"), NULL,
         PO_POLL_SERVER_ERROR},
        {"DEV-47 server_error 400", 400, E("server_error"), NULL, PO_POLL_BROKEN},
        {"DEV-47 server_error 499", 499, E("server_error"), NULL, PO_POLL_BROKEN},
        {"DEV-47 server_error 429", 429, E("server_error"), NULL, PO_POLL_BROKEN},
        {"DEV-47 temporarily_unavailable 200", 200, E("temporarily_unavailable"), NULL,
         PO_POLL_BROKEN},
        {"DEV-50 upper case", 400, E("AUTHORIZATION_PENDING"), NULL, PO_POLL_BROKEN},
        {"SRV-40 blank before", 400, E(" slow_down"), NULL, PO_POLL_BROKEN},
        {"SRV-40 blank after", 400, E("slow_down "), NULL, PO_POLL_BROKEN},
        {"SRV-40 ESC", 400, E("slow_down\\u001b[2J"), NULL, PO_POLL_BROKEN},
        {"SRV-39 empty", 400, E(""), NULL, PO_POLL_BROKEN},
        {"SRV-39 number", 400, "{\"error\":5}", NULL, PO_POLL_BROKEN},
        {"SRV-39 object", 400, "{\"error\":{\"code\":\"slow_down\"}}", NULL, PO_POLL_BROKEN},
        {"SRV-39 array", 400, "{\"error\":[\"authorization_pending\"]}", NULL, PO_POLL_BROKEN},
        {"SRV-39 null at 400", 400, "{\"error\":null}", NULL, PO_POLL_BROKEN},
        {"SRV-34 error twice", 400, "{\"error\":\"slow_down\",\"error\":\"slow_down\"}", NULL,
         PO_POLL_BROKEN},
        {"SRV-23 500 HTML", 500, "<html>", "text/html", PO_POLL_TRANSIENT},
        {"SRV-23 502 HTML", 502, "<html>", "text/html", PO_POLL_TRANSIENT},
        {"SRV-23 503 nothing", 503, "", "", PO_POLL_TRANSIENT},
        {"SRV-23 504 an object", 504, "{}", NULL, PO_POLL_TRANSIENT},
        {"DEV-46 429 nothing", 429, "", "", PO_POLL_TRANSIENT},
        {"DEV-46 429 an object", 429, "{\"message\":\"slow\"}", NULL, PO_POLL_TRANSIENT},
        {"DEV-46 429 error null", 429, "{\"error\":null}", NULL, PO_POLL_TRANSIENT},
        {"2.5 (1) 503 error as HTML", 503, E("access_denied"), "text/html", PO_POLL_TRANSIENT},
        {"2.5 (1) 400 HTML", 400, "<html>", "text/html", PO_POLL_BROKEN},
        {"2.5 (1) 403 HTML", 403, "<html>", "text/html", PO_POLL_BROKEN},
        {"2.5 (1) 404 nothing", 404, "", "", PO_POLL_BROKEN},
        {"2.5 (1) 400 pending as HTML", 400, E("authorization_pending"), "text/html",
         PO_POLL_BROKEN},
        {"SRV-20 portal", 200, "<html>", "text/html", PO_POLL_BROKEN},
        {"SRV-21 204", 204, "", "", PO_POLL_BROKEN},
        {"SRV-21 200 empty", 200, "", NULL, PO_POLL_BROKEN},
        {"SRV-16 302", 302, "", "", PO_POLL_BROKEN},
        {"SRV-31 array", 200, "[]", NULL, PO_POLL_BROKEN},
        {"SRV-36 invalid UTF-8", 400, "{\"error\":\"slow_down\",\"x\":\"\xff\"}", NULL,
         PO_POLL_BROKEN},
};

static void make(struct po_http_response *r, const struct answer_row *row)
{
	*r = (struct po_http_response){.outcome = PO_HTTP_ANSWERED, .status = row->status};
	snprintf(r->content_type, sizeof(r->content_type), "%s",
	         row->type ? row->type : "application/json");
	po_buf_init(&r->body, PO_LIMIT_TOKEN_BODY);
	assert_true(po_buf_add_str(&r->body, row->body));
}

static void the_error_decides_then_the_status(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		struct po_http_response r;
		struct po_answer a = {0};
		int64_t told = -1;

		t.row = answers[i].name;
		make(&r, &answers[i]);
		ROW_NUMBER(&t, po_grant_classify(&r, &a, &told), answers[i].poll);
		ROW_NUMBER(&t, told, 0);
		po_answer_free(&a);
		po_http_response_free(&r);
	}
	table_end(&t);
}

/* No status, no body: what is left is the outcome (DEV-45, SRV-4). */
static void no_answer_is_transient_but_for_certificates(void **state)
{
	static const struct {
		const char *name;
		enum po_http_outcome outcome;
		long status;
		bool oversize;
		enum po_poll poll;
	} rows[] = {
	        {"DEV-45 no connection", PO_HTTP_TRANSPORT, 0, false, PO_POLL_TRANSIENT},
	        {"DEV-45 broken after the status line", PO_HTTP_TRANSPORT, 200, false,
	         PO_POLL_TRANSIENT},
	        {"DEV-45 broken after a 400", PO_HTTP_TRANSPORT, 400, false, PO_POLL_TRANSIENT},
	        {"DEV-45 certificate", PO_HTTP_CERTIFICATE, 0, false, PO_POLL_CERTIFICATE},
	        {"2.5 (1) too large, 200", PO_HTTP_ANSWERED, 200, true, PO_POLL_BROKEN},
	        {"2.5 (1) too large, 400", PO_HTTP_ANSWERED, 400, true, PO_POLL_BROKEN},
	        {"2.5 (1) too large, 503", PO_HTTP_ANSWERED, 503, true, PO_POLL_TRANSIENT},
	        {"2.5 (1) too large, 429", PO_HTTP_ANSWERED, 429, true, PO_POLL_TRANSIENT},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct po_http_response r = {.outcome = rows[i].outcome,
		                                   .status = rows[i].status,
		                                   .oversize = rows[i].oversize};
		struct po_answer a = {0};
		int64_t told = -1;

		t.row = rows[i].name;
		ROW_NUMBER(&t, po_grant_classify(&r, &a, &told), rows[i].poll);
		po_answer_free(&a);
	}
	table_end(&t);
}

/* DEV-44: the number in the body, if it is one; what becomes of it is test_grant_poll.c. */
static void slow_down_may_bring_an_interval(void **state)
{
	static const struct {
		const char *value;
		int64_t told;
	} rows[] = {
	        {"15", 15},   {"2.5", 3},          {"1.5e1", 15}, {"\"15\"", 15},
	        {"\"x\"", 0}, {"null", 0},         {"true", 0},   {"{}", 0},
	        {"-5", -5},   {"1000000000", 1e9}, {"\"\"", 0},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_http_response r;
		struct po_answer a = {0};
		char body[100];
		int64_t told = -1;

		t.row = rows[i].value;
		snprintf(body, sizeof(body), "{\"error\":\"slow_down\",\"interval\":%s}",
		         rows[i].value);
		make(&r, &(struct answer_row){.status = 400, .body = body});
		ROW_NUMBER(&t, po_grant_classify(&r, &a, &told), PO_POLL_SLOW_DOWN);
		ROW_NUMBER(&t, told, rows[i].told);
		po_answer_free(&a);
		po_http_response_free(&r);
	}
	table_end(&t);
}

/* Is this body, with status 200, a success whose tokens can be taken? */
static bool taken(const char *body, size_t len, struct po_tokens *out, struct po_fault *f)
{
	struct po_request r = {0};
	struct po_http_response resp = {.status = 200, .content_type = "application/json"};
	struct po_answer a = {0};
	int64_t told;
	bool ok;

	assert_true(po_list_add(&r.required_scopes, "openid"));
	r.scope = strdup("openid profile");
	assert_non_null(r.scope);
	po_buf_init(&resp.body, PO_LIMIT_TOKEN_BODY);
	assert_true(po_buf_add(&resp.body, body, len));
	ok = po_grant_classify(&resp, &a, &told) == PO_POLL_GRANTED &&
	     po_tokens_read(&r, a.doc, out, f);
	po_answer_free(&a);
	po_http_response_free(&resp);
	po_request_free(&r);
	return ok;
}

static void judge_ok(struct table *t, const struct po_buf *content)
{
	struct po_fault f = {.code = PO_OK};
	struct po_tokens out = {0};

	ROW(t, taken(po_buf_str(content), content->len, &out, &f));
	ROW_TEXT(t, f.text, "");
	ROW(t, out.access_token.len > 0 && out.id_token.len > 0);
	po_tokens_free(&out);
	po_tokens_free(&out);
}

static void judge_bad(struct table *t, const struct po_buf *content)
{
	struct po_fault f = {.code = PO_OK};
	struct po_tokens out = {0};

	ROW(t, !taken(po_buf_str(content), content->len, &out, &f));
	ROW(t,
	    f.code == PO_OK || f.code == PO_E_TOKEN); /* classified, or refused with its tokens */
	ROW(t, !out.id_token.data);
	po_tokens_free(&out);
}

static void good_answers_of_the_data_are_taken(void **state)
{
	struct table t = {0};

	(void)state;
	assert_in_range(data_walk("token/ok", &t, judge_ok), 10, 1000);
	table_end(&t);
}

static void bad_answers_of_the_data_are_refused(void **state)
{
	struct table t = {0};

	(void)state;
	assert_in_range(data_walk("token/bad", &t, judge_bad), 45, 1000);
	table_end(&t);
}

/* LIM-7, SRV-99: each token alone, and both together, to the byte. */
static void tokens_are_bounded(void **state)
{
	static const struct {
		const char *name;
		size_t access, id;
		bool ok;
	} rows[] = {
	        {"both at the limit", PO_LIMIT_TOKEN, PO_LIMIT_TOKEN, true},
	        {"access_token + 1", PO_LIMIT_TOKEN + 1, 10, false},
	        {"id_token + 1", 10, PO_LIMIT_TOKEN + 1, false},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_tokens out = {0};
		struct po_buf b;

		t.row = rows[i].name;
		po_buf_init(&b, PO_LIMIT_TOKEN_BODY);
		po_buf_addf(&b,
		            "{\"token_type\":\"Bearer\",\"access_token\":\"%0*d\",\"id_token\":",
		            (int)rows[i].access, 7);
		po_buf_addf(&b, "\"%0*d\"}", (int)rows[i].id, 8);
		assert_false(b.failed);
		if (ROW(&t, taken(po_buf_str(&b), b.len, &out, &f) == rows[i].ok) && rows[i].ok) {
			ROW_NUMBER(&t, out.access_token.len, rows[i].access);
			ROW_NUMBER(&t, out.id_token.len, rows[i].id);
		}
		po_tokens_free(&out);
		po_buf_free(&b);
	}
	table_end(&t);
}

/* TOK-4: words cut at blanks only; "profile,openid" is one word of another name. */
static void scope_must_hold_what_is_required(void **state)
{
	static const struct {
		const char *name;
		const char *scope; /* JSON */
		const char *required;
		bool ok;
	} rows[] = {
	        {"nothing required", "\"x\"", "", true},
	        {"nothing required, an array", "[]", "", true},
	        {"granted", "\"profile openid\"", "openid", true},
	        {"both granted", "\"a openid b profile\"", "openid profile", true},
	        {"one of two", "\"openid\"", "openid profile", false},
	        {"SRV-102 array", "[\"openid\"]", "openid", false},
	        {"TOK-4 case", "\"OpenID\"", "openid", false},
	        {"TOK-4 longer word", "\"openid2\"", "openid", false},
	        {"TOK-4 comma", "\"profile,openid\"", "openid", false},
	        {"TOK-4 tab", "\"profile\\topenid\"", "openid", false},
	        {"empty", "\"\"", "openid", false},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_request r = {0};
		struct po_tokens out = {0};
		struct po_json *doc;
		char body[200];

		t.row = rows[i].name;
		assert_true(po_list_add_words(&r.required_scopes, rows[i].required, 9));
		snprintf(body, sizeof(body),
		         "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"i\","
		         "\"scope\":%s}",
		         rows[i].scope);
		doc = po_json_load(body, strlen(body), PO_E_TOKEN, &f);
		ROW(&t, po_tokens_read(&r, doc, &out, &f) == rows[i].ok);
		ROW_NUMBER(&t, f.code, rows[i].ok ? PO_OK : PO_E_TOKEN);
		po_json_free(doc);
		po_tokens_free(&out);
		po_request_free(&r);
	}
	table_end(&t);
}

/* TOK-3: required where it is looked at, not even kept where it is not. */
static void an_id_token_is_taken_only_where_it_is_needed(void **state)
{
	static const char with[] =
	        "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"i\"}";
	static const char without[] = "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}";
	static const bool needed[] = {[PO_FROM_ID_TOKEN] = true,
	                              [PO_FROM_USERINFO] = true,
	                              [PO_FROM_INTROSPECTION] = false,
	                              [PO_FROM_ACCESS_TOKEN] = false,
	                              [PO_FROM_API] = false};

	(void)state;
	for (unsigned source = 0; source < COUNT(needed); source++) {
		const struct po_request r = {.identity_source = (enum po_identity_source)source};
		struct po_fault f = {.code = PO_OK};
		struct po_tokens out = {0};
		struct po_json *doc = po_json_load(with, sizeof(with) - 1, PO_E_TOKEN, &f);

		assert_true(po_tokens_read(&r, doc, &out, &f));
		assert_string_equal(out.access_token.data, "a");
		assert_true((out.id_token.data != NULL) == needed[source]);
		po_tokens_free(&out);
		po_json_free(doc);
		doc = po_json_load(without, sizeof(without) - 1, PO_E_TOKEN, &f);
		assert_true(po_tokens_read(&r, doc, &out, &f) != needed[source]);
		po_tokens_free(&out);
		po_json_free(doc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_error_decides_then_the_status),
	        cmocka_unit_test(no_answer_is_transient_but_for_certificates),
	        cmocka_unit_test(slow_down_may_bring_an_interval),
	        cmocka_unit_test(good_answers_of_the_data_are_taken),
	        cmocka_unit_test(bad_answers_of_the_data_are_refused),
	        cmocka_unit_test(tokens_are_bounded),
	        cmocka_unit_test(scope_must_hold_what_is_required),
	        cmocka_unit_test(an_id_token_is_taken_only_where_it_is_needed),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
