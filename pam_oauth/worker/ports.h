/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The TCP ports that a configuration needs. They must be known before the sandbox closes, when
 * discovery has not been read yet: an announced endpoint on any other port is refused with a
 * reason instead of failing with "permission denied" (endpoint_ports).
 */
#ifndef PO_PORTS_H
#define PO_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "po_types.h"

#define PO_PORTS_MAX 80 /* PO_LIMIT_LIST_OPTION and the few that follow from URLs */

struct po_ports {
	unsigned long numbers[PO_PORTS_MAX];
	size_t count;
};

/* 443, 53, the ports of the issuer and of configured endpoints, and endpoint_ports. False: one of
 * them is no port (PO_E_CONFIG). */
bool po_ports_plan(const struct po_request *r, struct po_ports *out, struct po_fault *f);

/* True if the port that this https URL leads to is planned. */
bool po_ports_have(const struct po_ports *p, const char *uri);

#endif
