/* SPDX-License-Identifier: BSD-2-Clause */
/* What `pam-oauth check` found: what it is, why it matters, how to mend it. */
#ifndef PO_FINDING_H
#define PO_FINDING_H

#include "output.h"

enum po_level { PO_GOOD, PO_WARNING, PO_ERROR };

struct po_findings {
	struct po_output *out;
	unsigned errors;
	unsigned warnings;
};

/* why and mend are NULL where all is good. */
void po_find(struct po_findings *all, enum po_level level, const char *why, const char *mend,
             const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#endif
