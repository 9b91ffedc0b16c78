/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decision. Called by pam_oauth.c before and after the flow. What holds whatever a rule says
 * stands here and nowhere else: root by number (MAP-7), the uid range (MAP-8), verified e-mail
 * (IDN-4). Must never trust the name of an account for what its number says.
 */
#include "policy.h"

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "conditions.h"
#include "mail.h"
#include "po_tenant.h"
#include "po_text.h"
#include "rules.h"

#define NO_UID          ((uid_t)-1)
#define PASSWD_FIRST    1024
#define PASSWD_MOST     (1024 * 1024) /* no entry of a real data base is that long */
#define DYNAMIC_FIRST   61184         /* systemd's dynamic users */
#define DYNAMIC_LAST    65519
#define NOBODY          65534
#define NOBODY_OVERFLOW 65535 /* (uid_t)-1 of 16 bits */

static void doom(struct po_account *a, const char *why)
{
	a->doomed = true;
	snprintf(a->reason, sizeof(a->reason), "%s", why);
}

/* Takes what policy needs from one data base entry; the password hash stays behind. */
static bool take_entry(struct po_account *a, const struct passwd *pw, struct po_fault *f)
{
	a->uid = pw->pw_uid;
	a->local = strdup(pw->pw_name);
	return a->local || po_fail_memory(f);
}

static bool look_up(struct po_account *a, struct po_fault *f)
{
	size_t size = PASSWD_FIRST;
	struct passwd *found = NULL;
	struct passwd pw;
	bool ok = false;
	char *text;
	int error;

	for (;;) {
		text = malloc(size);
		if (!text)
			return po_fail_memory(f);
		error = getpwnam_r(a->name, &pw, text, size, &found);
		if (error != ERANGE || size >= PASSWD_MOST)
			break;
		explicit_bzero(text, size);
		free(text);
		size *= 2;
	}
	if (found)
		ok = take_entry(a, found, f);
	else if (error == 0 || error == ENOENT || error == ESRCH)
		ok = a->unknown = true;
	else
		po_fail(f, PO_E_SYSTEM, "looking up the account: %s", po_text_errno(error));
	explicit_bzero(text, size);
	free(text);
	return ok;
}

static bool in_system_range(const struct po_config *c, uid_t uid)
{
	return uid < c->min_uid || uid > c->max_uid ||
	       (uid >= DYNAMIC_FIRST && uid <= DYNAMIC_LAST) || uid == NOBODY ||
	       uid == NOBODY_OVERFLOW;
}

/* PAM-40: the accounts that no identity can open, whoever approves. */
static void find_doom(const struct po_config *c, const char *service, struct po_account *a)
{
	bool protected;

	if (a->unknown) {
		doom(a, "no such account");
		return;
	}
	if (strcmp(a->name, a->local) != 0 &&
	    !(c->nss_case_insensitive && po_text_equal_fold(a->name, a->local))) {
		doom(a, "the account data base spells the name differently");
		return;
	}
	protected = a->uid == 0 || a->system_range;
	if (a->uid == 0 && !c->allow_root)
		doom(a, "uid 0, and allow_root is not set");
	else if (a->uid != 0 && a->system_range && !po_list_has(&c->system_accounts, a->local))
		doom(a, "uid outside the allowed range, and not in system_accounts");
	else if (!po_rules_name_account(c->rules, &c->provider, a->local, service, protected))
		doom(a, protected ? "no table line of the configured issuer names the account"
		                  : "no rule of the configured issuer can give the account");
}

bool po_policy_precheck(const struct po_config *c, const char *service, const char *user,
                        struct po_account *a, struct po_fault *f)
{
	struct po_account found = {.uid = NO_UID};

	if (user && po_list_has(&c->skip_users, user))
		return po_fail(f, PO_E_SKIPPED, "account in skip_users");
	if (service && po_list_has(&c->refuse_services, service))
		return po_fail(f, PO_E_SERVICE, "service in refuse_services");
	if (!user || !po_text_account_ok(user))
		return po_fail(f, PO_E_NOT_ALLOWED, "impossible account name");
	found.name = strdup(user);
	if (!found.name)
		return po_fail_memory(f);
	if (!look_up(&found, f)) {
		po_account_free(&found);
		return false;
	}
	found.system_range = in_system_range(c, found.uid);
	find_doom(c, service, &found);
	*a = found;
	return true;
}

bool po_policy_wants(const struct po_config *c, struct po_request *request, struct po_fault *f)
{
	return po_rules_wants(c->rules, request, f) &&
	       po_conditions_want(&c->require, request, f) &&
	       po_conditions_want(&c->demands, request, f) &&
	       (!c->export_identity ||
	        po_claims_want(request, PO_LABEL_CLAIM, PO_READ_VALUE, NULL, f));
}

bool po_policy_admits(const struct po_config *c, const struct po_evidence *e, struct po_fault *f)
{
	const struct po_condition *unmet;

	return (po_conditions_judge(&c->require, e, &unmet) == PO_YES &&
	        po_conditions_judge(&c->demands, e, &unmet) == PO_YES) ||
	       po_fail(f, PO_E_NOT_ALLOWED, "the service requires: %s", unmet->text);
}

/* IDN-4, IDT-23: the issuer must vouch for the address, and for this domain we believe it. */
static bool email_ok(const struct po_config *c, const struct po_evidence *e, struct po_fault *f)
{
	const char *why;

	if (!c->issuer_is_exclusive)
		return po_fail(f, PO_E_NOT_ALLOWED, "email without issuer_is_exclusive");
	return po_mail_vouched(e, &c->email_domains, &why) == PO_YES ||
	       po_fail(f, PO_E_NOT_ALLOWED, "%s", why);
}

/* MAP-7, MAP-8: after the rules and for every kind of them. */
static bool reach_ok(const struct po_config *c, const struct po_account *a,
                     const struct po_rules_match *m, struct po_fault *f)
{
	if (a->uid == 0 && !(c->allow_root && m->explicit_line))
		return po_fail(f, PO_E_NOT_ALLOWED, "line %u may not open uid 0", m->line);
	if (a->uid != 0 && in_system_range(c, a->uid) &&
	    !(m->explicit_line && po_list_has(&c->system_accounts, a->local)))
		return po_fail(f, PO_E_NOT_ALLOWED, "line %u may not open uid %lu", m->line,
		               (unsigned long)a->uid);
	return true;
}

static bool fail_rules(const struct po_rules_match *m, struct po_fault *f)
{
	if (m->denied)
		return po_fail(f, PO_E_NOT_ALLOWED, "line %u denies it, claim %s", m->line,
		               m->claim);
	if (m->near_line)
		return po_fail(f, PO_E_NOT_ALLOWED,
		               "no rule gives the account to this identity; line %u would if: %s",
		               m->near_line, m->near);
	return po_fail(f, PO_E_NOT_ALLOWED, "no rule gives the account to this identity");
}

static bool identity_ok(const struct po_config *c, const struct po_evidence *e,
                        const struct po_account *a, struct po_rules_match *m, struct po_fault *f)
{
	const struct po_identity *who = e->who;

	if (!who || !po_request_issuer_ok(&c->provider, who->issuer) ||
	    !po_request_issuer_ok(e->request, who->issuer))
		return po_fail(f, PO_E_NOT_ALLOWED, "not an identity of the configured issuer");
	if (!po_text_value_ok(who->subject))
		return po_fail(f, PO_E_NOT_ALLOWED, "identity without a subject");
	if (!a->local || a->uid == NO_UID)
		return po_fail(f, PO_E_NOT_ALLOWED, "no such account");
	if (!po_rules_allow(c->rules, e, a->local, m))
		return m->starved ? po_fail_memory(f) : fail_rules(m, f);
	if (!reach_ok(c, a, m, f))
		return false;
	return strcmp(m->claim, "email") != 0 || email_ok(c, e, f);
}

bool po_policy_allows(const struct po_config *c, const struct po_evidence *e,
                      const struct po_account *a, bool *pinnable, struct po_fault *f)
{
	struct po_rules_match m = {0};
	bool allowed = identity_ok(c, e, a, &m, f) && po_policy_admits(c, e, f);

	if (a->doomed)
		return po_fail(
		        f, a->unknown && c->reveal_unknown ? PO_E_USER_UNKNOWN : PO_E_NOT_ALLOWED,
		        "%s", a->reason);
	if (!allowed)
		return false;
	*pinnable = m.by_value && strcmp(m.claim, "sub") != 0;
	po_fail(f, PO_OK, "rule of line %u, claim %s", m.line, m.claim); /* for the log (MAP-10) */
	return true;
}

void po_account_free(struct po_account *a)
{
	if (!a)
		return;
	free(a->name);
	free(a->local);
	*a = (struct po_account){.uid = NO_UID};
}
