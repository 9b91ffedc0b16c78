/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual time and its calendar: defines every symbol of common/clock.c. */
#include "fake_clock.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "table.h"

#define EVENTS 64

struct event {
	int64_t when;
	void (*happen)(void *ctx);
	void *ctx;
};

static struct {
	int64_t now;
	int64_t jitter;
	int64_t jitter_min, jitter_max;
	struct event events[EVENTS]; /* in order of time, first come first served */
	size_t count;
} clock_;

void fake_clock_reset(void)
{
	memset(&clock_, 0, sizeof(clock_));
	clock_.now = FAKE_START;
}

void fake_clock_set_jitter(int64_t ms)
{
	clock_.jitter = ms;
}

void fake_clock_jitter_range(int64_t *min, int64_t *max)
{
	*min = clock_.jitter_min;
	*max = clock_.jitter_max;
}

void fake_clock_pass(int64_t ms)
{
	clock_.now += ms;
}

void fake_clock_at(int64_t after, void (*happen)(void *ctx), void *ctx)
{
	size_t i = clock_.count++;

	assert_true(clock_.count <= EVENTS);
	for (; i > 0 && clock_.events[i - 1].when > FAKE_START + after; i--)
		clock_.events[i] = clock_.events[i - 1];
	clock_.events[i] = (struct event){FAKE_START + after, happen, ctx};
}

bool fake_clock_step(int64_t until)
{
	if (clock_.count == 0 || clock_.events[0].when > until) {
		if (clock_.now < until)
			clock_.now = until;
		return false;
	}
	if (clock_.now < clock_.events[0].when)
		clock_.now = clock_.events[0].when;
	while (clock_.count > 0 && clock_.events[0].when <= clock_.now) {
		struct event next = clock_.events[0];

		clock_.count--;
		memmove(clock_.events, clock_.events + 1, clock_.count * sizeof(next));
		next.happen(next.ctx);
	}
	return true;
}

int64_t fake_clock_since_start(void)
{
	return clock_.now - FAKE_START;
}

int64_t po_clock_now(void)
{
	return clock_.now;
}

int64_t po_clock_after(int64_t ms)
{
	return clock_.now + ms;
}

int64_t po_clock_wall(void)
{
	return FAKE_WALL + (clock_.now - FAKE_START) / 1000;
}

int64_t po_clock_jitter(int64_t min, int64_t max)
{
	clock_.jitter_min = min;
	clock_.jitter_max = max;
	if (clock_.jitter < min)
		return min;
	return clock_.jitter > max ? max : clock_.jitter;
}

int po_clock_left(int64_t until)
{
	if (until <= clock_.now)
		return 0;
	return until - clock_.now > INT_MAX ? INT_MAX : (int)(until - clock_.now);
}
