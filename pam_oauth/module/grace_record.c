/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records as text. Called by grace.c. Identity and wants are written as the wire writes them: one
 * encoding, already bounded and fuzzed.
 */
#include "grace_record.h"

#include <stdlib.h>
#include <string.h>

#include "po_text.h"
#include "po_wire.h"
#include "records.h"

#define FIRST_LINE  "pam_oauth grace 1"
#define PRIOR_LIMIT 4096
#define BLOB_LIMIT  (32 * 1024) /* an identity or its wants: LIM-20 claims of ordinary size */
#define TEXT_LIMIT  2048        /* the other lines of a record */

size_t po_grace_limit(void)
{
	return PO_GRACE_RECORDS * (2 * (2 * BLOB_LIMIT + PRIOR_LIMIT) + TEXT_LIMIT);
}

static bool encode_identity(const struct po_identity *who, struct po_buf *out)
{
	struct po_message m = {.kind = PO_KIND_IDENTITY, .identity = *who};

	return po_wire_encode(&m, out, NULL);
}

bool po_grace_wants(const struct po_request *request, struct po_buf *out)
{
	for (size_t i = 0; i < request->want_count; i++) {
		const struct po_claim_want *w = &request->wants[i];

		po_buf_add(out, w->name, strlen(w->name) + 1);
		po_buf_add_u32(out, (uint32_t)w->read);
		po_buf_add_u32(out, (uint32_t)w->values.count);
		for (size_t k = 0; k < w->values.count; k++)
			po_buf_add(out, w->values.items[k], strlen(w->values.items[k]) + 1);
	}
	return !out->failed;
}

static bool decode_identity(const struct po_buf *bytes, struct po_identity *who)
{
	struct po_message m;

	if (!po_wire_decode(bytes->data, bytes->len, &m, NULL))
		return false;
	if (m.kind != PO_KIND_IDENTITY || !m.identity.issuer ||
	    !po_text_value_ok(m.identity.subject)) {
		po_message_free(&m);
		return false;
	}
	*who = m.identity;
	return true;
}

static bool read_record(struct po_record_reader *r, struct po_grace_record *g)
{
	struct po_buf identity;
	bool ok;

	*g = (struct po_grace_record){.account = NULL};
	po_buf_init(&g->prior, PRIOR_LIMIT);
	po_buf_init(&g->wants, BLOB_LIMIT);
	po_buf_init(&identity, BLOB_LIMIT);
	g->account = po_record_take_text(r, "account");
	g->service = po_record_take_text(r, "service");
	g->boot = po_record_take_text(r, "boot");
	g->since = (int64_t)po_record_take_number(r, "since");
	g->address = po_record_take_text(r, "address");
	po_record_take_bytes(r, "prior", &g->prior);
	g->owner.pid = (pid_t)po_record_take_number(r, "pid");
	g->owner.start = po_record_take_number(r, "start");
	po_record_take_bytes(r, "wants", &g->wants);
	po_record_take_bytes(r, "identity", &identity);
	ok = !r->bad && g->since >= 0 && decode_identity(&identity, &g->who);
	po_buf_free(&identity);
	return ok;
}

bool po_grace_read(struct po_grace_list *l, const void *data, size_t len)
{
	struct po_record_reader r;
	bool ok;

	po_record_begin(&r, data, len);
	ok = po_record_line(&r, FIRST_LINE);
	while (ok && r.left > 0) {
		ok = l->count < PO_GRACE_RECORDS;
		if (ok)
			ok = read_record(&r, &l->items[l->count++]);
	}
	if (!ok)
		po_grace_list_free(l);
	return ok;
}

void po_grace_write_head(struct po_buf *out)
{
	po_buf_add_str(out, FIRST_LINE "\n");
}

bool po_grace_write(struct po_buf *out, const struct po_grace_record *r)
{
	struct po_buf identity;
	bool ok;

	po_buf_init(&identity, BLOB_LIMIT);
	ok = encode_identity(&r->who, &identity);
	po_record_text(out, "account", r->account);
	po_record_text(out, "service", r->service);
	po_record_text(out, "boot", r->boot);
	po_record_number(out, "since", (uint64_t)r->since);
	po_record_text(out, "address", r->address);
	po_record_bytes(out, "prior", r->prior.data, r->prior.len);
	po_record_number(out, "pid", (uint64_t)r->owner.pid);
	po_record_number(out, "start", r->owner.start);
	po_record_bytes(out, "wants", r->wants.data, r->wants.len);
	po_record_bytes(out, "identity", identity.data, identity.len);
	po_buf_free(&identity);
	return ok && !out->failed;
}

void po_grace_record_free(struct po_grace_record *r)
{
	free(r->account);
	free(r->service);
	free(r->boot);
	free(r->address);
	po_buf_free(&r->prior);
	po_buf_free(&r->wants);
	po_identity_free(&r->who);
	*r = (struct po_grace_record){.account = NULL};
}

void po_grace_list_free(struct po_grace_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		po_grace_record_free(&l->items[i]);
	l->count = 0;
}
