/* SPDX-License-Identifier: BSD-2-Clause */
/* Claims by name and way of reading (IDN-12, IDN-13): asked for in the request, read in the answer.
 */
#ifndef PO_CLAIMS_H
#define PO_CLAIMS_H

#include <stdbool.h>

#include "evidence.h"

/*
 * Asks for a claim, once however often it is called, and for these values of a list besides those
 * asked for before (NULL: none). `sub` is not asked for: every identity has it. False: memory, or
 * LIM-20 (PO_E_CONFIG).
 */
bool po_claims_want(struct po_request *request, const char *name, enum po_claim_read read,
                    const struct po_list *values, struct po_fault *f);

/* What came of it; NULL if it was not asked for or nobody has signed in. */
const struct po_claim *po_claims_get(const struct po_evidence *e, const char *name,
                                     enum po_claim_read read);

#define PO_CLAIM_TEXT_SIZE 24 /* a 64-bit integer in decimal */

/*
 * A claim as a text to compare: a string, or an integer in decimal, for which `decimal` is the
 * room; the subject for `sub`. NULL if it is neither.
 */
const char *po_claims_text(const struct po_evidence *e, const char *name,
                           char decimal[PO_CLAIM_TEXT_SIZE]);

#endif
