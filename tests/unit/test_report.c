/* SPDX-License-Identifier: BSD-2-Clause */
/* What each code of a worker comes to, before and after a code was shown (10.1, GEN-7). */
#include "table.h"

#include "report.h"

#define OWN PO_CODE_COUNT /* itself */

static const struct {
	enum po_code code;
	enum po_code early;
	enum po_code late;
} reports[] = {
        {PO_OK, PO_E_WORKER, PO_E_WORKER_LATE}, /* GEN-1 */
        {PO_E_SKIPPED, PO_E_WORKER, PO_E_WORKER_LATE},
        {PO_E_SERVICE, PO_E_WORKER, PO_E_WORKER_LATE},
        {PO_E_DENIED, OWN, OWN},
        {PO_E_EXPIRED, OWN, OWN},
        {PO_E_TIMED_OUT, OWN, OWN},
        {PO_E_UNREACHABLE, OWN, OWN}, /* DEV-45, JWK-9 */
        {PO_E_PROVIDER, OWN, PO_E_WORKER_LATE},
        {PO_E_CLIENT, OWN, PO_E_WORKER_LATE},
        {PO_E_ANSWER, OWN, OWN},
        {PO_E_CLIENT_LATE, OWN, OWN},
        {PO_E_TOKEN, OWN, OWN},
        {PO_E_NOT_ALLOWED, PO_E_WORKER, PO_E_WORKER_LATE},
        {PO_E_USER_UNKNOWN, PO_E_WORKER, PO_E_WORKER_LATE},
        {PO_E_CANCELLED, OWN, OWN},
        {PO_E_ABORTED, PO_E_WORKER, PO_E_WORKER_LATE},
        {PO_E_GONE, PO_E_WORKER, PO_E_WORKER_LATE},
        {PO_E_CONV, PO_E_WORKER, PO_E_WORKER_LATE},
        {PO_E_CONFIG, OWN, PO_E_WORKER_LATE},
        {PO_E_PRIVILEGE, PO_E_WORKER, PO_E_WORKER_LATE},
        {PO_E_WORKER, OWN, PO_E_WORKER_LATE},
        {PO_E_MEMORY, OWN, PO_E_WORKER_LATE},
        {PO_E_SYSTEM, OWN, PO_E_WORKER_LATE},
        {PO_E_LIMITED, PO_E_WORKER, PO_E_WORKER_LATE},
        {PO_E_STATE, PO_E_WORKER, PO_E_WORKER_LATE},
        {PO_E_WORKER_LATE, PO_E_WORKER, PO_E_WORKER_LATE},
        {PO_E_PIN, PO_E_WORKER, PO_E_WORKER_LATE},
};

static enum po_code taken(enum po_code code, bool shown, struct po_fault *f)
{
	struct po_fault reported = {.code = PO_OK};

	po_fail(&reported, code, "its own words");
	assert_false(po_report_take(&reported, shown, f));
	po_report_judge(shown, f);
	return f->code;
}

static void each_code_at_its_time(void **state)
{
	struct table t = {0};
	struct po_fault f;

	(void)state;
	ROW_NUMBER(&t, COUNT(reports), PO_CODE_COUNT);
	for (size_t i = 0; i < COUNT(reports); i++) {
		enum po_code code = reports[i].code;

		t.row = po_code_name(code);
		ROW_NUMBER(&t, code, i);
		ROW_NUMBER(&t, taken(code, false, &f),
		           reports[i].early == OWN ? code : reports[i].early);
		ROW_NUMBER(&t, taken(code, true, &f),
		           reports[i].late == OWN ? code : reports[i].late);
	}
	table_end(&t);
}

static void the_reason_says_what_it_was(void **state)
{
	struct po_fault f;

	(void)state;
	taken(PO_E_MEMORY, false, &f);
	assert_string_equal(f.text, "its own words");
	taken(PO_E_MEMORY, true, &f);
	assert_string_equal(f.text, "out_of_memory: its own words");
	taken(PO_E_NOT_ALLOWED, true, &f);
	assert_string_equal(f.text, "the worker reports not_allowed, which is not its to say");
}

static void only_the_workers_own_end_is_judged(void **state)
{
	struct po_fault f;

	(void)state;
	for (unsigned code = 0; code < PO_CODE_COUNT; code++) {
		po_fail(&f, (enum po_code)code, "why");
		po_report_judge(false, &f);
		assert_int_equal(f.code, code);
		po_report_judge(true, &f);
		assert_int_equal(f.code, code == PO_E_WORKER ? PO_E_WORKER_LATE : code);
		assert_string_equal(f.text, "why");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_code_at_its_time),
	        cmocka_unit_test(the_reason_says_what_it_was),
	        cmocka_unit_test(only_the_workers_own_end_is_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
