/* SPDX-License-Identifier: BSD-2-Clause */
/* What a captured worker might try on other processes, and on its own chains. */
#include "captured.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLONE_ARGS 8 /* words of the first struct clone_args */

static long child(pid_t pid)
{
	if (pid < 0)
		return errno;
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	return 0;
}

static long fork_libc(const struct captured *c)
{
	(void)c;
	return child(fork());
}

#ifdef SYS_fork
static long fork_call(const struct captured *c)
{
	(void)c;
	return child((pid_t)syscall(SYS_fork));
}
#endif

static long vfork_libc(const struct captured *c)
{
	/* NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork): the attack itself */
	pid_t pid = vfork();

	(void)c;
	/* NOLINTNEXTLINE(clang-analyzer-unix.Vfork): refused, or its child only exits */
	return child(pid);
}

static long clone_call(const struct captured *c)
{
	(void)c;
	return child((pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

#ifdef SYS_clone3
static long clone3_call(const struct captured *c)
{
	uint64_t args[CLONE_ARGS] = {[4] = SIGCHLD};

	(void)c;
	return child((pid_t)syscall(SYS_clone3, args, sizeof(args)));
}
#endif

static long spawn(const struct captured *c)
{
	char name[] = "/bin/true";
	char *argv[] = {name, NULL};
	pid_t pid;
	int error = posix_spawn(&pid, name, NULL, NULL, argv, argv + 1);

	(void)c;
	if (error == 0)
		waitpid(pid, NULL, 0);
	return error;
}

/* Only when locked: where it succeeds, nobody is left to report it, and the test fails by that. */
static long exec_as(const struct captured *c, const char *path)
{
	char name[40];
	char *argv[] = {name, NULL};

	snprintf(name, sizeof(name), "%s", path);
	return c->locked ? by(execve(name, argv, argv + 1)) : 0;
}

static long exec_true(const struct captured *c)
{
	return exec_as(c, "/bin/true");
}

static long exec_setuid(const struct captured *c)
{
	return exec_as(c, "/bin/su");
}

static long exec_at(const struct captured *c)
{
	char *none[] = {NULL};
	int fd = open("/bin/true", O_PATH | O_CLOEXEC);
	long error = fd < 0 ? errno : 0;

	if (fd >= 0 && c->locked)
		error = by(syscall(SYS_execveat, fd, "", none, none, AT_EMPTY_PATH));
	close(fd);
	return error;
}

static long new_privileges(const struct captured *c)
{
	(void)c;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? EPERM : 0;
}

static long unset_no_new_privileges(const struct captured *c)
{
	(void)c;
	return by(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
}

static long trace_parent(const struct captured *c)
{
	long error = by(ptrace(PTRACE_SEIZE, c->parent, NULL, NULL));

	return error;
}

static long trace_me(const struct captured *c)
{
	return c->locked ? by(ptrace(PTRACE_TRACEME, 0, NULL, NULL)) : 0;
}

static long read_memory(const struct captured *c)
{
	char byte;
	struct iovec here = {&byte, 1};
	struct iovec there = {&byte, 1};

	return by(process_vm_readv(c->parent, &here, 1, &there, 1, 0));
}

static long open_proc(const struct captured *c, const char *name)
{
	char path[60];
	char byte;
	long error = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)c->parent, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (read(fd, &byte, 1) < 0)
		error = errno;
	close(fd);
	return error;
}

static long parent_environment(const struct captured *c)
{
	return open_proc(c, "environ");
}

static long parent_memory(const struct captured *c)
{
	return open_proc(c, "mem");
}

static long parent_maps(const struct captured *c)
{
	return open_proc(c, "maps");
}

static long parent_status(const struct captured *c)
{
	return open_proc(c, "status");
}

static long kill_parent(const struct captured *c)
{
	return by(kill(c->parent, 0));
}

static long kill_all(const struct captured *c)
{
	(void)c;
	return by(kill(-1, 0));
}

static long tgkill_parent(const struct captured *c)
{
	return by(syscall(SYS_tgkill, c->parent, c->parent, 0));
}

static long tgkill_sibling(const struct captured *c)
{
	return by(syscall(SYS_tgkill, c->sibling, c->sibling, 0));
}

static long tgkill_self(const struct captured *c)
{
	(void)c;
	return by(syscall(SYS_tgkill, getpid(), gettid(), 0));
}

static long slow_sibling(const struct captured *c)
{
	return by(setpriority(PRIO_PROCESS, (id_t)c->sibling, 19));
}

static long move_sibling(const struct captured *c)
{
	cpu_set_t set;

	if (sched_getaffinity(c->sibling, sizeof(set), &set) != 0)
		return errno;
	return by(sched_setaffinity(c->sibling, sizeof(set), &set));
}

#ifdef SYS_pidfd_open
static long pidfd_parent(const struct captured *c)
{
	long fd = syscall(SYS_pidfd_open, c->parent, 0);

	if (fd < 0)
		return errno;
	close((int)fd);
	return 0;
}
#endif

static long limits_of_parent(const struct captured *c)
{
	const struct rlimit none = {0, 0};

	return by(prlimit(c->parent, RLIMIT_CPU, &none, NULL));
}

/* By number, as one would another worker, which has the same uid: here our own. */
static long limits_by_number(const struct captured *c)
{
	struct rlimit r;

	(void)c;
	return by(prlimit(getpid(), RLIMIT_CPU, NULL, &r));
}

static long raise_limit(int resource)
{
	struct rlimit r;

	if (getrlimit(resource, &r) != 0)
		return errno;
	r.rlim_cur = ++r.rlim_max;
	return by(setrlimit(resource, &r));
}

#define LIMIT_ROW(name, resource)                          \
	static long limit_##name(const struct captured *c) \
	{                                                  \
		(void)c;                                   \
		return raise_limit(resource);              \
	}
LIMIT_ROW(fsize, RLIMIT_FSIZE)
LIMIT_ROW(nofile, RLIMIT_NOFILE)
LIMIT_ROW(as, RLIMIT_AS)
LIMIT_ROW(cpu, RLIMIT_CPU)
LIMIT_ROW(core, RLIMIT_CORE)

/* Possible, and of no use: see the test. */
static long set_dumpable(const struct captured *c)
{
	(void)c;
	return by(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

const struct attempt_row captured_processes[] = {
        ROW(fork_libc),
#ifdef SYS_fork
        ROW(fork_call),
#endif
        ROW(vfork_libc),
        ROW(clone_call),
#ifdef SYS_clone3
        ROW(clone3_call),
#endif
        ROW(spawn),
        ROW(exec_true),
        ROW(exec_setuid),
        ROW(exec_at),
        ROW(new_privileges),
        ROW(unset_no_new_privileges),
        ROW(trace_parent),
        ROW(trace_me),
        ROW(read_memory),
        ROW(parent_environment),
        ROW(parent_memory),
        ROW(parent_maps),
        ROW(parent_status),
        ROW(kill_parent),
        ROW(kill_all),
        ROW(tgkill_parent),
        ROW(tgkill_sibling),
        ROW(tgkill_self),
        ROW(slow_sibling),
        ROW(move_sibling),
#ifdef SYS_pidfd_open
        ROW(pidfd_parent),
#endif
        ROW(limits_of_parent),
        ROW(limits_by_number),
        ROW(limit_fsize),
        ROW(limit_nofile),
        ROW(limit_as),
        ROW(limit_cpu),
        ROW(limit_core),
        ROW(set_dumpable),
        {NULL, NULL},
};
