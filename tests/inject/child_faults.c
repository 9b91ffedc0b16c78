/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What launch.c does in the child between fork and exec, with each of its calls failing in turn, or
 * answering "done" without having done anything. NET-30, PAM-33 and architecture 6: the reason
 * arrives as a FAULT on the socket, and no worker ever runs that has kept a uid, a gid or a group.
 * For root, in a private namespace (tests/e2e/test_child_faults.py): child_faults USER PROBE, the
 * probe being this same program where that user can execute it.
 */
#include <err.h>
#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <security/pam_modutil.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inject.h"
#include "launch.h"
#include "po_wire.h"

#define PATIENCE_MS 20000
#define TURNS_MAX   1000

static const char *user_;
static const char *probe_;
static bool lies_;      /* a call whose turn it is says that it has done what it was asked */
static bool *happened_; /* shared with the child */

const char *__wrap_po_build_worker(void);
const char *__wrap_po_build_worker_user(void);
bool __wrap_po_build_drops_uid(void);

const char *__wrap_po_build_worker(void)
{
	return probe_;
}

const char *__wrap_po_build_worker_user(void)
{
	return user_;
}

bool __wrap_po_build_drops_uid(void)
{
	return true;
}

static bool its_turn(const char *call)
{
	bool yes = inject_fails(call);

	*happened_ |= yes;
	return yes;
}

#define CHILD_WRAP(name, params, args)                                          \
	int __real_##name params;                                               \
	int __wrap_##name params;                                               \
	int __wrap_##name params                                                \
	{                                                                       \
		return its_turn(#name) ? (lies_ ? 0 : -1) : __real_##name args; \
	}

/* clang-format off */
CHILD_WRAP(dup2, (int from, int to), (from, to))
CHILD_WRAP(setrlimit, (__rlimit_resource_t what, const struct rlimit *r), (what, r))
CHILD_WRAP(getrlimit, (__rlimit_resource_t what, struct rlimit *r), (what, r))
CHILD_WRAP(setsid, (void), ())
CHILD_WRAP(sigaction, (int n, const struct sigaction *a, struct sigaction *old), (n, a, old))
CHILD_WRAP(sigprocmask, (int how, const sigset_t *set, sigset_t *old), (how, set, old))
CHILD_WRAP(chdir, (const char *path), (path))
CHILD_WRAP(setgroups, (size_t n, const gid_t *list), (n, list))
CHILD_WRAP(setresgid, (gid_t a, gid_t b, gid_t c), (a, b, c))
CHILD_WRAP(setresuid, (uid_t a, uid_t b, uid_t c), (a, b, c))
CHILD_WRAP(getresgid, (gid_t *a, gid_t *b, gid_t *c), (a, b, c))
CHILD_WRAP(getresuid, (uid_t *a, uid_t *b, uid_t *c), (a, b, c))
CHILD_WRAP(getgroups, (int n, gid_t *list), (n, list))
CHILD_WRAP(setuid, (uid_t uid), (uid))
CHILD_WRAP(execve, (const char *path, char *const argv[], char *const envp[]), (path, argv, envp))
CHILD_WRAP(pam_modutil_sanitize_helper_fds,
           (pam_handle_t *pamh, enum pam_modutil_redirect_fd in, enum pam_modutil_redirect_fd out,
            enum pam_modutil_redirect_fd error), (pamh, in, out, error))
/* clang-format on */

/* close_range, with three arguments. */
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

long __wrap_syscall(long number, ...)
{
	unsigned a[3];
	va_list ap;

	va_start(ap, number);
	for (int i = 0; i < 3; i++)
		a[i] = va_arg(ap, unsigned);
	va_end(ap);
	return its_turn("syscall") ? -1 : __real_syscall(number, a[0], a[1], a[2]);
}

static const struct row {
	const char *call;
	int error;
	bool lies;
	const char *fault; /* what the FAULT names; NULL: the worker runs, as whom it has to */
} rows[] = {
        {"nothing", 0, false, NULL},
        {"dup2", EMFILE, false, "dup2"},
        {"syscall", ENOSYS, false, NULL}, /* old kernels: libpam closes them one by one */
        {"setrlimit", EPERM, false, NULL},
        {"getrlimit", EFAULT, false, NULL},
        {"pam_modutil_sanitize_helper_fds", EMFILE, false, "closing descriptors"},
        {"setsid", EPERM, false, "setsid"},
        {"sigaction", EINVAL, false, NULL},
        {"sigprocmask", EINVAL, false, NULL},
        {"chdir", EACCES, false, "chdir"},
        {"setgroups", EPERM, false, "dropping privileges"},
        {"setgroups", 0, true, "dropping privileges"},
        {"setresgid", EPERM, false, "dropping privileges"},
        {"setresgid", 0, true, "dropping privileges"},
        {"setresuid", EAGAIN, false, "dropping privileges"},
        {"setresuid", 0, true, "dropping privileges"},
        {"getresgid", EFAULT, false, "dropping privileges"},
        {"getresuid", EFAULT, false, "dropping privileges"},
        {"getgroups", EFAULT, false, "dropping privileges"},
        {"setuid", 0, true, "dropping privileges"}, /* there is a way back to root */
        {"execve", ENOENT, false, "exec"},
};

/* --- the probe: who am I? -------------------------------------------------- */

static void describe(char *text, size_t size, const uid_t uids[3], const gid_t gids[3], int groups)
{
	snprintf(text, size, "uids %u %u %u gids %u %u %u groups %d", uids[0], uids[1], uids[2],
	         gids[0], gids[1], gids[2], groups);
}

static int probe(void)
{
	struct po_message m = {.kind = PO_KIND_LOG};
	uid_t uids[3] = {0};
	gid_t gids[3] = {0};

	getresuid(&uids[0], &uids[1], &uids[2]);
	getresgid(&gids[0], &gids[1], &gids[2]);
	describe(m.log.text, sizeof(m.log.text), uids, gids, getgroups(0, NULL));
	return po_wire_send(STDIN_FILENO, &m, NULL) ? 0 : 1;
}

/* --- the module's side ----------------------------------------------------- */

static bool await_message(int fd, struct po_message *m)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	struct po_fault f;

	return poll(&p, 1, PATIENCE_MS) == 1 && po_wire_recv(fd, m, &f) == PO_RECV_OK;
}

/* What the first message says; "nothing" without one. */
static void start(pam_handle_t *pamh, char *said, size_t size)
{
	struct po_child child = PO_CHILD_NONE;
	struct po_message m = {0};
	struct po_fault f;

	snprintf(said, size, "nothing");
	if (!po_launch(&child, pamh, &f)) {
		snprintf(said, size, "po_launch: %s", f.text);
		return;
	}
	if (await_message(child.fd, &m))
		snprintf(said, size, "%s%s", m.kind == PO_KIND_FAULT ? "FAULT " : "",
		         m.kind == PO_KIND_FAULT ? m.fault.text : m.log.text);
	po_message_free(&m);
	po_launch_end(&child);
}

static void wanted_of(const struct row *r, const struct passwd *pw, char *text, size_t size)
{
	const uid_t uids[3] = {pw->pw_uid, pw->pw_uid, pw->pw_uid};
	const gid_t gids[3] = {pw->pw_gid, pw->pw_gid, pw->pw_gid};

	if (r->fault)
		snprintf(text, size, "FAULT cannot start the worker: %s: ", r->fault);
	else
		describe(text, size, uids, gids, 0);
}

static bool fits(const char *said, const char *wanted, bool fault)
{
	return fault ? strncmp(said, wanted, strlen(wanted)) == 0 : strcmp(said, wanted) == 0;
}

/* All places of one row; returns how many there were, or -1. */
static long run_row(pam_handle_t *pamh, const struct row *r, const struct passwd *pw)
{
	char ran[256];
	char wanted[256];
	char said[PO_LIMIT_FAULT_TEXT + 16];
	long at = 1;

	wanted_of(&rows[0], pw, ran, sizeof(ran));
	wanted_of(r, pw, wanted, sizeof(wanted));
	lies_ = r->lies;
	for (; at < TURNS_MAX; at++) {
		*happened_ = false;
		inject_arm(&(struct inject_plan){.call = r->call, r->error, at, false});
		start(pamh, said, sizeof(said));
		inject_disarm();
		if (!fits(said, *happened_ ? wanted : ran, *happened_ && r->fault)) {
			printf("%s %s, call %ld: \"%s\" instead of \"%s\"\n", r->call,
			       r->lies ? "lies" : "fails", at, said, *happened_ ? wanted : ran);
			return -1;
		}
		if (waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD) {
			printf("%s, call %ld: a child is left\n", r->call, at);
			return -1;
		}
		if (!*happened_)
			break;
	}
	if (at == 1 && r != rows)
		printf("%s: nobody calls it\n", r->call);
	return at == 1 && r != rows ? -1 : at - 1;
}

static int run(void)
{
	static const gid_t groups[] = {1, 2, 3}; /* that have to go */
	const struct pam_conv conv = {0};
	/* cppcheck-suppress getpwnamCalled; one thread */
	const struct passwd *pw = getpwnam(user_);
	pam_handle_t *pamh;
	long places = 0;
	int failed = 0;

	if (!pw || setgroups(3, groups) != 0)
		err(1, "%s", user_);
	if (pam_start("other", "root", &conv, &pamh) != PAM_SUCCESS)
		errx(1, "pam_start");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		long n = run_row(pamh, &rows[i], pw);

		failed += n < 0;
		places += n > 0 ? n : 0;
	}
	pam_end(pamh, PAM_SUCCESS);
	printf("%ld places of %zu kinds, %d failed\n", places, sizeof(rows) / sizeof(rows[0]) - 1,
	       failed);
	return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	happened_ = mmap(NULL, sizeof(*happened_), PROT_READ | PROT_WRITE,
	                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (happened_ == MAP_FAILED)
		err(1, "mmap");
	if (argc == 1)
		return probe();
	if (argc != 3)
		errx(2, "usage: child_faults USER PROBE");
	user_ = argv[1];
	probe_ = argv[2];
	return run();
}
