/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The surroundings of the worker's main: a kernel that locks nothing (it would lock the test), a
 * provider that answers at once, a clock that moves when somebody waits, a module that sends its
 * request and PROCEED. main.c is linked as worker_main; its _exit comes back to worker_host_run.
 */
#ifndef PO_INJECT_WORKER_HOST_H
#define PO_INJECT_WORKER_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "po_wire.h"

#define WORKER_ISSUER "https://sso.example.org"
#define WORKER_NOW    1800000000LL /* the wall clock at the start, s */

/* What came of one run. */
struct worker_seen {
	unsigned identities, faults, warnings;
	bool late;         /* a message behind the verdict */
	bool unsealed;     /* a request went out before every chain was closed */
	unsigned requests; /* that went out */
	struct po_fault fault;
	int descriptors; /* more of them than before */
};

/* Runs the worker against this token answer, under the armed plan. */
void worker_host_run(const char *token_answer, struct worker_seen *seen);

#endif
