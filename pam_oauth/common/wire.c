/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages as bytes: u8 version, u8 kind, fields in fixed order (doc/PROTOCOL.md).
 * One function per noun walks its fields in both directions, so that sender and
 * receiver cannot disagree about their order.
 */
#include "po_wire.h"

#include <stdlib.h>
#include <string.h>

#define ABSENT UINT32_MAX /* the length that stands for a string that is not there */

struct codec {
	bool encoding;
	struct po_buf *out;  /* encoding */
	struct po_reader in; /* decoding */
	bool memory;         /* decoding: an allocation failed */
};

static bool bad(struct codec *c)
{
	return c->encoding ? c->out->failed : c->in.bad || c->memory;
}

static void walk_u32(struct codec *c, uint32_t *value)
{
	if (c->encoding)
		po_buf_add_u32(c->out, *value);
	else
		*value = po_reader_u32(&c->in);
}

static void walk_bool(struct codec *c, bool *value)
{
	uint32_t n = *value;

	walk_u32(c, &n);
	if (n > 1)
		c->in.bad = true;
	*value = n == 1;
}

static void walk_enum(struct codec *c, unsigned *value, unsigned count)
{
	walk_u32(c, value);
	if (!c->encoding && *value >= count) {
		c->in.bad = true;
		*value = 0;
	}
}

/* A copy of n bytes of the message, NUL-terminated; a NUL inside is refused for text. */
static char *copy_in(struct codec *c, uint32_t n, bool text)
{
	const unsigned char *p = po_reader_bytes(&c->in, n);
	char *copy;

	if (!p || (text && memchr(p, '\0', n))) {
		c->in.bad = true;
		return NULL;
	}
	copy = malloc((size_t)n + 1);
	if (!copy) {
		c->memory = true;
		return NULL;
	}
	memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

static void walk_text(struct codec *c, char **text)
{
	uint32_t n = c->encoding && *text ? (uint32_t)strlen(*text) : ABSENT;

	walk_u32(c, &n);
	if (n == ABSENT)
		return;
	if (c->encoding)
		po_buf_add(c->out, *text, n);
	else
		*text = copy_in(c, n, true);
}

static void walk_secret(struct codec *c, struct po_secret *s)
{
	uint32_t n = c->encoding && s->data ? (uint32_t)s->len : ABSENT;

	walk_u32(c, &n);
	if (n == ABSENT)
		return;
	if (c->encoding) {
		po_buf_add(c->out, s->data, n);
	} else {
		s->data = copy_in(c, n, false);
		s->len = s->data ? n : 0;
	}
}

/* A count from the other side; each counted thing takes at least min_size bytes of the message. */
static size_t walk_count(struct codec *c, size_t count, size_t min_size)
{
	uint32_t n = (uint32_t)count;

	walk_u32(c, &n);
	if (!c->encoding && n > c->in.left / min_size) {
		c->in.bad = true;
		return 0;
	}
	return n;
}

static void walk_list(struct codec *c, struct po_list *l)
{
	size_t n = walk_count(c, l->count, 4);

	for (size_t i = 0; i < n && !bad(c); i++) {
		char *item = c->encoding ? l->items[i] : NULL;

		walk_text(c, &item);
		if (c->encoding)
			continue;
		if (!item)
			c->in.bad = true;
		else if (!po_list_add(l, item))
			c->memory = true;
		free(item);
	}
}

static void walk_wants(struct codec *c, struct po_request *r)
{
	size_t n = walk_count(c, r->want_count, 12);

	for (size_t i = 0; i < n && !bad(c); i++) {
		struct po_claim_want *want = c->encoding ? &r->wants[i] : NULL;
		char *name = want ? want->name : NULL;
		unsigned read = want ? want->read : 0;

		walk_text(c, &name);
		walk_enum(c, &read, PO_READ_KEYS + 1);
		if (!c->encoding && name) {
			want = po_request_add_want(r, name, (enum po_claim_read)read);
			c->memory |= !want;
			free(name);
		}
		if (want)
			walk_list(c, &want->values);
		else
			c->in.bad = true;
	}
}

/* Enums are walked through an unsigned of their own: their size is the compiler's choice.
 * NOLINT: a type's name takes no parentheses. */
#define WALK_ENUM(c, field, type, last)                                                \
	do {                                                                           \
		unsigned number_ = (c)->encoding ? (unsigned)(field) : 0;              \
		walk_enum(c, &number_, (unsigned)(last) + 1);                          \
		(field) = (enum type)number_; /* NOLINT(bugprone-macro-parentheses) */ \
	} while (0)

static void walk_request(struct codec *c, struct po_request *r)
{
	WALK_ENUM(c, r->task, po_task, PO_TASK_LOGIN);
	walk_u32(c, &r->remaining_ms);
	walk_text(c, &r->issuer);
	WALK_ENUM(c, r->discovery, po_discovery, PO_DISCOVERY_NONE);
	walk_text(c, &r->device_authorization_endpoint);
	walk_text(c, &r->token_endpoint);
	walk_text(c, &r->jwks_uri);
	walk_text(c, &r->client_id);
	WALK_ENUM(c, r->client_auth, po_client_auth, PO_AUTH_POST);
	WALK_ENUM(c, r->basic_encoding, po_basic_encoding, PO_BASIC_RAW);
	WALK_ENUM(c, r->send_client_id, po_send_client_id, PO_CLIENT_ID_UNAUTHENTICATED);
	walk_secret(c, &r->client_secret);
	walk_text(c, &r->scope);
	walk_list(c, &r->required_scopes);
	walk_bool(c, &r->initial_poll);
	walk_text(c, &r->ca_file);
	walk_list(c, &r->endpoint_hosts);
	walk_list(c, &r->endpoint_ports);
	walk_list(c, &r->verification_hosts);
	walk_list(c, &r->id_token_algs);
	walk_list(c, &r->trusted_audiences);
	walk_u32(c, &r->clock_skew_s);
	walk_bool(c, &r->iat_loose);
	WALK_ENUM(c, r->qr_content, po_qr_content, PO_QR_PLAIN);
	walk_u32(c, &r->qr_side_max);
	walk_wants(c, r);
	if (!c->encoding && (r->task != PO_TASK_LOGIN || !r->issuer || !r->client_id || !r->scope))
		c->in.bad = true;
}

static void walk_challenge(struct codec *c, struct po_challenge *ch)
{
	struct po_secret bits = {(char *)ch->qr_bits, po_qr_bytes(ch->qr_side)};

	walk_text(c, &ch->verification_uri);
	walk_text(c, &ch->user_code);
	walk_u32(c, &ch->expires_in_s);
	walk_u32(c, &ch->qr_side);
	walk_secret(c, &bits);
	if (c->encoding)
		return;
	ch->qr_bits = (unsigned char *)bits.data;
	if (ch->qr_side > PO_QR_SIDE_MAX || bits.len != po_qr_bytes(ch->qr_side)) {
		c->in.bad = true;
		ch->qr_side = 0; /* the wipe in po_challenge_free must not trust it */
	}
}

static void walk_claim(struct codec *c, struct po_claim *claim)
{
	uint32_t high = (uint32_t)((uint64_t)claim->integer >> 32);
	uint32_t low = (uint32_t)claim->integer;

	WALK_ENUM(c, claim->kind, po_claim_kind, PO_CLAIM_LIST);
	if (claim->kind == PO_CLAIM_STRING)
		walk_text(c, &claim->string);
	if (claim->kind == PO_CLAIM_BOOLEAN)
		walk_bool(c, &claim->boolean);
	if (claim->kind == PO_CLAIM_LIST)
		walk_list(c, &claim->list);
	if (claim->kind != PO_CLAIM_INTEGER)
		return;
	walk_u32(c, &high);
	walk_u32(c, &low);
	claim->integer = (int64_t)((uint64_t)high << 32 | low);
}

static void walk_identity(struct codec *c, struct po_identity *i)
{
	size_t n;

	walk_text(c, &i->issuer);
	walk_text(c, &i->subject);
	n = walk_count(c, i->claim_count, 4);
	if (!c->encoding && !bad(c) && !po_identity_set_claims(i, n))
		c->memory = true;
	for (size_t k = 0; k < n && !bad(c); k++)
		walk_claim(c, &i->claims[k]);
}

static void walk_fault_text(struct codec *c, struct po_fault *fault)
{
	char *text = fault->text;

	walk_text(c, &text);
	if (c->encoding)
		return;
	if (!text || text == fault->text || strlen(text) >= sizeof(fault->text))
		c->in.bad = true;
	else
		memcpy(fault->text, text, strlen(text) + 1);
	if (text != fault->text)
		free(text);
}

static void walk_fault(struct codec *c, struct po_fault *fault)
{
	WALK_ENUM(c, fault->code, po_code, PO_CODE_COUNT - 1);
	walk_fault_text(c, fault);
}

static void walk_log(struct codec *c, struct po_message *m)
{
	WALK_ENUM(c, m->level, po_remark, PO_REMARK_WARNING);
	walk_fault_text(c, &m->log);
}

static void walk_message(struct codec *c, struct po_message *m)
{
	switch (m->kind) {
	case PO_KIND_REQUEST:
		walk_request(c, &m->request);
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
	*m = (struct po_message){0};
}

bool po_wire_encode(struct po_message *m, struct po_buf *out, struct po_fault *f)
{
	struct codec c = {.encoding = true, .out = out};
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
	struct codec c = {.encoding = false};

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
