/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual time in the place of common/clock.c: it stands still until somebody waits. Waiting is
 * po_http_perform of fake_http.c, poll() of fake_poll.c, or a test's own waiter; all of them let
 * the events happen that a test has put on the calendar.
 */
#ifndef PO_TEST_FAKE_CLOCK_H
#define PO_TEST_FAKE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "po_clock.h"

#define FAKE_START 1000000000LL /* po_clock_now() after a reset, ms */
#define FAKE_WALL  1800000000LL /* po_clock_wall() after a reset, s */

/* An empty calendar, time at its start, jitter at its least. */
void fake_clock_reset(void);

/* What po_clock_jitter answers (kept within the range that it is asked for). */
void fake_clock_set_jitter(int64_t ms);

/* The range that po_clock_jitter was asked for last; 0 and 0 if never. */
void fake_clock_jitter_range(int64_t *min, int64_t *max);

/* Time passes, whatever the calendar says: somebody sat at a prompt. */
void fake_clock_pass(int64_t ms);

/* Puts an event on the calendar, `after` ms from the start. */
void fake_clock_at(int64_t after, void (*happen)(void *ctx), void *ctx);

/* Goes to the next event, lets everything of that moment happen and returns true; or, if nothing
 * is due until then, to that moment, and returns false. */
bool fake_clock_step(int64_t until);

/* po_clock_now() counted from the start. */
int64_t fake_clock_since_start(void);

#endif
