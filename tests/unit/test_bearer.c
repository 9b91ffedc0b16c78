/* SPDX-License-Identifier: BSD-2-Clause */
/* An access token in a header (TOK-6, USI-2, SRV-98). Linked with fake_http.c. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bearer.h"
#include "fake_clock.h"
#include "fake_http.h"

static const struct {
	const char *token;
	bool sent;
} rows[] = {
        {"a", true},      {"aZ09-._~+/==", true}, {"a=", true},   {"", false},
        {"=", false},     {"a=a", false},         {"a b", false}, {" a", false},
        {"a\n", false},   {"a\r\nX: y", false},   {"a:b", false}, {"a,b", false},
        {"a\"b", false},  {"a\tb", false},        {"a%b", false}, {"a\xc3\xa4", false},
        {"a\x7f", false}, {"a\\b", false},        {"a;b", false}, {"a(b)", false},
};

static bool get(char *token, size_t len, struct fake_http *http, struct po_fault *f)
{
	static const struct fake_answer answer = {.status = 200, .body = "{}"};
	const struct po_secret secret = {token, len};
	struct po_bearer b = {.url = "https://h/u", .token = &secret};
	struct po_http_response r = {0};
	bool ok;

	fake_clock_reset();
	fake_http_begin(http, &answer, 1);
	b.http = fake_http_handle(http);
	b.deadline = FAKE_START + 7000;
	ok = po_bearer_get(&b, &r, f);
	po_http_response_free(&r);
	return ok;
}

static void only_b64token_goes_out(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *token = strdup(rows[i].token);
		char expected[64];
		struct po_fault f = {.code = PO_OK};
		struct fake_http http;

		t.row = rows[i].token;
		ROW(&t, get(token, strlen(token), &http, &f) == rows[i].sent);
		ROW_NUMBER(&t, http.count, rows[i].sent);
		ROW_NUMBER(&t, f.code, rows[i].sent ? PO_OK : PO_E_TOKEN);
		if (http.count) {
			snprintf(expected, sizeof(expected), "Bearer %s", token);
			ROW_TEXT(&t, http.exchanges[0].authorization, expected);
			ROW(&t, !http.exchanges[0].post);
			ROW_NUMBER(&t, http.exchanges[0].body_limit, PO_LIMIT_METADATA_BODY);
			ROW_NUMBER(&t, http.exchanges[0].deadline, 7000);
		}
		fake_http_end(&http);
		free(token);
	}
	table_end(&t);
}

/* LIM-4: what no server would take. */
static void a_longer_token_than_64_kib_stays_here(void **state)
{
	static char token[PO_LIMIT_HEADERS + 2];
	struct fake_http http;
	struct po_fault f;

	(void)state;
	memset(token, 'a', PO_LIMIT_HEADERS);
	assert_true(get(token, PO_LIMIT_HEADERS, &http, &f));
	fake_http_end(&http);
	token[PO_LIMIT_HEADERS] = 'a';
	assert_false(get(token, PO_LIMIT_HEADERS + 1, &http, &f));
	assert_int_equal(http.count, 0);
	fake_http_end(&http);
	assert_false(get(NULL, 0, &http, &f));
	fake_http_end(&http);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(only_b64token_goes_out),
	        cmocka_unit_test(a_longer_token_than_64_kib_stays_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
