/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The worker's chains all together (architecture, "The worker"): what they stop, what still works,
 * and that they say how far they got. What a kernel does not offer is said aloud and counts as
 * skipped, never as passed.
 */
#include "attempts.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "sandbox.h"

static bool enter(void)
{
	const struct po_sandbox s = {.ca_file = NULL, .ports = &attempt_ports};
	struct po_fault f;

	return po_sandbox_begin(&f) && po_sandbox_enter(&s, NULL, &f);
}

static void what_needs_no_landlock(void **state)
{
	static const struct attempt_row rows[] = {
	        {"no child", try_fork, REFUSED},
	        {"no child by the system call", try_clone, REFUSED},
	        {"no other program", try_exec, REFUSED},
	        {"no child with another program", try_spawn, REFUSED},
	        {"no signal to others", try_kill, REFUSED},
	        {"no ptrace", try_ptrace, REFUSED},
	        {"no namespace", try_namespace, REFUSED},
	        {"limits are set", has_limits, REFUSED},
	        {"no dump, no new privileges", is_undumpable, REFUSED},
	        {"does not outlive the module", dies_with_the_module, REFUSED},
	        {"threads work: libcurl's resolver is one", try_thread, ALLOWED},
	        {"hosts can be read", try_read_hosts, ALLOWED},
	        {"libraries can be read", try_read_usr, ALLOWED},
	        {"a planned port can be reached", try_planned_port, ALLOWED},
	};

	(void)state;
	attempt_walk(enter, rows, COUNT(rows));
}

static void files_are_out_of_reach(void **state)
{
	static const struct attempt_row rows[] = {
	        {"no new file", try_create, REFUSED},
	        {"no write", try_write, REFUSED},
	        {"no truncation", try_truncate, REFUSED},
	        {"no removal", try_remove, REFUSED},
	        {"no reading outside the system's folders", try_read, REFUSED},
	        {"no look at other processes", try_read_proc, REFUSED},
	};

	(void)state;
	need_landlock(1);
	attempt_walk(enter, rows, COUNT(rows));
	assert_int_equal(access(scratch_path(&scratch, "new"), F_OK), -1);
	assert_int_equal(access(scratch_path(&scratch, "file"), F_OK), 0);
}

static void other_ports_are_out_of_reach(void **state)
{
	static const struct attempt_row rows[] = {
	        {"no other port", try_other_port, REFUSED},
	        {"no port of its own", try_listen, REFUSED},
	};

	(void)state;
	need_landlock(4);
	attempt_walk(enter, rows, COUNT(rows));
}

/* The first half alone: before the request is read there is something to hide already. */
static bool begin(void)
{
	struct po_fault f;

	return po_sandbox_begin(&f);
}

static void the_beginning_hides_the_process(void **state)
{
	static const struct attempt_row rows[] = {
	        {"no dump, no new privileges", is_undumpable, REFUSED},
	        {"does not outlive the module", dies_with_the_module, REFUSED},
	        {"files are still open", try_read, ALLOWED},
	};

	(void)state;
	attempt_walk(begin, rows, COUNT(rows));
}

/* From now on the kernel answers EIO to this call. */
static bool break_call(unsigned number)
{
	struct sock_filter code[] = {
	        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
	        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EIO),
	        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = COUNT(code), .filter = code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* A chain that exists and cannot be closed is no reason to go on without it (GEN-1). */
static void a_chain_that_breaks_ends_it(void **state)
{
	static const struct {
		const char *name;
		unsigned number;
		const char *reason;
	} rows[] = {
	        {"limits", SYS_prlimit64, "setrlimit: Input/output error"},
	        {"a rule of Landlock", SYS_landlock_add_rule, "landlock: Input/output error"},
	        {"Landlock itself", SYS_landlock_restrict_self, "landlock: Input/output error"},
	};
	const struct po_sandbox s = {.ca_file = NULL, .ports = &attempt_ports};
	struct table t = {0};

	(void)state;
	need_landlock(1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		int status = 0;
		pid_t pid = fork();

		if (pid == 0) {
			struct po_fault f = {.text = ""};

			_exit(break_call(rows[i].number) && !po_sandbox_enter(&s, NULL, &f) &&
			                      f.code == PO_E_SYSTEM &&
			                      strstr(f.text, rows[i].reason)
			              ? 0
			              : 1);
		}
		t.row = rows[i].name;
		assert_int_equal(waitpid(pid, &status, 0), pid);
		ROW_NUMBER(&t, status, 0);
	}
	table_end(&t);
}

#define HEARD 500

static void hear(void *ctx, enum po_remark level, const char *text)
{
	(void)level;
	strncat(ctx, text, HEARD - strlen(ctx) - 1);
}

/* The level that was reached is told (sandbox.h), and it is the kernel's. */
static void the_level_is_remarked_on(void **state)
{
	char heard[HEARD] = "";
	const struct po_note note = {hear, heard};
	const struct po_sandbox s = {.ca_file = "/etc/hosts", .ports = &attempt_ports};
	char wanted[40];
	int status = 0;
	pid_t pid;

	(void)state;
	snprintf(wanted, sizeof(wanted), "landlock ABI %d", landlock_abi());
	pid = fork();
	if (pid == 0) {
		struct po_fault f;

		_exit(po_sandbox_begin(&f) && po_sandbox_enter(&s, &note, &f) &&
		                      strstr(heard, wanted) && !strstr(heard, "no seccomp")
		              ? 0
		              : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Not even a root that could raise it: what the host allows is not for the worker to widen. */
static void lower_limits_of_the_host_stay(void **state)
{
	static const struct {
		int resource;
		rlim_t host;
		rlim_t wanted;
	} rows[] = {
	        {RLIMIT_CPU, 7, 7},
	        {RLIMIT_NOFILE, 21, 21},
	        {RLIMIT_NOFILE, 4096, 64}, /* a higher one does not */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rlimit r = {rows[i].host, rows[i].host};
		int status = 0;
		pid_t pid = fork();

		if (pid == 0) {
			if (setrlimit((__rlimit_resource_t)rows[i].resource, &r) != 0 || !enter() ||
			    getrlimit((__rlimit_resource_t)rows[i].resource, &r) != 0)
				_exit(2);
			_exit(r.rlim_cur == rows[i].wanted && r.rlim_max == rows[i].wanted ? 0 : 1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        ATTEMPT_TEST(what_needs_no_landlock),
	        ATTEMPT_TEST(files_are_out_of_reach),
	        ATTEMPT_TEST(other_ports_are_out_of_reach),
	        ATTEMPT_TEST(the_beginning_hides_the_process),
	        ATTEMPT_TEST(a_chain_that_breaks_ends_it),
	        ATTEMPT_TEST(the_level_is_remarked_on),
	        ATTEMPT_TEST(lower_limits_of_the_host_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
