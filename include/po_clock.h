/* SPDX-License-Identifier: BSD-2-Clause */
/* Time: the test seam. Waits use the monotonic clock, token times the wall clock (GEN-6). */
#ifndef PO_CLOCK_H
#define PO_CLOCK_H

#include <stdint.h>

/* Milliseconds that only ever grow, suspend included (CLOCK_BOOTTIME, else CLOCK_MONOTONIC). */
int64_t po_clock_now(void);

/* The moment so many ms from now; 0, which is long past, where there is no clock: fail closed. */
int64_t po_clock_after(int64_t ms);

/* Seconds since the epoch (CLOCK_REALTIME). */
int64_t po_clock_wall(void);

/* A random number of milliseconds from min to max, both included (DEV-41, PAM-40). */
int64_t po_clock_jitter(int64_t min, int64_t max);

/* What is left until a moment of po_clock_now, in ms, for poll(): 0 to INT_MAX. */
int po_clock_left(int64_t until);

#endif
