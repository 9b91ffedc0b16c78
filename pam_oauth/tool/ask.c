/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by probe.c and verb_verify.c. */
#include "ask.h"

#include <poll.h>

#include "handle.h"
#include "launch.h"
#include "po_clock.h"
#include "po_text.h"

#define ASK_MS   60000 /* discovery, a code and keys, with every time-out once */
#define GRACE_MS 2000  /* for the worker's own word that the time is over */

static void escape(struct po_fault *f)
{
	char text[sizeof(f->text)];

	po_fail(f, f->code, "%s", po_text_escape(text, sizeof(text), f->text));
}

/* What the module would check, too: root's terminal is not a worker's to write to (GEN-3). */
static bool is_fit(struct po_message *m, struct po_fault *f)
{
	escape(&m->fault);
	escape(&m->log);
	if (m->kind != PO_KIND_CHALLENGE || po_challenge_valid(&m->challenge, f))
		return true;
	po_message_free(m);
	return false;
}

static bool listen_to(const struct po_ask *a, int fd, struct po_fault *f)
{
	int64_t until = po_clock_after(ASK_MS + GRACE_MS);
	unsigned remarks = 0;
	struct po_message m;

	while (po_clock_left(until) > 0) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};

		switch (po_wire_recv(fd, &m, f)) {
		case PO_RECV_AGAIN:
			poll(&ready, 1, po_clock_left(until));
			break;
		case PO_RECV_EOF:
			return true;
		case PO_RECV_FAULT:
			return false;
		case PO_RECV_OK:
			if (!is_fit(&m, f))
				return false;
			remarks += m.kind == PO_KIND_LOG;
			if (remarks <= PO_LIMIT_LOG_LINES)
				a->take(a->ctx, &m);
			po_message_free(&m);
			if (remarks > PO_LIMIT_LOG_LINES)
				return po_fail(f, PO_E_WORKER, "the worker floods the log");
		}
	}
	return po_fail(f, PO_E_UNREACHABLE, "no answer in time");
}

bool po_ask_worker(const struct po_ask *a, struct po_request *request, struct po_fault *f)
{
	struct po_message m = {.kind = PO_KIND_REQUEST};
	struct po_child child = PO_CHILD_NONE;
	pam_handle_t *pamh = po_handle_open(f);
	bool ok;

	if (!pamh)
		return false;
	request->remaining_ms = ASK_MS;
	request->revoke = PO_REVOKE_NO; /* nothing is granted, so nothing is taken back */
	m.request = *request;
	ok = po_launch(&child, pamh, f) && po_wire_send(child.fd, &m, f);
	po_request_forget_secrets(request);
	ok = ok && listen_to(a, child.fd, f);
	po_launch_end(&child);
	po_handle_close(pamh);
	return ok;
}
