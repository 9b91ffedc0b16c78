/* SPDX-License-Identifier: BSD-2-Clause */
/* Which faults are the worker's to report, and when. Called by login.c. */
#include "report.h"

/* When a code may come from the worker; the rest is decided in this process alone. */
enum when { NEVER, EARLY, ALWAYS };

/*
 * EARLY: steps that are over once a code was shown, and the worker's own state, whose results
 * would then say of a login in progress that it never began. Unreachable stays possible: not one
 * poll was answered (DEV-45), or the keys could not be had (JWK-9).
 */
static enum when when_due(enum po_code code)
{
	switch (code) {
	case PO_E_DENIED:
	case PO_E_EXPIRED:
	case PO_E_TIMED_OUT:
	case PO_E_UNREACHABLE:
	case PO_E_ANSWER:
	case PO_E_CLIENT_LATE:
	case PO_E_TOKEN:
	case PO_E_CANCELLED:
		return ALWAYS;
	case PO_E_PROVIDER:
	case PO_E_CLIENT:
	case PO_E_CONFIG:
	case PO_E_WORKER:
	case PO_E_MEMORY:
	case PO_E_SYSTEM:
		return EARLY;
	default:
		return NEVER;
	}
}

bool po_report_take(const struct po_fault *reported, bool shown, struct po_fault *f)
{
	const char *name = po_code_name(reported->code);
	enum when due = when_due(reported->code);

	if (due == NEVER)
		return po_fail(f, PO_E_WORKER, "the worker reports %s, which is not its to say",
		               name);
	*f = *reported;
	if (due == ALWAYS || !shown)
		return false;
	f->code = PO_E_WORKER;
	return po_fail_context(f, name);
}

void po_report_judge(bool shown, struct po_fault *f)
{
	if (f->code == PO_E_WORKER && shown)
		f->code = PO_E_WORKER_LATE;
}
