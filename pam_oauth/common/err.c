/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault type: filled where the reason is known, read where the login ends. */
#include "po_err.h"

#include <stdio.h>
#include <string.h>

bool po_fail(struct po_fault *f, enum po_code code, const char *fmt, ...)
{
	va_list ap;

	if (!f)
		return false;
	f->code = code;
	va_start(ap, fmt);
	if (vsnprintf(f->text, sizeof(f->text), fmt, ap) < 0)
		f->text[0] = '\0';
	va_end(ap);
	return false;
}

bool po_fail_context(struct po_fault *f, const char *context)
{
	struct po_fault inner;

	if (!f)
		return false;
	inner = *f;
	return po_fail(f, inner.code, "%s: %.*s", context, PO_LIMIT_FAULT_TEXT - 1, inner.text);
}

bool po_fail_memory(struct po_fault *f)
{
	return po_fail(f, PO_E_MEMORY, "out of memory");
}

bool po_code_known(unsigned number)
{
	return number < PO_CODE_COUNT;
}

const char *po_code_name(enum po_code code)
{
	switch (code) {
#define PO_ERR_NAME(c, name, pam, priority, sentence) \
	case c:                                       \
		return name;
		/* NOLINTNEXTLINE(bugprone-branch-clone): two codes are one name in the log */
		PO_ERR_TABLE(PO_ERR_NAME)
#undef PO_ERR_NAME
	case PO_CODE_COUNT:
		break;
	}
	return "unknown";
}
