/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_rules.c: what must hold of a rule, and of a rule that let somebody in. */
#ifndef PO_FUZZ_RULES_H
#define PO_FUZZ_RULES_H

#include "fuzz.h"
#include "po_types.h"
#include "rules.h"
#include "rules_impl.h"
#include "value.h"

static inline void check_rule(const struct po_rules *r, const struct po_rule *rule)
{
	must(rule->issuer < r->issuers.count && rule->claim < r->claims.count && rule->line > 0);
	must(po_value_ok(PO_VALUE_ISSUER, r->issuers.items[rule->issuer]));
	must(po_value_ok(PO_VALUE_CLAIM, r->claims.items[rule->claim]));
	must((rule->value == NULL) == (rule->pattern != NULL));
	must((rule->accounts.count == 0) == (rule->pattern != NULL));
	must(!rule->value || po_text_value_ok(rule->value));
	for (size_t i = 0; i < rule->accounts.count; i++)
		must(po_text_account_ok(rule->accounts.items[i]));
}

/* MAP-13: no two lines say that one value of a claim opens one account. */
static inline bool same_fact(const struct po_rule *a, const struct po_rule *b)
{
	bool shared = false;

	for (size_t i = 0; i < a->accounts.count; i++)
		shared |= po_list_has(&b->accounts, a->accounts.items[i]);
	return shared && a->issuer == b->issuer && a->claim == b->claim &&
	       strcmp(a->value, b->value) == 0;
}

/* IDN-12, IDN-4: what the rules of this issuer read is asked for, email_verified with email. */
static inline void check_wants(const struct po_rules *r, const struct po_request *q)
{
	bool mail = false;
	bool verified = false;

	for (size_t i = 0; i < q->want_count; i++) {
		must(q->wants[i].read == PO_READ_VALUE && strcmp(q->wants[i].name, "sub") != 0);
		mail |= strcmp(q->wants[i].name, "email") == 0;
		verified |= strcmp(q->wants[i].name, "email_verified") == 0;
	}
	must(!mail || verified);
	for (size_t i = 0; i < r->count; i++) {
		const char *claim = r->claims.items[r->rules[i].claim];
		bool found = strcmp(claim, "sub") == 0 ||
		             strcmp(r->issuers.items[r->rules[i].issuer], q->issuer) != 0;

		for (size_t k = 0; k < q->want_count; k++)
			found |= strcmp(q->wants[k].name, claim) == 0;
		must(found);
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

/* The claim as a rule compares it: a string, or the decimal text of an integer. */
static inline const char *text_of(const struct po_request *q, const struct po_identity *who,
                                  const char *claim, char decimal[24])
{
	for (size_t i = 0; i < q->want_count; i++) {
		if (strcmp(q->wants[i].name, claim) != 0)
			continue;
		snprintf(decimal, 24, "%lld", (long long)who->claims[i].integer);
		return who->claims[i].string ? who->claims[i].string : decimal;
	}
	return strcmp(claim, "sub") == 0 ? who->subject : "";
}

static inline void check_match(const struct po_rules *r, const struct po_request *q,
                               const struct po_identity *who, const char *account,
                               const struct po_rules_match *m)
{
	const struct po_rule *rule = NULL;
	char decimal[24];
	const char *value = text_of(q, who, m->claim, decimal);

	for (size_t i = 0; i < r->count; i++)
		if (r->rules[i].line == m->line)
			rule = &r->rules[i];
	must(rule && m->claim == r->claims.items[rule->claim]);
	must(strcmp(r->issuers.items[rule->issuer], who->issuer) == 0);
	must(m->explicit_line == (rule->pattern == NULL));
	must(po_rules_name_account(r, who->issuer, account, m->explicit_line));
	must(!rule->pattern || value != decimal);
	if (rule->pattern)
		check_pattern(rule->pattern, value, account);
	else
		must(strcmp(rule->value, value) == 0 && po_list_has(&rule->accounts, account));
}

#endif
