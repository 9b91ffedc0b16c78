/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by check_live.c and verb_setup.c. */
#include "probe.h"

#include "ask.h"

static void take(void *ctx, struct po_message *m)
{
	struct po_probe *p = ctx;

	if (m->kind == PO_KIND_LOG) {
		po_list_add(m->level == PO_REMARK_WARNING ? &p->warnings : &p->remarks,
		            m->log.text);
	} else if (m->kind == PO_KIND_CHALLENGE) {
		p->accepted = true;
		p->challenge = m->challenge;
		m->challenge = (struct po_challenge){0};
	} else if (m->kind == PO_KIND_FAULT) {
		p->accepted = false;
		p->fault = m->fault;
	}
}

bool po_probe_run(struct po_probe *p, struct po_request *request, struct po_fault *f)
{
	const struct po_ask ask = {take, p};

	*p = (struct po_probe){.accepted = false};
	po_fail(&p->fault, PO_E_WORKER, "the worker ended without an answer");
	request->task = PO_TASK_PROBE;
	return po_ask_worker(&ask, request, f);
}

void po_probe_free(struct po_probe *p)
{
	po_list_free(&p->warnings);
	po_list_free(&p->remarks);
	po_challenge_free(&p->challenge);
}
