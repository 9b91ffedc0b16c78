/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by main.c; every judgement is the one that logins rest on. */
#include "verify.h"

#include <string.h>

#include "access_token.h"
#include "discovery.h"
#include "id_token.h"
#include "keyring.h"
#include "po_clock.h"

static bool is_access_token(const struct po_request *r)
{
	return r->identity_source == PO_FROM_ACCESS_TOKEN;
}

static bool read_jwks(const char *text, struct po_keyring *keys, struct po_fault *f)
{
	struct po_json *doc = po_json_load(text, strlen(text), PO_E_CONFIG, f);

	if (doc)
		keys->jwks = po_jwks_new(doc, keys->note, f);
	po_json_free(doc);
	if (keys->jwks)
		return true;
	f->code = PO_E_CONFIG; /* the token is not to blame */
	return po_fail_context(f, "keys");
}

static bool take_keys(const struct po_flow *flow, struct po_endpoints *e, struct po_keyring *keys,
                      struct po_fault *f)
{
	const struct po_request *r = flow->request;

	if (r->verify.jwks)
		return read_jwks(r->verify.jwks, keys, f);
	if (!po_discovery_run(r, flow->http, flow->deadline, e, keys->note, f))
		return false;
	keys->jwks_uri = e->jwks;
	return true; /* fetched when they are needed, which here is at once */
}

static bool judge(const struct po_signed *token, const struct po_request *r, struct po_fault *f)
{
	const int64_t now = r->verify.now ? r->verify.now : po_clock_wall();
	const struct po_moments at = {.started = 0, .now = now};

	if (r->verify.signature_only)
		return true;
	return is_access_token(r) ? po_access_token_check(token->claims, r, &at, f)
	                          : po_id_token_verify_alone(token, r, &at, f);
}

static bool open_and_judge(const struct po_request *r, struct po_keyring *keys,
                           const struct po_list *algs, struct po_buf *claims, struct po_fault *f)
{
	const enum po_jws_kind kind = is_access_token(r) ? PO_JWS_ACCESS_TOKEN : PO_JWS_ID_TOKEN;
	const struct po_secret *text = &r->verify.token;
	struct po_signed token = {.key = NULL};
	bool ok;

	if (strlen(text->data) != text->len)
		return po_fail(f, PO_E_TOKEN, "a NUL byte");
	ok = po_keyring_open(keys, kind, text->data, algs, &token, f) && judge(&token, r, f);
	if (ok && !po_buf_add(claims, token.jws.payload.data, token.jws.payload.len))
		ok = po_fail(f, PO_E_TOKEN, "too large to be shown");
	po_signed_free(&token);
	return ok;
}

bool po_verify_run(const struct po_flow *flow, struct po_buf *claims, struct po_fault *f)
{
	const struct po_note note = po_channel_note(flow->channel);
	struct po_endpoints e = {.token = NULL};
	struct po_keyring keys = {.http = flow->http, .note = &note, .deadline = flow->deadline};
	bool ok = take_keys(flow, &e, &keys, f) &&
	          open_and_judge(flow->request, &keys, &flow->request->id_token_algs, claims, f);

	po_keyring_free(&keys);
	po_endpoints_free(&e);
	return ok;
}
