/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fetching the issuer's keys (JWK-9, SRV-150, SRV-152): what counts as no answer, what as an answer
 * that cannot be used. Linked with fake_http.c (--wrap=po_http_perform) and fake_clock.c.
 */
#include "table.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_clock.h"
#include "fake_http.h"
#include "jwks.h"

/* RFC 8037 appendix A.2 */
#define KEY                                                         \
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"rfc8037\"," \
	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"

struct jwks_row {
	const char *name;
	struct fake_answer answer;
	size_t keys;       /* of a good answer */
	enum po_code code; /* PO_OK: a set, even if none of its keys is of use (JWK-1) */
};

/* clang-format off */
static const struct jwks_row rows[] = {
	{"one key", {.status = 200, .body = "{\"keys\":[" KEY "]}"}, 1, PO_OK},
	{"SRV-26 as text/plain", {.status = 200, .body = "{\"keys\":[" KEY "]}",
	 .type = "text/plain"}, 1, PO_OK},
	{"application/jwk-set+json", {.status = 200, .body = "{\"keys\":[" KEY "]}",
	 .type = "application/jwk-set+json"}, 1, PO_OK},
	{"SRV-150 no keys", {.status = 200, .body = "{\"keys\":[]}"}, 0, PO_OK},
	{"SRV-150 null, string, number", {.status = 200, .body = "{\"keys\":[null,\"x\",5," KEY "]}"},
	 1, PO_OK},
	{"SRV-150 keys missing", {.status = 200, .body = "{}"}, 0, PO_E_TOKEN},
	{"SRV-150 keys an object", {.status = 200, .body = "{\"keys\":{}}"}, 0, PO_E_TOKEN},
	{"SRV-152 HTML", {.status = 200, .body = "<html>", .type = "text/html"}, 0, PO_E_TOKEN},
	{"SRV-152 JSON as HTML", {.status = 200, .body = "{\"keys\":[" KEY "]}",
	 .type = "text/html"}, 0, PO_E_TOKEN},
	{"SRV-152 redirect", {.status = 302, .body = "{\"keys\":[" KEY "]}"}, 0, PO_E_TOKEN},
	{"SRV-16 307", {.status = 307}, 0, PO_E_TOKEN},
	{"404", {.status = 404}, 0, PO_E_TOKEN},
	{"SRV-30 not JSON", {.status = 200, .body = "keys"}, 0, PO_E_TOKEN},
	{"SRV-31 array", {.status = 200, .body = "[" KEY "]"}, 0, PO_E_TOKEN},
	{"SRV-4 too large", {.status = 200, .body = "{\"keys\":[" KEY "]}", .oversize = true}, 0,
	 PO_E_TOKEN},
	{"SRV-1 no connection", {.outcome = PO_HTTP_TRANSPORT}, 0, PO_E_UNREACHABLE},
	{"SRV-2 time-out", {.outcome = PO_HTTP_TRANSPORT, .timed_out = true}, 0, PO_E_UNREACHABLE},
	{"SRV-10 certificate", {.outcome = PO_HTTP_CERTIFICATE}, 0, PO_E_UNREACHABLE},
};
/* clang-format on */

static void answers_are_keys_or_say_whose_fault_it_is(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_jwks *keys = NULL;
		struct fake_http http;

		t.row = rows[i].name;
		fake_clock_reset();
		fake_http_begin(&http, &rows[i].answer, 1);
		ROW_NUMBER(&t,
		           po_jwks_fetch("https://h.example/keys", fake_http_handle(&http),
		                         FAKE_START + 9000, &keys, NULL, &f),
		           rows[i].code == PO_OK ? PO_JWKS_OK : PO_JWKS_FAILED);
		ROW_NUMBER(&t, f.code, rows[i].code);
		ROW(&t, (keys != NULL) == (rows[i].code == PO_OK));
		if (keys)
			ROW_NUMBER(&t, po_jwks_count(keys), rows[i].keys);
		else
			ROW(&t, strstr(f.text, "jwks_uri") != NULL);
		ROW_NUMBER(&t, http.count, 1);
		ROW(&t, !http.exchanges[0].post);
		ROW_TEXT(&t, http.exchanges[0].url, "https://h.example/keys");
		ROW_TEXT(&t, http.exchanges[0].authorization, "");
		ROW_NUMBER(&t, http.exchanges[0].body_limit, PO_LIMIT_METADATA_BODY);
		ROW_NUMBER(&t, http.exchanges[0].deadline, 9000);
		po_jwks_free(keys);
		fake_http_end(&http);
	}
	table_end(&t);
}

static bool stopped(void *ctx, struct po_fault *f)
{
	(void)ctx;
	return po_fail(f, PO_E_CANCELLED, "the module has left");
}

/* The watch's fault is the fault, and an old set is left alone. */
static void a_stopped_fetch_says_why(void **state)
{
	static const struct fake_answer answer = {.status = 200, .takes_ms = 500};
	struct po_jwks *keys = NULL;
	struct po_fault f = {.code = PO_OK};
	struct fake_http http;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	fake_clock_reset();
	fake_http_begin(&http, &answer, 1);
	http.watch = (struct po_http_watch){fds[0], stopped, NULL};
	assert_int_equal(po_jwks_fetch("https://h.example/keys", fake_http_handle(&http),
	                               FAKE_START + 9000, &keys, NULL, &f),
	                 PO_JWKS_STOPPED);
	assert_int_equal(f.code, PO_E_CANCELLED);
	assert_null(keys);
	fake_http_end(&http);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(answers_are_keys_or_say_whose_fault_it_is),
	        cmocka_unit_test(a_stopped_fetch_says_why),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
