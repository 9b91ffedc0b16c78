/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The steps of a login, one function each (protocol.md chapter 1). One issuer, one client, one
 * device authorization (GEN-5, GEN-8); success is the last line.
 */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "discovery.h"
#include "grant.h"
#include "identify.h"
#include "memory.h"
#include "po_clock.h"
#include "qr.h"

struct flow {
	const struct po_request *request;
	struct po_http *http;
	struct po_channel *channel;
	struct po_note note;
	int64_t deadline;    /* of the whole login */
	int64_t codes_until; /* nobody can approve from then on; never later than the deadline */
	struct po_endpoints endpoints;
	struct po_device device;
	struct po_polling polling;
	struct po_tokens tokens;
	struct po_keyring keys;
};

static bool discover(struct flow *w, struct po_fault *f)
{
	return po_discovery_run(w->request, w->http, w->deadline, &w->endpoints, &w->note, f);
}

/* DEV-16, DEV-20: the codes' lifetime bounds the polling; an interval beyond it is of no use. */
static bool authorize(struct flow *w, struct po_fault *f)
{
	struct po_device *d = &w->device;

	if (!po_device_authorize(w->request, &w->endpoints, w->http, w->deadline, d, &w->note, f))
		return false;
	w->codes_until = d->sent + d->expires_in_s * 1000 - PO_EXPIRY_RESERVE_MS;
	if (w->codes_until > w->deadline)
		w->codes_until = w->deadline;
	if (d->interval_s * 1000 > w->codes_until - d->answered)
		return po_fail(f, PO_E_PROVIDER,
		               "device authorization: interval of %lld s, longer than what is left",
		               (long long)d->interval_s);
	/* the clock cuts to whole milliseconds: one more, so that it is never too early (DEV-42) */
	po_polling_init(&w->polling, d->interval_s, d->answered + d->interval_s * 1000 + 1);
	return true;
}

static struct po_grant grant_of(const struct flow *w)
{
	return (struct po_grant){
	        .type = PO_GRANT_DEVICE_CODE,
	        .code_parameter =
	                w->request->code_parameter == PO_CODE_CODE ? "code" : "device_code",
	        .code = &w->device.device_code,
	        .code_verifier = w->device.code_verifier.data,
	        .deadline = w->codes_until,
	};
}

static bool poll_early(struct flow *w, struct po_fault *f)
{
	const struct po_grant grant = grant_of(w);
	const struct po_grant_call call = {w->request, &w->endpoints, &grant, w->http, &w->note};

	return !w->request->initial_poll || po_grant_early_poll(&call, &w->polling, &w->tokens, f);
}

/* UIX-3, UIX-15: the complete URI, else the plain one, else no picture. */
static void draw(const struct flow *w, struct po_challenge *ch)
{
	const char *complete = w->device.verification_uri_complete;

	if (w->request->qr_content == PO_QR_COMPLETE && complete &&
	    po_qr_encode(complete, w->request->qr_side_max, ch))
		return;
	po_qr_encode(w->device.verification_uri, w->request->qr_side_max, ch);
}

/* UIX-10: what is left of the codes' life when they are shown, not what it was; polling ends what
 * is over already. */
static uint32_t seconds_left(const struct po_device *d)
{
	int64_t left =
	        po_clock_left(d->sent + d->expires_in_s * 1000 - PO_EXPIRY_RESERVE_MS) / 1000;

	return left > 0 ? (uint32_t)left : 1;
}

static bool challenge(struct flow *w, struct po_fault *f)
{
	struct po_challenge ch = {
	        .verification_uri = w->device.verification_uri,
	        .user_code = w->device.user_code,
	        .expires_in_s = seconds_left(&w->device),
	};
	bool ok;

	draw(w, &ch);
	ok = po_channel_send_challenge(w->channel, &ch, f);
	if (ch.qr_bits)
		explicit_bzero(ch.qr_bits, po_qr_bytes(ch.qr_side));
	free(ch.qr_bits);
	return ok;
}

/* JWK-10: while the person is busy. */
static bool prefetch_keys(struct flow *w, struct po_fault *f)
{
	w->keys = (struct po_keyring){
	        .jwks_uri = w->endpoints.jwks,
	        .http = w->http,
	        .note = &w->note,
	        .deadline = w->deadline,
	};
	return po_keyring_prefetch(&w->keys, f);
}

static bool poll_token(struct flow *w, struct po_fault *f)
{
	const struct po_grant grant = grant_of(w);
	const struct po_grant_call call = {w->request, &w->endpoints, &grant, w->http, &w->note};
	const struct po_waiter waiter = {po_channel_wait, w->channel};

	po_memory_settle(); /* persons take minutes */
	if (!po_channel_wait_proceed(w->channel, w->codes_until, f) ||
	    !po_grant_poll(&call, &w->polling, &waiter, &w->tokens, f))
		return false;
	po_note(&w->note, "approved, %lld s after the codes were issued", /* SRV-95 */
	        (long long)(po_clock_now() - w->device.answered) / 1000);
	return true;
}

static bool identify(struct flow *w, struct po_identity *who, struct po_fault *f)
{
	const struct po_identify c = {
	        .request = w->request,
	        .endpoints = &w->endpoints,
	        .tokens = &w->tokens,
	        .keys = &w->keys,
	        .http = w->http,
	        .note = &w->note,
	        .nonce = w->device.nonce,
	        .started = w->device.started,
	        .deadline = w->deadline,
	};

	return po_identify(&c, who, f);
}

static struct flow begin(const struct po_flow *flow)
{
	return (struct flow){
	        .request = flow->request,
	        .http = flow->http,
	        .channel = flow->channel,
	        .note = po_channel_note(flow->channel),
	        .deadline = flow->deadline,
	};
}

static bool ask_for_code(struct flow *w, struct po_fault *f)
{
	return discover(w, f) && authorize(w, f) && poll_early(w, f) && challenge(w, f) &&
	       prefetch_keys(w, f);
}

static void end(struct flow *w)
{
	po_keyring_free(&w->keys);
	po_tokens_free(&w->tokens);
	po_device_free(&w->device);
	po_endpoints_free(&w->endpoints);
}

bool po_flow_run(const struct po_flow *flow, struct po_identity *who, struct po_fault *f)
{
	struct flow w = begin(flow);
	bool ok = ask_for_code(&w, f) && poll_token(&w, f) && identify(&w, who, f);

	po_revoker_keep(flow->revoker, w.request, &w.endpoints, &w.tokens);
	end(&w);
	return ok;
}

bool po_flow_probe(const struct po_flow *flow, struct po_fault *f)
{
	struct flow w = begin(flow);
	bool ok = ask_for_code(&w, f);

	if (ok && w.endpoints.jwks && (!w.keys.jwks || po_jwks_count(w.keys.jwks) == 0))
		ok = po_fail(f, PO_E_PROVIDER, "keys: the issuer publishes none that can be used");
	end(&w);
	return ok;
}
