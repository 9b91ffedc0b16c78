/* SPDX-License-Identifier: BSD-2-Clause */
/* The two clocks of GEN-6. */
#include "po_clock.h"

#include <limits.h>
#include <sys/random.h>
#include <time.h>

int64_t po_clock_now(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_BOOTTIME, &ts) != 0 && clock_gettime(CLOCK_MONOTONIC, &ts) != 0)
		return INT64_MAX; /* every deadline has passed: fail closed */
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t po_clock_after(int64_t ms)
{
	int64_t now = po_clock_now();

	return now == INT64_MAX ? 0 : now + ms;
}

int64_t po_clock_wall(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_REALTIME, &ts) != 0)
		return INT64_MAX; /* every token has expired: fail closed */
	return ts.tv_sec;
}

int po_clock_left(int64_t until)
{
	int64_t now = po_clock_now();

	if (until <= now)
		return 0;
	return until - now > INT_MAX ? INT_MAX : (int)(until - now);
}

int64_t po_clock_jitter(int64_t min, int64_t max)
{
	uint32_t n;

	if (getrandom(&n, sizeof(n), 0) != (ssize_t)sizeof(n))
		return max; /* the cautious end: never earlier than allowed */
	return min + (int64_t)(n % (uint64_t)(max - min + 1));
}
