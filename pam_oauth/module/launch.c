/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fork and exec of the worker. The parent side changes nothing that belongs to the host; all that
 * is set up is set up in the child (PAM-33, NET-30).
 */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <security/pam_modutil.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build.h"
#include "po_clock.h"
#include "po_text.h"
#include "po_wire.h"

#define EXIT_NOT_STARTED 127
#define REAP_SLICE_MS    2
#define PASSWD_BUFFER    16384
#define FEW_FILES        64
#define STACK_SIZE       (8UL << 20)

struct worker_user {
	uid_t uid;
	gid_t gid;
};

static bool find_user(struct worker_user *u, struct po_fault *f)
{
	const char *name = po_build_worker_user();
	struct passwd pw;
	struct passwd *found = NULL;
	char *buffer;
	int error;

	if (!po_build_drops_uid()) {
		*u = (struct worker_user){geteuid(), getegid()};
		return true;
	}
	buffer = malloc(PASSWD_BUFFER);
	if (!buffer)
		return po_fail_memory(f);
	error = getpwnam_r(name, &pw, buffer, PASSWD_BUFFER, &found);
	if (found)
		*u = (struct worker_user){pw.pw_uid, pw.pw_gid};
	free(buffer);
	if (error)
		return po_fail(f, PO_E_SYSTEM, "looking up user %s: %s", name,
		               po_text_errno(error));
	if (!found)
		return po_fail(f, PO_E_CONFIG, "the worker's user %s does not exist", name);
	if (u->uid == 0 || u->gid == 0)
		return po_fail(f, PO_E_CONFIG, "the worker's user %s has uid or gid 0", name);
	return true;
}

static void reset_signals(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int n = 1; n < NSIG; n++)
		sigaction(n, &action, NULL); /* SIGKILL and SIGSTOP refuse, as they should */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool drop(const struct worker_user *u)
{
	uid_t uids[3];
	gid_t gids[3];

	if (!po_build_drops_uid())
		return true;
	if (setgroups(0, NULL) != 0 || setresgid(u->gid, u->gid, u->gid) != 0 ||
	    setresuid(u->uid, u->uid, u->uid) != 0)
		return false;
	if (getresuid(&uids[0], &uids[1], &uids[2]) != 0 ||
	    getresgid(&gids[0], &gids[1], &gids[2]) != 0 || getgroups(0, NULL) != 0)
		return false;
	for (int i = 0; i < 3; i++)
		if (uids[i] != u->uid || gids[i] != u->gid)
			return false;
	return setuid(0) != 0; /* no way back */
}

/*
 * libpam closes descriptors one by one up to the soft limit, which some hosts set to a million. On
 * kernels with close_range they are gone at once, and a low limit then keeps that loop short.
 */
static void close_others(void)
{
	const struct rlimit few = {.rlim_cur = FEW_FILES, .rlim_max = FEW_FILES};

#ifdef SYS_close_range
	if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) == 0)
		setrlimit(RLIMIT_NOFILE, &few); /* what the worker needs; if refused, only slower */
#else
	(void)few;
#endif
}

/* In a container even root keeps a hard limit; up to that one, the soft one is still ours. */
static void raise_limit(int resource, rlim_t value)
{
	struct rlimit r = {.rlim_cur = value, .rlim_max = value};

	if (setrlimit((__rlimit_resource_t)resource, &r) == 0 ||
	    getrlimit((__rlimit_resource_t)resource, &r) != 0)
		return;
	r.rlim_cur = r.rlim_max;
	setrlimit((__rlimit_resource_t)resource, &r); /* if refused, the worker says what fails */
}

/*
 * In su and its like the limits belong to the invoking user, as the environment does (NET-20): a
 * stack of gigabytes or a second of CPU time would let him choose how the worker fails.
 */
static void own_limits(void)
{
	raise_limit(RLIMIT_STACK, STACK_SIZE);
	raise_limit(RLIMIT_AS, RLIM_INFINITY);
	raise_limit(RLIMIT_DATA, RLIM_INFINITY);
	raise_limit(RLIMIT_CPU, RLIM_INFINITY);
	raise_limit(RLIMIT_NPROC, RLIM_INFINITY);
}

/*
 * The child, up to exec, the socket on descriptor 0. Returns only if something failed; errno then
 * says what.
 */
static const char *become_worker(pam_handle_t *pamh, const struct worker_user *u)
{
	char path[4096];
	char *argv[] = {path, NULL};
	char *envp[] = {NULL};

	if (snprintf(path, sizeof(path), "%s", po_build_worker()) >= (int)sizeof(path))
		return "worker path too long";
	close_others();
	own_limits();
	if (pam_modutil_sanitize_helper_fds(pamh, PAM_MODUTIL_IGNORE_FD, PAM_MODUTIL_NULL_FD,
	                                    PAM_MODUTIL_NULL_FD) != 0)
		return "closing descriptors";
	if (setsid() < 0) /* Ctrl-C at the terminal is the module's to notice, not ours (SUD-3) */
		return "setsid";
	reset_signals();
	if (chdir("/") != 0)
		return "chdir";
	if (!drop(u))
		return "dropping privileges";
	execve(path, argv, envp);
	return "exec";
}

static void child(pam_handle_t *pamh, const struct worker_user *u, int socket)
{
	struct po_fault f;
	bool moved = dup2(socket, STDIN_FILENO) >= 0; /* if not, 0 is something of the host's */
	const char *what = moved ? become_worker(pamh, u) : "dup2";

	po_fail(&f, PO_E_WORKER, "cannot start the worker: %s: %s", what, po_text_errno(errno));
	po_wire_send_fault(moved ? STDIN_FILENO : socket, &f);
	_exit(EXIT_NOT_STARTED);
}

/* In a host with closed stdio a new socket would get number 0 to 2, and the host's next message to
 * the person would go to the worker (PAM-35). */
static bool lift(int *fd)
{
	int high;

	if (*fd > STDERR_FILENO)
		return true;
	high = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (high < 0)
		return false;
	close(*fd);
	*fd = high;
	return true;
}

static bool make_sockets(int sv[2], struct po_fault *f)
{
	static const int size = 2 * PO_LIMIT_MESSAGE; /* one message must fit without waiting */

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) != 0)
		return po_fail(f, PO_E_SYSTEM, "socketpair: %s", po_text_errno(errno));
	for (int i = 0; i < 2; i++) {
		if (lift(&sv[i]) &&
		    setsockopt(sv[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) == 0)
			continue;
		po_fail(f, PO_E_SYSTEM, "socket to the worker: %s", po_text_errno(errno));
		close(sv[0]);
		close(sv[1]);
		return false;
	}
	return true;
}

bool po_launch(struct po_child *c, void *pamh, struct po_fault *f)
{
	struct worker_user user;
	int sv[2];
	pid_t pid;

	if (!find_user(&user, f) || !make_sockets(sv, f))
		return false;
	pid = fork();
	if (pid == 0)
		child(pamh, &user, sv[1]);
	close(sv[1]);
	if (pid < 0) {
		po_fail(f, PO_E_SYSTEM, "fork: %s", po_text_errno(errno));
		close(sv[0]);
		return false;
	}
	c->pid = pid;
	c->fd = sv[0];
	return true;
}

/* True when the child is gone: reaped by us, or by a host that ignores SIGCHLD. */
static bool reaped(pid_t pid, int options)
{
	pid_t n;

	do
		n = waitpid(pid, NULL, options);
	while (n < 0 && errno == EINTR);
	return n != 0;
}

void po_launch_end(struct po_child *c)
{
	int64_t until = po_clock_after(PO_REAP_GRACE_MS);

	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	if (c->pid <= 0)
		return;
	while (!reaped(c->pid, WNOHANG)) {
		if (po_clock_left(until) == 0) {
			if (kill(c->pid, SIGKILL) == 0) /* a security module may refuse */
				reaped(c->pid, 0);
			break;
		}
		poll(NULL, 0, REAP_SLICE_MS);
	}
	c->pid = 0;
}
