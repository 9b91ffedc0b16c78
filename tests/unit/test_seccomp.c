/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The deny list alone: it stops by itself what the other chains may stop too, and threads go on.
 * The control shows that without it the same attempts succeed, so that a refusal means something.
 */
#include "attempts.h"

#include "seccomp.h"

static bool filter(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && po_seccomp_deny();
}

static const struct attempt_row denied[] = {
        {"no child", try_fork, REFUSED},
        {"no child by the system call", try_clone, REFUSED},
        {"no other program", try_exec, REFUSED},
        {"no child with another program", try_spawn, REFUSED},
        {"no signal to others", try_kill, REFUSED},
        {"no ptrace", try_ptrace, REFUSED},
        {"no namespace", try_namespace, REFUSED},
};

static void the_filter_alone_stops_them(void **state)
{
	(void)state;
	attempt_walk(filter, denied, COUNT(denied));
}

static void ordinary_work_goes_on(void **state)
{
	static const struct attempt_row rows[] = {
	        {"threads work: libcurl's resolver is one", try_thread, ALLOWED},
	        {"hosts can be read", try_read_hosts, ALLOWED},
	        {"libraries can be read", try_read_usr, ALLOWED},
	        {"a planned port can be reached", try_planned_port, ALLOWED},
	        {"a file can be read", try_read, ALLOWED},
	};

	(void)state;
	attempt_walk(filter, rows, COUNT(rows));
}

/* No control for exec, which would replace the child, nor for namespaces, which hosts forbid. */
static void without_the_filter_they_succeed(void **state)
{
	static const struct attempt_row rows[] = {
	        {"child", try_fork, ALLOWED},
	        {"child by the system call", try_clone, ALLOWED},
	        {"child with another program", try_spawn, ALLOWED},
	        {"signal to others", try_kill, ALLOWED},
	        {"ptrace", try_ptrace, ALLOWED},
	};

	(void)state;
	attempt_walk(NULL, rows, COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        ATTEMPT_TEST(without_the_filter_they_succeed),
	        ATTEMPT_TEST(the_filter_alone_stops_them),
	        ATTEMPT_TEST(ordinary_work_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
