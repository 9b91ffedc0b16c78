/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by the checks. */
#include "finding.h"

#include <stdarg.h>
#include <stdio.h>

#define TEXT 1200

void po_find(struct po_findings *all, enum po_level level, const char *why, const char *mend,
             const char *fmt, ...)
{
	static const char *const names[] = {"good", "warning", "error"};
	char what[TEXT];
	char text[3 * TEXT];
	const struct po_field fields[] = {
	        {"level", names[level]}, {"what", what}, {"why", why}, {"mend", mend}};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	snprintf(text, sizeof(text), "%-8s%s%s%s%s%s", names[level], what,
	         why ? "\n        why:  " : "", why ? why : "", mend ? "\n        mend: " : "",
	         mend ? mend : "");
	po_output_item(all->out, fields, 4, text);
	all->errors += level == PO_ERROR;
	all->warnings += level == PO_WARNING;
}
