/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grace window. Called by pam_oauth.c before and after the flow. A file for each uid, read
 * without its lock and written only by who was let in: whoever stops his own login in the wrong
 * moment is in nobody's way. What is doubtful does not count, and a full login follows.
 */
#include "grace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conditions.h"
#include "grace_record.h"
#include "po_clock.h"
#include "state.h"

#define NAME_SIZE 32
#define MINUTE_MS INT64_C(60000)

/* One login, as the records see it. */
struct visit {
	const struct po_config *config;
	const struct po_account *account;
	const struct po_evidence *evidence;
	char boot[PO_BOOT_ID_SIZE];
	int64_t now;
	struct po_grace_record fresh; /* what this one would leave */
};

static bool is_sshd(const char *service)
{
	return strcmp(service, "sshd") == 0;
}

/* Programs that begin a session and stay for all of it. */
static bool is_login(const char *service)
{
	return strcmp(service, "login") == 0 || strcmp(service, "remote") == 0;
}

/* What both a question and an addition need to know. */
static bool begin(struct visit *v, struct po_fault *f)
{
	struct po_grace_record *r = &v->fresh;

	v->now = po_clock_now();
	po_grace_record_init(r);
	if (!po_process_boot(v->boot))
		return po_fail(f, PO_E_SYSTEM, "grace: the kernel does not say which boot this is");
	return po_grace_asked(v->evidence->request, &r->asked) ||
	       po_fail(f, PO_E_SYSTEM, "grace: too much is asked for to be remembered");
}

static struct po_state_file file_of(const struct po_account *a, char name[NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "grace-%lu", (unsigned long)a->uid);
	return (struct po_state_file){.name = name, .limit = po_grace_limit()};
}

/* Of this boot, not of the future, and not too old (PAM-39: what a boot left behind is nothing). */
static bool is_alive(const struct visit *v, const struct po_grace_record *r, int64_t window)
{
	return strcmp(r->boot, v->boot) == 0 && r->since <= v->now && v->now - r->since < window &&
	       strcmp(r->account, v->account->local) == 0;
}

/* The same address, and the same key before: an address is shared by everybody behind it. */
static bool same_client(const struct visit *v, const struct po_grace_record *r)
{
	const struct po_evidence *e = v->evidence;

	return is_sshd(r->service) && e->address && strcmp(e->address, r->address) == 0 &&
	       po_conditions_prior(e->prior, "publickey") && r->prior.len == strlen(e->prior) &&
	       memcmp(r->prior.data, e->prior, r->prior.len) == 0;
}

/*
 * Called from within the very session that signed in, by the account's own user or by the one who
 * called before: what a session has started as somebody else (sudo -u www-data) is no part of it.
 */
static bool same_session(const struct visit *v, const struct po_grace_record *r)
{
	uid_t caller = v->evidence->caller;

	return caller != 0 && (caller == v->account->uid || caller == r->caller) &&
	       po_process_is_ancestor(&r->owner);
}

static bool same_request(const struct visit *v, const struct po_grace_record *r)
{
	const struct po_buf *asked = &v->fresh.asked;

	return r->asked.len == asked->len && memcmp(r->asked.data, asked->data, asked->len) == 0 &&
	       po_identity_valid(&r->who, v->evidence->request, NULL);
}

static bool counts(const struct visit *v, const struct po_grace_record *r)
{
	return is_alive(v, r, (int64_t)v->config->grace_minutes * MINUTE_MS) &&
	       po_list_has(&v->config->grace_services, r->service) && same_request(v, r) &&
	       (is_sshd(v->evidence->service) ? same_client(v, r) : same_session(v, r));
}

/* The latest that counts; its identity becomes the caller's. */
static bool choose(const struct visit *v, struct po_grace_list *l, struct po_identity *who,
                   struct po_fault *f)
{
	for (size_t i = l->count; i > 0; i--) {
		struct po_grace_record *r = &l->items[i - 1];

		if (!counts(v, r))
			continue;
		po_fail(f, PO_OK, "grace: approved %lld s ago by %s",
		        (long long)(v->now - r->since) / 1000, r->service);
		*who = r->who;
		r->who = (struct po_identity){0};
		return true;
	}
	return false;
}

static bool search(const struct visit *v, struct po_identity *who, struct po_fault *f)
{
	struct po_grace_list l = {.count = 0};
	char name[NAME_SIZE];
	const struct po_state_file file = file_of(v->account, name);
	struct po_state_old old;
	struct po_buf text;
	bool ok = po_state_read(&file, &text, &old, f);

	if (ok && old.exists) {
		ok = !old.too_large && po_grace_read(&l, old.data, old.len);
		if (!ok)
			po_fail(f, PO_E_STATE, "grace: the record is damaged");
	}
	po_buf_free(&text);
	ok = ok && choose(v, &l, who, f);
	po_grace_list_free(&l);
	return ok;
}

bool po_grace_find(const struct po_config *c, const struct po_account *a,
                   const struct po_evidence *e, struct po_identity *who, struct po_fault *f)
{
	struct visit v = {.config = c, .account = a, .evidence = e};
	bool ok;

	if (c->grace_minutes == 0 || c->grace_services.count == 0 || a->doomed)
		return false;
	ok = begin(&v, f) && search(&v, who, f);
	po_grace_record_free(&v.fresh);
	return ok;
}

/*
 * Who stays as long as the session: sshd's monitor (it leads the kernel's session, whether it calls
 * PAM itself or has a child for it; its parent is the parent of all sessions), login itself, the
 * shell that called sudo.
 */
static bool find_owner(const struct po_evidence *e, struct po_process *owner)
{
	if (is_sshd(e->service))
		return po_process_leader(owner);
	return is_login(e->service) ? po_process_self(owner) : po_process_parent(owner);
}

static bool fill(struct visit *v, struct po_fault *f)
{
	const struct po_evidence *e = v->evidence;
	struct po_grace_record *r = &v->fresh;

	r->since = v->now;
	r->caller = is_sshd(e->service) || is_login(e->service) ? 0 : e->caller;
	r->account = strdup(v->account->local);
	r->service = strdup(e->service);
	r->boot = strdup(v->boot);
	r->address = strdup(e->address ? e->address : "-");
	if (!r->account || !r->service || !r->boot || !r->address)
		return po_fail_memory(f);
	if (!po_buf_add_str(&r->prior, e->prior ? e->prior : ""))
		return po_fail(f, PO_E_STATE, "grace: too many keys to be remembered");
	return find_owner(e, &r->owner) ||
	       po_fail(f, PO_E_SYSTEM, "grace: the kernel does not say whose session this is");
}

/* Another login of the same session by the same service takes the place of the earlier one. */
static bool is_replaced(const struct po_grace_record *old, const struct po_grace_record *fresh)
{
	return old->owner.pid == fresh->owner.pid && old->owner.start == fresh->owner.start &&
	       strcmp(old->service, fresh->service) == 0;
}

/* Those of the others that still count for some service; the oldest makes room. */
static size_t keep_others(const struct visit *v, const struct po_grace_list *l,
                          const struct po_grace_record *kept[PO_GRACE_RECORDS])
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++) {
		const struct po_grace_record *r = &l->items[i];

		if (is_alive(v, r, PO_GRACE_MAX_MIN * MINUTE_MS) && !is_replaced(r, &v->fresh))
			kept[n++] = r;
	}
	if (n == PO_GRACE_RECORDS)
		/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what is moved */
		memmove(kept, kept + 1, --n * sizeof(kept[0]));
	return n;
}

/* A damaged file begins anew. */
static enum po_state_verdict add(void *ctx, const struct po_state_old *old, struct po_buf *content,
                                 struct po_fault *f)
{
	const struct po_grace_record *kept[PO_GRACE_RECORDS];
	struct po_grace_list l = {.count = 0};
	const struct visit *v = ctx;
	size_t n;
	bool ok = true;

	if (old->exists && !old->too_large)
		po_grace_read(&l, old->data, old->len);
	n = keep_others(v, &l, kept);
	po_grace_write_head(content);
	for (size_t i = 0; i < n && ok; i++)
		ok = po_grace_write(content, kept[i]);
	ok = ok && po_grace_write(content, &v->fresh);
	po_grace_list_free(&l);
	if (ok)
		return PO_STATE_WRITE;
	po_fail(f, PO_E_STATE, "grace: the identity is too large to be remembered");
	return PO_STATE_FAIL;
}

bool po_grace_keep(const struct po_config *c, const struct po_account *a,
                   const struct po_evidence *e, struct po_fault *f)
{
	struct visit v = {.config = c, .account = a, .evidence = e};
	char name[NAME_SIZE];
	const struct po_state_file file = file_of(a, name);
	bool ok;

	if (c->grace_minutes == 0 ||
	    (!is_sshd(e->service) && !is_login(e->service) && e->caller == 0))
		return true;
	ok = begin(&v, f) && fill(&v, f);
	v.fresh.who = *e->who; /* lent */
	ok = ok && po_state_update(&file, add, &v, f);
	v.fresh.who = (struct po_identity){0};
	po_grace_record_free(&v.fresh);
	return ok;
}
