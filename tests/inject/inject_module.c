/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls that only the module makes; fork and what the child does are the programs' own. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <regex.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <security/pam_modutil.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "inject.h"

/* clang-format off */
INJECT_WRAP(int, clock_gettime, (clockid_t id, struct timespec *t), (id, t), -1)
INJECT_WRAP(int, poll, (struct pollfd * fds, nfds_t n, int timeout), (fds, n, timeout), -1)
INJECT_WRAP(int, access, (const char *path, int mode), (path, mode), -1)
INJECT_WRAP(int, stat, (const char *path, struct stat *st), (path, st), -1)
INJECT_WRAP(int, lstat, (const char *path, struct stat *st), (path, st), -1)
INJECT_WRAP(DIR *, fdopendir, (int fd), (fd), NULL)
INJECT_WRAP(struct dirent *, readdir, (DIR *dir), (dir), NULL)
INJECT_WRAP(ssize_t, read, (int fd, void *p, size_t n), (fd, p, n), -1)
INJECT_WRAP(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n), -1)
INJECT_WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode), -1)
INJECT_WRAP(int, unlinkat, (int dir, const char *path, int flags), (dir, path, flags), -1)
INJECT_WRAP(int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to), -1)
INJECT_WRAP(int, flock, (int fd, int operation), (fd, operation), -1)
INJECT_WRAP(int, socketpair, (int domain, int type, int protocol, int sv[2]),
            (domain, type, protocol, sv), -1)
INJECT_WRAP(int, setsockopt, (int fd, int level, int name, const void *value, socklen_t len),
            (fd, level, name, value, len), -1)
INJECT_WRAP(int, socket, (int domain, int type, int protocol), (domain, type, protocol), -1)
INJECT_WRAP(ssize_t, sendto,
            (int fd, const void *p, size_t n, int flags, const struct sockaddr *to, socklen_t len),
            (fd, p, n, flags, to, len), -1)
INJECT_WRAP(int, getpeername, (int fd, struct sockaddr *address, socklen_t *len),
            (fd, address, len), -1)
INJECT_WRAP(int, gethostname, (char *name, size_t size), (name, size), -1)
INJECT_WRAP(int, sigpending, (sigset_t *set), (set), -1)
INJECT_WRAP(int, kill, (pid_t pid, int number), (pid, number), -1)
INJECT_WRAP(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options), -1)
INJECT_WRAP(locale_t, newlocale, (int mask, const char *name, locale_t base), (mask, name, base),
            (locale_t)0)
INJECT_WRAP(int, regcomp, (regex_t *regex, const char *text, int flags), (regex, text, flags),
            REG_ESPACE)
INJECT_WRAP(int, regexec,
            (const regex_t *regex, const char *text, size_t n, regmatch_t match[], int flags),
            (regex, text, n, match, flags), REG_ESPACE)
INJECT_WRAP(int, getpwnam_r,
            (const char *name, struct passwd *pw, char *text, size_t size, struct passwd **found),
            (name, pw, text, size, found), (*found = NULL, inject_error()))
INJECT_WRAP(int, pam_get_user, (pam_handle_t *pamh, const char **user, const char *prompt),
            (pamh, user, prompt), inject_error())
INJECT_WRAP(int, pam_putenv, (pam_handle_t *pamh, const char *text), (pamh, text), inject_error())
INJECT_WRAP(int, pam_modutil_audit_write,
            (pam_handle_t *pamh, int type, const char *text, int code), (pamh, type, text, code),
            inject_error())
INJECT_WRAP(int, pam_set_data,
            (pam_handle_t *pamh, const char *name, void *data,
             void (*cleanup)(pam_handle_t *pamh, void *data, int status)),
            (pamh, name, data, cleanup), inject_error())
/* clang-format on */

ssize_t __real_getrandom(void *p, size_t size, unsigned flags);
ssize_t __wrap_getrandom(void *p, size_t size, unsigned flags);

/* A reference does not wait for randomness, and does without it: keys do neither. */
ssize_t __wrap_getrandom(void *p, size_t size, unsigned flags)
{
	const char *name = flags & GRND_NONBLOCK ? "getrandom of the reference" : "getrandom";

	return inject_fails(name) ? -1 : __real_getrandom(p, size, flags);
}

/* The kernel has closed it all the same. */
int __real_close(int fd);
int __wrap_close(int fd);

int __wrap_close(int fd)
{
	bool fails = inject_fails("close");
	int result = __real_close(fd);

	if (fails)
		errno = inject_error();
	return fails ? -1 : result;
}

int __real_openat(int dir, const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, ...);

int __wrap_openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	return inject_fails("openat") ? -1 : __real_openat(dir, path, flags, mode);
}

/* The module's commands take a number or a lock. */
int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);

int __wrap_fcntl(int fd, int command, ...)
{
	struct flock *lock = NULL;
	int number = 0;
	va_list ap;

	va_start(ap, command);
	if (command == F_OFD_SETLK)
		lock = va_arg(ap, struct flock *);
	else
		number = va_arg(ap, int);
	va_end(ap);
	if (inject_fails("fcntl"))
		return -1;
	return lock ? __real_fcntl(fd, command, lock) : __real_fcntl(fd, command, number);
}

int __real_pam_prompt(pam_handle_t *pamh, int style, char **answer, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));
int __wrap_pam_prompt(pam_handle_t *pamh, int style, char **answer, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));

int __wrap_pam_prompt(pam_handle_t *pamh, int style, char **answer, const char *fmt, ...)
{
	va_list ap;
	int result;

	if (inject_fails("pam_prompt"))
		return inject_error();
	va_start(ap, fmt);
	result = pam_vprompt(pamh, style, answer, fmt, ap);
	va_end(ap);
	return result;
}
