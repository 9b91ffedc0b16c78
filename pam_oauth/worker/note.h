/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Remarks for the administrator's log that are no faults: what was tolerated,
 * dropped or unusual. They cross as LOG messages. Never hand a secret, a token
 * or a raw document to it; server texts are escaped and cut here.
 */
#ifndef PO_NOTE_H
#define PO_NOTE_H

#include "po_err.h"

struct po_note {
	void (*write)(void *ctx, enum po_remark level,
	              const char *text); /* NULL = nobody listens */
	void *ctx;
};

/* One remark at debug level; bytes outside printable ASCII are escaped, the text is cut to one
 * line. */
void po_note(const struct po_note *n, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same as a warning: the administrator reads it without asking for debug. */
void po_warn(const struct po_note *n, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
