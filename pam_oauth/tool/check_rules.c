/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by verb_check.c: rules that are read without a fault, and still let nobody in. */
#include <pwd.h>
#include <string.h>

#include "checks.h"
#include "po_tenant.h"
#include "rules.h"
#include "rules_impl.h"

#define ACCOUNT_BUFFER 16384

static bool is_ours(const struct po_config *c, const struct po_rule *rule)
{
	return po_request_issuer_ok(&c->provider, c->rules->issuers.items[rule->issuer]);
}

static bool is_account(const char *name)
{
	char buffer[ACCOUNT_BUFFER];
	struct passwd found;
	struct passwd *user = NULL;

	return getpwnam_r(name, &found, buffer, sizeof(buffer), &user) == 0 && user;
}

/* A slip of the pen, or an account that is yet to be made. */
static void check_accounts(struct po_findings *all, const struct po_config *c,
                           const struct po_rule *rule)
{
	for (size_t i = 0; i < rule->accounts.count && !rule->deny; i++)
		if (!is_account(rule->accounts.items[i]))
			po_find(all, PO_WARNING, "a rule opens accounts, it makes none",
			        "the name in that line, or make the account (useradd)",
			        "%s:%u: there is no account %s", c->map_file, rule->line,
			        rule->accounts.items[i]);
}

void po_check_rules(struct po_findings *all, const struct po_config *c)
{
	const struct po_rules *r = c->rules;
	size_t ours = 0;

	for (size_t i = 0; i < r->count; i++) {
		if (!is_ours(c, &r->rules[i]))
			continue;
		ours++;
		check_accounts(all, c, &r->rules[i]);
	}
	if (r->count == 0)
		po_find(all, PO_ERROR, "every sign-in is refused",
		        "pam-oauth login --account NAME shows your sub; pam_oauth.conf(5) how to "
		        "write a rule",
		        "%s: no rule", c->map_file);
	else if (ours == 0)
		po_find(all, PO_ERROR, "every sign-in is refused",
		        "the same issuer in both, to the last slash; the line of the provider says "
		        "whether the configured one is right",
		        "%s: no rule below issuer %s, but below %s", c->map_file,
		        c->provider.issuer, r->issuers.items[r->rules[0].issuer]);
	else
		po_find(all, PO_GOOD, NULL, NULL, "%s: %zu rules of this issuer", c->map_file,
		        ours);
}
