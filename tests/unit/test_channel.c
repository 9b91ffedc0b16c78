/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The worker's side of the wire (architecture: "Wire"): each message when it is due and at no other
 * time, and waiting that notices the module's end. Linked with fake_clock.c and fake_poll.c
 * (--wrap=poll), so that nothing here takes time.
 */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "fake_clock.h"
#include "po_wire.h"

/* Both ends: the channel under test and the module. */
struct ends {
	struct po_channel channel;
	int module;
};

static void ends_open(struct ends *e)
{
	static const int size = 4 * PO_LIMIT_MESSAGE;
	int sv[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sv), 0);
	assert_int_equal(setsockopt(sv[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
	assert_int_equal(setsockopt(sv[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
	*e = (struct ends){.channel = {.fd = sv[0]}, .module = sv[1]};
	fake_clock_reset();
}

static void ends_close(struct ends *e)
{
	close(e->channel.fd);
	if (e->module >= 0)
		close(e->module);
}

static void leave(void *ctx)
{
	struct ends *e = ctx;

	close(e->module);
	e->module = -1;
}

static void send_kind(const struct ends *e, enum po_kind kind)
{
	struct po_message m = {.kind = kind};
	struct po_fault f;

	if (kind == PO_KIND_REQUEST)
		m.request = (struct po_request){.task = PO_TASK_LOGIN,
		                                .issuer = strdup("https://h"),
		                                .client_id = strdup("ssh"),
		                                .scope = strdup("openid")};
	assert_true(po_wire_send(e->module, &m, &f));
	po_message_free(&m);
}

static void send_proceed(void *ctx)
{
	send_kind(ctx, PO_KIND_PROCEED);
}

static void send_request(void *ctx)
{
	send_kind(ctx, PO_KIND_REQUEST);
}

static void send_garbage(void *ctx)
{
	const struct ends *e = ctx;

	assert_int_equal(send(e->module, "garbage", 7, 0), 7);
}

/* The next message for the module, or kind 0. */
static enum po_kind take(const struct ends *e, struct po_message *m)
{
	struct po_fault f;

	*m = (struct po_message){0};
	return po_wire_recv(e->module, m, &f) == PO_RECV_OK ? m->kind : (enum po_kind)0;
}

static void the_first_message_is_the_request(void **state)
{
	static const struct {
		const char *name;
		void (*event)(void *ctx); /* at 3000; NULL = silence */
		enum po_code code;
		int64_t at;
	} rows[] = {
	        {"request", send_request, PO_OK, 3000},
	        {"silence", NULL, PO_E_WORKER, 10000},
	        {"module leaves", leave, PO_E_CANCELLED, 3000},
	        {"PROCEED first", send_proceed, PO_E_WORKER, 3000},
	        {"garbage", send_garbage, PO_E_WORKER, 3000},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_request r = {0};
		struct ends e;

		t.row = rows[i].name;
		ends_open(&e);
		if (rows[i].event)
			fake_clock_at(3000, rows[i].event, &e);
		ROW(&t, po_channel_take_request(&e.channel, FAKE_START + 10000, &r, &f) ==
		                (rows[i].code == PO_OK));
		ROW_NUMBER(&t, f.code, rows[i].code);
		ROW_NUMBER(&t, fake_clock_since_start(), rows[i].at);
		ROW_TEXT(&t, r.client_id, rows[i].code == PO_OK ? "ssh" : NULL);
		po_request_free(&r);
		ends_close(&e);
	}
	table_end(&t);
}

/* DEV-43: a wait ends at its moment, or when the module does; PROCEED does not end it. */
static void a_wait_watches_the_module(void **state)
{
	static const struct {
		const char *name;
		bool challenged, proceeded;
		void (*event)(void *ctx);  /* at 3000 */
		void (*second)(void *ctx); /* at 4000 */
		enum po_code code;
		int64_t at;
		bool proceed; /* noted afterwards */
	} rows[] = {
	        {"nothing happens", true, false, NULL, NULL, PO_OK, 10000, false},
	        {"PROCEED is noted", true, false, send_proceed, NULL, PO_OK, 10000, true},
	        {"module leaves", true, true, leave, NULL, PO_E_CANCELLED, 3000, true},
	        {"PROCEED, then the module leaves", true, false, send_proceed, leave,
	         PO_E_CANCELLED, 4000, true},
	        {"PROCEED before the challenge", false, false, send_proceed, NULL, PO_E_WORKER,
	         3000, false},
	        {"PROCEED twice", true, false, send_proceed, send_proceed, PO_E_WORKER, 4000, true},
	        {"PROCEED again", true, true, send_proceed, NULL, PO_E_WORKER, 3000, true},
	        {"a second request", true, false, send_request, NULL, PO_E_WORKER, 3000, false},
	        {"garbage", true, false, send_garbage, NULL, PO_E_WORKER, 3000, false},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_fault f = {.code = PO_OK};
		struct ends e;

		t.row = rows[i].name;
		ends_open(&e);
		e.channel.challenged = rows[i].challenged;
		e.channel.proceed = rows[i].proceeded;
		if (rows[i].event)
			fake_clock_at(3000, rows[i].event, &e);
		if (rows[i].second)
			fake_clock_at(4000, rows[i].second, &e);
		ROW(&t,
		    po_channel_wait(&e.channel, FAKE_START + 10000, &f) == (rows[i].code == PO_OK));
		ROW_NUMBER(&t, f.code, rows[i].code);
		ROW_NUMBER(&t, fake_clock_since_start(), rows[i].at);
		ROW(&t, e.channel.proceed == rows[i].proceed);
		ends_close(&e);
	}
	table_end(&t);
}

static void a_wait_for_the_past_is_over(void **state)
{
	struct po_fault f = {.code = PO_OK};
	struct ends e;

	(void)state;
	ends_open(&e);
	assert_true(po_channel_wait(&e.channel, FAKE_START - 1, &f));
	assert_int_equal(fake_clock_since_start(), 0);
	ends_close(&e);
}

static void proceed_is_waited_for_until_a_moment(void **state)
{
	static const struct {
		const char *name;
		void (*event)(void *ctx); /* at 3000 */
		enum po_code code;
		int64_t at;
	} rows[] = {
	        {"PROCEED", send_proceed, PO_OK, 3000},
	        {"silence", NULL, PO_E_TIMED_OUT, 10000},
	        {"module leaves", leave, PO_E_CANCELLED, 3000},
	        {"something else", send_request, PO_E_WORKER, 3000},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_fault f = {.code = PO_OK};
		struct ends e;

		t.row = rows[i].name;
		ends_open(&e);
		e.channel.challenged = true;
		if (rows[i].event)
			fake_clock_at(3000, rows[i].event, &e);
		ROW(&t, po_channel_wait_proceed(&e.channel, FAKE_START + 10000, &f) ==
		                (rows[i].code == PO_OK));
		ROW_NUMBER(&t, f.code, rows[i].code);
		ROW_NUMBER(&t, fake_clock_since_start(), rows[i].at);
		if (rows[i].code == PO_OK) /* it has come: asking again takes no time */
			ROW(&t, po_channel_wait_proceed(&e.channel, FAKE_START, &f));
		ends_close(&e);
	}
	table_end(&t);
}

static void nothing_to_read_is_not_a_fault(void **state)
{
	struct po_fault f = {.code = PO_OK};
	struct ends e;

	(void)state;
	ends_open(&e);
	assert_true(po_channel_ready(&e.channel, &f));
	assert_false(e.channel.proceed);
	ends_close(&e);
}

static void what_is_sent_is_the_callers_still(void **state)
{
	char uri[] = "https://h/d";
	char code[] = "WDJB-MJHT";
	char issuer[] = "https://h";
	char subject[] = "alice";
	const struct po_challenge ch = {uri, code, 300, 0, NULL};
	const struct po_identity id = {.issuer = issuer, .subject = subject};
	struct po_fault f = {.code = PO_OK};
	struct po_message m;
	struct ends e;

	(void)state;
	ends_open(&e);
	assert_true(po_channel_send_challenge(&e.channel, &ch, &f));
	assert_true(e.channel.challenged);
	assert_true(po_channel_send_identity(&e.channel, &id, &f));
	po_fail(&f, PO_E_DENIED, "no");
	po_channel_send_fault(&e.channel, &f);
	assert_int_equal(take(&e, &m), PO_KIND_CHALLENGE);
	assert_string_equal(m.challenge.user_code, code);
	po_message_free(&m);
	assert_int_equal(take(&e, &m), PO_KIND_IDENTITY);
	assert_string_equal(m.identity.subject, subject);
	po_message_free(&m);
	assert_int_equal(take(&e, &m), PO_KIND_FAULT);
	assert_int_equal(m.fault.code, PO_E_DENIED);
	assert_string_equal(m.fault.text, "no");
	assert_string_equal(code, "WDJB-MJHT");
	ends_close(&e);
}

static void a_challenge_that_cannot_be_sent_was_not_sent(void **state)
{
	char text[] = "https://h/d";
	const struct po_challenge ch = {text, text, 300, 0, NULL};
	const struct po_identity id = {.issuer = text, .subject = text};
	struct po_fault f = {.code = PO_OK};
	struct ends e;

	(void)state;
	ends_open(&e);
	leave(&e);
	assert_false(po_channel_send_challenge(&e.channel, &ch, &f));
	assert_int_equal(f.code, PO_E_WORKER);
	assert_false(e.channel.challenged);
	assert_false(po_channel_send_identity(&e.channel, &id, &f));
	po_channel_send_fault(&e.channel, &f); /* no SIGPIPE */
	ends_close(&e);
}

/* Never more than the module takes, else it would kill us for flooding its log. */
static void remarks_end_at_their_limit(void **state)
{
	struct po_message m;
	struct po_note note;
	struct ends e;
	unsigned count = 0;

	(void)state;
	ends_open(&e);
	note = po_channel_note(&e.channel);
	for (int i = 0; i < 3 * PO_LIMIT_LOG_LINES; i++)
		po_note(&note, "remark %d%0*d", i, PO_LIMIT_FAULT_TEXT, 7);
	while (take(&e, &m) == PO_KIND_LOG) {
		char start[32];

		snprintf(start, sizeof(start), "remark %u0", count++);
		assert_int_equal(strncmp(m.log.text, start, strlen(start)), 0);
		assert_int_equal(m.log.code, PO_OK);
	}
	assert_int_equal(count, PO_LIMIT_LOG_LINES);
	ends_close(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_first_message_is_the_request),
	        cmocka_unit_test(a_wait_watches_the_module),
	        cmocka_unit_test(a_wait_for_the_past_is_over),
	        cmocka_unit_test(proceed_is_waited_for_until_a_moment),
	        cmocka_unit_test(nothing_to_read_is_not_a_fault),
	        cmocka_unit_test(what_is_sent_is_the_callers_still),
	        cmocka_unit_test(a_challenge_that_cannot_be_sent_was_not_sent),
	        cmocka_unit_test(remarks_end_at_their_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
