/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The worker's chains (architecture, "The worker"): each case is tried by a child that has put them
 * on. What a kernel does not offer is said aloud and counts as skipped, never as passed.
 */
#include "scratch.h"
#include "table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

static struct scratch scratch; /* what the attempts are made on, made anew for each test */

enum verdict { ALLOWED = 10, REFUSED, STRANGE, NOT_LOCKED };

/* One thing that a captured worker might try; runs in the locked child. */
typedef enum verdict attempt(void);

static enum verdict by_errno(long result)
{
	if (result >= 0)
		return ALLOWED;
	return errno == EPERM || errno == EACCES ? REFUSED : STRANGE;
}

static enum verdict try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return by_errno(pid);
}

static enum verdict try_vfork(void)
{
	return by_errno(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

static enum verdict try_exec(void)
{
	char name[] = "/bin/true";
	char *argv[] = {name, NULL};

	return by_errno(execve(name, argv, argv + 1));
}

static enum verdict try_spawn(void)
{
	char name[] = "/bin/true";
	char *argv[] = {name, NULL};
	pid_t pid;

	errno = posix_spawn(&pid, name, NULL, NULL, argv, argv + 1);
	return by_errno(errno ? -1 : 0);
}

static enum verdict try_kill(void)
{
	return by_errno(kill(getppid(), 0));
}

static enum verdict try_ptrace(void)
{
	return by_errno(syscall(SYS_ptrace, 0 /* by the parent */, 0, 0, 0));
}

static enum verdict try_namespace(void)
{
	return by_errno(syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */));
}

static enum verdict try_open(const char *path, int flags)
{
	return by_errno(open(path, flags | O_CLOEXEC, 0600));
}

static enum verdict try_create(void)
{
	return try_open(scratch_path(&scratch, "new"), O_WRONLY | O_CREAT);
}

static enum verdict try_write(void)
{
	return try_open(scratch_path(&scratch, "file"), O_WRONLY);
}

static enum verdict try_truncate(void)
{
	return by_errno(truncate(scratch_path(&scratch, "file"), 0));
}

static enum verdict try_remove(void)
{
	return by_errno(unlink(scratch_path(&scratch, "file")));
}

static enum verdict try_read(void)
{
	return try_open(scratch_path(&scratch, "file"), O_RDONLY);
}

static enum verdict try_read_proc(void)
{
	return try_open("/proc/1/cmdline", O_RDONLY);
}

static enum verdict try_read_hosts(void)
{
	return try_open("/etc/hosts", O_RDONLY);
}

static enum verdict try_read_usr(void)
{
	return try_open("/usr", O_RDONLY | O_DIRECTORY);
}

static void *in_thread(void *arg)
{
	*(int *)arg = 7;
	return NULL;
}

static enum verdict try_thread(void)
{
	pthread_t thread;
	int seen = 0;

	errno = pthread_create(&thread, NULL, in_thread, &seen);
	if (errno)
		return by_errno(-1);
	pthread_join(thread, NULL);
	return seen == 7 ? ALLOWED : STRANGE;
}

/* Nobody listens there: what is allowed is refused by the other side, not by the kernel. */
static enum verdict try_connect(unsigned short port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return STRANGE;
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 || errno == ECONNREFUSED)
		return ALLOWED;
	return by_errno(-1);
}

static enum verdict try_planned_port(void)
{
	return try_connect(8443);
}

static enum verdict try_other_port(void)
{
	return try_connect(8444);
}

static enum verdict try_listen(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(8445)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? STRANGE : by_errno(bind(fd, (struct sockaddr *)&at, sizeof(at)));
}

static bool at_most(int resource, rlim_t value)
{
	struct rlimit r;

	return getrlimit(resource, &r) == 0 && r.rlim_max <= value;
}

static enum verdict has_limits(void)
{
	return at_most(RLIMIT_CORE, 0) && at_most(RLIMIT_FSIZE, 0) && at_most(RLIMIT_NOFILE, 64) &&
	                       at_most(RLIMIT_CPU, 30)
	               ? REFUSED
	               : ALLOWED;
}

static enum verdict is_undumpable(void)
{
	return prctl(PR_GET_DUMPABLE) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? REFUSED
	                                                                                  : ALLOWED;
}

static enum verdict dies_with_the_module(void)
{
	int signal = 0;

	return prctl(PR_GET_PDEATHSIG, &signal) == 0 && signal == SIGKILL ? REFUSED : ALLOWED;
}

enum needs { NOTHING, FILES, PORTS }; /* of Landlock: ABI 1, ABI 4 */

static const struct {
	const char *name;
	attempt *try;
	enum verdict wanted;
	enum needs needs;
} rows[] = {
        {"no child", try_fork, REFUSED, NOTHING},
        {"no child by the system call", try_vfork, REFUSED, NOTHING},
        {"no other program", try_exec, REFUSED, NOTHING},
        {"no child with another program", try_spawn, REFUSED, NOTHING},
        {"no signal to others", try_kill, REFUSED, NOTHING},
        {"no ptrace", try_ptrace, REFUSED, NOTHING},
        {"no namespace", try_namespace, REFUSED, NOTHING},
        {"limits are set", has_limits, REFUSED, NOTHING},
        {"no dump, no new privileges", is_undumpable, REFUSED, NOTHING},
        {"does not outlive the module", dies_with_the_module, REFUSED, NOTHING},
        {"threads work: libcurl's resolver is one", try_thread, ALLOWED, NOTHING},
        {"hosts can be read", try_read_hosts, ALLOWED, NOTHING},
        {"libraries can be read", try_read_usr, ALLOWED, NOTHING},
        {"a planned port can be reached", try_planned_port, ALLOWED, NOTHING},
        {"no new file", try_create, REFUSED, FILES},
        {"no write", try_write, REFUSED, FILES},
        {"no truncation", try_truncate, REFUSED, FILES},
        {"no removal", try_remove, REFUSED, FILES},
        {"no reading outside the system's folders", try_read, REFUSED, FILES},
        {"no look at other processes", try_read_proc, REFUSED, FILES},
        {"no other port", try_other_port, REFUSED, PORTS},
        {"no port of its own", try_listen, REFUSED, PORTS},
};

static const struct po_ports planned = {{443, 53, 8443}, 3};

/* The exit status of a child that does this after the lock-down. */
static int in_sandbox(attempt *try)
{
	const struct po_sandbox s = {.ca_file = NULL, .ports = &planned};
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct po_fault f;

		_exit(po_sandbox_begin(&f) && po_sandbox_enter(&s, NULL, &f) ? (int)try()
		                                                             : NOT_LOCKED);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1U /* version */);

	return abi < 0 ? 0 : (int)abi;
}

static void walk(enum needs needs)
{
	struct table t = {0};

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].needs != needs)
			continue;
		t.row = rows[i].name;
		ROW_NUMBER(&t, in_sandbox(rows[i].try), rows[i].wanted);
	}
	table_end(&t);
}

static void what_needs_no_landlock(void **state)
{
	(void)state;
	walk(NOTHING);
}

static void files_are_out_of_reach(void **state)
{
	(void)state;
	if (landlock_abi() < 1) {
		print_message("SKIPPED: this kernel has no Landlock\n");
		skip();
	}
	walk(FILES);
	assert_int_equal(access(scratch_path(&scratch, "new"), F_OK), -1);
	assert_int_equal(access(scratch_path(&scratch, "file"), F_OK), 0);
}

static void other_ports_are_out_of_reach(void **state)
{
	(void)state;
	if (landlock_abi() < 4) {
		print_message("SKIPPED: this kernel's Landlock knows no ports\n");
		skip();
	}
	walk(PORTS);
}

/* The control: without the chains the same attempts succeed, so their refusal means something. */
static void without_the_chains_it_all_works(void **state)
{
	static attempt *const harmless[] = {
	        try_fork,       try_vfork,  try_spawn,        try_kill,       try_ptrace,
	        try_other_port, try_listen, try_planned_port, try_read_hosts, try_read_proc,
	        try_read,       try_write,  try_truncate,     try_create,     try_remove};
	struct table t = {.row = "without the chains"};

	(void)state;
	for (size_t i = 0; i < COUNT(harmless); i++) {
		int status = 0;
		pid_t pid = fork();

		if (pid == 0)
			_exit((int)harmless[i]());
		assert_int_equal(waitpid(pid, &status, 0), pid);
		ROW_NUMBER(&t, WEXITSTATUS(status), ALLOWED);
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
	const struct po_sandbox s = {.ca_file = "/etc/hosts", .ports = &planned};
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

static int make_scratch(void **state)
{
	(void)state;
	scratch_make(&scratch);
	scratch_text(&scratch, "file", "content");
	return 0;
}

static int remove_scratch(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(without_the_chains_it_all_works, make_scratch,
	                                        remove_scratch),
	        cmocka_unit_test_setup_teardown(what_needs_no_landlock, make_scratch,
	                                        remove_scratch),
	        cmocka_unit_test_setup_teardown(files_are_out_of_reach, make_scratch,
	                                        remove_scratch),
	        cmocka_unit_test_setup_teardown(other_ports_are_out_of_reach, make_scratch,
	                                        remove_scratch),
	        cmocka_unit_test_setup_teardown(the_level_is_remarked_on, make_scratch,
	                                        remove_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
