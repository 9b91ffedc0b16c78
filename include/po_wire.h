/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one contract between module and worker: messages over a connected
 * SOCK_SEQPACKET socket (doc/PROTOCOL.md). The kernel keeps message borders,
 * so there are no short reads to get wrong.
 */
#ifndef PO_WIRE_H
#define PO_WIRE_H

#include "po_buf.h"
#include "po_types.h"

/* Both programs come from one build: another version is a broken installation. */
#define PO_WIRE_VERSION 1

enum po_kind {
	PO_KIND_REQUEST = 1, /* module to worker, first */
	PO_KIND_PROCEED,     /* module to worker, once, after the challenge: polling may begin */
	PO_KIND_CHALLENGE,   /* worker to module, once */
	PO_KIND_IDENTITY,    /* worker to module, once, after PROCEED, last */
	PO_KIND_FAULT,       /* worker to module, once, last */
	PO_KIND_LOG,         /* worker to module, at most PO_LIMIT_LOG_LINES */
	PO_KIND_CLAIMS,      /* worker to pam-oauth, once, last: the verified payload of a token */
};

struct po_message {
	enum po_kind kind; /* says which member below is filled */
	struct po_request request;
	struct po_challenge challenge;
	struct po_identity identity;
	struct po_fault fault;
	enum po_remark level; /* of a LOG */
	struct po_fault log;  /* of a LOG: text only */
	char *claims;         /* of CLAIMS: a JSON object */
};

/* Frees whatever the message holds; NULL-safe, idempotent. */
void po_message_free(struct po_message *m);

enum po_recv_result { PO_RECV_OK, PO_RECV_EOF, PO_RECV_AGAIN, PO_RECV_FAULT };

/*
 * Sends one message without blocking and without SIGPIPE. False with PO_E_WORKER when the peer is
 * gone or the message does not fit LIM-19, PO_E_MEMORY, or PO_E_SYSTEM; the encoded copy, which may
 * hold secrets, is wiped.
 */
bool po_wire_send(int fd, struct po_message *m, struct po_fault *f);

/*
 * A FAULT as a last word: out of memory may be the reason, so it allocates nothing, and it may be
 * called in a child after fork. Whether it arrives is not told.
 */
void po_wire_send_fault(int fd, const struct po_fault *fault);

/*
 * Takes one waiting message into *m (on OK any content is overwritten; free it with
 * po_message_free).
 * AGAIN: none there yet. EOF: the peer is gone. FAULT: over-long, malformed, unknown kind or
 * version, trailing bytes; *f says which and the socket is of no more use.
 */
enum po_recv_result po_wire_recv(int fd, struct po_message *m, struct po_fault *f);

/* The two halves without a socket, for tests and fuzzers. */
bool po_wire_encode(struct po_message *m, struct po_buf *out, struct po_fault *f);
bool po_wire_decode(const void *data, size_t len, struct po_message *m, struct po_fault *f);

#endif
