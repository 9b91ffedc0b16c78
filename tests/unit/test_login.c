/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One login in the module: worker, person and clock in every order that can hurt (login_rows.h).
 * Linked with fake_launch.c, fake_clock.c and fake_poll.c (--wrap=poll).
 */
#include "login_world.h"

#include "login_rows.h"

static void run(struct table *t, const struct login_row *row)
{
	struct po_fault f = {.code = PO_OK};
	struct po_identity who = {0};
	struct world w;

	world_begin(&w, row);
	ROW(t, po_login_run(&w.login, &who, &f) == (row->code == PO_OK));
	ROW_NUMBER(t, f.code, row->code);
	ROW_TEXT(t, who.subject, row->code == PO_OK ? "f1c8" : NULL);
	ROW_TEXT(t, w.calls, row->calls);
	ROW(t, w.login.shown == (row->calls[0] != '\0'));
	read_sent(&w);
	if (row->sent)
		ROW_TEXT(t, w.sent, row->sent);
	ROW_NUMBER(t, fake_launch()->begun, 1);
	ROW_NUMBER(t, fake_launch()->ended, 1); /* no worker is left */
	ROW(t, !row->ends_by || fake_clock_since_start() <= row->ends_by);
	ROW(t, w.longest_slice <= PO_WATCH_SLICE_MS); /* DEV-43 */
	ROW(t, w.remarks <= PO_LIMIT_LOG_LINES);
	ROW(t, !w.request.client_secret.data); /* GEN-4: no longer than needed */
	po_identity_free(&who);
	world_end(&w);
}

static void messages_count_only_when_they_are_due(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].name;
		run(&t, &rows[i]);
	}
	table_end(&t);
}

static void a_worker_that_cannot_be_started_is_a_fault(void **state)
{
	static const struct login_row row = {.display = PO_DISPLAY_INFO};
	struct po_fault f = {.code = PO_OK};
	struct po_identity who = {0};
	struct world w;

	(void)state;
	world_begin(&w, &row);
	fake_launch()->fail = true;
	assert_false(po_login_run(&w.login, &who, &f));
	assert_int_equal(f.code, PO_E_SYSTEM);
	assert_string_equal(w.calls, "");
	assert_false(w.login.shown);
	world_end(&w);
}

/* PAM-37: what was asked before the code counts. */
static void a_login_that_begins_too_late_starts_no_worker(void **state)
{
	static const struct login_row row = {.display = PO_DISPLAY_INFO};
	struct po_fault f = {.code = PO_OK};
	struct po_identity who = {0};
	struct world w;

	(void)state;
	world_begin(&w, &row);
	fake_clock_pass((int64_t)w.config.max_wait_s * 1000);
	fake_launch()->fail = true;
	assert_false(po_login_run(&w.login, &who, &f));
	assert_int_equal(f.code, PO_E_TIMED_OUT);
	assert_false(w.login.shown);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(messages_count_only_when_they_are_due),
	        cmocka_unit_test(a_worker_that_cannot_be_started_is_a_fault),
	        cmocka_unit_test(a_login_that_begins_too_late_starts_no_worker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
