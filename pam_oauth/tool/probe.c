/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by check_live.c and verb_setup.c. */
#include "probe.h"

#include <poll.h>

#include "handle.h"
#include "launch.h"
#include "po_clock.h"
#include "po_wire.h"

#define PROBE_MS 40000 /* of discovery and device authorization, with every time-out once */
#define KEYS_MS  1500  /* that the keys may take behind the code */

static void take(struct po_probe *p, struct po_message *m, int64_t *until)
{
	if (m->kind == PO_KIND_LOG && m->level == PO_REMARK_WARNING) {
		po_list_add(&p->remarks, m->log.text);
	} else if (m->kind == PO_KIND_CHALLENGE) {
		p->accepted = true;
		p->challenge = m->challenge;
		m->challenge = (struct po_challenge){0};
		*until = po_clock_after(KEYS_MS);
	} else if (m->kind == PO_KIND_FAULT) {
		p->fault = m->fault;
		*until = 0;
	}
}

static void listen_to(struct po_probe *p, int fd)
{
	int64_t until = po_clock_after(PROBE_MS);
	struct po_message m;

	po_fail(&p->fault, PO_E_UNREACHABLE, "no answer in time");
	while (po_clock_left(until) > 0) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		enum po_recv_result result = po_wire_recv(fd, &m, &p->fault);

		if (result == PO_RECV_AGAIN) {
			poll(&ready, 1, po_clock_left(until));
			continue;
		}
		if (result == PO_RECV_EOF && !p->accepted)
			po_fail(&p->fault, PO_E_WORKER, "the worker ended without an answer");
		if (result != PO_RECV_OK)
			return;
		take(p, &m, &until);
		po_message_free(&m);
	}
}

bool po_probe_run(struct po_probe *p, struct po_request *request, struct po_fault *f)
{
	struct po_message m = {.kind = PO_KIND_REQUEST};
	struct po_child child = PO_CHILD_NONE;
	pam_handle_t *pamh = po_handle_open(f);
	bool ok;

	*p = (struct po_probe){.accepted = false};
	if (!pamh)
		return false;
	request->remaining_ms = PROBE_MS;
	request->revoke = PO_REVOKE_NO; /* nothing is granted, so nothing is taken back */
	m.request = *request;
	ok = po_launch(&child, pamh, f) && po_wire_send(child.fd, &m, f);
	po_request_forget_secrets(request);
	if (ok)
		listen_to(p, child.fd);
	po_launch_end(&child);
	po_handle_close(pamh);
	return ok;
}

void po_probe_free(struct po_probe *p)
{
	po_list_free(&p->remarks);
	po_challenge_free(&p->challenge);
}
