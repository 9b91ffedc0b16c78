/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Landlock on kernels that this machine is not: each version is asked for all that it has and for
 * nothing that it does not know. The kernel's own rule stands behind syscall(): bits that are new
 * to it, or bytes behind its layout, are refused.
 */
#include "landlock.h"

#include "table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define VERSION_FLAG 1
#define PATH_RULE    1
#define PORT_RULE    2

static struct {
	long abi;       /* -1 with error: no Landlock */
	int error;      /* of it */
	int fails;      /* the call that is refused though it is known; 0 = none */
	uint64_t fs;    /* out: asked for */
	uint64_t net;   /* out */
	uint64_t scope; /* out */
	unsigned paths; /* out: rules */
	unsigned ports; /* out */
	bool enforced;  /* out */
} kernel;

/* What each version knows (kernel documentation, landlock): rights on files, ports, scopes. */
static const struct {
	const char *name;
	long abi;
	uint64_t fs;
	uint64_t net;
	uint64_t scope;
} versions[] = {
        {"1, Linux 5.13", 1, 0x1fff, 0, 0}, {"2, Linux 5.19", 2, 0x3fff, 0, 0},
        {"3, Linux 6.2", 3, 0x7fff, 0, 0},  {"4, Linux 6.7", 4, 0x7fff, 3, 0},
        {"5, Linux 6.10", 5, 0xffff, 3, 0}, {"6, Linux 6.12", 6, 0xffff, 3, 3},
        {"7, Linux 6.15", 7, 0xffff, 3, 3}, {"one that is not written yet", 99, 0xffff, 3, 3},
};

static size_t known_size(void)
{
	return kernel.abi >= 6 ? 24 : kernel.abi >= 4 ? 16 : 8;
}

static long refuse(int error)
{
	errno = error;
	return -1;
}

static long create(const void *attr, size_t size, unsigned flags)
{
	uint64_t words[3] = {0};

	if (kernel.abi < 1)
		return refuse(kernel.error);
	if (flags == VERSION_FLAG)
		return attr || size ? refuse(EINVAL) : kernel.abi;
	if (size > known_size())
		return refuse(E2BIG);
	memcpy(words, attr, size);
	kernel.fs = words[0];
	kernel.net = words[1];
	kernel.scope = words[2];
	for (size_t i = 0; i < COUNT(versions); i++)
		if (versions[i].abi == kernel.abi &&
		    (kernel.fs & ~versions[i].fs || kernel.net & ~versions[i].net ||
		     kernel.scope & ~versions[i].scope))
			return refuse(EINVAL);
	return kernel.fails == SYS_landlock_create_ruleset ? refuse(ENOMEM) : dup(0);
}

static long add_rule(int type, const void *attr)
{
	uint64_t access;

	memcpy(&access, attr, sizeof(access));
	if (type == PATH_RULE && access && !(access & ~kernel.fs))
		kernel.paths++;
	else if (type == PORT_RULE && kernel.abi >= 4 && access == 2)
		kernel.ports++;
	else
		return refuse(EINVAL);
	return kernel.fails == SYS_landlock_add_rule ? refuse(ENOMEM) : 0;
}

long __wrap_syscall(long number, ...);

long __wrap_syscall(long number, ...)
{
	long a[4];
	va_list args;

	va_start(args, number);
	for (size_t i = 0; i < COUNT(a); i++)
		a[i] = va_arg(args, long);
	va_end(args);
	switch (number) {
	case SYS_landlock_create_ruleset:
		return create((const void *)a[0], (size_t)a[1], (unsigned)a[2]);
	case SYS_landlock_add_rule:
		return add_rule((int)a[1], (const void *)a[2]);
	case SYS_landlock_restrict_self:
		if (kernel.fails == number)
			return refuse(EPERM);
		kernel.enforced = true;
		return 0;
	default:
		fail_msg("system call %ld", number);
		return -1;
	}
}

static int restrict_on(long abi, int error, int fails)
{
	const struct po_ports ports = {.numbers = {443, 53, 8443}, .count = 3};
	int before = dup(0);
	int result;

	close(before);
	memset(&kernel, 0, sizeof(kernel));
	kernel.abi = abi;
	kernel.error = error;
	kernel.fails = fails;
	result = po_landlock_restrict("/etc/hostname", "/srv", &ports);
	assert_int_equal(dup(0), before); /* the ruleset's descriptor is closed */
	/* cppcheck-suppress doubleFree; the number is in use again */
	close(before);
	return result;
}

static void each_kernel_is_asked_for_all_that_it_has(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(versions); i++) {
		t.row = versions[i].name;
		ROW(&t, restrict_on(versions[i].abi, 0, 0) == versions[i].abi);
		ROW(&t, kernel.enforced);
		ROW(&t, kernel.fs == versions[i].fs);
		ROW(&t, kernel.net == versions[i].net);
		ROW(&t, kernel.scope == versions[i].scope);
		ROW(&t, kernel.paths >= 3);
		ROW(&t, kernel.ports == (versions[i].abi >= 4 ? 3 : 0));
	}
	table_end(&t);
}

/* ENOSYS: built without it; EOPNOTSUPP: switched off at boot. */
static void kernels_without_it(void **state)
{
	(void)state;
	assert_int_equal(restrict_on(-1, ENOSYS, 0), 0);
	assert_int_equal(restrict_on(-1, EOPNOTSUPP, 0), 0);
	assert_false(kernel.enforced);
}

static void a_kernel_that_has_it_and_refuses(void **state)
{
	static const int calls[] = {SYS_landlock_create_ruleset, SYS_landlock_add_rule,
	                            SYS_landlock_restrict_self};

	(void)state;
	for (size_t i = 0; i < COUNT(calls); i++) {
		assert_int_equal(restrict_on(7, 0, calls[i]), -1);
		assert_false(kernel.enforced);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_kernel_is_asked_for_all_that_it_has),
	        cmocka_unit_test(kernels_without_it),
	        cmocka_unit_test(a_kernel_that_has_it_and_refuses),
	};

	return cmocka_run_group_tests_name("landlock on each kernel", tests, NULL, NULL);
}
