/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which statement of the provider says who approved. Called by flow.c. Each source is a list of
 * steps that must all succeed; none is ever tried in the place of another.
 */
#include "identify.h"

#include "access_token.h"
#include "api.h"
#include "digest.h"
#include "id_token.h"
#include "identity.h"
#include "introspection.h"
#include "po_clock.h"
#include "userinfo.h"

/* What the source brought. */
struct findings {
	struct po_json *first;
	struct po_json *second;
	char subject[PO_SUBJECT_SIZE];
};

static struct po_moments moments(const struct po_identify *c)
{
	return (struct po_moments){c->started, po_clock_wall()};
}

static struct po_bearer bearer(const struct po_identify *c)
{
	return (struct po_bearer){
	        .url = c->endpoints->person,
	        .token = &c->tokens->access_token,
	        .http = c->http,
	        .deadline = c->deadline,
	};
}

static bool read_id_token(const struct po_identify *c, struct findings *found, struct po_fault *f)
{
	const struct po_moments at = moments(c);
	struct po_signed token = {.key = NULL};
	bool ok = po_keyring_open(c->keys, PO_JWS_ID_TOKEN, c->tokens->id_token.data,
	                          &c->endpoints->id_token_algs, &token, f) &&
	          po_id_token_verify(&token, c->request, c->tokens->access_token.data, c->nonce,
	                             &at, f);

	if (ok)
		found->first = po_signed_take_claims(&token);
	po_signed_free(&token);
	return ok;
}

static bool ask_userinfo(const struct po_identify *c, struct findings *found, struct po_fault *f)
{
	const char *subject = po_json_string(po_json_get(found->first, "sub"));
	const struct po_bearer b = bearer(c);

	found->second = po_userinfo_fetch(&b, c->request, c->keys, subject, f);
	return found->second != NULL;
}

static bool introspect(const struct po_identify *c, struct findings *found, struct po_fault *f)
{
	const struct po_introspection i = {
	        .request = c->request,
	        .endpoints = c->endpoints,
	        .token = &c->tokens->access_token,
	        .http = c->http,
	        .deadline = c->deadline,
	        .now = po_clock_wall(),
	};

	found->first = po_introspect(&i, f);
	return found->first != NULL;
}

static bool read_access_token(const struct po_identify *c, struct findings *found,
                              struct po_fault *f)
{
	const struct po_moments at = moments(c);
	struct po_signed token = {.key = NULL};
	bool ok = po_keyring_open(c->keys, PO_JWS_ACCESS_TOKEN, c->tokens->access_token.data,
	                          &c->request->id_token_algs, &token, f) &&
	          po_access_token_check(token.claims, c->request, &at, f);

	if (ok)
		found->first = po_signed_take_claims(&token);
	po_signed_free(&token);
	return ok;
}

static bool ask_api(const struct po_identify *c, struct findings *found, struct po_fault *f)
{
	const struct po_bearer b = bearer(c);

	found->first = po_api_fetch(&b, c->request, found->subject, f);
	return found->first != NULL;
}

static bool ask(const struct po_identify *c, struct findings *found, struct po_fault *f)
{
	switch (c->request->identity_source) {
	case PO_FROM_ID_TOKEN:
		return read_id_token(c, found, f);
	case PO_FROM_USERINFO:
		return read_id_token(c, found, f) && ask_userinfo(c, found, f);
	case PO_FROM_INTROSPECTION:
		return introspect(c, found, f);
	case PO_FROM_ACCESS_TOKEN:
		return read_access_token(c, found, f);
	case PO_FROM_API:
		return ask_api(c, found, f);
	}
	return po_fail(f, PO_E_SYSTEM, "unknown source of identity");
}

/* PAM-45 */
static bool name_for_log(const struct po_request *r, struct po_identity *who, struct po_fault *f)
{
	if (r->hash_subject)
		who->subject_hash = po_digest_subject(who->subject, f);
	return who->subject_hash || !r->hash_subject;
}

bool po_identify(const struct po_identify *c, struct po_identity *who, struct po_fault *f)
{
	struct findings found = {.first = NULL};
	struct po_facts facts;
	bool ok = ask(c, &found, f);

	if (ok) {
		facts = (struct po_facts){c->request->issuer, found.subject, found.first,
		                          found.second};
		if (c->request->identity_source != PO_FROM_API)
			facts.subject = po_json_string(po_json_get(found.first, "sub"));
		if (c->request->tenants.count > 0) /* IDN-9: it was checked to be a listed one's */
			facts.issuer = po_json_string(po_json_get(found.first, "iss"));
		ok = po_identity_read(c->request, &facts, who, c->note, f) &&
		     name_for_log(c->request, who, f);
	}
	po_json_free(found.first);
	po_json_free(found.second);
	return ok;
}
