/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each call of the module's that can fail does, at every place in turn: the first, the second, ...
 * until a login is through before its turn has come; once alone, and once with all that follow.
 * GEN-1: never a success, nor out of the stack, and the code of 10.1; PAM-33: the host is as it
 * was, no child, no descriptor; PAM-37: before the deadline; PAM-38: no half-written record, no
 * lock left; PAM-45: one line that says why, of the
 * journal or of syslog. No leak: run with ASan.
 */
#include "module_world.h"

#include "../unit/table.h"

#include <errno.h>
#if defined(__SANITIZE_ADDRESS__)
#	include <sanitizer/lsan_interface.h>
#endif

#include "inject.h"
#include "log.h"

#define TURNS_MAX 3000
#define DEADLINE  (10 + 1 + 5) /* max_wait, the worker's grace, 5 s for a slow machine */

enum harmless {
	NEVER,
	AFTER_A_REFUSAL, /* the sentence that tells of it is lost */
	WITH_WARNING,    /* the login may go on where a warning says what is missing */
	SILENTLY,        /* what is missing is not needed */
};

struct fault {
	const char *call;
	int error;
	const char *results; /* which outcomes it may come to, by their names in the log */
	enum harmless harmless;
	bool once; /* for ever would be no error but a machine that stands still */
};

/* clang-format off */
static const struct fault faults[] = {
	{INJECT_MEMORY, ENOMEM, "out_of_memory", WITH_WARNING, false},
	{MEMORY_OF_THE_LOG, ENOMEM, "", SILENTLY, false},
	{"open", EMFILE, "system_error", WITH_WARNING, false},
	{"open tty", EMFILE, "", SILENTLY, false},
	{"openat", EMFILE, "system_error", WITH_WARNING, false},
	{"openat", EACCES, "state_unusable", WITH_WARNING, false},
	{"access", EACCES, "", SILENTLY, false},
	{"stat", EIO, "system_error", NEVER, false},
	{"lstat", EIO, "", SILENTLY, false},
	{"fstat", EIO, "system_error state_unusable", WITH_WARNING, false},
	{"fdopendir", ENOMEM, "system_error", NEVER, false},
	{"readdir", EIO, "system_error", NEVER, false},
	{"read", EIO, "system_error state_unusable", WITH_WARNING, false},
	{"read", EINTR, "", SILENTLY, true},
	{"write", ENOSPC, "state_unusable", WITH_WARNING, false},
	{"write", EINTR, "", SILENTLY, true},
	{"close", EIO, "state_unusable", SILENTLY, false},
	{"mkdir", EROFS, "state_unusable", WITH_WARNING, false},
	{"unlinkat", EACCES, "state_unusable", WITH_WARNING, false},
	{"renameat", ENOSPC, "state_unusable", WITH_WARNING, false},
	{"flock", ENOLCK, "state_unusable", SILENTLY, false},
	{"flock", EINTR, "", SILENTLY, true},
	{"fcntl", ENOLCK, "state_unusable", SILENTLY, false},
	{"getrandom", ENOSYS, "system_error", NEVER, false},
	{"getrandom of the reference", EAGAIN, "", SILENTLY, false},
	{"clock_gettime", EINVAL, "system_error provider_unreachable timed_out", SILENTLY, false},
	{"getpwnam_r", EIO, "system_error", NEVER, false},
	{"socketpair", EMFILE, "system_error", NEVER, false},
	{"setsockopt", ENOBUFS, "system_error", NEVER, false},
	{"socket", EMFILE, "", SILENTLY, false},
	{"sendto", ENOBUFS, "", SILENTLY, false},
	{"sendto", EINTR, "", SILENTLY, true},
	{"fork", EAGAIN, "system_error", NEVER, false},
	{"poll", ENOMEM, "system_error", SILENTLY, false},
	{"poll", EINTR, "", SILENTLY, true},
	{"send", ENOBUFS, "system_error", NEVER, false},
	{"send", EINTR, "", SILENTLY, true},
	{"recv", ENOMEM, "system_error", NEVER, false},
	{"recv", EINTR, "", SILENTLY, true},
	{"waitpid", EINTR, "", SILENTLY, true},
	{"gethostname", EPERM, "", SILENTLY, false},
	{"sigpending", EFAULT, "", SILENTLY, false},
	{"getpeername", EBADF, "", SILENTLY, false},
	{"newlocale", ENOMEM, "out_of_memory", NEVER, false},
	{"regcomp", 0, "out_of_memory", NEVER, false},
	{"regexec", 0, "out_of_memory", NEVER, false},
	{"pam_get_user", PAM_CONV_ERR, "no_conversation", NEVER, false},
	{"pam_putenv", PAM_BUF_ERR, "out_of_memory", NEVER, false},
	{"pam_modutil_audit_write", PAM_SYSTEM_ERR, "", SILENTLY, false},
	{"pam_set_data", PAM_BUF_ERR, "out_of_memory", SILENTLY, false},
	{"pam_prompt", PAM_CONV_ERR, "no_conversation", AFTER_A_REFUSAL, false},
};

static const struct scenario {
	const char *name;
	enum script script;
	const char *result;
	bool onward; /* also with all calls that follow */
} scenarios[] = {
	{"approved", APPROVES, "success", true},
	{"denied", DENIES, "denied", true},
	{"unreachable", CANNOT_REACH, "provider_unreachable", false},
	{"the worker dies", DIES, "worker", false},
	{"somebody else", NAMES_ANOTHER, "not_allowed", false},
};
/* clang-format on */

static struct world world;

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = words; len > 0 && (p = strstr(p, word)); p += len)
		if ((p == words || p[-1] == ' ') && (p[len] == ' ' || !p[len]))
			return true;
	return false;
}

static int pam_code_of(const char *name)
{
	for (enum po_code code = PO_OK; code < PO_CODE_COUNT; code++)
		if (strcmp(po_code_name(code), name) == 0)
			return po_code_pam(code);
	return -1;
}

/* 10.1, and SSH-12 after a code was shown. */
static bool code_fits(const struct seen *seen)
{
	int wanted = pam_code_of(seen->result);

	return seen->code == wanted || (wanted == PAM_AUTH_ERR && seen->code == PAM_MAXTRIES);
}

/* What holds for every login, whatever failed in it. */
static void judge(struct table *t, const struct seen *seen)
{
	char why[64];

	ROW_NUMBER(t, seen->outcomes, 1);
	ROW(t, code_fits(seen));
	ROW(t, seen->code != PAM_IGNORE);
	ROW(t, (seen->code == PAM_SUCCESS) == (seen->account == PAM_SUCCESS));
	ROW(t, seen->reason[0]);
	ROW(t, seen->seconds < DEADLINE);
	ROW_TEXT(t, seen->changed, "");
	world_state_is_whole(&world, why, sizeof(why));
	ROW_TEXT(t, why, "");
}

static void judge_fault(struct table *t, const struct fault *fault, const struct scenario *s,
                        const struct seen *seen)
{
	bool as_usual = strcmp(seen->result, s->result) == 0;

	if (!as_usual || fault->harmless == NEVER)
		ROW(t, has_word(fault->results, seen->result));
	else if (fault->harmless == AFTER_A_REFUSAL)
		ROW(t, seen->code != PAM_SUCCESS);
	else
		ROW(t, fault->harmless == SILENTLY || seen->warnings > 0);
}

/* One login; false when it was through before its turn had come. */
static bool take_turn(struct table *t, const struct fault *fault, const struct scenario *s, long at,
                      bool onward)
{
	struct inject_plan plan = {.call = fault->call, fault->error, at, onward};
	unsigned failed = t->failed;
	struct seen seen;

	world_script(s->script);
	inject_arm(&plan);
	world_login(&world, &seen);
	judge(t, &seen);
	if (inject_happened())
		judge_fault(t, fault, s, &seen);
	else
		ROW_TEXT(t, seen.result, s->result);
	if (t->failed > failed)
		print_error("  %s, %s at call %ld%s: PAM code %d, result=%s reason=\"%s\", %u "
		            "warnings, %.1f s\n",
		            s->name, fault->call, at, onward ? " and later" : "", seen.code,
		            seen.result, seen.reason, seen.warnings, seen.seconds);
	return inject_happened();
}

static long take_turns(struct table *t, const struct fault *fault, const struct scenario *s,
                       bool onward)
{
	long at = 1;

	while (at < TURNS_MAX && take_turn(t, fault, s, at, onward))
		at++;
	ROW(t, at < TURNS_MAX);
	return at - 1;
}

static void look_for_leaks(struct table *t)
{
#if defined(__SANITIZE_ADDRESS__)
	ROW(t, __lsan_do_recoverable_leak_check() == 0);
#else
	(void)t;
#endif
}

static void run_scenario(const struct scenario *s)
{
	struct table t = {0};
	long turns = 0;

	for (size_t i = 0; i < COUNT(faults); i++) {
		long some;

		t.row = faults[i].call;
		some = take_turns(&t, &faults[i], s, false);
		if (s->script == APPROVES)
			ROW(&t, some > 0); /* a call that nobody makes proves nothing */
		if (s->onward && !faults[i].once)
			take_turns(&t, &faults[i], s, true);
		look_for_leaks(&t);
		turns += some;
	}
	print_message("%s: %ld places of %zu kinds\n", s->name, turns, COUNT(faults));
	table_end(&t);
}

static void a_login_survives_every_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(scenarios); i++)
		run_scenario(&scenarios[i]);
}

/* PAM-3: a login that the module has not seen, and `account = require`. */
static bool take_account_turn(struct table *t, const struct fault *fault, long at)
{
	struct inject_plan plan = {.call = fault->call, fault->error, at, false};
	struct seen seen;
	bool refused;

	inject_arm(&plan);
	world_account(&world, &seen);
	refused = seen.account == PAM_SERVICE_ERR || seen.account == PAM_BUF_ERR ||
	          seen.account == PAM_SYSTEM_ERR;
	if (refused)
		ROW(t, inject_happened() && seen.reason[0]);
	else
		ROW_NUMBER(t, seen.account, PAM_PERM_DENIED);
	if (inject_happened() && fault->harmless == NEVER)
		ROW(t, refused);
	ROW(t, fault->error != ENOMEM || !inject_happened() || seen.account == PAM_BUF_ERR ||
	               strcmp(fault->call, INJECT_MEMORY) != 0);
	ROW_TEXT(t, seen.changed, "");
	return inject_happened();
}

static void account_management_survives_every_fault(void **state)
{
	struct table t = {0};
	long turns = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		long at = 1;

		t.row = faults[i].call;
		while (at < TURNS_MAX && take_account_turn(&t, &faults[i], at))
			at++;
		look_for_leaks(&t);
		turns += at - 1;
	}
	print_message("account management: %ld places\n", turns);
	assert_true(turns > 30);
	table_end(&t);
}

/* PAM-37: nobody waits for a process that cannot be ended. */
static void a_worker_that_stays_holds_nobody_up(void **state)
{
	struct inject_plan plan = {.call = "kill", EPERM, 1, false};
	struct seen seen;

	(void)state;
	world_script(STAYS);
	inject_arm(&plan);
	world_login(&world, &seen);
	assert_true(inject_happened());
	world_end_worker();
	assert_string_equal(seen.result, "success");
	assert_true(seen.seconds < DEADLINE);
}

static int begin(void **state)
{
	(void)state;
	world_begin(&world);
	return 0;
}

static int end(void **state)
{
	(void)state;
	world_end(&world);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_login_survives_every_fault),
	        cmocka_unit_test(a_worker_that_stays_holds_nobody_up),
	        cmocka_unit_test(account_management_survives_every_fault),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
