/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages over the socket: one system call each, never a wait, no copy left behind. */
#include "po_wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "po_text.h"

/* A call that failed: the other side's doing, or this host's (10.1)? */
static bool fail_call(struct po_fault *f, const char *what, int error)
{
	bool peer = error == EPIPE || error == ECONNRESET || error == EAGAIN ||
	            error == EWOULDBLOCK || error == EMSGSIZE;

	return po_fail(f, peer ? PO_E_WORKER : PO_E_SYSTEM, "cannot %s a message: %s", what,
	               po_text_errno(error));
}

static bool send_bytes(int fd, const struct po_buf *out, struct po_fault *f)
{
	ssize_t n;

	do
		n = send(fd, out->data, out->len, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n >= 0 || fail_call(f, "send", errno);
}

bool po_wire_send(int fd, struct po_message *m, struct po_fault *f)
{
	struct po_buf out;
	bool ok;

	po_buf_init(&out, PO_LIMIT_MESSAGE);
	ok = po_wire_encode(m, &out, f) && send_bytes(fd, &out, f);
	po_buf_free(&out);
	return ok;
}

void po_wire_send_fault(int fd, const struct po_fault *fault)
{
	unsigned char room[PO_LIMIT_FAULT_TEXT + 16]; /* version, kind, code, length, text */
	struct po_buf out = {.data = room, .cap = sizeof(room), .limit = sizeof(room) - 1};
	struct po_message m = {.kind = PO_KIND_FAULT, .fault = *fault};

	if (po_wire_encode(&m, &out, NULL))
		send_bytes(fd, &out, NULL); /* nobody is left to be told that it failed */
}

/*
 * A peer that left without reading what we sent resets the connection, and that error comes before
 * the messages it had sent: it is skipped, since its last words are still in the queue.
 */
static ssize_t receive(int fd, void *data, size_t size, int flags)
{
	bool reset = false;
	ssize_t n;

	for (;;) {
		/* cppcheck-suppress nullPointer; of no bytes */
		n = recv(fd, data, size, MSG_DONTWAIT | MSG_TRUNC | flags);
		if (n < 0 && errno == ECONNRESET && !reset)
			reset = true;
		else if (n >= 0 || errno != EINTR)
			return n;
	}
}

/*
 * Takes a message of this size. A buffer for the largest one would cost every waiting login 128
 * KiB of a heap that does not shrink again.
 */
static enum po_recv_result take(int fd, size_t size, struct po_message *m, struct po_fault *f)
{
	unsigned char *data = malloc(size);
	enum po_recv_result result = PO_RECV_FAULT;
	ssize_t n;

	if (!data) {
		po_fail_memory(f);
		return PO_RECV_FAULT;
	}
	n = receive(fd, data, size, 0);
	if (n < 0)
		fail_call(f, "receive", errno);
	else if ((size_t)n != size)
		po_fail(f, PO_E_WORKER, "cannot receive a message of %zu bytes", size);
	else if (po_wire_decode(data, size, m, f))
		result = PO_RECV_OK;
	explicit_bzero(data, size);
	free(data);
	return result;
}

enum po_recv_result po_wire_recv(int fd, struct po_message *m, struct po_fault *f)
{
	ssize_t n = receive(fd, NULL, 0, MSG_PEEK);

	if (n > PO_LIMIT_MESSAGE)
		po_fail(f, PO_E_WORKER, "message of %zd bytes", n);
	else if (n > 0)
		return take(fd, (size_t)n, m, f);
	else if (n == 0)
		return PO_RECV_EOF;
	else if (errno == EAGAIN || errno == EWOULDBLOCK)
		return PO_RECV_AGAIN;
	else
		fail_call(f, "receive", errno);
	return PO_RECV_FAULT;
}
