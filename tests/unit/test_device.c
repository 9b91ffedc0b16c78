/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device authorization request (RFC 8628 section 3.1, chapter 2.1): what is asked, once, and
 * that any error is the end. Reading the answer is test_device_read.c. Linked with fake_http.c
 * (--wrap=po_http_perform) and fake_clock.c.
 */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "fake_clock.h"
#include "fake_http.h"

#define CORE                                                  \
	"\"device_code\":\"dc\",\"user_code\":\"WDJB-MJHT\"," \
	"\"verification_uri\":\"https://h.example/d\""

static const char good_body[] = "{" CORE ",\"expires_in\":600,\"interval\":7}";

struct exchange_row {
	const char *name;
	struct fake_answer answer;
	enum po_code code; /* PO_OK: taken */
	const char *text;  /* somewhere in the fault */
};

static const struct exchange_row answers[] = {
        {"DEV-18 good", {.status = 200, .body = good_body}, PO_OK, ""},
        {"NET-13 good as text/plain", {200, good_body, "text/plain", 0, 0, 0, 0, 0}, PO_OK, ""},
        {"SRV-1 no connection", {.outcome = PO_HTTP_TRANSPORT}, PO_E_UNREACHABLE, ""},
        {"SRV-2 no answer",
         {.outcome = PO_HTTP_TRANSPORT, .timed_out = true},
         PO_E_UNREACHABLE,
         ""},
        {"SRV-10 certificate", {.outcome = PO_HTTP_CERTIFICATE}, PO_E_UNREACHABLE, ""},
        {"SRV-4 endless body",
         {.status = 200, .body = good_body, .oversize = true},
         PO_E_PROVIDER,
         "large"},
        {"SRV-16 redirect", {.status = 307, .body = good_body}, PO_E_PROVIDER, "307"},
        {"SRV-20 portal",
         {.status = 200, .body = "<html>", .type = "text/html"},
         PO_E_PROVIDER,
         ""},
        {"SRV-21 204", {.status = 204}, PO_E_PROVIDER, "204"},
        {"SRV-21 201 with all members", {.status = 201, .body = good_body}, PO_E_PROVIDER, "201"},
        {"SRV-21 200 empty", {.status = 200}, PO_E_PROVIDER, ""},
        {"SRV-25 JSON as HTML",
         {.status = 200, .body = good_body, .type = "text/html"},
         PO_E_PROVIDER,
         ""},
        {"12.18 bare 404",
         {.status = 404, .body = "<html>", .type = "text/html"},
         PO_E_PROVIDER,
         "404"},
        {"SRV-23 503", {.status = 503, .body = "", .type = "text/html"}, PO_E_PROVIDER, "503"},
        {"SRV-79 200 with an error",
         {.status = 200, .body = "{\"error\":\"x\"," CORE "}"},
         PO_E_PROVIDER,
         "x"},
        {"DEV-19 error null is none",
         {.status = 200, .body = "{\"error\":null," CORE ",\"expires_in\":600}"},
         PO_OK,
         ""},
        {"SRV-80 slow_down",
         {.status = 429, .body = "{\"error\":\"slow_down\"}"},
         PO_E_PROVIDER,
         "slow_down"},
        {"authorization_pending",
         {.status = 400, .body = "{\"error\":\"authorization_pending\"}"},
         PO_E_PROVIDER,
         "authorization_pending"},
        {"12.1 Google's quota",
         {.status = 403, .body = "{\"error_code\":\"rate_limit_exceeded\"}"},
         PO_E_PROVIDER,
         "403"},
        {"invalid_client 401",
         {.status = 401, .body = "{\"error\":\"invalid_client\"}"},
         PO_E_CLIENT,
         "invalid_client"},
        {"unauthorized_client",
         {.status = 403, .body = "{\"error\":\"unauthorized_client\"}"},
         PO_E_CLIENT,
         "unauthorized_client"},
        {"invalid_scope",
         {.status = 400, .body = "{\"error\":\"invalid_scope\"}"},
         PO_E_CLIENT,
         "invalid_scope"},
        {"12.9 invalid_grant",
         {.status = 400, .body = "{\"error\":\"invalid_grant\"}"},
         PO_E_PROVIDER,
         "invalid_grant"},
};

static void ask(const struct exchange_row *row, struct table *t)
{
	struct po_request r = {.client_id = strdup("ssh"), .scope = strdup("openid profile")};
	char url[] = "https://h.example/da";
	const struct po_endpoints e = {.device_authorization = url,
	                               .client = {.request = &r, .grant = {PO_AUTH_BASIC, NULL}}};
	struct fake_answer answer = row->answer;
	struct po_fault f = {.code = PO_OK};
	struct po_device d = {0};
	struct fake_http http;
	bool ok;

	answer.takes_ms = 1500;
	assert_true(po_secret_set(&r.client_secret, "s", 1));
	fake_clock_reset();
	fake_clock_pass(1000);
	fake_http_begin(&http, &answer, 1);
	ok = po_device_authorize(&r, &e, fake_http_handle(&http), FAKE_START + 90000, &d, NULL, &f);
	ROW(t, ok == (row->code == PO_OK));
	ROW_NUMBER(t, f.code, row->code);
	ROW(t, strstr(f.text, row->text) != NULL);
	ROW_NUMBER(t, http.count, 1); /* GEN-8: no retry whatever came */
	ROW(t, http.exchanges[0].post);
	ROW_TEXT(t, http.exchanges[0].url, url);
	ROW_TEXT(t, http.exchanges[0].body,
	         "client_id=ssh&scope=openid+profile");                 /* DEV-2, DEV-3 */
	ROW_TEXT(t, http.exchanges[0].authorization, "Basic c3NoOnM="); /* DEV-4 */
	ROW_NUMBER(t, http.exchanges[0].body_limit, PO_LIMIT_DEVICE_BODY);
	ROW_NUMBER(t, http.exchanges[0].deadline, 90000);
	if (ok) {
		ROW_NUMBER(t, d.sent, FAKE_START + 1000); /* DEV-20: before the request */
		ROW_NUMBER(t, d.answered, FAKE_START + 2500);
		ROW_NUMBER(t, d.started, FAKE_WALL + 1); /* IDT-14 */
		ROW_TEXT(t, d.device_code.data, "dc");
		ROW_TEXT(t, d.user_code, "WDJB-MJHT");
	}
	po_device_free(&d);
	fake_http_end(&http);
	po_request_free(&r);
}

static void one_request_and_any_error_is_the_end(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		t.row = answers[i].name;
		ask(&answers[i], &t);
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(one_request_and_any_error_is_the_end),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
