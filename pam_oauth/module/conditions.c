/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Judging conditions. Called by rules.c and policy.c. What cannot be known never holds; only a rule
 * that denies asks for the difference.
 */
#include "conditions.h"

#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "mail.h"
#include "network.h"

static bool want_mail(struct po_request *r, struct po_fault *f)
{
	return po_claims_want(r, "email_verified", PO_READ_VALUE, NULL, f) &&
	       po_claims_want(r, "email", PO_READ_VALUE, NULL, f);
}

/* IDN-4: an address that nobody vouches for says nothing, however it is compared. */
static bool is_mail(const struct po_condition *c)
{
	return c->claim && strcmp(c->claim, "email") == 0;
}

static bool want_vouching(const struct po_condition *c, struct po_request *r, struct po_fault *f)
{
	return !is_mail(c) || po_claims_want(r, "email_verified", PO_READ_VALUE, NULL, f);
}

static bool is_vouched(const struct po_condition *c, const struct po_evidence *e)
{
	const struct po_claim *verified = po_claims_get(e, "email_verified", PO_READ_VALUE);

	return !is_mail(c) || (verified && verified->kind == PO_CLAIM_BOOLEAN && verified->boolean);
}

static bool want(const struct po_condition *c, struct po_request *r, struct po_fault *f)
{
	switch (c->kind) {
	case PO_CONDITION_EQUALS:
	case PO_CONDITION_IS:
		return want_vouching(c, r, f) &&
		       po_claims_want(r, c->claim, PO_READ_VALUE, NULL, f);
	case PO_CONDITION_HAS:
		return want_vouching(c, r, f) &&
		       po_claims_want(r, c->claim, c->read, &c->values, f);
	case PO_CONDITION_EMAIL_AT:
		return want_mail(r, f);
	case PO_CONDITION_MAX_AGE:
		return po_claims_want(r, "auth_time", PO_READ_TIME, NULL, f);
	case PO_CONDITION_FROM:
	case PO_CONDITION_SERVICE:
	case PO_CONDITION_PRIOR:
		break;
	}
	return true;
}

bool po_conditions_want(const struct po_conditions *c, struct po_request *request,
                        struct po_fault *f)
{
	for (size_t i = 0; i < c->count; i++)
		if (!want(&c->items[i], request, f))
			return false;
	return true;
}

static enum po_truth truth(bool holds)
{
	return holds ? PO_YES : PO_NO;
}

static enum po_truth judge_equals(const struct po_condition *c, const struct po_evidence *e)
{
	char decimal[PO_CLAIM_TEXT_SIZE];
	const char *text = po_claims_text(e, c->claim, decimal);

	return text && is_vouched(c, e) ? truth(po_list_has(&c->values, text)) : PO_UNKNOWN;
}

static enum po_truth judge_is(const struct po_condition *c, const struct po_evidence *e)
{
	const struct po_claim *claim = po_claims_get(e, c->claim, PO_READ_VALUE);

	if (!claim || claim->kind != PO_CLAIM_BOOLEAN)
		return PO_UNKNOWN;
	return truth(claim->boolean == c->truth);
}

/* IDN-14, SRV-149: an absent list, or one that cannot be read, is not an empty one. */
static enum po_truth judge_has(const struct po_condition *c, const struct po_evidence *e)
{
	const struct po_claim *claim = po_claims_get(e, c->claim, c->read);

	if (!claim || claim->kind != PO_CLAIM_LIST || !is_vouched(c, e))
		return PO_UNKNOWN;
	for (size_t i = 0; i < c->values.count; i++)
		if (po_list_has(&claim->list, c->values.items[i]))
			return PO_YES;
	return PO_NO;
}

/* IDT-18: a sign-in that is said to be in the future is none. */
static enum po_truth judge_age(const struct po_condition *c, const struct po_evidence *e)
{
	const struct po_claim *claim = po_claims_get(e, "auth_time", PO_READ_TIME);
	int64_t skew = (int64_t)e->request->clock_skew_s;
	int64_t age;

	if (!claim || claim->kind != PO_CLAIM_INTEGER || claim->integer < 0)
		return PO_UNKNOWN;
	age = e->now - claim->integer;
	return truth(age <= (int64_t)c->seconds + skew && age >= -skew);
}

/* A line for each method that sshd has accepted: "publickey ssh-ed25519 AAAA..." (XDV-1). */
bool po_conditions_prior(const char *prior, const char *method)
{
	size_t len = strlen(method);

	while (prior && *prior) {
		if (strncmp(prior, method, len) == 0 && strchr(" /\n", prior[len]))
			return true;
		prior += strcspn(prior, "\n");
		prior += *prior == '\n';
	}
	return false;
}

static enum po_truth judge_prior(const struct po_condition *c, const struct po_evidence *e)
{
	for (size_t i = 0; i < c->values.count; i++)
		if (po_conditions_prior(e->prior, c->values.items[i]))
			return PO_YES;
	return PO_NO;
}

static enum po_truth judge_one(const struct po_condition *c, const struct po_evidence *e)
{
	switch (c->kind) {
	case PO_CONDITION_EQUALS:
		return judge_equals(c, e);
	case PO_CONDITION_IS:
		return judge_is(c, e);
	case PO_CONDITION_HAS:
		return judge_has(c, e);
	case PO_CONDITION_EMAIL_AT:
		return po_mail_vouched(e, &c->values, NULL);
	case PO_CONDITION_MAX_AGE:
		return judge_age(c, e);
	case PO_CONDITION_FROM:
		return e->address ? truth(po_network_has(&c->values, e->address)) : PO_UNKNOWN;
	case PO_CONDITION_SERVICE:
		return truth(e->service && po_list_has(&c->values, e->service));
	case PO_CONDITION_PRIOR:
		return judge_prior(c, e);
	}
	return PO_UNKNOWN;
}

static bool needs_person(const struct po_condition *c)
{
	return c->kind != PO_CONDITION_FROM && c->kind != PO_CONDITION_SERVICE &&
	       c->kind != PO_CONDITION_PRIOR;
}

enum po_truth po_conditions_judge(const struct po_conditions *c, const struct po_evidence *e,
                                  const struct po_condition **unmet)
{
	enum po_truth all = PO_YES;

	*unmet = NULL;
	for (size_t i = 0; i < c->count && all != PO_NO; i++) {
		const struct po_condition *one = &c->items[i];
		enum po_truth t = !e->who && needs_person(one) ? PO_YES : judge_one(one, e);

		if (t == PO_YES || (t == PO_UNKNOWN && all == PO_UNKNOWN))
			continue;
		all = t;
		*unmet = one;
	}
	return all;
}

bool po_conditions_admit_service(const struct po_conditions *c, const char *service)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].kind == PO_CONDITION_SERVICE &&
		    !(service && po_list_has(&c->items[i].values, service)))
			return false;
	return true;
}

void po_conditions_free(struct po_conditions *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->count; i++) {
		free(c->items[i].text);
		free(c->items[i].claim);
		po_list_free(&c->items[i].values);
	}
	free(c->items);
	*c = (struct po_conditions){0};
}
