/* SPDX-License-Identifier: BSD-2-Clause */
/* What a whole rule set says, and whether it says it once. Called by rules_parse.c. */
#include <stdlib.h>
#include <string.h>

#include "rules_impl.h"

/* One thing that a table says: this value opens this account. */
struct fact {
	const struct po_rule *rule;
	const char *account;
};

static int compare_facts(const void *a, const void *b)
{
	const struct fact *x = a;
	const struct fact *y = b;
	int order;

	if (x->rule->issuer != y->rule->issuer)
		return x->rule->issuer < y->rule->issuer ? -1 : 1;
	if (x->rule->claim != y->rule->claim)
		return x->rule->claim < y->rule->claim ? -1 : 1;
	order = strcmp(x->rule->values.items[0], y->rule->values.items[0]);
	return order ? order : strcmp(x->account, y->account);
}

static size_t collect_facts(const struct po_rules *r, struct fact *facts)
{
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++) {
		const struct po_rule *rule = &r->rules[i];

		for (size_t a = 0; a < rule->accounts.count; a++) {
			if (rule->deny || rule->who != PO_RULE_VALUE)
				continue;
			if (facts)
				facts[n] = (struct fact){rule, rule->accounts.items[a]};
			n++;
		}
	}
	return n;
}

/* The earlier or later of two lines. */
static unsigned first_of(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned last_of(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* Two lines that give the same: a slip, unless each has conditions of its own. */
static bool fail_same(const struct po_rule *a, const struct po_rule *b, unsigned *line,
                      struct po_fault *f)
{
	bool conditions = a->conditions.count > 0 || b->conditions.count > 0;

	*line = last_of(a->line, b->line);
	return po_fail(f, PO_E_CONFIG, "%s line %u %s",
	               conditions ? "gives with a condition what" : "says again what",
	               first_of(a->line, b->line),
	               conditions ? "gives without one, or the reverse" : "says");
}

/*
 * The same thing said twice is a slip, and who deletes one line expects the access to be gone; said
 * with a condition and without, the condition is none. Sorted, since a table may hold tens of
 * thousands of lines and is read at each login.
 */
bool po_rules_consistent(const struct po_rules *r, unsigned *line, struct po_fault *f)
{
	size_t n = collect_facts(r, NULL);
	struct fact *facts = reallocarray(NULL, n + 1, sizeof(*facts));
	bool ok = true;

	if (!facts)
		return po_fail_memory(f);
	collect_facts(r, facts);
	qsort(facts, n, sizeof(*facts), compare_facts);
	for (size_t i = 1; i < n && ok; i++) {
		const struct po_rule *a = facts[i - 1].rule;
		const struct po_rule *b = facts[i].rule;

		if (compare_facts(&facts[i - 1], &facts[i]) == 0 &&
		    (a->conditions.count == 0 || b->conditions.count == 0))
			ok = fail_same(a, b, line, f);
	}
	free(facts);
	return ok;
}
