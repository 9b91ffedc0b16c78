/* SPDX-License-Identifier: BSD-2-Clause */
/* Who a token is of, asked at the API of a provider without OpenID (12.5, USI-7). */
#ifndef PO_API_H
#define PO_API_H

#include "bearer.h"
#include "json.h"
#include "po_types.h"

/* The longest subject and its NUL. */
#define PO_SUBJECT_SIZE (PO_LIMIT_CLAIM_VALUE + 1)

/*
 * Asks once. The document, owned by the caller; `subject` is the value of its claim
 * request->subject_claim. NULL with *f: PO_E_UNREACHABLE, PO_E_TOKEN, or the watch's fault.
 */
struct po_json *po_api_fetch(const struct po_bearer *b, const struct po_request *request,
                             char subject[PO_SUBJECT_SIZE], struct po_fault *f);

/* The half without network: a text, or an integer in decimal. False with PO_E_TOKEN. */
bool po_api_subject(const struct po_json *doc, const struct po_request *request,
                    char subject[PO_SUBJECT_SIZE], struct po_fault *f);

#endif
