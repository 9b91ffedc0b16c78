/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity_source = api. Called by identify.c. Nothing here is signed: the answer is as good as the
 * endpoint's TLS identity, and the token came straight from the provider (USI-7).
 */
#include "api.h"

#include <inttypes.h>
#include <stdio.h>

#include "answer.h"
#include "token_checks.h"

bool po_api_subject(const struct po_json *doc, const struct po_request *r,
                    char subject[PO_SUBJECT_SIZE], struct po_fault *f)
{
	const struct po_json *v = po_json_claim(doc, r->subject_claim);
	const char *text = po_json_string(v);
	int64_t number;

	if (po_json_integer(v, &number))
		snprintf(subject, PO_SUBJECT_SIZE, "%" PRId64, number);
	else if (po_check_subject_text(text))
		snprintf(subject, PO_SUBJECT_SIZE, "%s", text);
	else
		return po_fail(f, PO_E_TOKEN,
		               "%s is missing or neither an integer nor 1 to %d printable ASCII "
		               "characters",
		               r->subject_claim, PO_LIMIT_CLAIM_VALUE);
	return po_check_person(doc, subject, r, f);
}

struct po_json *po_api_fetch(const struct po_bearer *b, const struct po_request *request,
                             char subject[PO_SUBJECT_SIZE], struct po_fault *f)
{
	struct po_http_response r = {0};
	struct po_json *doc = NULL;

	if (po_bearer_get(b, &r, f))
		doc = po_answer_object(&r, f);
	po_http_response_free(&r);
	if (doc && po_api_subject(doc, request, subject, f))
		return doc;
	po_json_free(doc);
	po_fail_context(f, "api_endpoint");
	return NULL;
}
