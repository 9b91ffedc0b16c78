/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First-use pins, a file for each uid. Called by pam_oauth.c after the policy said yes and before
 * success. A file of its own for each account, so that whoever stops his own login in the wrong
 * moment locks nobody else out.
 */
#include "pins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "po_clock.h"
#include "po_text.h"
#include "records.h"
#include "state.h"

#define FIRST_LINE "pam_oauth pin 1"
#define PIN_LIMIT  4096 /* names of MAP-2, issuers and subjects fit twice */
#define NAME_SIZE  32

struct holding {
	const struct po_account *account;
	const struct po_identity *who;
	bool bound;
};

struct pin {
	char *account;
	char *issuer;
	char *subject;
	uint64_t since; /* wall clock: for the administrator only */
};

static void free_pin(struct pin *p)
{
	free(p->account);
	free(p->issuer);
	free(p->subject);
}

static bool read_pin(struct pin *p, const struct po_state_old *old)
{
	struct po_record_reader r;

	po_record_begin(&r, old->data, old->len);
	po_record_line(&r, FIRST_LINE);
	p->account = po_record_take_text(&r, "account");
	p->issuer = po_record_take_text(&r, "issuer");
	p->subject = po_record_take_text(&r, "sub");
	p->since = po_record_take_number(&r, "since", UINT64_MAX);
	return po_record_done(&r) && po_text_account_ok(p->account) && po_text_value_ok(p->subject);
}

static void write_pin(struct po_buf *out, const struct holding *h)
{
	po_buf_add_str(out, FIRST_LINE "\n");
	po_record_text(out, "account", h->account->local);
	po_record_text(out, "issuer", h->who->issuer);
	po_record_text(out, "sub", h->who->subject);
	po_record_number(out, "since", (uint64_t)po_clock_wall());
}

static bool is_same(const struct pin *p, const struct holding *h, struct po_fault *f)
{
	if (strcmp(p->account, h->account->local) != 0)
		return po_fail(f, PO_E_NOT_ALLOWED, "pin: the uid was bound as account %s",
		               p->account);
	if (strcmp(p->issuer, h->who->issuer) == 0 && strcmp(p->subject, h->who->subject) == 0)
		return true;
	if (h->who->subject_hash) /* PAM-45: its plain form is for the record's reader only */
		return po_fail(f, PO_E_NOT_ALLOWED,
		               "pin: the account is bound to another sub of %s", p->issuer);
	return po_fail(f, PO_E_NOT_ALLOWED, "pin: the account is bound to sub %s of %s", p->subject,
	               p->issuer);
}

/* A pin that is there, against who signs in now. */
static bool judge(const struct holding *h, const struct po_state_old *old, struct po_fault *f)
{
	struct pin p = {.account = NULL};
	bool ok = !old->too_large && read_pin(&p, old);

	if (!ok)
		po_fail(f, PO_E_PIN, "pin: the record of uid %lu is damaged",
		        (unsigned long)h->account->uid);
	ok = ok && is_same(&p, h, f);
	free_pin(&p);
	return ok;
}

/* Under the lock, since there was none: unless somebody was faster. */
static enum po_state_verdict bind(void *ctx, const struct po_state_old *old, struct po_buf *content,
                                  struct po_fault *f)
{
	struct holding *h = ctx;

	if (old->exists)
		return judge(h, old, f) ? PO_STATE_KEEP : PO_STATE_FAIL;
	write_pin(content, h);
	h->bound = true;
	return PO_STATE_WRITE;
}

static struct po_state_file file_of(const struct po_account *a, char name[NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "pin-%lu", (unsigned long)a->uid);
	return (struct po_state_file){
	        .folder = po_build_pin_dir(), .name = name, .limit = PIN_LIMIT, .durable = true};
}

/* Of what is there; *exists is false if nothing is, which is no fault. */
static bool look(const struct holding *h, bool *exists, struct po_fault *f)
{
	char name[NAME_SIZE];
	const struct po_state_file file = file_of(h->account, name);
	struct po_state_old old;
	struct po_buf text;
	bool ok = po_state_read(&file, &text, &old, f);

	*exists = ok && old.exists;
	ok = ok && (!old.exists || judge(h, &old, f));
	po_buf_free(&text);
	return ok;
}

/* 10.1: somebody has approved; no fallback opens now, whatever is wrong with the record. */
static bool refuse(struct po_fault *f)
{
	if (f->code != PO_E_NOT_ALLOWED)
		f->code = PO_E_PIN;
	return false;
}

bool po_pin_holds(const struct po_account *a, const struct po_identity *who, struct po_fault *f)
{
	const struct holding h = {.account = a, .who = who};
	bool exists = false;

	if (!look(&h, &exists, f))
		return refuse(f);
	return exists || po_fail(f, PO_E_NOT_ALLOWED, "pin: nobody is bound to the account");
}

bool po_pin_hold(const struct po_account *a, const struct po_identity *who, bool *bound,
                 struct po_fault *f)
{
	struct holding h = {.account = a, .who = who};
	char name[NAME_SIZE];
	const struct po_state_file file = file_of(a, name);
	bool exists = false;

	if (!look(&h, &exists, f) || (!exists && !po_state_update(&file, bind, &h, f)))
		return refuse(f);
	*bound = h.bound;
	return true;
}
