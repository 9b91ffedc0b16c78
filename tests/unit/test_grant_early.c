/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The poll before the code is shown (DEV-40 initial_poll, SRV-95), and what is said about an answer
 * that was lost (DEV-53). Linked with fake_http.c (--wrap=po_http_perform) and fake_clock.c.
 */
#include "poller.h"

#define HTML                                                         \
	{                                                            \
		.status = 200, .type = "text/html", .body = "<html>" \
	}

/* One early poll at 2000, first poll otherwise due at 5000; the answers after it are polled. */
struct early_row {
	const char *name;
	struct fake_answer answers[4];
	bool go_on;        /* the early poll says "still pending" */
	enum po_code code; /* of the early poll, or else of the polling after it (PO_OK: granted) */
	int64_t sent[4];
};

/* clang-format off */
static const struct early_row rows[] = {
	{"DEV-40 pending, then as usual", {PENDING, PENDING, TOKEN}, true, PO_OK,
	 {2000, 7600, 13200}},
	{"DEV-44 a slow_down counts", {SLOW_DOWN, PENDING, TOKEN}, true, PO_OK,
	 {2000, 12600, 23200}},
	{"DEV-45 a failure counts", {REFUSED, TOKEN}, true, PO_OK, {2000, 13100}},
	{"DEV-45 a time-out counts", {TIMED_OUT, PENDING, TOKEN}, true, PO_OK,
	 {2000, 28000, 33600}},
	{"DEV-46 Retry-After counts", {BARE(429, 60), TOKEN}, true, PO_OK, {2000, 62100}},
	{"SRV-95 a token is a protocol error", {TOKEN}, false, PO_E_ANSWER, {2000}},
	{"10.1 refused", {E(400, "access_denied", .type = NULL)}, false, PO_E_DENIED, {2000}},
	{"10.1 expired", {E(400, "expired_token", .type = NULL)}, false, PO_E_EXPIRED, {2000}},
	{"10.1 client refused, before the codes", {E(401, "invalid_client", .type = NULL)}, false,
	 PO_E_CLIENT, {2000}},
	{"10.1 malformed, before the codes", {HTML}, false, PO_E_PROVIDER, {2000}},
	{"10.1 invalid_grant, before the codes", {E(400, "invalid_grant", .type = NULL)}, false,
	 PO_E_PROVIDER, {2000}},
	{"DEV-45 certificate", {{.outcome = PO_HTTP_CERTIFICATE}}, false, PO_E_UNREACHABLE, {2000}},
};
/* clang-format on */

static void run(struct table *t, const struct early_row *row)
{
	struct po_fault f = {.code = PO_OK};
	struct po_tokens tokens = {0};
	struct poller p;
	size_t n = 0;
	bool ok;

	while (n < COUNT(row->sent) && row->sent[n])
		n++;
	fake_clock_reset();
	fake_clock_pass(2000);
	poller_begin(&p, row->answers, n, 3600000);
	po_polling_init(&p.polling, 5, FAKE_START + 5000);
	ok = po_grant_early_poll(&p.call, &p.polling, &tokens, &f);
	ROW(t, ok == row->go_on);
	if (ok)
		ROW(t, po_grant_poll(&p.call, &p.polling, &poller_waiter, &tokens, &f));
	ROW_NUMBER(t, f.code, row->code);
	ROW_NUMBER(t, p.http.count, n);
	for (size_t i = 0; i < p.http.count && i < n; i++)
		ROW_NUMBER(t, p.http.exchanges[i].began, row->sent[i]);
	po_tokens_free(&tokens);
	poller_end(&p);
}

static void an_early_poll_is_a_poll_like_the_others(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].name;
		run(&t, &rows[i]);
	}
	table_end(&t);
}

/* DEV-45: only polls after the codes were shown say whether the provider was there. */
static void an_early_answer_is_no_answer_later(void **state)
{
	static const struct fake_answer answers[] = {PENDING, REFUSED, REFUSED,
	                                             REFUSED, REFUSED, REFUSED};
	struct po_fault f = {.code = PO_OK};
	struct po_tokens tokens = {0};
	struct poller p;

	(void)state;
	fake_clock_reset();
	poller_begin(&p, answers, COUNT(answers), 3600000);
	po_polling_init(&p.polling, 1, FAKE_START + 5000);
	assert_true(po_grant_early_poll(&p.call, &p.polling, &tokens, &f));
	assert_false(po_grant_poll(&p.call, &p.polling, &poller_waiter, &tokens, &f));
	assert_int_equal(f.code, PO_E_UNREACHABLE);
	assert_int_equal(p.http.count, COUNT(answers));
	poller_end(&p);
}

#define HINT "timed out"

/* DEV-53, SRV-106: the hint belongs to an invalid_grant right after a time-out, and nowhere else.
 */
static const struct {
	const char *name;
	struct fake_answer answers[4];
	size_t count;
	bool hint;
} lost[] = {
        {"DEV-53 after a time-out",
         {PENDING, TIMED_OUT, E(400, "invalid_grant", .type = NULL)},
         3,
         true},
        {"a failure that was no time-out",
         {PENDING, REFUSED, E(400, "invalid_grant", .type = NULL)},
         3,
         false},
        {"a time-out before the last answer",
         {TIMED_OUT, PENDING, E(400, "invalid_grant", .type = NULL)},
         3,
         false},
        {"no time-out at all", {PENDING, E(400, "invalid_grant", .type = NULL)}, 2, false},
        {"another error after a time-out",
         {PENDING, TIMED_OUT, E(400, "bad_verification_code", .type = NULL)},
         3,
         false},
};

static void a_lost_answer_is_hinted_at(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(lost); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_tokens tokens = {0};
		struct poller p;

		t.row = lost[i].name;
		fake_clock_reset();
		poller_begin(&p, lost[i].answers, lost[i].count, 3600000);
		po_polling_init(&p.polling, 5, FAKE_START + 5000);
		ROW(&t, !po_grant_poll(&p.call, &p.polling, &poller_waiter, &tokens, &f));
		ROW_NUMBER(&t, f.code, PO_E_ANSWER);
		ROW(&t, (strstr(f.text, HINT) != NULL) == lost[i].hint);
		ROW_NUMBER(&t, p.http.count, lost[i].count);
		poller_end(&p);
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_early_poll_is_a_poll_like_the_others),
	        cmocka_unit_test(an_early_answer_is_no_answer_later),
	        cmocka_unit_test(a_lost_answer_is_hinted_at),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
