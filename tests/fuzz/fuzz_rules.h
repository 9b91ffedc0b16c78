/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_rules.c: what must hold of a rule, and the verdict of a second judge. */
#ifndef PO_FUZZ_RULES_H
#define PO_FUZZ_RULES_H

#include "fuzz_judge.h"
#include "rules.h"
#include "rules_impl.h"
#include "value.h"

static inline void check_rule(const struct po_rules *r, const struct po_rule *rule)
{
	must(rule->issuer < r->issuers.count && rule->claim < r->claims.count && rule->line > 0);
	must(po_value_ok(PO_VALUE_ISSUER, r->issuers.items[rule->issuer]));
	must(po_value_ok(PO_VALUE_CLAIM, r->claims.items[rule->claim]));
	must((rule->who == PO_RULE_PATTERN) == (rule->pattern != NULL));
	must(!rule->pattern || (!rule->deny && rule->values.count == 0));
	must(rule->who != PO_RULE_VALUE || rule->values.count == 1);
	must(rule->who != PO_RULE_MEMBER || rule->values.count > 0);
	must(rule->accounts.count > 0 || rule->deny || rule->pattern);
	must(!rule->pattern || rule->accounts.count == 0);
	for (size_t i = 0; i < rule->values.count; i++)
		must(po_text_value_ok(rule->values.items[i]));
	for (size_t i = 0; i < rule->accounts.count; i++)
		must(po_text_account_ok(rule->accounts.items[i]));
}

/* Do two table lines say that one value of a claim opens one account? */
static inline bool same_fact(const struct po_rule *a, const struct po_rule *b)
{
	bool shared = false;

	if (a->deny || b->deny || a->who != PO_RULE_VALUE || b->who != PO_RULE_VALUE)
		return false;
	for (size_t i = 0; i < a->accounts.count; i++)
		shared |= po_list_has(&b->accounts, a->accounts.items[i]);
	return shared && a->issuer == b->issuer && a->claim == b->claim &&
	       strcmp(a->values.items[0], b->values.items[0]) == 0;
}

/* MAP-13: nothing is said twice, but with conditions at each place. */
static inline void check_said_once(const struct po_rule *a, const struct po_rule *b)
{
	must(!same_fact(a, b) || (a->conditions.count > 0 && b->conditions.count > 0));
}

static inline bool is_of(const struct po_rules *r, const struct po_rule *rule, const char *issuer)
{
	return strcmp(r->issuers.items[rule->issuer], issuer) == 0;
}

/* IDN-12, IDN-4: what the rules of this issuer read is asked for, email_verified with email. */
static inline void check_wants(const struct po_rules *r, const struct po_request *q)
{
	for (size_t i = 0; i < q->want_count; i++)
		must(q->wants[i].read != PO_READ_VALUE || strcmp(q->wants[i].name, "sub") != 0);
	for (size_t i = 0; i < r->count; i++) {
		const struct po_rule *rule = &r->rules[i];
		const char *claim = r->claims.items[rule->claim];

		if (!is_of(r, rule, q->issuer))
			continue;
		if (rule->who == PO_RULE_MEMBER)
			fuzz_check_asked(q, claim, rule->read, &rule->values);
		else
			fuzz_check_asked(q, claim, PO_READ_VALUE, NULL);
		if (strcmp(claim, "email") == 0 && rule->who != PO_RULE_MEMBER)
			fuzz_check_asked(q, "email_verified", PO_READ_VALUE, NULL);
		fuzz_check_conditions_asked(&rule->conditions, q);
	}
}

/* One value only gives this account under this pattern: one byte more gives it to nobody. */
static inline void check_pattern(const struct po_pattern *p, const char *value, const char *account)
{
	char *longer = NULL;

	must(po_text_derived_name_ok(account) && strstr(value, account));
	must(asprintf(&longer, "%sx", value) > 0 && !po_pattern_gives(p, longer, account, NULL));
	free(longer);
	must(asprintf(&longer, "x%s", value) > 0 && !po_pattern_gives(p, longer, account, NULL));
	free(longer);
	must(!po_pattern_gives(p, value + 1, account, NULL));
}

/* Whom and what a rule is about; only the pattern itself is the product's to match. */
static inline enum po_truth judge_who(const struct po_rules *r, const struct po_rule *rule,
                                      const struct po_evidence *e, const char *account)
{
	const char *claim = r->claims.items[rule->claim];
	char decimal[24];
	const char *text = fuzz_text(e, claim, decimal);

	if (!rule->pattern && !po_list_has(&rule->accounts, account) &&
	    !(rule->deny && rule->accounts.count == 0))
		return PO_NO;
	if (rule->who == PO_RULE_MEMBER)
		return fuzz_is_member(e, claim, rule->read, &rule->values);
	if (!text)
		return PO_UNKNOWN;
	if (!rule->pattern)
		return strcmp(text, rule->values.items[0]) == 0 ? PO_YES : PO_NO;
	if (!po_pattern_gives(rule->pattern, text, account, NULL))
		return PO_NO;
	check_pattern(rule->pattern, text, account);
	return PO_YES;
}

/* The first rule that decides: one that allows by what is known, one that denies also by what is
 * not (IDN-14). *near is the last that only a condition kept from it. */
static inline const struct po_rule *judge(const struct po_rules *r, const struct po_evidence *e,
                                          const char *account, const struct po_rule **near,
                                          const struct po_condition **why)
{
	*near = NULL;
	for (size_t i = 0; i < r->count; i++) {
		const struct po_rule *rule = &r->rules[i];
		const struct po_condition *unmet;
		enum po_truth who;
		enum po_truth met;

		if (!is_of(r, rule, e->who->issuer))
			continue;
		who = judge_who(r, rule, e, account);
		met = fuzz_judge(&rule->conditions, e, &unmet);
		if (rule->deny ? who != PO_NO && met != PO_NO : who == PO_YES && met == PO_YES)
			return rule;
		if (rule->deny || who != PO_YES)
			continue;
		*near = rule;
		*why = unmet;
	}
	return NULL;
}

static inline bool service_fits(const struct po_rule *rule, const char *service)
{
	for (size_t i = 0; i < rule->conditions.count; i++) {
		const struct po_condition *c = &rule->conditions.items[i];

		if (c->kind == PO_CONDITION_SERVICE &&
		    !(service && po_list_has(&c->values, service)))
			return false;
	}
	return true;
}

/* PAM-40: who is let in has a rule that names the account, asked by somebody who knows nobody. */
static inline void check_named(const struct po_rules *r, const struct po_evidence *e,
                               const char *account, bool explicit_only)
{
	const struct po_request of = {.issuer = e->who->issuer};
	bool named = false;

	for (size_t i = 0; i < r->count; i++) {
		const struct po_rule *rule = &r->rules[i];

		if (rule->deny || !is_of(r, rule, e->who->issuer) ||
		    !service_fits(rule, e->service))
			continue;
		named |= po_list_has(&rule->accounts, account) ||
		         (rule->pattern && !explicit_only && po_text_derived_name_ok(account));
	}
	must(po_rules_name_account(r, &of, account, e->service, explicit_only) == named);
}

/* The verdict, rule and reason are those of the second judge. */
static inline void check_verdict(const struct po_rules *r, const struct po_evidence *e,
                                 const char *account)
{
	const struct po_rule *near;
	const struct po_request of = {.issuer = e->who->issuer};
	const struct po_condition *why = NULL;
	const struct po_rule *rule = judge(r, e, account, &near, &why);
	struct po_rules_match m;
	bool allowed = po_rules_allow(r, e, account, &m);

	must(!m.starved && allowed == (rule && !rule->deny));
	must(m.line == (rule ? rule->line : 0) && m.near_line == (near ? near->line : 0));
	must(!near || strcmp(m.near, why->text) == 0);
	check_named(r, e, account, true);
	check_named(r, e, account, false);
	if (!rule)
		return;
	must(m.claim == r->claims.items[rule->claim] && m.denied == rule->deny);
	must(m.explicit_line == (rule->pattern == NULL));
	must(m.by_value == (rule->who != PO_RULE_MEMBER));
	must(!allowed || po_rules_name_account(r, &of, account, e->service, m.explicit_line));
}

#endif
