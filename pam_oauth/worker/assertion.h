/* SPDX-License-Identifier: BSD-2-Clause */
/* The statement by which a client authenticates (RFC 7523 sections 2.2 and 3; CAU-5 to CAU-8). */
#ifndef PO_ASSERTION_H
#define PO_ASSERTION_H

#include <stdbool.h>

#include "client.h"

/* client_assertion_type */
#define PO_ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/*
 * Appends a fresh JWT: another `jti` each time, so that no two requests carry the same. False:
 * PO_E_SYSTEM or PO_E_MEMORY.
 */
bool po_assertion_add(const struct po_client *c, const struct po_client_proof *proof,
                      struct po_buf *out, struct po_fault *f);

#endif
