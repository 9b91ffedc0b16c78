/* SPDX-License-Identifier: BSD-2-Clause */
/* journald's own protocol: one datagram of NAME=value lines, so that fields can be searched for. */
#ifndef PO_JOURNAL_H
#define PO_JOURNAL_H

#include <stdbool.h>

#include "po_buf.h"

/* Starts an entry of authpriv: its message, priority, and this program's name and pid. */
void po_journal_begin(struct po_buf *entry, int priority, const char *message);

/* Adds a field. The value is one line of printable ASCII, as po_text_escape makes it; NULL or an
 * empty one adds nothing. */
void po_journal_add(struct po_buf *entry, const char *name, const char *value);

/* Hands the entry over, without waiting. False where there is no journald, or it cannot take it:
 * the caller goes to syslog. */
bool po_journal_send(const struct po_buf *entry);

#endif
