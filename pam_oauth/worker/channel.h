/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The worker's side of the wire, and its only way to wait: whoever waits watches the module, and
 * the module's end of file is the order to stop (DEV-43).
 */
#ifndef PO_CHANNEL_H
#define PO_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "note.h"
#include "po_buf.h"
#include "po_types.h"

struct po_channel {
	int fd;
	bool challenged; /* CHALLENGE is out: PROCEED may come */
	bool proceed;    /* PROCEED has come */
	unsigned remarks;
};

/* Waits for REQUEST, the first message, until a moment of po_clock_now(). */
bool po_channel_take_request(struct po_channel *c, int64_t until, struct po_request *out,
                             struct po_fault *f);

/*
 * Takes what waits on the socket (ctx is a struct po_channel): notes PROCEED. False: the module
 * has left (PO_E_CANCELLED), or it sent something that is not due (PO_E_WORKER).
 */
bool po_channel_ready(void *ctx, struct po_fault *f);

/* Waits until a moment; false as above. */
bool po_channel_wait(void *ctx, int64_t until, struct po_fault *f);

/* Waits for PROCEED; false as above, or PO_E_TIMED_OUT when the moment has come. */
bool po_channel_wait_proceed(struct po_channel *c, int64_t until, struct po_fault *f);

/* Sends the challenge, the identity or the claims, the fault that ends the login. */
bool po_channel_send_challenge(struct po_channel *c, const struct po_challenge *ch,
                               struct po_fault *f);
bool po_channel_send_identity(struct po_channel *c, const struct po_identity *i,
                              struct po_fault *f);
bool po_channel_send_claims(struct po_channel *c, const struct po_buf *claims, struct po_fault *f);
void po_channel_send_fault(struct po_channel *c, const struct po_fault *fault);

/* A sink for remarks: LOG messages, at most PO_LIMIT_LOG_LINES of them. */
struct po_note po_channel_note(struct po_channel *c);

#endif
