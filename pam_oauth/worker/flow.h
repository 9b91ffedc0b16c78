/* SPDX-License-Identifier: BSD-2-Clause */
/* One login in the worker: the order of its steps. */
#ifndef PO_FLOW_H
#define PO_FLOW_H

#include <stdbool.h>

#include "channel.h"
#include "http.h"
#include "po_types.h"
#include "revoke.h"

struct po_flow {
	const struct po_request *request;
	struct po_http *http;
	struct po_channel *channel;
	struct po_revoker *revoker;
	int64_t deadline; /* po_clock_now(), of the whole login */
};

/*
 * Discovery, device authorization, challenge, keys, polling, verification. True: *who is the
 * verified identity. False: *f, ready to be sent as FAULT. What is to be revoked, the revoker knows
 * afterwards in both cases.
 */
bool po_flow_run(const struct po_flow *flow, struct po_identity *who, struct po_fault *f);

/* PO_TASK_PROBE: the same up to the keys, which must be there; nobody waits for what the code would
 * bring. */
bool po_flow_probe(const struct po_flow *flow, struct po_fault *f);

#endif
