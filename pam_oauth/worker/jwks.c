/* SPDX-License-Identifier: BSD-2-Clause */
/* The JWKS over the network: no redirect, no other type, at most LIM-1 (JWK-9, SRV-152). */
#include "jwks.h"

#include "json.h"

static struct po_jwks *read_keys(const struct po_http_response *r, const struct po_note *note,
                                 struct po_fault *f)
{
	struct po_json *doc = NULL;
	struct po_jwks *keys = NULL;

	if (r->outcome != PO_HTTP_ANSWERED)
		po_fail(f, PO_E_UNREACHABLE, "%s", r->reason);
	else if (r->status != 200)
		po_fail(f, r->status >= 500 ? PO_E_UNREACHABLE : PO_E_TOKEN, "HTTP status %ld",
		        r->status);
	else if (r->oversize || !po_http_json_type(r))
		po_fail(f, PO_E_TOKEN, r->oversize ? "answer too large" : "answer is not JSON");
	else
		doc = po_json_load(r->body.data, r->body.len, PO_E_TOKEN, f);
	if (doc)
		keys = po_jwks_new(doc, note, f);
	po_json_free(doc);
	return keys;
}

enum po_jwks_result po_jwks_fetch(const char *jwks_uri, struct po_http *http, int64_t deadline,
                                  struct po_jwks **out, const struct po_note *note,
                                  struct po_fault *f)
{
	const struct po_http_request q = {
	        .url = jwks_uri, .body_limit = PO_LIMIT_METADATA_BODY, .deadline = deadline};
	struct po_http_response r = {0};
	enum po_jwks_result result = PO_JWKS_STOPPED;
	struct po_jwks *keys;

	if (po_http_perform(http, &q, &r, f)) {
		keys = read_keys(&r, note, f);
		result = keys ? PO_JWKS_OK : PO_JWKS_FAILED;
		if (keys)
			*out = keys;
		else
			po_fail_context(f, "jwks_uri");
	}
	po_http_response_free(&r);
	return result;
}
