/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity_source = introspection (INT-1). Called by identify.c. `username` in the answer is a
 * label for people; the identity is `sub`. JWT answers (RFC 9701) are not asked for (INT-2).
 */
#include "introspection.h"

#include "answer.h"
#include "form.h"
#include "token_checks.h"

/* A member that is null says as little as none. */
static bool is_there(const struct po_json *doc, const char *name)
{
	const struct po_json *v = po_json_get(doc, name);

	return v && !po_json_is_null(v);
}

static bool check_active(const struct po_json *doc, struct po_fault *f)
{
	bool active = false;

	if (!po_json_bool(po_json_get(doc, "active"), &active))
		return po_fail(f, PO_E_TOKEN, "active is missing or no truth value");
	return active || po_fail(f, PO_E_TOKEN, "the token is not active");
}

static bool check_client(const struct po_json *doc, const struct po_request *r, struct po_fault *f)
{
	return po_check_same(po_json_string(po_json_get(doc, "client_id")), r->client_id) ||
	       po_fail(f, PO_E_TOKEN, "client_id is not the client");
}

bool po_introspection_check(const struct po_json *doc, const struct po_request *r, int64_t now,
                            struct po_fault *f)
{
	return check_active(doc, f) && (!is_there(doc, "client_id") || check_client(doc, r, f)) &&
	       (!is_there(doc, "exp") || po_check_validity(doc, r, now, f)) &&
	       (!is_there(doc, "iss") || po_check_iss(doc, r, f)) && po_check_sub(doc, r, f);
}

static bool post(const struct po_introspection *i, struct po_http_response *r, struct po_fault *f)
{
	struct po_form form;
	bool ok;

	po_form_init(&form);
	ok = po_form_add(&form, "token", i->token->data, f) &&
	     po_form_add(&form, "token_type_hint", "access_token", f) &&
	     po_form_authenticate(&form, &i->endpoints->client, PO_ENDPOINT_INTROSPECTION, f) &&
	     po_form_post(&form, i->http, i->endpoints->person, PO_LIMIT_METADATA_BODY, i->deadline,
	                  r, f);
	po_form_free(&form);
	return ok;
}

struct po_json *po_introspect(const struct po_introspection *i, struct po_fault *f)
{
	struct po_http_response r = {0};
	struct po_json *doc = NULL;

	if (post(i, &r, f))
		doc = po_answer_object(&r, f);
	po_http_response_free(&r);
	if (doc && po_introspection_check(doc, i->request, i->now, f))
		return doc;
	po_json_free(doc);
	po_fail_context(f, "introspection");
	return NULL;
}
