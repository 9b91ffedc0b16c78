/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Called by verb_login.c and verb_explain.c. The verdict is policy.c's; that of single rules is had
 * by asking rules.c about a set of one.
 */
#include "case.h"

#include <stdio.h>
#include <string.h>

#include "po_clock.h"
#include "po_tenant.h"
#include "rules.h"
#include "rules_impl.h"

#define DEFAULT_SERVICE "sshd"

bool po_case_load(struct po_case *c, const struct po_tool *t, struct po_fault *f)
{
	*c = (struct po_case){.service = t->service ? t->service : DEFAULT_SERVICE,
	                      .address = t->address ? t->address : "local",
	                      .prior = t->prior};
	return po_config_load(&c->config, t->conf, c->service, f) &&
	       po_policy_precheck(&c->config, c->service, t->account, &c->account, f) &&
	       po_policy_wants(&c->config, &c->config.provider, f);
}

void po_case_free(struct po_case *c)
{
	po_identity_free(&c->who);
	po_account_free(&c->account);
	po_config_free(&c->config);
}

static struct po_evidence evidence_of(const struct po_case *c)
{
	return (struct po_evidence){.request = &c->config.provider,
	                            .who = &c->who,
	                            .service = c->service,
	                            .address = c->address,
	                            .prior = c->prior,
	                            .now = po_clock_wall()};
}

/* What one rule says by itself. */
static const char *word_for(const struct po_rules *r, const struct po_evidence *e, size_t i,
                            const char *account, struct po_rules_match *m)
{
	struct po_rules one = *r;

	one.rules = &r->rules[i];
	one.count = 1;
	if (!po_request_issuer_ok(e->request, r->issuers.items[one.rules->issuer]) ||
	    strcmp(r->issuers.items[one.rules->issuer], e->who->issuer) != 0)
		return "of another issuer";
	po_rules_allow(&one, e, account, m);
	if (m->line)
		return m->denied ? "denies" : "allows";
	return m->near ? "its condition does not hold" : "not about this person and account";
}

static void explain_rules(const struct po_case *c, const struct po_evidence *e,
                          struct po_output *out)
{
	const struct po_rules *r = c->config.rules;
	bool decided = false;

	for (size_t i = 0; i < r->count; i++) {
		struct po_rules_match m = {0};
		const char *word = word_for(r, e, i, c->account.local, &m);
		char where[256];
		char text[768];
		const char *state = decided ? "not asked any more" : word;
		const struct po_field fields[] = {
		        {"rule", where}, {"says", state}, {"condition", m.near}};

		snprintf(where, sizeof(where), "%s:%u", c->config.map_file, r->rules[i].line);
		snprintf(text, sizeof(text), "%s: %s%s%s", where, state,
		         m.near && !decided ? ": " : "", m.near && !decided ? m.near : "");
		po_output_item(out, fields, 3, text);
		decided |= m.line != 0;
	}
}

bool po_case_judge(struct po_case *c, struct po_output *out)
{
	const struct po_evidence e = evidence_of(c);
	struct po_fault f = {.code = PO_OK};
	bool pinnable;
	bool ok;

	po_output_foreign(out, "identity", "identity: sub %s of %s", c->who.subject, c->who.issuer);
	if (c->account.local)
		explain_rules(c, &e, out);
	ok = po_policy_admits(&c->config, &e, &f) &&
	     po_policy_allows(&c->config, &e, &c->account, &pinnable, &f);
	po_output_foreign(out, "verdict", "%s %s: %s", c->account.name,
	                  ok ? "is let in" : "is refused", f.text);
	return ok;
}
