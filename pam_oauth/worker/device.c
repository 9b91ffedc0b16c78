/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 8628 sections 3.1 and 3.2: asked once per login, and read as untrusted input (GEN-3). */
#include "device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "form.h"
#include "nonce.h"
#include "pkce.h"
#include "po_clock.h"
#include "po_text.h"
#include "uri.h"

#define INTERVAL_MAX_S INT32_MAX /* far above any deadline, so sums cannot overflow */

static bool read_codes(const struct po_json *doc, struct po_device *out, struct po_fault *f)
{
	const char *device_code = po_json_get_string(doc, "device_code");
	const char *user_code = po_json_get_string(doc, "user_code");

	if (!device_code || strlen(device_code) > PO_LIMIT_DEVICE_CODE)
		return po_fail(f, PO_E_PROVIDER, "device authorization: no usable device_code");
	if (!user_code || !po_text_user_code_ok(user_code))
		return po_fail(f, PO_E_PROVIDER, "device authorization: no usable user_code");
	out->user_code = strdup(user_code);
	if (!out->user_code || !po_secret_set(&out->device_code, device_code, strlen(device_code)))
		return po_fail_memory(f);
	return true;
}

/* UIX-7, SRV-75: the URI that only the QR code carries must lead where the shown one leads. */
static bool complete_usable(const struct po_request *r, const char *complete,
                            const struct po_device *d)
{
	bool listed = r->verification_hosts.count > 0 &&
	              po_uri_host_allowed(complete, &r->verification_hosts);

	return po_uri_verification_ok(complete, PO_LIMIT_URI) &&
	       (listed || po_uri_same_origin(complete, d->verification_uri)) &&
	       !po_uri_carries_other_code(complete, d->user_code);
}

static bool read_uris(const struct po_request *r, const struct po_json *doc, struct po_device *out,
                      const struct po_note *note, struct po_fault *f)
{
	const char *uri = po_json_get_string(doc, "verification_uri");
	const struct po_json *member = po_json_get(doc, "verification_uri_complete");
	const char *complete = po_json_string(member);

	if (!uri)
		uri = po_json_get_string(doc, "verification_url"); /* DEV-13: Google, Entra v1 */
	if (!uri || !po_uri_verification_ok(uri, PO_LIMIT_SHOWN_URI))
		return po_fail(f, PO_E_PROVIDER,
		               "device authorization: no usable verification_uri");
	if (!po_uri_host_allowed(uri, &r->verification_hosts))
		return po_fail(f, PO_E_PROVIDER,
		               "device authorization: the host of verification_uri "
		               "is not in verification_hosts");
	out->verification_uri = strdup(uri);
	if (!out->verification_uri)
		return po_fail_memory(f);
	if (!member || po_json_is_null(member) || (complete && !*complete))
		return true; /* 12.24: servers that mean "none" send an empty string */
	if (!complete || !complete_usable(r, complete, out)) {
		po_warn(note,
		        "device authorization: verification_uri_complete dropped"); /* DEV-14 */
		return true;
	}
	out->verification_uri_complete = strdup(complete);
	return out->verification_uri_complete || po_fail_memory(f);
}

/* DEV-15 */
static bool read_lifetime(const struct po_json *doc, struct po_device *out,
                          const struct po_note *note, struct po_fault *f)
{
	const struct po_json *v = po_json_get(doc, "expires_in");

	if (!v || po_json_is_null(v)) {
		out->expires_in_s = PO_EXPIRES_IN_DEFAULT;
		po_warn(note, "device authorization: no expires_in, taking %d s",
		        PO_EXPIRES_IN_DEFAULT);
		return true;
	}
	if (!po_json_number(v, PO_ROUND_DOWN, true, &out->expires_in_s))
		return po_fail(f, PO_E_PROVIDER, "device authorization: expires_in is no number");
	if (out->expires_in_s < PO_EXPIRES_IN_MIN)
		return po_fail(f, PO_E_PROVIDER, "device authorization: expires_in of %lld s",
		               (long long)out->expires_in_s);
	if (out->expires_in_s > PO_MAX_WAIT_MAX_S)
		out->expires_in_s = PO_MAX_WAIT_MAX_S;
	return true;
}

/* DEV-16 */
static void read_interval(const struct po_json *doc, struct po_device *out,
                          const struct po_note *note)
{
	const struct po_json *v = po_json_get(doc, "interval");
	int64_t n = PO_INTERVAL_DEFAULT_S;

	if (v && !po_json_is_null(v) &&
	    (!po_json_number(v, PO_ROUND_UP, true, &n) || n < PO_INTERVAL_MIN_S)) {
		n = PO_INTERVAL_DEFAULT_S;
		po_warn(note, "device authorization: unusable interval, taking %d s",
		        PO_INTERVAL_DEFAULT_S);
	}
	out->interval_s = n > INTERVAL_MAX_S ? INTERVAL_MAX_S : n;
}

bool po_device_read(const struct po_request *request, const struct po_json *doc,
                    struct po_device *out, const struct po_note *note, struct po_fault *f)
{
	struct po_device d = {0};

	if (!read_codes(doc, &d, f) || !read_uris(request, doc, &d, note, f) ||
	    !read_lifetime(doc, &d, note, f)) {
		po_device_free(&d);
		return false;
	}
	read_interval(doc, &d, note);
	d.code_verifier = out->code_verifier;
	d.nonce = out->nonce;
	*out = d;
	return true;
}

static bool read_answer(const struct po_request *r, const struct po_http_response *resp,
                        struct po_device *out, const struct po_note *note, struct po_fault *f)
{
	struct po_answer a;
	bool ok = false;

	po_answer_read(&a, resp);
	if (a.kind == PO_ANSWER_ERROR)
		po_fail(f, po_answer_is_client_error(&a) ? PO_E_CLIENT : PO_E_PROVIDER,
		        "device authorization: HTTP status %ld: %s", a.status, a.text);
	else if (a.status != 200)
		po_fail(f, PO_E_PROVIDER, "device authorization: HTTP status %ld%s%s", a.status,
		        a.text[0] ? ": " : "", a.text);
	else if (a.kind == PO_ANSWER_UNUSABLE)
		po_fail(f, PO_E_PROVIDER, "device authorization: %s", a.text);
	else
		ok = po_device_read(r, a.doc, out, note, f);
	po_answer_free(&a);
	return ok;
}

/* IDT-18, IDT-19: a wish; whether it was heeded, the module judges by the claims. */
static bool add_wishes(const struct po_request *r, struct po_form *form, struct po_fault *f)
{
	struct po_buf acrs;
	char age[12] = "";
	bool ok;

	po_buf_init(&acrs, PO_LIMIT_MESSAGE);
	for (size_t i = 0; i < r->acr_values.count; i++)
		po_buf_addf(&acrs, "%s%s", i ? " " : "", r->acr_values.items[i]);
	if (r->max_age_s > 0)
		snprintf(age, sizeof(age), "%u", (unsigned)r->max_age_s);
	ok = (!acrs.failed || po_fail_memory(f)) && po_form_add(form, "max_age", age, f) &&
	     po_form_add(form, "acr_values", po_buf_str(&acrs), f);
	po_buf_free(&acrs);
	return ok;
}

/* DEV-8: the challenge goes here, the verifier to the token endpoint. */
static bool add_pkce(struct po_form *form, struct po_device *d, struct po_fault *f)
{
	struct po_buf challenge;
	bool ok;

	po_buf_init(&challenge, PO_LIMIT_HASH);
	ok = po_pkce_verifier(&d->code_verifier, f) &&
	     po_pkce_challenge(&d->code_verifier, &challenge, f) &&
	     po_form_add(form, "code_challenge", po_buf_str(&challenge), f) &&
	     po_form_add(form, "code_challenge_method", "S256", f);
	po_buf_free(&challenge);
	return ok;
}

/* IDT-17 */
static bool add_nonce(struct po_form *form, struct po_device *d, struct po_fault *f)
{
	struct po_buf nonce;

	po_buf_init(&nonce, PO_LIMIT_HASH);
	if (!po_nonce_add(&nonce, PO_NONCE_OCTETS, f)) {
		po_buf_free(&nonce);
		return false;
	}
	d->nonce = po_buf_take(&nonce);
	return (d->nonce || po_fail_memory(f)) && po_form_add(form, "nonce", d->nonce, f);
}

/* DEV-6: each only if it is configured; some servers refuse what they do not know. */
static bool add_extras(const struct po_request *r, struct po_form *form, struct po_device *d,
                       struct po_fault *f)
{
	if ((r->pkce && !add_pkce(form, d, f)) ||
	    (r->nonce != PO_NONCE_OFF && !add_nonce(form, d, f)) ||
	    !po_form_add(form, "audience", r->audience, f) ||
	    !po_form_add(form, "login_hint", r->login_hint, f))
		return false;
	for (size_t i = 0; i < r->extra_params.count; i++)
		if (!po_form_add_extra(form, r->extra_params.items[i], f))
			return false;
	return true;
}

static bool make_form(const struct po_request *r, const struct po_endpoints *e,
                      struct po_form *form, struct po_device *d, struct po_fault *f)
{
	po_form_init(form);
	return po_form_authenticate(form, &e->client, PO_ENDPOINT_DEVICE_AUTHORIZATION, f) &&
	       po_form_add(form, "scope", r->scope, f) &&
	       po_form_add(form, "resource", r->resource, f) && add_wishes(r, form, f) &&
	       add_extras(r, form, d, f);
}

/* LIM-15: before somebody has signed in for a token that is then too old, or not valid yet. Answers
 * to POST are not cached, so it is the server's clock. */
static void compare_clocks(const struct po_request *r, const struct po_http_response *resp,
                           int64_t started, const struct po_note *note)
{
	int64_t behind = resp->date - po_clock_wall();
	int64_t ahead = started - resp->date;
	int64_t apart = behind > ahead ? behind : ahead;

	if (resp->date && apart > r->clock_skew_s)
		po_warn(note,
		        "this host's clock is %lld s %s the provider's, and clock_skew allows for "
		        "%u: tokens may be refused",
		        (long long)apart, behind > ahead ? "behind" : "ahead of",
		        (unsigned)r->clock_skew_s);
}

bool po_device_authorize(const struct po_request *request, const struct po_endpoints *endpoints,
                         struct po_http *http, int64_t deadline, struct po_device *out,
                         const struct po_note *note, struct po_fault *f)
{
	struct po_http_response resp = {0};
	struct po_form form;
	int64_t sent = po_clock_now();
	int64_t started = po_clock_wall();
	bool ok = false;

	if (!make_form(request, endpoints, &form, out, f))
		goto out;
	if (sent == INT64_MAX || started == INT64_MAX) {
		po_fail(f, PO_E_SYSTEM, "no clock");
		goto out;
	}
	if (!po_form_post(&form, http, endpoints->device_authorization, PO_LIMIT_DEVICE_BODY,
	                  deadline, &resp, f))
		goto out;
	if (resp.outcome != PO_HTTP_ANSWERED) {
		po_fail(f, PO_E_UNREACHABLE, "device authorization: %s", resp.reason);
		goto out;
	}
	if (!read_answer(request, &resp, out, note, f))
		goto out;
	compare_clocks(request, &resp, started, note);
	out->sent = sent;
	out->answered = po_clock_now();
	out->started = started;
	ok = true;
out:
	po_form_free(&form);
	po_http_response_free(&resp);
	return ok;
}

void po_device_free(struct po_device *d)
{
	if (!d)
		return;
	po_secret_free(&d->device_code);
	po_secret_free(&d->code_verifier);
	free(d->nonce);
	po_wipe_str(d->user_code);
	free(d->verification_uri);
	po_wipe_str(d->verification_uri_complete);
	*d = (struct po_device){0};
}
