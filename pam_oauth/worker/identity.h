/* SPDX-License-Identifier: BSD-2-Clause */
/* The identity that crosses to the module: the claims that the request named, out of documents that
 * were verified before. */
#ifndef PO_IDENTITY_H
#define PO_IDENTITY_H

#include <stdbool.h>

#include "json.h"
#include "note.h"
#include "po_types.h"

/* What is known of the person; borrowed. */
struct po_facts {
	const char *issuer;
	const char *subject;
	const struct po_json *first;  /* counts, for every claim that it has a member of (USI-4) */
	const struct po_json *second; /* for the others; NULL = there is none */
};

/* Fills *out; false when out of memory. What was contradicted or unusable is a remark. */
bool po_identity_read(const struct po_request *request, const struct po_facts *facts,
                      struct po_identity *out, const struct po_note *note, struct po_fault *f);

#endif
