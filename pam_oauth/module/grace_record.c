/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records as text. Called by grace.c. Identity and wants are written as the wire writes them: one
 * encoding, already bounded and fuzzed.
 */
#include "grace_record.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "po_text.h"
#include "po_wire.h"
#include "records.h"

#define FIRST_LINE  "pam_oauth grace 1"
#define PRIOR_LIMIT 4096
#define BLOB_LIMIT  (32 * 1024) /* an identity or what was asked: LIM-20 claims of ordinary size */
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

/* With its end, so that no two lists look alike. */
static void add_text(struct po_buf *out, const char *s)
{
	po_buf_add(out, s ? s : "", strlen(s ? s : "") + 1);
}

static void add_list(struct po_buf *out, const struct po_list *l)
{
	po_buf_add_u32(out, (uint32_t)l->count);
	for (size_t i = 0; i < l->count; i++)
		add_text(out, l->items[i]);
}

bool po_grace_asked(const struct po_request *request, struct po_buf *out)
{
	po_buf_init(out, BLOB_LIMIT);
	add_text(out, request->client_id);
	add_text(out, request->scope);
	add_list(out, &request->acr_values);
	for (size_t i = 0; i < request->want_count; i++) {
		add_text(out, request->wants[i].name);
		po_buf_add_u32(out, (uint32_t)request->wants[i].read);
		add_list(out, &request->wants[i].values);
	}
	return !out->failed;
}

void po_grace_record_init(struct po_grace_record *r)
{
	*r = (struct po_grace_record){.account = NULL};
	po_buf_init(&r->prior, PRIOR_LIMIT);
	po_buf_init(&r->asked, BLOB_LIMIT);
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

/* The line that shows an administrator whom the bytes below name. */
static bool take_subject(struct po_record_reader *r, const struct po_identity *who)
{
	char *subject = po_record_take_text(r, "sub");
	bool same = subject && strcmp(subject, who->subject) == 0;

	free(subject);
	return same;
}

static bool take_identity(struct po_record_reader *r, struct po_identity *who)
{
	struct po_buf bytes;
	bool ok;

	po_buf_init(&bytes, BLOB_LIMIT);
	ok = po_record_take_bytes(r, "identity", &bytes) && decode_identity(&bytes, who);
	po_buf_free(&bytes);
	return ok;
}

/* PAM_SERVICE is the application's word: no line may end within one. */
static bool can_be_lines(const struct po_grace_record *g)
{
	return po_text_account_ok(g->account) && po_text_value_ok(g->service) &&
	       po_text_value_ok(g->who.subject);
}

static bool read_record(struct po_record_reader *r, struct po_grace_record *g)
{
	po_grace_record_init(g);
	g->account = po_record_take_text(r, "account");
	g->service = po_record_take_text(r, "service");
	g->boot = po_record_take_text(r, "boot");
	g->since = (int64_t)po_record_take_number(r, "since", INT64_MAX);
	g->address = po_record_take_text(r, "address");
	po_record_take_bytes(r, "prior", &g->prior);
	g->caller = (uid_t)po_record_take_number(r, "caller", UINT32_MAX);
	g->owner.pid = (pid_t)po_record_take_number(r, "pid", INT_MAX);
	g->owner.start = po_record_take_number(r, "start", UINT64_MAX);
	po_record_take_bytes(r, "asked", &g->asked);
	return take_identity(r, &g->who) && take_subject(r, &g->who) && can_be_lines(g);
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

	if (!can_be_lines(r))
		return false;
	po_buf_init(&identity, BLOB_LIMIT);
	ok = encode_identity(&r->who, &identity);
	po_record_text(out, "account", r->account);
	po_record_text(out, "service", r->service);
	po_record_text(out, "boot", r->boot);
	po_record_number(out, "since", (uint64_t)r->since);
	po_record_text(out, "address", r->address);
	po_record_bytes(out, "prior", r->prior.data, r->prior.len);
	po_record_number(out, "caller", r->caller);
	po_record_number(out, "pid", (uint64_t)r->owner.pid);
	po_record_number(out, "start", r->owner.start);
	po_record_bytes(out, "asked", r->asked.data, r->asked.len);
	po_record_bytes(out, "identity", identity.data, identity.len);
	po_record_text(out, "sub", r->who.subject);
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
	po_buf_free(&r->asked);
	po_identity_free(&r->who);
	*r = (struct po_grace_record){.account = NULL};
}

void po_grace_list_free(struct po_grace_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		po_grace_record_free(&l->items[i]);
	l->count = 0;
}
