/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault type: always false, always terminated, and its numbers are those of the wire. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "po_err.h"

static void a_failure_is_false_and_says_why(void **state)
{
	struct po_fault f = {0};

	(void)state;
	assert_false(po_fail(&f, PO_E_PROVIDER, "HTTP status %ld", 503L));
	assert_int_equal(f.code, PO_E_PROVIDER);
	assert_string_equal(f.text, "HTTP status 503");
	assert_false(po_fail_memory(&f));
	assert_int_equal(f.code, PO_E_MEMORY);
	assert_string_not_equal(f.text, "");
	assert_false(po_fail(NULL, PO_E_PROVIDER, "x"));
	assert_false(po_fail_context(NULL, "x"));
	assert_false(po_fail_memory(NULL));
}

static void text_is_cut_at_the_limit(void **state)
{
	struct po_fault f;
	struct {
		struct po_fault f;
		char guard;
	} guarded = {.guard = 'g'};

	(void)state;
	for (int n = PO_LIMIT_FAULT_TEXT - 2; n <= PO_LIMIT_FAULT_TEXT + 1; n++) {
		memset(&f, 'x', sizeof(f));
		assert_false(po_fail(&f, PO_E_CONFIG, "%0*d", n, 7));
		assert_int_equal(strlen(f.text),
		                 n < PO_LIMIT_FAULT_TEXT ? n : PO_LIMIT_FAULT_TEXT - 1);
	}
	po_fail(&guarded.f, PO_E_CONFIG, "%02000d", 7);
	assert_int_equal(guarded.guard, 'g');
}

static void context_comes_first_and_keeps_the_code(void **state)
{
	struct po_fault f = {0};

	(void)state;
	po_fail(&f, PO_E_TOKEN, "HTTP status %d", 404);
	assert_false(po_fail_context(&f, "jwks_uri"));
	assert_int_equal(f.code, PO_E_TOKEN);
	assert_string_equal(f.text, "jwks_uri: HTTP status 404");
	po_fail(&f, PO_E_TOKEN, "%0*d", PO_LIMIT_FAULT_TEXT - 1, 7);
	assert_false(po_fail_context(&f, "jwks_uri"));
	assert_int_equal(strlen(f.text), PO_LIMIT_FAULT_TEXT - 1);
	assert_memory_equal(f.text, "jwks_uri: 000", 13);
	po_fail(&f, PO_E_TOKEN, "%s", "100%s %n");
	assert_false(po_fail_context(&f, "%d")); /* texts are data (MAP-14) */
	assert_string_equal(f.text, "%d: 100%s %n");
}

/* By hand: a code that changes its number would change the wire; a name that changes, the log. */
static const struct {
	enum po_code code;
	unsigned number;
	const char *name;
} codes[] = {
        {PO_OK, 0, "success"},
        {PO_E_SKIPPED, 1, "skipped"},
        {PO_E_SERVICE, 2, "service_refused"},
        {PO_E_DENIED, 3, "denied"},
        {PO_E_EXPIRED, 4, "expired"},
        {PO_E_TIMED_OUT, 5, "timed_out"},
        {PO_E_UNREACHABLE, 6, "provider_unreachable"},
        {PO_E_PROVIDER, 7, "provider_answer"},
        {PO_E_CLIENT, 8, "client_refused"},
        {PO_E_ANSWER, 9, "token_answer"},
        {PO_E_CLIENT_LATE, 10, "client_refused_late"},
        {PO_E_TOKEN, 11, "token_invalid"},
        {PO_E_NOT_ALLOWED, 12, "not_allowed"},
        {PO_E_USER_UNKNOWN, 13, "user_unknown"},
        {PO_E_CANCELLED, 14, "cancelled"},
        {PO_E_ABORTED, 15, "cancelled"},
        {PO_E_GONE, 16, "client_gone"},
        {PO_E_CONV, 17, "no_conversation"},
        {PO_E_CONFIG, 18, "misconfigured"},
        {PO_E_PRIVILEGE, 19, "insufficient_privilege"},
        {PO_E_WORKER, 20, "worker"},
        {PO_E_MEMORY, 21, "out_of_memory"},
        {PO_E_SYSTEM, 22, "system_error"},
        {PO_E_LIMITED, 23, "limited"},
        {PO_E_STATE, 24, "state_unusable"},
        {PO_E_WORKER_LATE, 25, "worker_late"},
        {PO_E_PIN, 26, "pin_unusable"},
};

static void codes_keep_their_numbers_and_names(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		t.row = codes[i].name;
		ROW_NUMBER(&t, codes[i].code, codes[i].number);
		ROW_TEXT(&t, po_code_name(codes[i].code), codes[i].name);
		ROW(&t, po_code_known(codes[i].number));
	}
	t.row = "the table is complete";
	ROW_NUMBER(&t, PO_CODE_COUNT, COUNT(codes));
	ROW(&t, !po_code_known(PO_CODE_COUNT));
	ROW(&t, !po_code_known(UINT32_MAX));
	ROW_TEXT(&t, po_code_name(PO_CODE_COUNT), "unknown");
	ROW_TEXT(&t, po_code_name((enum po_code)1000), "unknown");
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_failure_is_false_and_says_why),
	        cmocka_unit_test(text_is_cut_at_the_limit),
	        cmocka_unit_test(context_comes_first_and_keeps_the_code),
	        cmocka_unit_test(codes_keep_their_numbers_and_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
