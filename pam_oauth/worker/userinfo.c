/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UserInfo (USI-1 to USI-6). Called by identify.c when the ID token has been verified, and only if
 * the configuration says so. An answer about somebody else is as good as none (USI-3).
 */
#include "userinfo.h"

#include <string.h>

#include "answer.h"
#include "po_clock.h"
#include "token_checks.h"

/* USI-6: a lifetime is not demanded; one that is stated counts. */
static bool check_signed(const struct po_json *claims, const struct po_request *r,
                         struct po_fault *f)
{
	return po_check_iss(claims, r, f) &&
	       (!po_json_get(claims, "aud") || po_check_aud(claims, r, f)) &&
	       (!po_json_get(claims, "exp") || po_check_validity(claims, r, po_clock_wall(), f));
}

static struct po_json *read_signed(const struct po_buf *body, const struct po_request *r,
                                   struct po_keyring *keys, struct po_fault *f)
{
	const char *token = po_buf_str(body);
	struct po_signed s = {.key = NULL};
	struct po_json *claims = NULL;

	if (strlen(token) != body->len) {
		po_fail(f, PO_E_TOKEN, "NUL byte in the answer");
		return NULL;
	}
	if (!po_keyring_open(keys, PO_JWS_USERINFO, token, &r->id_token_algs, &s, f))
		return NULL;
	if (check_signed(s.claims, r, f))
		claims = po_signed_take_claims(&s);
	po_signed_free(&s);
	return claims;
}

static bool is_signed(const struct po_http_response *r)
{
	return r->outcome == PO_HTTP_ANSWERED && r->status == 200 && !r->oversize &&
	       strcmp(r->content_type, "application/jwt") == 0;
}

/* USI-3, and what no source may say (SRV-143). */
static bool check_subject(const struct po_json *claims, const struct po_request *r,
                          const char *subject, struct po_fault *f)
{
	const char *sub = po_json_string(po_json_get(claims, "sub"));

	if (!po_check_same(sub, subject))
		return po_fail(f, PO_E_TOKEN, "sub is missing, or not that of the ID token");
	return po_check_sub(claims, r, f);
}

struct po_json *po_userinfo_fetch(const struct po_bearer *b, const struct po_request *request,
                                  struct po_keyring *keys, const char *subject, struct po_fault *f)
{
	struct po_http_response r = {0};
	struct po_json *claims = NULL;

	if (po_bearer_get(b, &r, f))
		claims = is_signed(&r) ? read_signed(&r.body, request, keys, f)
		                       : po_answer_object(&r, f);
	po_http_response_free(&r);
	if (claims && check_subject(claims, request, subject, f))
		return claims;
	po_json_free(claims);
	po_fail_context(f, "userinfo");
	return NULL;
}
