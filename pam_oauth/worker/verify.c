/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by main.c; every judgement is the one that logins rest on. */
#include "verify.h"

#include <string.h>

#include "access_token.h"
#include "discovery.h"
#include "id_token.h"
#include "jwks.h"
#include "keyring.h"
#include "po_clock.h"

static bool is_access_token(const struct po_request *r)
{
	return r->identity_source == PO_FROM_ACCESS_TOKEN;
}

/* Without keys there is no verdict: no token is to blame for that. */
static bool must_have_keys(const struct po_keyring *keys, enum po_code code, struct po_fault *f)
{
	if (keys->jwks && po_jwks_count(keys->jwks) > 0)
		return true;
	if (keys->jwks)
		po_fail(f, code, "none that can be used");
	if (f->code == PO_E_TOKEN)
		f->code = code;
	return po_fail_context(f, "keys");
}

static bool read_jwks(const char *text, struct po_keyring *keys, struct po_fault *f)
{
	struct po_json *doc = po_json_load(text, strlen(text), PO_E_CONFIG, f);

	if (doc)
		keys->jwks = po_jwks_new(doc, keys->note, f);
	po_json_free(doc);
	return must_have_keys(keys, PO_E_CONFIG, f);
}

static bool take_keys(const struct po_flow *flow, struct po_endpoints *e, struct po_keyring *keys,
                      struct po_fault *f)
{
	const struct po_request *r = flow->request;

	if (r->verify.jwks)
		return read_jwks(r->verify.jwks, keys, f);
	if (!po_discovery_run(r, flow->http, flow->deadline, e, keys->note, f))
		return false;
	if (po_jwks_fetch(e->jwks, flow->http, flow->deadline, &keys->jwks, keys->note, f) ==
	    PO_JWKS_STOPPED)
		return false;
	return must_have_keys(keys, PO_E_PROVIDER, f);
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

/* JSN-3: a byte order mark may stand before a document; whoever shows it need not know. */
static bool add_claims(struct po_buf *claims, const struct po_buf *payload)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t skip = payload->len >= 3 && memcmp(payload->data, mark, 3) == 0 ? 3 : 0;

	return po_buf_add(claims, payload->data + skip, payload->len - skip);
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
	if (ok && !add_claims(claims, &token.jws.payload))
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
	          open_and_judge(flow->request, &keys,
	                         e.id_token_algs.count > 0 ? &e.id_token_algs /* IDT-4 */
	                                                   : &flow->request->id_token_algs,
	                         claims, f);

	po_keyring_free(&keys);
	po_endpoints_free(&e);
	return ok;
}
