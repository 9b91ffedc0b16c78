/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The polling rules (2.5, DEV-40 to DEV-53, acceptance item 15.1, SRV-90 to SRV-106): when each
 * poll goes out, to the millisecond of virtual time, and how it ends. Linked with fake_http.c
 * (--wrap=po_http_perform) and fake_clock.c.
 */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "poller.h"

#define POLLS 12

struct poll_row {
	const char *name;
	int64_t interval_s;
	int64_t jitter;   /* of the margin; kept within 500 to 1000 */
	int64_t deadline; /* ms from the start; 0 = an hour */
	struct fake_answer answers[POLLS];
	int64_t sent[POLLS]; /* ms from the start; 0 ends the list */
	enum po_code code;   /* PO_OK: granted */
};

/* The first poll is always due at 5000: the caller's business (flow.c). 100 ms an exchange. */
/* clang-format off */
static const struct poll_row rows[] = {
	{"DEV-41 least margin", 5, 500, 0, {PENDING, PENDING, TOKEN}, {5000, 10600, 16200}, PO_OK},
	{"DEV-41 largest margin", 5, 1000, 0, {PENDING, PENDING, TOKEN}, {5000, 11100, 17200},
	 PO_OK},
	{"interval 3", 3, 500, 0, {PENDING, PENDING, TOKEN}, {5000, 8600, 12200}, PO_OK},
	{"interval 1", 1, 500, 0, {PENDING, PENDING, TOKEN}, {5000, 6600, 8200}, PO_OK},
	{"DEV-41 from the end of a slow exchange", 5, 500, 0, {{.status = 400,
	 .body = "{\"error\":\"authorization_pending\"}", .takes_ms = 9000}, TOKEN}, {5000, 19500},
	 PO_OK},
	{"SRV-95 token at once", 5, 500, 0, {TOKEN}, {5000}, PO_OK},
	{"DEV-44 two slow_downs: 5, 10, 15", 5, 500, 0, {PENDING, SLOW_DOWN, SLOW_DOWN, TOKEN},
	 {5000, 10600, 21200, 36800}, PO_OK},
	{"DEV-44 never reduced again", 5, 700, 0,
	 {SLOW_DOWN, PENDING, PENDING, SLOW_DOWN, PENDING, TOKEN},
	 {5000, 15800, 26600, 37400, 53200, 69000}, PO_OK},
	{"DEV-44 body interval above our own", 5, 500, 0, {SLOW("30"), PENDING, TOKEN},
	 {5000, 35600, 66200}, PO_OK},
	{"DEV-44 body interval below our own", 5, 500, 0, {SLOW("7"), TOKEN}, {5000, 15600}, PO_OK},
	{"DEV-44 body interval equal to our own", 5, 500, 0, {SLOW("10"), TOKEN}, {5000, 15600},
	 PO_OK},
	{"SRV-92 interval 1", 5, 500, 0, {SLOW("1"), TOKEN}, {5000, 15600}, PO_OK},
	{"SRV-92 interval -5", 5, 500, 0, {SLOW("-5"), TOKEN}, {5000, 15600}, PO_OK},
	{"SRV-92 interval \"x\"", 5, 500, 0, {SLOW("\"x\""), TOKEN}, {5000, 15600}, PO_OK},
	{"DEV-44 fraction rounds up", 5, 500, 0, {SLOW("20.1"), TOKEN}, {5000, 26600}, PO_OK},
	{"DEV-44 digits", 5, 500, 0, {SLOW("\"20\""), TOKEN}, {5000, 25600}, PO_OK},
	{"DEV-44 the larger is kept", 5, 500, 0, {SLOW("30"), SLOW_DOWN, SLOW("20"), TOKEN},
	 {5000, 35600, 71200, 111800}, PO_OK},
	{"SRV-92 interval 1e9", 5, 500, 0, {SLOW("1000000000")}, {5000}, PO_E_TIMED_OUT},
	{"SRV-92 interval 1e17", 5, 500, 0, {SLOW("1e17")}, {5000}, PO_E_TIMED_OUT},
	{"SRV-92 interval 2^63 - 1", 5, 500, 0, {SLOW("9223372036854775807")}, {5000},
	 PO_E_TIMED_OUT},
	{"DEV-45 doubling to 8, then no more", 1, 500, 0,
	 {REFUSED, REFUSED, REFUSED, REFUSED, REFUSED}, {5000, 8100, 14200, 26300, 38400},
	 PO_E_UNREACHABLE},
	{"DEV-45 doubling, largest margin", 1, 1000, 0, {REFUSED, REFUSED, TOKEN},
	 {5000, 9100, 17200}, PO_OK},
	{"DEV-45 time-outs", 1, 500, 0, {TIMED_OUT, TIMED_OUT, TOKEN}, {5000, 23000, 44000}, PO_OK},
	{"DEV-45 reset by an answer", 1, 500, 0, {REFUSED, REFUSED, PENDING, REFUSED, TOKEN},
	 {5000, 8100, 14200, 15800, 18900}, PO_OK},
	{"DEV-45 reset by slow_down", 1, 500, 0, {REFUSED, REFUSED, SLOW_DOWN, TOKEN},
	 {5000, 8100, 14200, 20800}, PO_OK},
	{"DEV-45 the penalty multiplies the slowed interval", 1, 500, 0,
	 {SLOW_DOWN, REFUSED, TOKEN}, {5000, 11600, 24700}, PO_OK},
	{"LIM-14 four failures, then a token", 1, 500, 0,
	 {REFUSED, REFUSED, REFUSED, REFUSED, TOKEN}, {5000, 8100, 14200, 26300, 38400}, PO_OK},
	{"LIM-14 five after an answer", 1, 500, 0,
	 {PENDING, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED},
	 {5000, 6600, 9700, 15800, 27900, 40000}, PO_E_TIMED_OUT},
	{"LIM-14 in a row only", 1, 500, 0, {REFUSED, REFUSED, REFUSED, REFUSED, PENDING, REFUSED,
	 REFUSED, REFUSED, REFUSED, TOKEN},
	 {5000, 8100, 14200, 26300, 38400, 40000, 43100, 49200, 61300, 73400}, PO_OK},
	{"2.5 a bare 503 resets nothing", 1, 500, 0, {REFUSED, BARE(503, 0), REFUSED, TOKEN},
	 {5000, 8100, 14200, 26300}, PO_OK},
	{"DEV-45 a 5xx is no answer", 1, 500, 0,
	 {BARE(500, 0), BARE(502, 0), BARE(503, 0), BARE(504, 0), BARE(429, 0)},
	 {5000, 8100, 14200, 26300, 38400}, PO_E_UNREACHABLE},
	{"SRV-93 pending and 500 in turn", 1, 500, 0,
	 {PENDING, BARE(500, 0), PENDING, BARE(500, 0), TOKEN}, {5000, 6600, 9700, 11300, 14400},
	 PO_OK},
	{"DEV-46 Retry-After above the wait", 1, 500, 0, {BARE(429, 30), TOKEN}, {5000, 35100},
	 PO_OK},
	{"DEV-46 Retry-After below the wait", 5, 500, 0, {BARE(503, 3), TOKEN}, {5000, 16100},
	 PO_OK},
	{"DEV-46 Retry-After with slow_down", 5, 500, 0,
	 {E(429, "slow_down", .retry_after_s = 60), TOKEN}, {5000, 65100}, PO_OK},
	{"DEV-46 Retry-After with pending at 429", 5, 500, 0,
	 {E(429, "authorization_pending", .retry_after_s = 20), TOKEN}, {5000, 25100}, PO_OK},
	{"DEV-46 Retry-After with server_error", 1, 500, 0,
	 {E(503, "server_error", .retry_after_s = 20), TOKEN}, {5000, 25100}, PO_OK},
	{"DEV-46 Retry-After counts for 429 and 5xx only", 5, 500, 0,
	 {E(400, "authorization_pending", .retry_after_s = 60), TOKEN}, {5000, 10600}, PO_OK},
	{"DEV-46 Retry-After is for one wait", 5, 500, 0,
	 {E(429, "authorization_pending", .retry_after_s = 20), PENDING, TOKEN},
	 {5000, 25100, 30700}, PO_OK},
	{"DEV-46 Retry-After beyond the deadline", 1, 500, 60000, {BARE(503, 120)}, {5000},
	 PO_E_UNREACHABLE},
	{"DEV-45 certificate: at once", 5, 500, 0, {{.outcome = PO_HTTP_CERTIFICATE}}, {5000},
	 PO_E_UNREACHABLE},
	{"DEV-45 certificate after an answer", 5, 500, 0,
	 {PENDING, {.outcome = PO_HTTP_CERTIFICATE}}, {5000, 10600}, PO_E_UNREACHABLE},
	{"DEV-47 three server_errors, then a token", 1, 500, 0, {E(503, "server_error",
	 .type = NULL), E(500, "temporarily_unavailable", .type = NULL), E(503, "server_error",
	 .type = NULL), TOKEN}, {5000, 8100, 14200, 26300}, PO_OK},
	{"DEV-47 in a row only", 1, 500, 0, {E(503, "server_error", .type = NULL), E(503,
	 "server_error", .type = NULL), E(503, "server_error", .type = NULL), PENDING, E(503,
	 "server_error", .type = NULL), TOKEN}, {5000, 8100, 14200, 26300, 27900, 31000}, PO_OK},
	{"DEV-47 below 500: at once", 1, 500, 0, {E(400, "server_error", .type = NULL)}, {5000},
	 PO_E_ANSWER},
	{"SRV-94 access_denied: at once", 5, 500, 0,
	 {PENDING, E(400, "access_denied", .type = NULL)}, {5000, 10600}, PO_E_DENIED},
	{"expired_token: at once", 5, 500, 0, {E(400, "expired_token", .type = NULL)}, {5000},
	 PO_E_EXPIRED},
	{"DEV-48 invalid_grant: at once", 5, 500, 0, {E(400, "invalid_grant", .type = NULL)},
	 {5000}, PO_E_ANSWER},
	{"DEV-48 invalid_client: at once", 5, 500, 0, {E(401, "invalid_client", .type = NULL)},
	 {5000}, PO_E_CLIENT_LATE},
	{"DEV-48 unknown: at once", 5, 500, 0, {E(400, "oops", .type = NULL)}, {5000}, PO_E_ANSWER},
	{"SRV-24 400 with a token: at once", 5, 500, 0,
	 {{.status = 400, .body = "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}"}}, {5000},
	 PO_E_ANSWER},
	{"SRV-100 no id_token", 5, 500, 0,
	 {{.status = 200, .body = "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}"}}, {5000},
	 PO_E_TOKEN},
	{"SRV-4 too large: at once", 5, 500, 0, {{.status = 200, .oversize = true}}, {5000},
	 PO_E_ANSWER},
	{"SRV-20 portal: at once", 5, 500, 0, {BARE(200, 0)}, {5000}, PO_E_ANSWER},
	{"SRV-90 pending until the deadline", 5, 500, 30000,
	 {PENDING, PENDING, PENDING, PENDING, PENDING}, {5000, 10600, 16200, 21800, 27400},
	 PO_E_TIMED_OUT},
	{"deadline: a poll 1 ms before it", 5, 500, 10601, {PENDING, PENDING}, {5000, 10600},
	 PO_E_TIMED_OUT},
	{"deadline: no poll at it", 5, 500, 10600, {PENDING}, {5000}, PO_E_TIMED_OUT},
	{"deadline: no poll, never polled", 5, 500, 5000, {PENDING}, {0}, PO_E_TIMED_OUT},
	{"deadline: nothing answered", 5, 500, 16000, {REFUSED}, {5000}, PO_E_UNREACHABLE},
	{"deadline: token just in time", 5, 500, 10700, {PENDING, TOKEN}, {5000, 10600}, PO_OK},
	{"SRV-91 slow_down on every poll", 5, 500, 120000,
	 {SLOW_DOWN, SLOW_DOWN, SLOW_DOWN, SLOW_DOWN, SLOW_DOWN, SLOW_DOWN},
	 {5000, 15600, 31200, 51800, 77400, 108000}, PO_E_TIMED_OUT},
};
/* clang-format on */
/* clang-format on */

static size_t answer_count(const struct fake_answer *answers)
{
	size_t n = 0;

	while (n < POLLS && (answers[n].status || answers[n].outcome))
		n++;
	return n;
}

static void run(struct table *t, const struct poll_row *row)
{
	int64_t deadline = row->deadline ? row->deadline : 3600000;
	struct po_fault f = {.code = PO_OK};
	struct po_tokens tokens = {0};
	struct poller p;
	size_t n = 0;

	fake_clock_reset();
	fake_clock_set_jitter(row->jitter);
	poller_begin(&p, row->answers, answer_count(row->answers), deadline);
	po_polling_init(&p.polling, row->interval_s, FAKE_START + 5000);
	ROW(t, po_grant_poll(&p.call, &p.polling, &poller_waiter, &tokens, &f) ==
	               (row->code == PO_OK));
	ROW_NUMBER(t, f.code, row->code);
	while (n < POLLS && row->sent[n])
		n++;
	ROW_NUMBER(t, p.http.count, n);
	for (size_t i = 0; i < p.http.count && i < n; i++) {
		ROW_NUMBER(t, p.http.exchanges[i].began, row->sent[i]);
		ROW_NUMBER(t, p.http.exchanges[i].deadline, deadline);
	}
	ROW_TEXT(t, tokens.id_token.data, row->code == PO_OK ? "a.b.c" : NULL);
	po_tokens_free(&tokens);
	poller_end(&p);
}

static void polls_go_out_when_the_rules_say(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].name;
		run(&t, &rows[i]);
	}
	table_end(&t);
}

/* DEV-47: the fourth in a row is one too many; it is not a success and nothing follows it. */
static void a_fourth_server_error_ends_it(void **state)
{
	static const struct fake_answer answers[] = {E(503, "server_error", .type = NULL)};
	struct po_fault f = {.code = PO_OK};
	struct po_tokens tokens = {0};
	struct poller p;

	(void)state;
	fake_clock_reset();
	poller_begin(&p, answers, 1, 3600000);
	p.http.repeat = true;
	po_polling_init(&p.polling, 1, FAKE_START + 5000);
	assert_false(po_grant_poll(&p.call, &p.polling, &poller_waiter, &tokens, &f));
	assert_int_equal(p.http.count, PO_SERVER_ERRORS + 1);
	assert_true(f.code == PO_E_ANSWER || f.code == PO_E_UNREACHABLE);
	poller_end(&p);
}

/* DEV-30, DEV-32, DEV-33: each poll is the same request, and nothing else is in it. */
static void every_poll_is_the_same_request(void **state)
{
	static const struct fake_answer answers[] = {PENDING, SLOW_DOWN, REFUSED, TOKEN};
	struct po_fault f = {.code = PO_OK};
	struct po_tokens tokens = {0};
	struct poller p;

	(void)state;
	fake_clock_reset();
	poller_begin(&p, answers, COUNT(answers), 3600000);
	p.request.scope = strdup("openid");
	po_polling_init(&p.polling, 5, FAKE_START + 5000);
	assert_true(po_grant_poll(&p.call, &p.polling, &poller_waiter, &tokens, &f));
	assert_int_equal(p.http.count, 4);
	for (size_t i = 0; i < p.http.count; i++) {
		const struct fake_exchange *e = &p.http.exchanges[i];

		assert_true(e->post);
		assert_string_equal(e->url, poller_url);
		assert_string_equal(
		        e->body, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
		                 "&device_code=dc&client_id=ssh");
		assert_string_equal(e->authorization, "");
		assert_int_equal(e->body_limit, PO_LIMIT_TOKEN_BODY);
	}
	po_tokens_free(&tokens);
	poller_end(&p);
}

/* DEV-41: asked anew for each wait, between 0.5 and 1 s; SRV-90: hours of it end at the deadline.
 */
static void hours_of_pending_keep_every_distance(void **state)
{
	static const struct fake_answer answers[] = {PENDING};
	const int64_t deadline = 4LL * 3600 * 1000;
	struct po_fault f = {.code = PO_OK};
	struct po_tokens tokens = {0};
	struct poller p;
	int64_t min;
	int64_t max;

	(void)state;
	fake_clock_reset();
	fake_clock_set_jitter(777);
	poller_begin(&p, answers, 1, deadline);
	p.http.repeat = true;
	po_polling_init(&p.polling, 5, FAKE_START + 5000);
	assert_false(po_grant_poll(&p.call, &p.polling, &poller_waiter, &tokens, &f));
	assert_int_equal(f.code, PO_E_TIMED_OUT);
	fake_clock_jitter_range(&min, &max);
	assert_int_equal(min, 500);
	assert_int_equal(max, 1000);
	assert_int_equal(p.http.count, (deadline - 5000 + 5876) / 5877);
	for (size_t i = 1; i < p.http.count; i++)
		assert_int_equal(p.http.exchanges[i].began, p.http.exchanges[i - 1].ended + 5777);
	assert_true(p.http.exchanges[p.http.count - 1].began < deadline);
	assert_true(fake_clock_since_start() <= deadline); /* no wait for what may not be sent */
	poller_end(&p);
}

static bool refuse_to_wait(void *ctx, int64_t when, struct po_fault *f)
{
	(void)ctx;
	(void)when;
	return po_fail(f, PO_E_CANCELLED, "the module has left");
}

static void a_cancelled_wait_ends_it_without_a_poll(void **state)
{
	static const struct po_waiter refuser = {refuse_to_wait, NULL};
	struct po_fault f = {.code = PO_OK};
	struct po_tokens tokens = {0};
	struct poller p;

	(void)state;
	fake_clock_reset();
	poller_begin(&p, NULL, 0, 3600000);
	po_polling_init(&p.polling, 5, FAKE_START + 5000);
	assert_false(po_grant_poll(&p.call, &p.polling, &refuser, &tokens, &f));
	assert_int_equal(f.code, PO_E_CANCELLED);
	assert_int_equal(p.http.count, 0);
	poller_end(&p);
}

/* A poller_waiter that comes back late must not lead to a poll at or after the deadline. */
static bool oversleep(void *ctx, int64_t when, struct po_fault *f)
{
	const int64_t *until = ctx;

	(void)when;
	(void)f;
	while (fake_clock_step(FAKE_START + *until))
		;
	return true;
}

static void no_poll_goes_out_at_the_deadline(void **state)
{
	static int64_t wake = 60000;
	static const struct po_waiter late = {oversleep, &wake};
	struct po_fault f = {.code = PO_OK};
	struct po_tokens tokens = {0};
	struct poller p;

	(void)state;
	fake_clock_reset();
	poller_begin(&p, NULL, 0, 60000);
	po_polling_init(&p.polling, 5, FAKE_START + 5000);
	assert_false(po_grant_poll(&p.call, &p.polling, &late, &tokens, &f));
	assert_int_equal(f.code, PO_E_TIMED_OUT);
	assert_int_equal(p.http.count, 0);
	poller_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(polls_go_out_when_the_rules_say),
	        cmocka_unit_test(a_fourth_server_error_ends_it),
	        cmocka_unit_test(every_poll_is_the_same_request),
	        cmocka_unit_test(hours_of_pending_keep_every_distance),
	        cmocka_unit_test(a_cancelled_wait_ends_it_without_a_poll),
	        cmocka_unit_test(no_poll_goes_out_at_the_deadline),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
