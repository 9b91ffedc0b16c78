/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages to and from the module, in their order and no other. */
#include "channel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "po_clock.h"
#include "po_wire.h"

/* True when something can be read or the moment has come; false only on a failed system call. */
static bool wait_readable(const struct po_channel *c, int64_t until, bool *readable,
                          struct po_fault *f)
{
	struct pollfd p = {.fd = c->fd, .events = POLLIN};
	int n = poll(&p, 1, po_clock_left(until));

	if (n < 0 && errno != EINTR)
		return po_fail(f, PO_E_SYSTEM, "poll: %s", strerror(errno));
	*readable = n > 0;
	return true;
}

bool po_channel_take_request(struct po_channel *c, int64_t until, struct po_request *out,
                             struct po_fault *f)
{
	struct po_message m = {0};
	bool readable = false;

	while (!readable) {
		if (po_clock_left(until) == 0)
			return po_fail(f, PO_E_WORKER, "no request came");
		if (!wait_readable(c, until, &readable, f))
			return false;
	}
	switch (po_wire_recv(c->fd, &m, f)) {
	case PO_RECV_OK:
		break;
	case PO_RECV_EOF:
	case PO_RECV_AGAIN:
		return po_fail(f, PO_E_CANCELLED, "the module has left");
	case PO_RECV_FAULT:
		return false;
	}
	if (m.kind != PO_KIND_REQUEST) {
		po_message_free(&m);
		return po_fail(f, PO_E_WORKER, "the first message is no request");
	}
	*out = m.request;
	return true;
}

bool po_channel_ready(void *ctx, struct po_fault *f)
{
	struct po_channel *c = ctx;
	struct po_message m = {0};
	enum po_recv_result result = po_wire_recv(c->fd, &m, f);
	bool due = m.kind == PO_KIND_PROCEED && c->challenged && !c->proceed;

	po_message_free(&m);
	if (result == PO_RECV_EOF)
		return po_fail(f, PO_E_CANCELLED, "the module has left");
	if (result == PO_RECV_FAULT)
		return false;
	if (result == PO_RECV_OK && !due)
		return po_fail(f, PO_E_WORKER, "a message that was not due");
	c->proceed |= due;
	return true;
}

bool po_channel_wait(void *ctx, int64_t until, struct po_fault *f)
{
	struct po_channel *c = ctx;
	bool readable;

	while (po_clock_left(until) > 0) {
		if (!wait_readable(c, until, &readable, f) || (readable && !po_channel_ready(c, f)))
			return false;
	}
	return true;
}

bool po_channel_wait_proceed(struct po_channel *c, int64_t until, struct po_fault *f)
{
	bool readable;

	while (!c->proceed) {
		if (po_clock_left(until) == 0)
			return po_fail(f, PO_E_TIMED_OUT, "nobody answered the prompt in time");
		if (!wait_readable(c, until, &readable, f) || (readable && !po_channel_ready(c, f)))
			return false;
	}
	return true;
}

bool po_channel_send_challenge(struct po_channel *c, const struct po_challenge *ch,
                               struct po_fault *f)
{
	struct po_message m = {.kind = PO_KIND_CHALLENGE, .challenge = *ch};

	c->challenged = po_wire_send(c->fd, &m, f);
	return c->challenged;
}

bool po_channel_send_identity(struct po_channel *c, const struct po_identity *i, struct po_fault *f)
{
	struct po_message m = {.kind = PO_KIND_IDENTITY, .identity = *i};

	return po_wire_send(c->fd, &m, f);
}

bool po_channel_send_claims(struct po_channel *c, const struct po_buf *claims, struct po_fault *f)
{
	struct po_message m = {.kind = PO_KIND_CLAIMS, .claims = (char *)claims->data};

	return po_wire_send(c->fd, &m, f);
}

void po_channel_send_fault(struct po_channel *c, const struct po_fault *fault)
{
	po_wire_send_fault(c->fd, fault);
}

static void write_note(void *ctx, enum po_remark level, const char *text)
{
	struct po_channel *c = ctx;
	struct po_message m = {.kind = PO_KIND_LOG, .level = level};

	if (c->remarks++ >= PO_LIMIT_LOG_LINES)
		return;
	po_fail(&m.log, PO_OK, "%s", text);
	po_wire_send(c->fd, &m, NULL);
}

struct po_note po_channel_note(struct po_channel *c)
{
	return (struct po_note){.write = write_note, .ctx = c};
}
