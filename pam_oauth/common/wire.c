/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages as bytes: u8 version, u8 kind, fields in fixed order (doc/PROTOCOL.md).
 * One function per noun walks its fields in both directions, so that sender and
 * receiver cannot disagree about their order.
 */
#include "po_wire.h"

#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "wire_request.h"

static void walk_challenge(struct po_codec *c, struct po_challenge *ch)
{
	struct po_secret bits = {(char *)ch->qr_bits, po_qr_bytes(ch->qr_side)};

	po_codec_text(c, &ch->verification_uri);
	po_codec_text(c, &ch->user_code);
	po_codec_u32(c, &ch->expires_in_s);
	po_codec_u32(c, &ch->qr_side);
	po_codec_secret(c, &bits);
	if (c->encoding)
		return;
	ch->qr_bits = (unsigned char *)bits.data;
	if (ch->qr_side > PO_QR_SIDE_MAX || bits.len != po_qr_bytes(ch->qr_side)) {
		c->in.bad = true;
		ch->qr_side = 0; /* the wipe in po_challenge_free must not trust it */
	}
}

static void walk_claim(struct po_codec *c, struct po_claim *claim)
{
	PO_CODEC_ENUM(c, claim->kind, po_claim_kind, PO_CLAIM_LIST);
	if (claim->kind == PO_CLAIM_STRING)
		po_codec_text(c, &claim->string);
	if (claim->kind == PO_CLAIM_BOOLEAN)
		po_codec_bool(c, &claim->boolean);
	if (claim->kind == PO_CLAIM_LIST)
		po_codec_list(c, &claim->list);
	if (claim->kind == PO_CLAIM_INTEGER)
		po_codec_i64(c, &claim->integer);
}

static void walk_identity(struct po_codec *c, struct po_identity *i)
{
	size_t n;

	po_codec_text(c, &i->issuer);
	po_codec_text(c, &i->subject);
	po_codec_text(c, &i->subject_hash);
	n = po_codec_count(c, i->claim_count, 4);
	if (!c->encoding && !po_codec_bad(c) && !po_identity_set_claims(i, n))
		c->memory = true;
	for (size_t k = 0; k < n && !po_codec_bad(c); k++)
		walk_claim(c, &i->claims[k]);
}

static void walk_fault_text(struct po_codec *c, struct po_fault *fault)
{
	char *text = fault->text;

	po_codec_text(c, &text);
	if (c->encoding)
		return;
	if (!text || text == fault->text || strlen(text) >= sizeof(fault->text))
		c->in.bad = true;
	else
		memcpy(fault->text, text, strlen(text) + 1);
	if (text != fault->text)
		free(text);
}

static void walk_fault(struct po_codec *c, struct po_fault *fault)
{
	PO_CODEC_ENUM(c, fault->code, po_code, PO_CODE_COUNT - 1);
	walk_fault_text(c, fault);
}

static void walk_log(struct po_codec *c, struct po_message *m)
{
	PO_CODEC_ENUM(c, m->level, po_remark, PO_REMARK_WARNING);
	walk_fault_text(c, &m->log);
}

static void walk_message(struct po_codec *c, struct po_message *m)
{
	switch (m->kind) {
	case PO_KIND_REQUEST:
		po_walk_request(c, &m->request);
		return;
	case PO_KIND_PROCEED:
		return;
	case PO_KIND_CHALLENGE:
		walk_challenge(c, &m->challenge);
		return;
	case PO_KIND_IDENTITY:
		walk_identity(c, &m->identity);
		return;
	case PO_KIND_FAULT:
		walk_fault(c, &m->fault);
		return;
	case PO_KIND_LOG:
		walk_log(c, m);
		return;
	case PO_KIND_CLAIMS:
		po_codec_text(c, &m->claims);
		c->in.bad |= !m->claims;
		return;
	}
	c->in.bad = true;
}

void po_message_free(struct po_message *m)
{
	if (!m)
		return;
	po_request_free(&m->request);
	po_challenge_free(&m->challenge);
	po_identity_free(&m->identity);
	po_wipe_str(m->claims);
	*m = (struct po_message){0};
}

bool po_wire_encode(struct po_message *m, struct po_buf *out, struct po_fault *f)
{
	struct po_codec c = {.encoding = true, .out = out};
	unsigned char head[2] = {PO_WIRE_VERSION, (unsigned char)m->kind};

	po_buf_add(out, head, sizeof(head));
	walk_message(&c, m);
	if (out->starved)
		return po_fail_memory(f);
	if (out->failed || c.in.bad)
		return po_fail(f, PO_E_WORKER, "message of kind %d does not fit", (int)m->kind);
	return true;
}

bool po_wire_decode(const void *data, size_t len, struct po_message *m, struct po_fault *f)
{
	struct po_codec c = {.encoding = false};

	*m = (struct po_message){0};
	po_reader_init(&c.in, data, len);
	if (po_reader_u8(&c.in) != PO_WIRE_VERSION)
		return po_fail(f, PO_E_WORKER, "message of an unknown version");
	m->kind = (enum po_kind)po_reader_u8(&c.in);
	walk_message(&c, m);
	if (!c.memory && po_reader_done(&c.in))
		return true;
	po_message_free(m);
	return c.memory ? po_fail_memory(f) : po_fail(f, PO_E_WORKER, "malformed message");
}
