/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity_source = access_token_jwt (INT-3). Called by identify.c. An access token is opaque to a
 * client (TOK-5); this host may look into one only because it is named in its audience.
 */
#include "access_token.h"

/* To be meant as the client is not enough: the token must be for this host. */
static bool check_audience(const struct po_json *claims, const struct po_request *r,
                           struct po_fault *f)
{
	const struct po_json *aud = po_json_get(claims, "aud");
	const char *ours = r->access_token_audience ? r->access_token_audience : r->resource;
	const char *one = po_json_string(aud);

	if (!one && !po_json_all_strings(aud))
		return po_fail(f, PO_E_TOKEN,
		               "aud is missing or neither a string nor an array of them");
	return (one ? po_check_same(one, ours) : po_json_array_has(aud, ours)) ||
	       po_fail(f, PO_E_TOKEN, "aud does not contain '%s', which this host is", ours);
}

static bool check_client(const struct po_json *claims, const struct po_request *r,
                         struct po_fault *f)
{
	const char *client = po_json_string(po_json_get(claims, "client_id"));

	return po_check_same(client, r->client_id) ||
	       po_fail(f, PO_E_TOKEN, "client_id is not the client");
}

/* RFC 9068 section 2.2: a token without one is of another profile. */
static bool check_jti(const struct po_json *claims, struct po_fault *f)
{
	return po_json_get_string(claims, "jti") ||
	       po_fail(f, PO_E_TOKEN, "jti is missing or no text");
}

bool po_access_token_check(const struct po_json *claims, const struct po_request *request,
                           const struct po_moments *at, struct po_fault *f)
{
	return (po_check_iss(claims, request, f) && check_audience(claims, request, f) &&
	        check_client(claims, request, f) && po_check_iat(claims, request, at, f) &&
	        po_check_validity(claims, request, at->now, f) && check_jti(claims, f) &&
	        po_check_sub(claims, request, f)) ||
	       po_fail_context(f, "access token");
}
