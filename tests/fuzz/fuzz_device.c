/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any document as a device authorization response. Promises: the bounds of device.h, a complete
 * URI that leads where the shown one leads, and that whatever the worker accepts, the module's own
 * check accepts too: no provider may bring the two halves to disagree.
 */
#include "device.h"
#include "fuzz_json.h"
#include "po_wire.h"
#include "qr.h"
#include "uri.h"

#define HOSTS "sso.example.org login.example.org"

/* As flow.c makes the challenge. */
static void check_challenge(const struct po_device *d)
{
	const char *drawn =
	        d->verification_uri_complete ? d->verification_uri_complete : d->verification_uri;
	struct po_message m = {.kind = PO_KIND_CHALLENGE};
	struct po_challenge *c = &m.challenge;
	struct po_fault f = {0};
	struct po_buf out;

	c->verification_uri = strdup(d->verification_uri);
	c->user_code = strdup(d->user_code);
	c->expires_in_s = (uint32_t)d->expires_in_s;
	must(po_challenge_valid(c, &f));
	if (po_qr_encode(drawn, PO_QR_SIDE_MAX, c))
		must(c->qr_side <= PO_QR_SIDE_MAX && po_challenge_valid(c, &f));
	po_buf_init(&out, PO_LIMIT_MESSAGE);
	must(po_wire_encode(&m, &out, &f));
	po_buf_free(&out);
	po_message_free(&m);
}

static void check_device(const struct po_request *r, const struct po_device *d)
{
	const char *complete = d->verification_uri_complete;

	must(d->device_code.len > 0 && d->device_code.len <= PO_LIMIT_DEVICE_CODE);
	must(strlen(d->device_code.data) == d->device_code.len);
	must(po_text_user_code_ok(d->user_code) && fuzz_printable(d->user_code));
	must(po_uri_verification_ok(d->verification_uri, PO_LIMIT_SHOWN_URI));
	must(fuzz_printable(d->verification_uri));
	must(po_uri_host_allowed(d->verification_uri, &r->verification_hosts));
	must(d->expires_in_s >= PO_EXPIRES_IN_MIN && d->expires_in_s <= PO_MAX_WAIT_MAX_S);
	must(d->interval_s >= PO_INTERVAL_MIN_S && d->interval_s <= INT32_MAX);
	if (complete) {
		must(po_uri_verification_ok(complete, PO_LIMIT_URI) && fuzz_printable(complete));
		must(!po_uri_carries_other_code(complete, d->user_code));
		must(r->verification_hosts.count
		             ? po_uri_host_allowed(complete, &r->verification_hosts)
		             : po_uri_same_origin(complete, d->verification_uri));
	}
	check_challenge(d);
}

/* DEV-15, DEV-16: what the document says counts, where it can. */
static void check_times(const struct po_json *doc, const struct po_device *d)
{
	int64_t life, interval;

	if (po_json_number(po_json_get(doc, "expires_in"), PO_ROUND_DOWN, true, &life))
		must(d->expires_in_s ==
		     (life > PO_MAX_WAIT_MAX_S ? (int64_t)PO_MAX_WAIT_MAX_S : life));
	if (po_json_number(po_json_get(doc, "interval"), PO_ROUND_UP, true, &interval) &&
	    interval >= PO_INTERVAL_MIN_S)
		must(d->interval_s == (interval > INT32_MAX ? INT32_MAX : interval));
	else
		must(d->interval_s == PO_INTERVAL_DEFAULT_S);
}

static void read_device(const struct po_json *doc, const char *hosts)
{
	const struct po_note note = {fuzz_take_note, NULL};
	const struct po_device empty = {0};
	struct po_request r = {.issuer = NULL};
	struct po_device d = {0};
	struct po_fault f = {0};

	must(po_list_add_words(&r.verification_hosts, hosts, 3));
	if (po_device_read(&r, doc, &d, &note, &f)) {
		check_device(&r, &d);
		check_times(doc, &d);
	} else {
		fuzz_check_fault(&f);
		must(memcmp(&d, &empty, sizeof(d)) == 0);
	}
	po_device_free(&d);
	po_request_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct po_json *doc = fuzz_json_load(data, size);

	if (!doc)
		return 0;
	read_device(doc, "");
	read_device(doc, HOSTS);
	po_json_free(doc);
	return 0;
}
