/* SPDX-License-Identifier: BSD-2-Clause */
/* Remarks for the administrator's log: made here, carried by whoever listens. */
#include "note.h"

#include <stdarg.h>
#include <stdio.h>

#include "po_limits.h"
#include "po_text.h"

void po_note(const struct po_note *n, const char *fmt, ...)
{
	char raw[PO_LIMIT_FAULT_TEXT];
	char text[PO_LIMIT_FAULT_TEXT];
	va_list ap;

	if (!n || !n->write)
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	n->write(n->ctx, po_text_escape(text, sizeof(text), raw));
}
