/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files and ports alone: read-only, the system's folders only, planned ports only. The control
 * shows that without it the same attempts succeed, so that a refusal means something.
 */
#include "attempts.h"

#include <sys/un.h>

#include "landlock.h"

static bool restrict_it(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       po_landlock_restrict(NULL, NULL, &attempt_ports) == landlock_abi();
}

static bool restrict_with_ca_path(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       po_landlock_restrict(NULL, scratch.dir, &attempt_ports) > 0;
}

static bool restrict_with_ca_file(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       po_landlock_restrict(scratch_path(&scratch, "file"), NULL, &attempt_ports) > 0;
}

static void files_are_out_of_reach(void **state)
{
	static const struct attempt_row rows[] = {
	        {"no new file", try_create, REFUSED},
	        {"no write", try_write, REFUSED},
	        {"no write in the system's folders", try_write_hosts, REFUSED},
	        {"no truncation", try_truncate, REFUSED},
	        {"no removal", try_remove, REFUSED},
	        {"no reading outside the system's folders", try_read, REFUSED},
	        {"no look at other processes", try_read_proc, REFUSED},
	        {"no other program", try_exec, REFUSED},
	        {"hosts can be read", try_read_hosts, ALLOWED},
	        {"libraries can be read", try_read_usr, ALLOWED},
	        {"a planned port can be reached", try_planned_port, ALLOWED},
	        {"threads work: libcurl's resolver is one", try_thread, ALLOWED},
	};

	(void)state;
	need_landlock(1);
	attempt_walk(restrict_it, rows, COUNT(rows));
}

static void other_ports_are_out_of_reach(void **state)
{
	static const struct attempt_row rows[] = {
	        {"no other port", try_other_port, REFUSED},
	        {"no port of its own", try_listen, REFUSED},
	};

	(void)state;
	need_landlock(4);
	attempt_walk(restrict_it, rows, COUNT(rows));
}

/* A name that begins with NUL: a socket that stands in no folder. Its number makes it ours. */
static struct sockaddr_un abstract_name(pid_t owner)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	snprintf(a.sun_path + 1, sizeof(a.sun_path) - 1, "pam_oauth-test-%ld", (long)owner);
	return a;
}

static enum verdict try_abstract_socket(void)
{
	struct sockaddr_un to = abstract_name(getppid());
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? STRANGE : by_errno(connect(fd, (struct sockaddr *)&to, sizeof(to)));
}

static void other_processes_are_out_of_reach(void **state)
{
	static const struct attempt_row rows[] = {
	        {"no abstract socket of others", try_abstract_socket, REFUSED},
	        {"no signal to others", try_kill, REFUSED},
	};
	static const struct attempt_row control[] = {
	        {"abstract socket", try_abstract_socket, ALLOWED},
	        {"signal", try_kill, ALLOWED},
	};
	struct sockaddr_un at = abstract_name(getpid());
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	need_landlock(6);
	assert_return_code(bind(fd, (struct sockaddr *)&at, sizeof(at)), errno);
	assert_return_code(listen(fd, 9), errno);
	attempt_walk(NULL, control, COUNT(control));
	attempt_walk(restrict_it, rows, COUNT(rows));
	close(fd);
}

/* NET-2: a private CA lies anywhere; it can be read and nothing beside it. */
static void the_ca_file_can_be_read_and_no_more(void **state)
{
	static const struct attempt_row rows[] = {
	        {"read", try_read, ALLOWED},
	        {"not written", try_write, REFUSED},
	        {"not removed", try_remove, REFUSED},
	        {"nothing beside it", try_create, REFUSED},
	};

	(void)state;
	need_landlock(1);
	attempt_walk(restrict_with_ca_file, rows, COUNT(rows));
}

static void the_ca_path_can_be_read_and_no_more(void **state)
{
	static const struct attempt_row rows[] = {
	        {"read", try_read, ALLOWED},
	        {"not written", try_write, REFUSED},
	        {"not removed", try_remove, REFUSED},
	        {"nothing put there", try_create, REFUSED},
	};

	(void)state;
	need_landlock(1);
	attempt_walk(restrict_with_ca_path, rows, COUNT(rows));
}

static void without_it_they_succeed(void **state)
{
	static const struct attempt_row rows[] = {
	        {"port", try_other_port, ALLOWED},     {"own port", try_listen, ALLOWED},
	        {"processes", try_read_proc, ALLOWED}, {"read", try_read, ALLOWED},
	        {"write", try_write, ALLOWED},         {"truncate", try_truncate, ALLOWED},
	        {"create", try_create, ALLOWED},       {"remove", try_remove, ALLOWED},
	};

	(void)state;
	attempt_walk(NULL, rows, COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        ATTEMPT_TEST(without_it_they_succeed),
	        ATTEMPT_TEST(files_are_out_of_reach),
	        ATTEMPT_TEST(other_ports_are_out_of_reach),
	        ATTEMPT_TEST(other_processes_are_out_of_reach),
	        ATTEMPT_TEST(the_ca_file_can_be_read_and_no_more),
	        ATTEMPT_TEST(the_ca_path_can_be_read_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
