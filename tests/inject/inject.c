/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan, and the calls that module and worker share (pam_oauth/common has them). */
#include "inject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

static struct {
	struct inject_plan plan;
	bool armed;
	long calls;
	bool happened;
} turn;

void inject_arm(const struct inject_plan *plan)
{
	turn.plan = *plan;
	turn.calls = 0;
	turn.happened = false;
	turn.armed = true;
}

void inject_disarm(void)
{
	turn.armed = false;
}

void inject_pause(bool on)
{
	turn.armed = !on;
}

long inject_calls(void)
{
	return turn.calls;
}

bool inject_happened(void)
{
	return turn.happened;
}

int inject_error(void)
{
	return turn.plan.error;
}

bool inject_fails(const char *call)
{
	if (!turn.armed || strcmp(turn.plan.call, call) != 0)
		return false;
	turn.calls++;
	if (turn.plan.at == 0 || turn.calls < turn.plan.at ||
	    (turn.calls > turn.plan.at && !turn.plan.onward))
		return false;
	turn.happened = true;
	errno = turn.plan.error;
	return true;
}

static const char *memory_name_ = INJECT_MEMORY;

void inject_memory_is(const char *name)
{
	memory_name_ = name ? name : INJECT_MEMORY;
}

static bool memory_fails(void)
{
	return inject_fails(memory_name_);
}

#define WRAP_MEMORY(type, name, params, args)                      \
	type __real_##name params;                                 \
	type __wrap_##name params;                                 \
	type __wrap_##name params                                  \
	{                                                          \
		return memory_fails() ? NULL : __real_##name args; \
	}

WRAP_MEMORY(void *, malloc, (size_t size), (size))
WRAP_MEMORY(void *, calloc, (size_t n, size_t size), (n, size))
WRAP_MEMORY(void *, reallocarray, (void *p, size_t n, size_t size), (p, n, size))
WRAP_MEMORY(char *, strdup, (const char *s), (s))
WRAP_MEMORY(char *, strndup, (const char *s, size_t n), (s, n))

int __real_vasprintf(char **out, const char *fmt, va_list ap);
int __wrap_vasprintf(char **out, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
int __wrap___vasprintf_chk(char **out, int flag, const char *fmt, va_list ap)
        __attribute__((format(printf, 3, 0)));
int __wrap_asprintf(char **out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int __wrap___asprintf_chk(char **out, int flag, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));

int __wrap_vasprintf(char **out, const char *fmt, va_list ap)
{
	return memory_fails() ? -1 : __real_vasprintf(out, fmt, ap);
}

/* What a build with _FORTIFY_SOURCE calls instead. */
int __wrap___vasprintf_chk(char **out, int flag, const char *fmt, va_list ap)
{
	(void)flag;
	return __wrap_vasprintf(out, fmt, ap);
}

int __wrap_asprintf(char **out, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = __wrap_vasprintf(out, fmt, ap);
	va_end(ap);
	return n;
}

int __wrap___asprintf_chk(char **out, int flag, const char *fmt, ...)
{
	va_list ap;
	int n;

	(void)flag;
	va_start(ap, fmt);
	n = __wrap_vasprintf(out, fmt, ap);
	va_end(ap);
	return n;
}

INJECT_WRAP(ssize_t, send, (int fd, const void *p, size_t n, int flags), (fd, p, n, flags), -1)
INJECT_WRAP(ssize_t, recv, (int fd, void *p, size_t n, int flags), (fd, p, n, flags), -1)
INJECT_WRAP(int, fstat, (int fd, struct stat *st), (fd, st), -1)

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap___open_2(const char *path, int flags);

int __wrap_open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	/* a look at the terminal is no use of a file */
	return inject_fails(strcmp(path, "/dev/tty") == 0 ? "open tty" : "open")
	               ? -1
	               : __real_open(path, flags, mode);
}

/* What a build with _FORTIFY_SOURCE calls instead. */
int __wrap___open_2(const char *path, int flags)
{
	return __wrap_open(path, flags);
}
