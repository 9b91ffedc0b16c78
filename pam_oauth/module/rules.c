/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking a rule set. Called by policy.c for the verdict and by check.c when the configuration is
 * loaded. Nothing here knows about uids, e-mail domains or root: those conditions are policy.c's,
 * and hold whatever a rule says.
 */
#include "rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "po_text.h"
#include "rules_impl.h"

void po_rule_free(struct po_rule *rule)
{
	free(rule->value);
	po_list_free(&rule->accounts);
	po_pattern_free(rule->pattern);
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

bool po_rules_each_claim(const struct po_rules *r, const char *issuer,
                         bool (*each)(void *ctx, const char *claim, unsigned line), void *ctx)
{
	bool seen[PO_LIMIT_CLAIMS] = {false};

	for (size_t i = 0; i < r->count; i++) {
		const struct po_rule *rule = &r->rules[i];

		if (seen[rule->claim] || !is_of(r, rule, issuer))
			continue;
		seen[rule->claim] = true;
		if (!each(ctx, r->claims.items[rule->claim], rule->line))
			return false;
	}
	return true;
}

static size_t want_index(const struct po_request *request, const char *claim)
{
	size_t i = 0;

	while (i < request->want_count && strcmp(request->wants[i].name, claim) != 0)
		i++;
	return i;
}

struct wanting {
	struct po_request *request;
	struct po_fault *fault;
};

static bool want(struct wanting *w, const char *claim)
{
	if (want_index(w->request, claim) < w->request->want_count)
		return true;
	if (w->request->want_count >= PO_LIMIT_CLAIMS)
		return po_fail(w->fault, PO_E_CONFIG, "the rules read more than %d claims",
		               PO_LIMIT_CLAIMS);
	if (!po_request_add_want(w->request, claim, PO_READ_VALUE))
		return po_fail_memory(w->fault);
	return true;
}

static bool want_of_claim(void *ctx, const char *claim, unsigned line)
{
	struct wanting *w = ctx;

	(void)line;
	if (strcmp(claim, "sub") == 0)
		return true;
	if (strcmp(claim, "email") == 0 && !want(w, "email_verified"))
		return false;
	return want(w, claim);
}

bool po_rules_wants(const struct po_rules *r, struct po_request *request, struct po_fault *f)
{
	struct wanting w = {.request = request, .fault = f};

	return po_rules_each_claim(r, request->issuer, want_of_claim, &w);
}

bool po_rules_name_account(const struct po_rules *r, const char *issuer, const char *account,
                           bool explicit_only)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct po_rule *rule = &r->rules[i];

		if (!is_of(r, rule, issuer))
			continue;
		if (rule->pattern ? !explicit_only && po_text_derived_name_ok(account)
		                  : po_list_has(&rule->accounts, account))
			return true;
	}
	return false;
}

/* The text of one claim of an identity; NULL where there is none that a rule could compare. */
struct subject {
	const char *text;
	char decimal[sizeof("-9223372036854775808")];
};

static void subject_of(struct subject *s, const struct po_request *request,
                       const struct po_identity *who, const char *claim)
{
	const struct po_claim *value;
	size_t i;

	s->text = NULL;
	if (strcmp(claim, "sub") == 0) {
		s->text = who->subject;
		return;
	}
	i = want_index(request, claim);
	if (i >= request->want_count || i >= who->claim_count)
		return;
	value = &who->claims[i];
	if (value->kind == PO_CLAIM_STRING)
		s->text = value->string;
	if (value->kind != PO_CLAIM_INTEGER)
		return;
	snprintf(s->decimal, sizeof(s->decimal), "%" PRId64, value->integer);
	s->text = s->decimal;
}

static bool matches(const struct po_rule *rule, const struct subject *s, const char *account,
                    bool *starved)
{
	if (!s->text)
		return false;
	if (rule->pattern)
		return po_pattern_gives(rule->pattern, s->text, account, starved);
	return strcmp(rule->value, s->text) == 0 && po_list_has(&rule->accounts, account);
}

bool po_rules_allow(const struct po_rules *r, const struct po_request *request,
                    const struct po_identity *who, const char *account, struct po_rules_match *m)
{
	bool starved = false;

	for (size_t i = 0; i < r->count; i++) {
		const struct po_rule *rule = &r->rules[i];
		const char *claim = r->claims.items[rule->claim];
		struct subject s;

		if (!is_of(r, rule, who->issuer))
			continue;
		subject_of(&s, request, who, claim);
		if (!matches(rule, &s, account, &starved))
			continue;
		*m = (struct po_rules_match){rule->line, claim, rule->value != NULL, false};
		return true;
	}
	*m = (struct po_rules_match){.starved = starved};
	return false;
}
