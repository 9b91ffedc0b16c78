/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Introspection (INT-1, SRV-170, SRV-143): what the answer must say, and what is asked. Linked with
 * fake_http.c (--wrap=po_http_perform).
 */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "fake_clock.h"
#include "fake_http.h"
#include "introspection.h"

#define NOW    1800000000
#define ISSUER "https://sso.example.org"
#define ON     "{\"active\":true"
#define SUB    ",\"sub\":\"f1c8\""

static const struct {
	const char *doc;
	const char *fault; /* NULL = accepted */
} rows[] = {
        {ON SUB "}", NULL},
        {ON SUB ",\"client_id\":\"ssh\",\"iss\":\"" ISSUER "\",\"exp\":1800000001}", NULL},
        {ON SUB ",\"client_id\":null,\"iss\":null,\"exp\":null}", NULL},
        {ON SUB ",\"exp\":1799999941}", NULL},
        {ON SUB ",\"aud\":\"another\",\"username\":\"root\",\"jti\":5}", NULL},
        {ON SUB ",\"exp\":1799999940}", "expired 60 s ago"},
        {ON SUB ",\"exp\":\"1800000001\"}", "exp is missing or no date"},
        {ON SUB ",\"exp\":true}", "exp is missing or no date"},
        {ON SUB ",\"exp\":1800000300,\"nbf\":1800000061}", "not valid for another 61 s"},
        {"{\"active\":\"true\"" SUB "}", "active is missing or no truth value"},
        {"{\"active\":1" SUB "}", "active is missing or no truth value"},
        {"{\"active\":null" SUB "}", "active is missing or no truth value"},
        {"{\"Active\":true" SUB "}", "active is missing or no truth value"},
        {"{\"sub\":\"f1c8\"}", "active is missing or no truth value"},
        {"{\"active\":false" SUB "}", "the token is not active"},
        {"{\"active\":false}", "the token is not active"},
        {ON SUB ",\"client_id\":\"mail\"}", "client_id is not the client"},
        {ON SUB ",\"client_id\":\"SSH\"}", "client_id is not the client"},
        {ON SUB ",\"client_id\":\"\"}", "client_id is not the client"},
        {ON SUB ",\"client_id\":[\"ssh\"]}", "client_id is not the client"},
        {ON SUB ",\"iss\":\"" ISSUER "/\"}", "is not the configured issuer"},
        {ON SUB ",\"iss\":5}", "iss is missing or no string"},
        {ON "}", "sub is missing"},
        {ON ",\"username\":\"alice\"}", "sub is missing"},
        {ON ",\"sub\":\"\"}", "sub is missing"},
        {ON ",\"sub\":7}", "sub is missing"},
        {ON ",\"sub\":\"a\\nb\"}", "sub is missing"},
        {ON ",\"sub\":\"ssh\"}", "sub is the client"},
        {ON SUB ",\"idtyp\":\"app\"}", "idtyp is app"},
};

static struct po_request request(void)
{
	static char issuer[] = ISSUER;
	static char client[] = "ssh";
	static char secret[] = "s3cret/";

	return (struct po_request){.issuer = issuer,
	                           .client_id = client,
	                           .client_secret = {secret, sizeof(secret) - 1},
	                           .clock_skew_s = 60};
}

static void answers_are_judged_as_int_1_says(void **state)
{
	const struct po_request r = request();
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_json *doc;

		t.row = rows[i].doc;
		doc = po_json_load(rows[i].doc, strlen(rows[i].doc), PO_E_TOKEN, &f);
		ROW(&t, doc && po_introspection_check(doc, &r, NOW, &f) == !rows[i].fault);
		ROW(&t, !rows[i].fault || strstr(f.text, rows[i].fault));
		ROW_NUMBER(&t, f.code, rows[i].fault ? PO_E_TOKEN : PO_OK);
		po_json_free(doc);
	}
	table_end(&t);
}

static const struct {
	const char *name;
	struct fake_answer answer;
	enum po_code code; /* PO_OK: taken */
	const char *fault;
} exchanges[] = {
        {"active", {.status = 200, .body = ON SUB "}"}, PO_OK, NULL},
        {"201", {.status = 201, .body = ON SUB "}"}, PO_E_TOKEN, "introspection: HTTP status 201"},
        {"302", {.status = 302, .body = ON SUB "}"}, PO_E_TOKEN, "redirect"},
        {"HTML", {.status = 200, .type = "text/html", .body = "<p>"}, PO_E_TOKEN, "not JSON"},
        {"RFC 9701",
         {.status = 200, .type = "application/token-introspection+jwt", .body = "a.b.c"},
         PO_E_TOKEN,
         "not JSON"},
        {"oversize", {.status = 200, .oversize = true}, PO_E_TOKEN, "too large"},
        {"401", {.status = 401, .body = "{\"error\":\"invalid_token\"}"}, PO_E_TOKEN, "401"},
        {"client",
         {.status = 401, .body = "{\"error\":\"invalid_client\"}"},
         PO_E_CLIENT_LATE,
         "invalid_client"},
        {"error and active", {.status = 200, .body = ON SUB ",\"error\":\"x\"}"}, PO_E_TOKEN, "x"},
        {"503", {.status = 503}, PO_E_UNREACHABLE, "503"},
        {"nothing", {.outcome = PO_HTTP_TRANSPORT}, PO_E_UNREACHABLE, "introspection: "},
        {"certificate", {.outcome = PO_HTTP_CERTIFICATE}, PO_E_UNREACHABLE, "introspection: "},
};

static void it_is_asked_once_as_the_client(void **state)
{
	static char token[] = "a+b/c=";
	static char url[] = ISSUER "/introspect";
	const struct po_secret secret = {token, sizeof(token) - 1};
	const struct po_request r = request();
	const struct po_endpoints endpoints = {
	        .person = url, .client = {.request = &r, .introspection = {PO_AUTH_POST, NULL}}};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(exchanges); i++) {
		struct po_fault f = {.code = PO_OK};
		struct fake_http http;
		struct po_json *doc;
		struct po_introspection call = {&r, &endpoints, &secret, NULL, 0, NOW};

		t.row = exchanges[i].name;
		fake_clock_reset();
		fake_http_begin(&http, &exchanges[i].answer, 1);
		call.http = fake_http_handle(&http);
		call.deadline = FAKE_START + 5000;
		doc = po_introspect(&call, &f);
		ROW(&t, (doc != NULL) == (exchanges[i].code == PO_OK));
		ROW_NUMBER(&t, f.code, exchanges[i].code);
		ROW(&t, !exchanges[i].fault || strstr(f.text, exchanges[i].fault));
		ROW_NUMBER(&t, http.count, 1);
		ROW(&t, http.exchanges[0].post);
		ROW_TEXT(&t, http.exchanges[0].url, url);
		ROW_NUMBER(&t, http.exchanges[0].body_limit, PO_LIMIT_METADATA_BODY);
		ROW_NUMBER(&t, http.exchanges[0].deadline, 5000);
		ROW_TEXT(&t, http.exchanges[0].body,
		         "token=a%2Bb%2Fc%3D&token_type_hint=access_token&client_id=ssh&"
		         "client_secret=s3cret%2F");
		po_json_free(doc);
		fake_http_end(&http);
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(answers_are_judged_as_int_1_says),
	        cmocka_unit_test(it_is_asked_once_as_the_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
