/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grace window. Called by pam_oauth.c before and after the flow. A file for each uid, so that
 * whoever stops his own login in the wrong moment is in nobody's way. What is doubtful does not
 * count, and a full login follows.
 */
#include "grace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grace_record.h"
#include "po_clock.h"
#include "state.h"

#define NAME_SIZE 32

/* One question or one addition on its way through the file. */
struct visit {
	const struct po_config *config;
	const struct po_account *account;
	const struct po_evidence *evidence;
	char boot[PO_BOOT_ID_SIZE];
	int64_t now;
	struct po_buf wants;
	struct po_grace_record *fresh; /* to add */
	struct po_identity *who;       /* to find */
	bool found;
};

static bool is_sshd(const char *service)
{
	return service && strcmp(service, "sshd") == 0;
}

static bool begin(struct visit *v, const struct po_config *c, const struct po_account *a,
                  const struct po_evidence *e, struct po_fault *f)
{
	*v = (struct visit){.config = c, .account = a, .evidence = e, .now = po_clock_now()};
	po_buf_init(&v->wants, PO_LIMIT_MESSAGE);
	if (!po_process_boot(v->boot))
		return po_fail(f, PO_E_SYSTEM, "grace: the kernel does not say which boot this is");
	return po_grace_wants(e->request, &v->wants) || po_fail_memory(f);
}

static int64_t window_ms(const struct po_config *c)
{
	return (int64_t)c->grace_minutes * 60000;
}

/* Of this boot, not of the future, and not too old (PAM-39: what a boot left behind is nothing). */
static bool is_alive(const struct visit *v, const struct po_grace_record *r)
{
	return strcmp(r->boot, v->boot) == 0 && r->since <= v->now &&
	       v->now - r->since < window_ms(v->config);
}

/*
 * sshd: the same address, and the same key before: an address alone is shared by everybody behind
 * it. Others: a process of the very session that signed in.
 */
static bool same_origin(const struct visit *v, const struct po_grace_record *r)
{
	const struct po_evidence *e = v->evidence;

	if (!is_sshd(e->service))
		return po_process_is_ancestor(&r->owner);
	return is_sshd(r->service) && e->address && strcmp(e->address, r->address) == 0 &&
	       e->prior && *e->prior && r->prior.len == strlen(e->prior) &&
	       memcmp(r->prior.data, e->prior, r->prior.len) == 0;
}

static bool counts(const struct visit *v, const struct po_grace_record *r)
{
	return is_alive(v, r) && strcmp(r->account, v->account->local) == 0 &&
	       po_list_has(&v->config->grace_services, r->service) &&
	       strcmp(r->who.issuer, v->config->provider.issuer) == 0 &&
	       r->wants.len == v->wants.len &&
	       (r->wants.len == 0 || memcmp(r->wants.data, v->wants.data, r->wants.len) == 0) &&
	       r->who.claim_count == v->evidence->request->want_count && same_origin(v, r);
}

static enum po_state_verdict look(void *ctx, const struct po_state_old *old, struct po_buf *content,
                                  struct po_fault *f)
{
	struct visit *v = ctx;
	struct po_grace_list l = {.count = 0};

	(void)content;
	if (!old->exists)
		return PO_STATE_KEEP;
	if (old->too_large || !po_grace_read(&l, old->data, old->len)) {
		po_fail(f, PO_E_STATE, "grace: the record is damaged");
		return PO_STATE_FAIL;
	}
	for (size_t i = l.count; i > 0 && !v->found; i--) {
		struct po_grace_record *r = &l.items[i - 1];

		if (!counts(v, r))
			continue;
		po_fail(f, PO_OK, "grace: approved %lld s ago by %s",
		        (long long)(v->now - r->since) / 1000, r->service);
		*v->who = r->who;
		r->who = (struct po_identity){0};
		v->found = true;
	}
	po_grace_list_free(&l);
	return PO_STATE_KEEP;
}

static struct po_state_file file_of(const struct po_account *a, char name[NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "grace-%lu", (unsigned long)a->uid);
	return (struct po_state_file){.name = name, .limit = po_grace_limit()};
}

bool po_grace_find(const struct po_config *c, const struct po_account *a,
                   const struct po_evidence *e, struct po_identity *who, struct po_fault *f)
{
	char name[NAME_SIZE];
	const struct po_state_file file = file_of(a, name);
	struct visit v;
	bool ok;

	if (c->grace_minutes == 0 || a->doomed)
		return false;
	ok = begin(&v, c, a, e, f);
	v.who = who;
	ok = ok && po_state_update(&file, look, &v, f) && v.found;
	po_buf_free(&v.wants);
	return ok;
}

/* Who stays as long as the session: sshd's monitor, login itself, the shell that called sudo. */
static bool find_owner(const struct po_evidence *e, struct po_process *owner)
{
	if (strcmp(e->service, "login") == 0 || strcmp(e->service, "remote") == 0)
		return po_process_self(owner);
	return po_process_parent(owner);
}

static bool make_record(struct visit *v, struct po_grace_record *r, struct po_fault *f)
{
	const struct po_evidence *e = v->evidence;

	*r = (struct po_grace_record){.since = v->now};
	po_buf_init(&r->prior, PO_LIMIT_MESSAGE);
	po_buf_init(&r->wants, PO_LIMIT_MESSAGE);
	r->account = strdup(v->account->local);
	r->service = strdup(e->service);
	r->boot = strdup(v->boot);
	r->address = strdup(e->address ? e->address : "-");
	r->who = *e->who; /* borrowed: po_grace_keep takes it out again */
	if (!r->account || !r->service || !r->boot || !r->address ||
	    !po_buf_add_str(&r->prior, e->prior ? e->prior : "") ||
	    !po_buf_add(&r->wants, v->wants.data, v->wants.len))
		return po_fail_memory(f);
	return find_owner(e, &r->owner) ||
	       po_fail(f, PO_E_SYSTEM, "grace: the kernel does not say whose session this is");
}

/* Another login of the same session by the same service takes the place of the earlier one. */
static bool is_replaced(const struct po_grace_record *old, const struct po_grace_record *fresh)
{
	return old->owner.pid == fresh->owner.pid && old->owner.start == fresh->owner.start &&
	       strcmp(old->service, fresh->service) == 0;
}

/* Those of the others that still count; the oldest makes room. A damaged file begins anew. */
static size_t keep_others(const struct visit *v, struct po_grace_list *l,
                          const struct po_grace_record *kept[PO_GRACE_RECORDS])
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++) {
		const struct po_grace_record *r = &l->items[i];

		if (is_alive(v, r) && strcmp(r->account, v->account->local) == 0 &&
		    !is_replaced(r, v->fresh))
			kept[n++] = r;
	}
	if (n == PO_GRACE_RECORDS)
		memmove(kept, kept + 1, --n * sizeof(kept[0]));
	return n;
}

static enum po_state_verdict add(void *ctx, const struct po_state_old *old, struct po_buf *content,
                                 struct po_fault *f)
{
	const struct po_grace_record *kept[PO_GRACE_RECORDS];
	struct po_grace_list l = {.count = 0};
	struct visit *v = ctx;
	size_t n;
	bool ok = true;

	if (old->exists && !old->too_large)
		po_grace_read(&l, old->data, old->len);
	n = keep_others(v, &l, kept);
	po_grace_write_head(content);
	for (size_t i = 0; i < n && ok; i++)
		ok = po_grace_write(content, kept[i]);
	ok = ok && po_grace_write(content, v->fresh);
	po_grace_list_free(&l);
	if (ok)
		return PO_STATE_WRITE;
	po_fail(f, PO_E_STATE, "grace: the identity is too large to be remembered");
	return PO_STATE_FAIL;
}

bool po_grace_keep(const struct po_config *c, const struct po_account *a,
                   const struct po_evidence *e, struct po_fault *f)
{
	struct po_grace_record fresh = {.account = NULL};
	char name[NAME_SIZE];
	const struct po_state_file file = file_of(a, name);
	struct visit v;
	bool ok;

	if (c->grace_minutes == 0)
		return true;
	ok = begin(&v, c, a, e, f) && make_record(&v, &fresh, f);
	v.fresh = &fresh;
	ok = ok && po_state_update(&file, add, &v, f);
	fresh.who = (struct po_identity){0};
	po_grace_record_free(&fresh);
	po_buf_free(&v.wants);
	return ok;
}
