/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a message between module and worker. Promises: one message has one spelling (what
 * is accepted comes out again byte for byte), and what passes the checks of po_types.h is fit for
 * a terminal, a log, a comparison.
 */
#include "fuzz.h"
#include "po_wire.h"

static void check_again(struct po_message *m, const uint8_t *data, size_t size)
{
	struct po_fault f = {0};
	struct po_buf out;

	po_buf_init(&out, size);
	must(po_wire_encode(m, &out, &f));
	must(out.len == size && memcmp(out.data, data, size) == 0);
	po_buf_free(&out);
	po_buf_init(&out, size - 1); /* and not into less room */
	must(!po_wire_encode(m, &out, &f));
	po_buf_free(&out);
}

static void check_challenge(const struct po_challenge *c)
{
	struct po_fault f = {0};
	size_t dark = 0;

	if (!po_challenge_valid(c, &f)) {
		fuzz_check_fault(&f);
		return;
	}
	must(fuzz_printable(c->verification_uri) && fuzz_printable(c->user_code));
	must(strlen(c->verification_uri) <= PO_LIMIT_SHOWN_URI);
	must(strncmp(c->verification_uri, "https://", 8) == 0);
	must(*c->user_code && strlen(c->user_code) <= PO_LIMIT_USER_CODE);
	must(c->expires_in_s > 0 && c->qr_side <= PO_QR_SIDE_MAX);
	for (uint32_t y = 0; y < c->qr_side; y++)
		for (uint32_t x = 0; x < c->qr_side; x++)
			dark += po_qr_dark(c, x, y);
	must(dark <= (size_t)c->qr_side * c->qr_side && c->qr_side % 4 == (c->qr_side > 0));
}

static void check_identity(const struct po_identity *i)
{
	struct po_request r = {.issuer = strdup("https://sso.example.org/realms/main")};
	struct po_fault f = {0};
	struct po_claim_want *list;

	must(po_request_add_want(&r, "email", PO_READ_VALUE));
	list = po_request_add_want(&r, "groups", PO_READ_LIST);
	must(list && po_list_add_words(&list->values, "admins,staff", 2));
	if (!po_identity_valid(i, &r, &f)) {
		fuzz_check_fault(&f);
		goto out;
	}
	must(strcmp(i->issuer, r.issuer) == 0 && po_text_value_ok(i->subject));
	must(i->claim_count == 2);
	for (size_t n = 0; n < i->claim_count; n++) {
		const struct po_claim *c = &i->claims[n];

		must(c->kind != PO_CLAIM_STRING || (n == 0 && po_text_value_ok(c->string)));
		must(c->kind != PO_CLAIM_LIST || n == 1);
		for (size_t k = 0; k < c->list.count; k++)
			must(po_list_has(&list->values, c->list.items[k]));
	}
out:
	po_request_free(&r);
}

static void check_request(const struct po_request *r)
{
	bool verify = r->task == PO_TASK_VERIFY;

	must(verify || r->task == PO_TASK_LOGIN || r->task == PO_TASK_PROBE);
	must(verify == (r->verify.token.data != NULL));
	must(verify || (r->issuer && r->client_id && r->scope));
	must(verify || (!r->verify.jwks && !r->verify.signature_only && r->verify.now == 0));
	must(r->issuer || r->verify.jwks);
	must((r->issuer && r->client_id) || r->verify.signature_only);
	must(r->client_secret.data || r->client_secret.len == 0);
	for (size_t i = 0; i < r->want_count; i++)
		must(r->wants[i].name && r->wants[i].read <= PO_READ_TIME);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct po_fault f = {0};
	struct po_message m;

	if (!po_wire_decode(data, size, &m, &f)) {
		fuzz_check_fault(&f);
		must(m.kind == 0 && !m.request.issuer && !m.challenge.qr_bits);
		return 0;
	}
	check_again(&m, data, size);
	if (m.kind == PO_KIND_CHALLENGE)
		check_challenge(&m.challenge);
	if (m.kind == PO_KIND_IDENTITY)
		check_identity(&m.identity);
	must((m.kind == PO_KIND_CLAIMS) == (m.claims != NULL));
	if (m.kind == PO_KIND_REQUEST)
		check_request(&m.request);
	must(po_code_known(m.fault.code) && m.level <= PO_REMARK_WARNING);
	must(memchr(m.fault.text, '\0', sizeof(m.fault.text)) &&
	     memchr(m.log.text, '\0', sizeof(m.log.text)));
	po_message_free(&m);
	return 0;
}
