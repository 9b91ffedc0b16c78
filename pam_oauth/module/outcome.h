/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of an attempt: one PAM code, one log line, one sentence. */
#ifndef PO_OUTCOME_H
#define PO_OUTCOME_H

#include "attempt.h"

/*
 * Ends the attempt with this fault (PO_OK: success; its text names the rule): gives the start back
 * or counts it, logs, tells the person, frees *a. Returns what the application gets: the code of
 * the table, or what no_retry and cancel_aborts make of it (SSH-12, SUD-4).
 */
int po_outcome_finish(struct po_attempt *a, const struct po_fault *f);

#endif
