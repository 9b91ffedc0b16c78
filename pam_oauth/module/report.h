/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a worker that failed, died or lied comes to. It cannot choose a result that only this
 * process may give; and once a code was shown, its end is neither a way into the rest of a stack
 * (10.1) nor a reason for sshd's client to start a second flow by itself (GEN-7).
 */
#ifndef PO_REPORT_H
#define PO_REPORT_H

#include <stdbool.h>

#include "po_err.h"

/*
 * *f becomes the fault that the worker reports, or PO_E_WORKER where it is not the worker's to
 * report, or no longer. shown: a code was put before a person. Returns false.
 */
bool po_report_take(const struct po_fault *reported, bool shown, struct po_fault *f);

/* PO_E_WORKER becomes PO_E_WORKER_LATE where a code was shown; other codes stay. */
void po_report_judge(bool shown, struct po_fault *f);

#endif
