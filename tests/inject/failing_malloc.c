/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preloaded into the worker as shipped: memory ends at one allocation, whoever asks for it, or from
 * there on (PO_FAIL_AT=n, PO_FAIL_ONWARD=1; 0: they are only counted). At the end it says on
 * standard error how many there were; after a crash, in which objects the calls were.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FRAMES 24

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_long calls;
static long fail_at;
static bool onward;

static bool ends_here(void)
{
	long n = atomic_fetch_add(&calls, 1) + 1;
	bool fails = fail_at > 0 && (n == fail_at || (onward && n > fail_at));

	if (fails)
		errno = ENOMEM;
	return fails;
}

void *malloc(size_t size)
{
	return ends_here() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return ends_here() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return ends_here() ? NULL : __libc_realloc(p, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return ends_here() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **p, size_t alignment, size_t size)
{
	void *got = aligned_alloc(alignment, size);

	if (!got)
		return ENOMEM;
	*p = got;
	return 0;
}

static void say(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return;
}

/*
 * The objects of the calls, the innermost first. The process ends here whatever
 * these calls do; at worst it says less.
 */
/* NOLINTBEGIN(bugprone-signal-handler,cert-sig30-c) */
static void crashed(int number)
{
	void *frames[FRAMES];
	int n = backtrace(frames, FRAMES);
	char line[300];

	snprintf(line, sizeof(line), "signal %d in", number);
	say(line);
	for (int i = 1; i < n; i++) {
		Dl_info where = {0};
		const char *name =
		        dladdr(frames[i], &where) && where.dli_fname ? where.dli_fname : "?";
		const char *slash = strrchr(name, '/');

		snprintf(line, sizeof(line), " %s+%lx", slash ? slash + 1 : name,
		         (unsigned long)((uintptr_t)frames[i] - (uintptr_t)where.dli_fbase));
		say(line);
	}
	say("\n");
	syscall(SYS_exit_group, 100 + number);
}
/* NOLINTEND(bugprone-signal-handler,cert-sig30-c) */

/* The worker ends by _exit: no exit handler would run. */
void _exit(int status)
{
	char line[64];

	snprintf(line, sizeof(line), "%ld allocations\n", atomic_load(&calls));
	say(line);
	for (;;)
		syscall(SYS_exit_group, status);
}

__attribute__((constructor)) static void begin(void)
{
	static const int numbers[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
	const char *at = getenv("PO_FAIL_AT");
	void *frame;

	backtrace(&frame, 1); /* it loads a library the first time */
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], crashed);
	onward = getenv("PO_FAIL_ONWARD") != NULL;
	atomic_store(&calls, 0);
	fail_at = at ? strtol(at, NULL, 10) : 0;
}
