/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking a rule set. Called by policy.c for the verdict and by check.c when the configuration is
 * loaded. Nothing here knows about uids, e-mail domains or root: those are policy.c's, and hold
 * whatever a rule says.
 */
#include "rules.h"

#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "po_tenant.h"
#include "po_text.h"
#include "rules_impl.h"

void po_rule_free(struct po_rule *rule)
{
	po_list_free(&rule->values);
	po_list_free(&rule->accounts);
	po_pattern_free(rule->pattern);
	po_conditions_free(&rule->conditions);
	*rule = (struct po_rule){0};
}

void po_rules_free(struct po_rules *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		po_rule_free(&r->rules[i]);
	free(r->rules);
	po_list_free(&r->issuers);
	po_list_free(&r->claims);
	free(r);
}

static bool is_of(const struct po_rules *r, const struct po_rule *rule, const char *issuer)
{
	return strcmp(r->issuers.items[rule->issuer], issuer) == 0;
}

/* Can an identity that this request brings be of the rule's issuer? */
static bool may_be_of(const struct po_rules *r, const struct po_rule *rule,
                      const struct po_request *request)
{
	return po_request_issuer_ok(request, r->issuers.items[rule->issuer]);
}

bool po_rules_each_claim(const struct po_rules *r, const struct po_request *request,
                         bool (*each)(void *ctx, const char *claim, unsigned line), void *ctx)
{
	bool seen[PO_LIMIT_CLAIMS] = {false};

	for (size_t i = 0; i < r->count; i++) {
		const struct po_rule *rule = &r->rules[i];

		if (rule->deny || seen[rule->claim] || !may_be_of(r, rule, request))
			continue;
		seen[rule->claim] = true;
		if (!each(ctx, r->claims.items[rule->claim], rule->line))
			return false;
	}
	return true;
}

/* IDN-4: an address counts only with the issuer's word for it, whatever form a rule reads it in. */
static bool want_vouching(const char *claim, struct po_request *request, struct po_fault *f)
{
	return strcmp(claim, "email") != 0 ||
	       (po_claims_want(request, "email_verified", PO_READ_VALUE, NULL, f) &&
	        po_claims_want(request, claim, PO_READ_VALUE, NULL, f));
}

static bool want_of_rule(const struct po_rules *r, const struct po_rule *rule,
                         struct po_request *request, struct po_fault *f)
{
	const char *claim = r->claims.items[rule->claim];
	bool member = rule->who == PO_RULE_MEMBER;

	return want_vouching(claim, request, f) &&
	       po_claims_want(request, claim, member ? rule->read : PO_READ_VALUE,
	                      member ? &rule->values : NULL, f) &&
	       po_conditions_want(&rule->conditions, request, f);
}

bool po_rules_wants(const struct po_rules *r, struct po_request *request, struct po_fault *f)
{
	for (size_t i = 0; i < r->count; i++)
		if (may_be_of(r, &r->rules[i], request) &&
		    !want_of_rule(r, &r->rules[i], request, f))
			return false;
	return true;
}

bool po_rules_name_account(const struct po_rules *r, const struct po_request *request,
                           const char *account, const char *service, bool explicit_only)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct po_rule *rule = &r->rules[i];

		if (rule->deny || !may_be_of(r, rule, request) ||
		    !po_conditions_admit_service(&rule->conditions, service))
			continue;
		if (rule->who == PO_RULE_PATTERN
		            ? !explicit_only && po_text_derived_name_ok(account)
		            : po_list_has(&rule->accounts, account))
			return true;
	}
	return false;
}

/* IDN-14, SRV-149: a list that cannot be read is not an empty one. */
static enum po_truth holds_member(const struct po_rule *rule, const struct po_evidence *e,
                                  const char *claim)
{
	const struct po_claim *list = po_claims_get(e, claim, rule->read);

	if (!list || list->kind != PO_CLAIM_LIST)
		return PO_UNKNOWN;
	for (size_t i = 0; i < rule->values.count; i++)
		if (po_list_has(&list->list, rule->values.items[i]))
			return PO_YES;
	return PO_NO;
}

/* Is this rule about this person and this account? */
static enum po_truth is_about(const struct po_rules *r, const struct po_rule *rule,
                              const struct po_evidence *e, const char *account, bool *starved)
{
	const char *claim = r->claims.items[rule->claim];
	char decimal[PO_CLAIM_TEXT_SIZE];
	const char *text;

	if (rule->who != PO_RULE_PATTERN && !(rule->deny && rule->accounts.count == 0) &&
	    !po_list_has(&rule->accounts, account))
		return PO_NO;
	if (rule->who == PO_RULE_MEMBER)
		return holds_member(rule, e, claim);
	text = po_claims_text(e, claim, decimal);
	if (!text)
		return PO_UNKNOWN;
	if (rule->who == PO_RULE_PATTERN)
		return po_pattern_gives(rule->pattern, text, account, starved) ? PO_YES : PO_NO;
	return strcmp(rule->values.items[0], text) == 0 ? PO_YES : PO_NO;
}

/* Does this rule decide? What is not known is as good as yes where it denies, else as no. */
static bool decides(const struct po_rules *r, const struct po_rule *rule,
                    const struct po_evidence *e, const char *account, struct po_rules_match *m)
{
	const enum po_truth least = rule->deny ? PO_UNKNOWN : PO_YES;
	enum po_truth about = is_about(r, rule, e, account, &m->starved);
	const struct po_condition *unmet;
	enum po_truth met;

	if (about != PO_YES && about != least)
		return false;
	met = po_conditions_judge(&rule->conditions, e, &unmet);
	if (met == PO_YES || met == least)
		return true;
	if (!rule->deny) {
		m->near_line = rule->line;
		m->near = unmet->text;
	}
	return false;
}

bool po_rules_allow(const struct po_rules *r, const struct po_evidence *e, const char *account,
                    struct po_rules_match *m)
{
	*m = (struct po_rules_match){0};
	for (size_t i = 0; i < r->count; i++) {
		const struct po_rule *rule = &r->rules[i];

		if (!is_of(r, rule, e->who->issuer) || !decides(r, rule, e, account, m))
			continue;
		m->line = rule->line;
		m->claim = r->claims.items[rule->claim];
		m->denied = rule->deny;
		m->explicit_line = rule->who != PO_RULE_PATTERN;
		m->by_value = rule->who != PO_RULE_MEMBER;
		return !rule->deny;
	}
	return false;
}
