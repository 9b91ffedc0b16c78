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
	p->since = po_record_take_number(&r, "since");
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

static enum po_state_verdict hold_against(const struct pin *p, const struct holding *h,
                                          struct po_fault *f)
{
	if (strcmp(p->account, h->account->local) != 0)
		po_fail(f, PO_E_NOT_ALLOWED, "pin: the uid was bound as account %s", p->account);
	else if (strcmp(p->issuer, h->who->issuer) != 0 || strcmp(p->subject, h->who->subject) != 0)
		po_fail(f, PO_E_NOT_ALLOWED, "pin: the account is bound to sub %s of %s",
		        p->subject, p->issuer);
	else
		return PO_STATE_KEEP;
	return PO_STATE_FAIL;
}

static enum po_state_verdict hold(void *ctx, const struct po_state_old *old, struct po_buf *content,
                                  struct po_fault *f)
{
	enum po_state_verdict verdict = PO_STATE_FAIL;
	struct holding *h = ctx;
	struct pin p = {.account = NULL};

	if (!old->exists) {
		write_pin(content, h);
		h->bound = true;
		return PO_STATE_WRITE;
	}
	if (old->too_large || !read_pin(&p, old))
		po_fail(f, PO_E_PIN, "pin: the record of uid %lu is damaged",
		        (unsigned long)h->account->uid);
	else
		verdict = hold_against(&p, h, f);
	free_pin(&p);
	return verdict;
}

bool po_pin_hold(const struct po_account *a, const struct po_identity *who, bool *bound,
                 struct po_fault *f)
{
	struct holding h = {.account = a, .who = who};
	char name[NAME_SIZE];
	const struct po_state_file file = {
	        .folder = po_build_pin_dir(), .name = name, .limit = PIN_LIMIT, .durable = true};

	snprintf(name, sizeof(name), "pin-%lu", (unsigned long)a->uid);
	if (!po_state_update(&file, hold, &h, f)) {
		if (f->code != PO_E_NOT_ALLOWED)
			f->code = PO_E_PIN; /* 10.1: somebody has approved; no fallback opens now */
		return false;
	}
	*bound = h.bound;
	return true;
}
