/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two clocks of GEN-6. Linked with --wrap=clock_gettime and --wrap=getrandom: the kernel's
 * answers are the test's, so nothing here depends on real time.
 */
#include "table.h"

#include <errno.h>
#include <limits.h>
#include <sys/random.h>
#include <time.h>

#include "po_clock.h"

static struct {
	struct timespec boot, monotonic, real;
	bool no_boot, no_monotonic, no_real;
	uint32_t random;
	bool no_random;
	ssize_t random_len; /* what getrandom says it wrote */
} kernel;

int __wrap_clock_gettime(clockid_t id, struct timespec *ts);
ssize_t __wrap_getrandom(void *p, size_t len, unsigned flags);

int __wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
	bool refused = id == CLOCK_BOOTTIME    ? kernel.no_boot
	               : id == CLOCK_MONOTONIC ? kernel.no_monotonic
	                                       : kernel.no_real;

	if (refused) {
		errno = EINVAL;
		return -1;
	}
	*ts = id == CLOCK_BOOTTIME    ? kernel.boot
	      : id == CLOCK_MONOTONIC ? kernel.monotonic
	                              : kernel.real;
	return 0;
}

ssize_t __wrap_getrandom(void *p, size_t len, unsigned flags)
{
	(void)flags;
	if (kernel.no_random)
		return -1;
	assert_int_equal(len, sizeof(kernel.random));
	*(uint32_t *)p = kernel.random;
	return kernel.random_len;
}

static int reset(void **state)
{
	(void)state;
	kernel.boot = (struct timespec){1000, 999999999};
	kernel.monotonic = (struct timespec){500, 1000000};
	kernel.real = (struct timespec){1800000000, 999999999};
	kernel.no_boot = kernel.no_monotonic = kernel.no_real = kernel.no_random = false;
	kernel.random_len = sizeof(kernel.random);
	return 0;
}

static void waits_use_the_clock_that_counts_suspend(void **state)
{
	(void)state;
	assert_int_equal(po_clock_now(), 1000999);
	kernel.no_boot = true;
	assert_int_equal(po_clock_now(), 500001);
}

static void tokens_use_the_wall_clock(void **state)
{
	(void)state;
	assert_int_equal(po_clock_wall(), 1800000000);
}

static void clocks_that_fail_make_everything_late(void **state)
{
	(void)state;
	kernel.no_boot = kernel.no_monotonic = kernel.no_real = true;
	assert_true(po_clock_now() == INT64_MAX);
	assert_true(po_clock_wall() == INT64_MAX);
	assert_int_equal(po_clock_left(INT64_MAX), 0);
	assert_true(po_clock_after(5000) == 0); /* and stays late when the clock comes back */
	kernel.no_monotonic = false;
	assert_int_equal(po_clock_after(5000), 505001);
	assert_int_equal(po_clock_left(0), 0);
}

static void what_is_left_is_never_negative_and_fits_poll(void **state)
{
	static const struct {
		const char *name;
		int64_t until;
		int left;
	} rows[] = {
	        {"long past", 0, 0},
	        {"just past", 1000998, 0},
	        {"now", 1000999, 0},
	        {"in one millisecond", 1001000, 1},
	        {"as far as poll can wait", 1000999 + (int64_t)INT_MAX, INT_MAX},
	        {"one more", 1001000 + (int64_t)INT_MAX, INT_MAX},
	        {"never", INT64_MAX, INT_MAX},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].name;
		ROW_NUMBER(&t, po_clock_left(rows[i].until), rows[i].left);
	}
	table_end(&t);
}

static void jitter_stays_in_its_range_and_reaches_both_ends(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 2000; n++) {
		kernel.random = n * 2654435761U;
		assert_in_range(po_clock_jitter(500, 1000), 500, 1000);
	}
	kernel.random = 0;
	assert_int_equal(po_clock_jitter(500, 1000), 500);
	kernel.random = 500;
	assert_int_equal(po_clock_jitter(500, 1000), 1000);
	kernel.random = 501;
	assert_int_equal(po_clock_jitter(500, 1000), 500);
	kernel.random = UINT32_MAX;
	assert_int_equal(po_clock_jitter(7, 7), 7);
}

static void without_randomness_the_wait_is_the_longest(void **state)
{
	(void)state;
	kernel.no_random = true;
	assert_int_equal(po_clock_jitter(500, 1000), 1000);
	kernel.no_random = false;
	kernel.random_len = 3;
	assert_int_equal(po_clock_jitter(500, 1000), 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(waits_use_the_clock_that_counts_suspend, reset),
	        cmocka_unit_test_setup(tokens_use_the_wall_clock, reset),
	        cmocka_unit_test_setup(clocks_that_fail_make_everything_late, reset),
	        cmocka_unit_test_setup(what_is_left_is_never_negative_and_fits_poll, reset),
	        cmocka_unit_test_setup(jitter_stays_in_its_range_and_reaches_both_ends, reset),
	        cmocka_unit_test_setup(without_randomness_the_wait_is_the_longest, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
