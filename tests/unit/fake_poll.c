/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * poll() in virtual time, for programs linked with --wrap=poll and fake_clock.c: nothing blocks,
 * and while a caller would wait, the calendar goes on.
 */
#include <poll.h>

#include "fake_clock.h"
#include "table.h"

int __real_poll(struct pollfd *fds, nfds_t n, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout);

int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	int64_t until = po_clock_now() + timeout;

	assert_true(timeout >= 0); /* nobody here may wait for ever */
	for (;;) {
		int ready = __real_poll(fds, n, 0);

		if (ready != 0 || po_clock_now() >= until)
			return ready;
		if (!fake_clock_step(until))
			return __real_poll(fds, n, 0);
	}
}
