/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by verb_check.c: rules that are read without a fault, and still let nobody in. */
#include <grp.h>
#include <string.h>

#include "checks.h"
#include "po_tenant.h"
#include "policy.h"
#include "rules.h"
#include "rules_impl.h"

#define GROUP_BUFFER 65536 /* its members, in one text */

static bool is_ours(const struct po_config *c, const struct po_rule *rule)
{
	return po_request_issuer_ok(&c->provider, c->rules->issuers.items[rule->issuer]);
}

/* A slip of the pen, an account that is yet to be made, or one that the line cannot open. */
static void check_account(struct po_findings *all, const struct po_config *c, const char *service,
                          const struct po_rule *rule, const char *name)
{
	struct po_account a = {.name = NULL};
	struct po_fault f = {.code = PO_OK};
	bool judged = po_policy_precheck(c, service, name, &a, &f);

	if (judged && a.unknown)
		po_find(all, PO_WARNING, "a rule opens accounts, it makes none",
		        "the name in that line, or make the account (useradd)",
		        "%s:%u: there is no account %s", c->map_file, rule->line, name);
	else if (!judged || a.doomed)
		po_find(all, PO_WARNING, "the line opens nothing, whoever signs in",
		        "take the name out; or skip_users, allow_root, system_accounts, min_uid: "
		        "see pam_oauth.conf(5)",
		        "%s:%u: cannot open %s: %s", c->map_file, rule->line, name,
		        judged ? a.reason : f.text);
	po_account_free(&a);
}

static void check_accounts(struct po_findings *all, const struct po_config *c, const char *service,
                           const struct po_rule *rule)
{
	if (rule->deny || !po_conditions_admit_service(&rule->conditions, service))
		return;
	for (size_t i = 0; i < rule->accounts.count; i++)
		check_account(all, c, service, rule, rule->accounts.items[i]);
}

/* SUD-6: whoever calls sudo signs in, as himself. */
static void check_caller(struct po_findings *all, const struct po_config *c, const char *service,
                         const char *group, const char *name)
{
	struct po_account a = {.name = NULL};
	struct po_fault f = {.code = PO_OK};

	if (!po_policy_precheck(c, service, name, &a, &f))
		return;
	if (a.doomed && !a.unknown)
		po_find(all, PO_WARNING, "whoever calls sudo signs in, as himself",
		        "a rule that gives the account, or skip_users and a password behind",
		        "%s may use %s (group %s) and cannot sign in: %s", name, service, group,
		        a.reason);
	po_account_free(&a);
}

void po_check_callers(struct po_findings *all, const struct po_config *c, const char *service)
{
	static const char *const groups[] = {"sudo", "wheel", "admin"};
	char buffer[GROUP_BUFFER];

	if (strcmp(service, "sudo") != 0)
		return;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		struct group found;
		struct group *group = NULL;

		if (getgrnam_r(groups[i], &found, buffer, sizeof(buffer), &group) != 0 || !group)
			continue;
		for (char **name = group->gr_mem; *name; name++)
			check_caller(all, c, service, groups[i], *name);
	}
}

void po_check_rules(struct po_findings *all, const struct po_config *c, const char *service)
{
	const struct po_rules *r = c->rules;
	size_t ours = 0;

	for (size_t i = 0; i < r->count; i++) {
		if (!is_ours(c, &r->rules[i]))
			continue;
		ours++;
		check_accounts(all, c, service, &r->rules[i]);
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
