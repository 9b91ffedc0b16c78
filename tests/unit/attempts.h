/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a captured worker might try: each attempt runs in a child that has put the chains on and
 * says whether the kernel let it. Only what belongs to the test is ever touched.
 */
#ifndef PO_TEST_ATTEMPTS_H
#define PO_TEST_ATTEMPTS_H

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

#include "ports.h"

static struct scratch scratch; /* what the attempts are made on, made anew for each test */

enum verdict { ALLOWED = 10, REFUSED, STRANGE, NOT_LOCKED };

/* One thing that a captured worker might try; runs in the locked child. */
typedef enum verdict attempt(void);

static inline enum verdict by_errno(long result)
{
	if (result >= 0)
		return ALLOWED;
	return errno == EPERM || errno == EACCES ? REFUSED : STRANGE;
}

static inline enum verdict try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return by_errno(pid);
}

static inline enum verdict try_clone(void)
{
	return by_errno(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

static inline enum verdict try_exec(void)
{
	char name[] = "/bin/true";
	char *argv[] = {name, NULL};

	return by_errno(execve(name, argv, argv + 1));
}

static inline enum verdict try_spawn(void)
{
	char name[] = "/bin/true";
	char *argv[] = {name, NULL};
	pid_t pid;

	errno = posix_spawn(&pid, name, NULL, NULL, argv, argv + 1);
	return by_errno(errno ? -1 : 0);
}

static inline enum verdict try_kill(void)
{
	return by_errno(kill(getppid(), 0));
}

static inline enum verdict try_ptrace(void)
{
	return by_errno(syscall(SYS_ptrace, 0 /* by the parent */, 0, 0, 0));
}

static inline enum verdict try_namespace(void)
{
	return by_errno(syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */));
}

static inline enum verdict try_open(const char *path, int flags)
{
	return by_errno(open(path, flags | O_CLOEXEC, 0600));
}

static inline enum verdict try_create(void)
{
	return try_open(scratch_path(&scratch, "new"), O_WRONLY | O_CREAT);
}

static inline enum verdict try_write(void)
{
	return try_open(scratch_path(&scratch, "file"), O_WRONLY);
}

static inline enum verdict try_truncate(void)
{
	return by_errno(truncate(scratch_path(&scratch, "file"), 0));
}

static inline enum verdict try_remove(void)
{
	return by_errno(unlink(scratch_path(&scratch, "file")));
}

static inline enum verdict try_read(void)
{
	return try_open(scratch_path(&scratch, "file"), O_RDONLY);
}

static inline enum verdict try_read_proc(void)
{
	return try_open("/proc/1/cmdline", O_RDONLY);
}

static inline enum verdict try_read_hosts(void)
{
	return try_open("/etc/hosts", O_RDONLY);
}

/* Opened and nothing more: an ordinary user may not do that anyway. */
static inline enum verdict try_write_hosts(void)
{
	return try_open("/etc/hosts", O_WRONLY);
}

static inline enum verdict try_read_usr(void)
{
	return try_open("/usr", O_RDONLY | O_DIRECTORY);
}

static inline void *in_thread(void *arg)
{
	*(int *)arg = 7;
	return NULL;
}

static inline enum verdict try_thread(void)
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
static inline enum verdict try_connect(unsigned short port)
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

static inline enum verdict try_planned_port(void)
{
	return try_connect(8443);
}

static inline enum verdict try_other_port(void)
{
	return try_connect(8444);
}

static inline enum verdict try_listen(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(8445)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? STRANGE : by_errno(bind(fd, (struct sockaddr *)&at, sizeof(at)));
}

static inline bool at_most(int resource, rlim_t value)
{
	struct rlimit r;

	return getrlimit(resource, &r) == 0 && r.rlim_max <= value;
}

static inline enum verdict has_limits(void)
{
	return at_most(RLIMIT_CORE, 0) && at_most(RLIMIT_FSIZE, 0) && at_most(RLIMIT_NOFILE, 64) &&
	                       at_most(RLIMIT_CPU, 30)
	               ? REFUSED
	               : ALLOWED;
}

static inline enum verdict is_undumpable(void)
{
	return prctl(PR_GET_DUMPABLE) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? REFUSED
	                                                                                  : ALLOWED;
}

static inline enum verdict dies_with_the_module(void)
{
	int signal = 0;

	return prctl(PR_GET_PDEATHSIG, &signal) == 0 && signal == SIGKILL ? REFUSED : ALLOWED;
}

static const struct po_ports attempt_ports = {{443, 53, 8443}, 3};

/* Locks this process in some way; false if that failed. */
typedef bool lock(void);

/* The exit status of a child that does this after the lock; NULL = without any. */
static inline int attempt_locked(lock *lock_it, attempt *try)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(!lock_it || lock_it() ? (int)try() : NOT_LOCKED);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

struct attempt_row {
	const char *name;
	attempt *try;
	enum verdict wanted;
};

static inline void attempt_walk(lock *lock_it, const struct attempt_row *rows, size_t count)
{
	struct table t = {0};

	for (size_t i = 0; i < count; i++) {
		t.row = rows[i].name;
		ROW_NUMBER(&t, attempt_locked(lock_it, rows[i].try), rows[i].wanted);
	}
	table_end(&t);
}

/* The version of Landlock that this kernel has; 0 = none. */
static inline int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1U /* version */);

	return abi < 0 ? 0 : (int)abi;
}

static inline void need_landlock(int abi)
{
	if (landlock_abi() >= abi)
		return;
	print_message("SKIPPED: this kernel has Landlock ABI %d, %d is needed\n", landlock_abi(),
	              abi);
	skip();
}

/* cmocka: the folder that the attempts are made on. */
static inline int attempts_begin(void **state)
{
	(void)state;
	scratch_make(&scratch);
	scratch_text(&scratch, "file", "content");
	return 0;
}

static inline int attempts_end(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

#define ATTEMPT_TEST(function) \
	cmocka_unit_test_setup_teardown(function, attempts_begin, attempts_end)

#endif
