/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No process at all in the place of module/launch.c: a socket whose other end the test holds and
 * plays the worker on.
 */
#ifndef PO_TEST_FAKE_LAUNCH_H
#define PO_TEST_FAKE_LAUNCH_H

#include <stdbool.h>

#include "launch.h"

struct fake_launch {
	bool fail;      /* in: po_launch says PO_E_SYSTEM */
	int worker;     /* the worker's end; -1 = none. The test's to close */
	unsigned begun; /* calls of po_launch */
	unsigned ended; /* calls of po_launch_end for a worker that was begun */
};

/* The one there is. */
struct fake_launch *fake_launch(void);

#endif
