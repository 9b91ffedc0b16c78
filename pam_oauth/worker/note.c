/* SPDX-License-Identifier: BSD-2-Clause */
/* Remarks for the administrator's log: made here, carried by whoever listens. */
#include "note.h"

#include <stdarg.h>
#include <stdio.h>

#include "po_limits.h"
#include "po_text.h"

static void write_remark(const struct po_note *n, enum po_remark level, const char *fmt, va_list ap)
{
	char raw[PO_LIMIT_FAULT_TEXT];
	char text[PO_LIMIT_FAULT_TEXT];

	if (!n || !n->write)
		return;
	vsnprintf(raw, sizeof(raw), fmt, ap);
	n->write(n->ctx, level, po_text_escape(text, sizeof(text), raw));
}

void po_note(const struct po_note *n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_remark(n, PO_REMARK_DEBUG, fmt, ap);
	va_end(ap);
}

void po_warn(const struct po_note *n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_remark(n, PO_REMARK_WARNING, fmt, ap);
	va_end(ap);
}
