/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages over the socket: one system call each, never a wait, no copy left behind. */
#include "po_wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

bool po_wire_send(int fd, struct po_message *m, struct po_fault *f)
{
	struct po_buf out;
	ssize_t n = -1;

	po_buf_init(&out, PO_LIMIT_MESSAGE);
	if (!po_wire_encode(m, &out, f)) {
		po_buf_free(&out);
		return false;
	}
	do
		n = send(fd, out.data, out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	po_buf_free(&out);
	if (n < 0)
		return po_fail(f, PO_E_WORKER, "cannot send a message: %s", strerror(errno));
	return true;
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
	if (n < 0 || (size_t)n != size)
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
		po_fail(f, PO_E_WORKER, "cannot receive a message: %s", strerror(errno));
	return PO_RECV_FAULT;
}
