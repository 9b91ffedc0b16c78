/* SPDX-License-Identifier: BSD-2-Clause */
/* The one use of an access token as such: asked once, never again (USI-2, USI-5). Called by
 * userinfo.c and api.c. */
#include "bearer.h"

#include <string.h>

#include "po_text.h"

/* TOK-6: b64token, RFC 6750 section 2.1. Servers take less than LIM-4, libcurl little more. */
static bool is_b64token(const char *s)
{
	size_t n = 0;

	while (po_is_alnum(s[n]) || (s[n] && strchr("-._~+/", s[n])))
		n++;
	return n > 0 && strlen(s) <= PO_LIMIT_HEADERS && s[n + strspn(s + n, "=")] == '\0';
}

bool po_bearer_get(const struct po_bearer *b, struct po_http_response *r, struct po_fault *f)
{
	struct po_http_request q = {
	        .url = b->url,
	        .body_limit = PO_LIMIT_METADATA_BODY,
	        .deadline = b->deadline,
	};
	struct po_buf authorization;
	bool ok;

	if (!b->token->data || !is_b64token(b->token->data))
		return po_fail(f, PO_E_TOKEN, "the access token cannot stand in a header");
	po_buf_init(&authorization, PO_LIMIT_HEADERS + 16);
	if (po_buf_add_str(&authorization, "Bearer ") &&
	    po_buf_add_str(&authorization, b->token->data)) {
		q.authorization = po_buf_str(&authorization);
		ok = po_http_perform(b->http, &q, r, f);
	} else {
		ok = po_fail_memory(f);
	}
	po_buf_free(&authorization);
	return ok;
}
