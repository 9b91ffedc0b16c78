/* SPDX-License-Identifier: BSD-2-Clause */
/* One question to a real worker, over the wire that logins use. */
#ifndef PO_ASK_H
#define PO_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "po_wire.h"

/* Who hears each message; what it keeps of one it takes out of it. */
struct po_ask {
	void (*take)(void *ctx, struct po_message *m);
	void *ctx;
};

/*
 * Starts a worker, sends the request, whose secrets are wiped here, and hands on what comes until
 * the worker has ended. False: none could be started, or it did not end in time; *f.
 */
bool po_ask_worker(const struct po_ask *a, struct po_request *request, struct po_fault *f);

#endif
