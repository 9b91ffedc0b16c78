/* SPDX-License-Identifier: BSD-2-Clause */
/* The real worker up to the code: does the provider take this client? The code is dropped. */
#ifndef PO_PROBE_H
#define PO_PROBE_H

#include <stdbool.h>

#include "po_list.h"
#include "po_types.h"

struct po_probe {
	bool accepted;           /* a code came, and no fault behind it */
	struct po_fault fault;   /* why not */
	struct po_list warnings; /* of the worker: what is unusual */
	struct po_list remarks;  /* and what it did and saw besides */
	struct po_challenge challenge;
};

/*
 * Starts a device authorization and drops it: discovery, issuer, endpoints, client authentication
 * and, for a moment afterwards, the keys. The request's secrets are wiped. False: *f, nothing could
 * be asked. Free in any case.
 */
bool po_probe_run(struct po_probe *p, struct po_request *request, struct po_fault *f);
void po_probe_free(struct po_probe *p);

#endif
