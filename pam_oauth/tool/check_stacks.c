/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Called by verb_check.c: PAM stacks, linted for the traps that protocol.md 11.5 and other modules'
 * users know.
 */
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "po_text.h"
#include "stack.h"

#define MODULE "pam_oauth.so"
#define GOOD   "auth [success=done ignore=ignore default=die] " MODULE

struct stack {
	struct po_findings *all; /* NULL: nobody is told */
	bool named, account, password, way_out, after_password;
	bool may_change; /* the account, between sign-in and account step: sshd alone lets it
	                    (PAM-31) */
};

static bool is_module(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash ? slash + 1 : path, name) == 0;
}

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(word, *words) != 0)
		words++;
	return *words != NULL;
}

/* What the brackets make of a refusal. */
enum refusal { REFUSAL_ENDS, REFUSAL_GOES_ON, REFUSAL_UNCLEAR };

/*
 * An answer that is no success, no "not my business" and no "provider away" has to be the end, each
 * by itself: whatever "default" says, an entry of its own counts for its code. *e: which one.
 */
static enum refusal judge_brackets(const char *control, struct po_stack_entry *e, bool *way_out)
{
	static const char *const harmless[] = {"success", "new_authtok_reqd", "ignore",
	                                       "authinfo_unavail", NULL};
	static const char *const ends[] = {"die", "bad", NULL};
	static const char *const actions[] = {"ignore", "ok", "done", "bad", "die", "reset", NULL};
	bool has_default = false;

	while (po_stack_entry_next(&control, e)) {
		if (!is_one_of(e->action, actions) && !po_is_digit(e->action[0]))
			return REFUSAL_UNCLEAR;
		if (e->code[strspn(e->code, "abcdefghijklmnopqrstuvwxyz_")])
			return REFUSAL_UNCLEAR;
		*way_out |= strcmp(e->code, "authinfo_unavail") == 0 &&
		            strcmp(e->action, "ignore") == 0;
		has_default |= strcmp(e->code, "default") == 0;
		if (!is_one_of(e->code, harmless) && !is_one_of(e->action, ends))
			return REFUSAL_GOES_ON;
	}
	if (!control)
		return REFUSAL_UNCLEAR;
	snprintf(e->code, sizeof(e->code), "default");
	return has_default ? REFUSAL_ENDS : REFUSAL_GOES_ON;
}

static void lint_brackets(struct stack *s, const char *where, const struct po_stack_line *l)
{
	struct po_stack_entry e;

	switch (judge_brackets(l->control, &e, &s->way_out)) {
	case REFUSAL_ENDS:
		po_find(s->all, PO_GOOD, NULL, NULL, "%s: auth %s %s", where, l->control, MODULE);
		break;
	case REFUSAL_GOES_ON:
		if (strcmp(e.code, "default") == 0)
			po_find(s->all, PO_ERROR, "a refusal is not the end of it",
			        "default=die in the brackets", "%s: %s without default=die", where,
			        MODULE);
		else
			po_find(s->all, PO_ERROR,
			        "a refusal goes on to the next line, which may ask for a password",
			        GOOD, "%s: %s with %s=%s", where, MODULE, e.code, e.action);
		break;
	case REFUSAL_UNCLEAR:
		po_find(s->all, PO_ERROR, "libpam refuses everybody where it reads this", GOOD,
		        "%s: %s is not understood", where, l->control);
		break;
	}
}

static void lint_auth(struct stack *s, const char *where, const struct po_stack_line *l)
{
	static const char *const good[] = {"required", "requisite", NULL};

	if (l->control[0] == '[')
		lint_brackets(s, where, l);
	else if (strcmp(l->control, "sufficient") == 0)
		po_find(s->all, PO_ERROR,
		        "a refusal goes on to the next line, which asks for a password", GOOD,
		        "%s: %s is sufficient", where, MODULE);
	else if (strcmp(l->control, "optional") == 0)
		po_find(s->all, PO_ERROR, "its verdict does not count", GOOD, "%s: %s is optional",
		        where, MODULE);
	else if (!is_one_of(l->control, good))
		po_find(s->all, PO_ERROR, "libpam refuses everybody where it reads this", GOOD,
		        "%s: %s is not understood", where, l->control);
	else
		po_find(s->all, PO_GOOD, NULL, NULL, "%s: auth %s %s", where, l->control, MODULE);
	s->after_password |= s->password;
}

static void lint_account(struct stack *s, const char *where, const struct po_stack_line *l)
{
	static const char *const good[] = {"required", "requisite", NULL};
	struct po_stack_entry e;
	bool way_out = false;
	bool ok = l->control[0] == '[' ? judge_brackets(l->control, &e, &way_out) == REFUSAL_ENDS
	                               : is_one_of(l->control, good);

	if (!ok)
		po_find(s->all, PO_ERROR, "account = require, and a changed PAM_USER, do not count",
		        "account required " MODULE, "%s: account %s %s", where, l->control, MODULE);
}

/* pam_unix, or what includes it wherever Linux is at home and this host has no such file. */
static bool asks_for_password(const struct po_stack_line *l)
{
	static const char *const shared[] = {"common-auth", "system-auth", "password-auth", NULL};

	if (strcmp(l->type, "@include") != 0 && strcmp(l->type, "auth") != 0)
		return false;
	return is_module(l->module, "pam_unix.so") || is_one_of(l->module, shared);
}

static void lint(void *ctx, const char *where, const struct po_stack_line *l)
{
	struct stack *s = ctx;
	bool ours = is_module(l->module, MODULE);

	if (!ours && asks_for_password(l))
		s->password = true;
	if (!ours)
		return;
	s->named = true;
	s->account |= strcmp(l->type, "account") == 0;
	if (s->all && strcmp(l->type, "auth") == 0)
		lint_auth(s, where, l);
	if (s->all && strcmp(l->type, "account") == 0)
		lint_account(s, where, l);
}

static void judge(struct po_findings *all, const char *path, const struct stack *s,
                  const struct po_config *c)
{
	if (s->after_password)
		po_find(all, PO_WARNING, "people are asked for a password before they see a code",
		        "put it first, unless both are meant",
		        "%s: %s below what asks for a password", path, MODULE);
	if (!s->account && s->may_change)
		po_find(all, PO_WARNING,
		        "an account that is changed after the sign-in is not noticed",
		        "account required " MODULE, "%s: no account line of %s", path, MODULE);
	if (!s->way_out && c->skip_users.count == 0)
		po_find(all, PO_WARNING, "nobody gets in here while the provider is away",
		        "skip_users for one account with a password or key, and try it; or a "
		        "second "
		        "door such as the console",
		        "%s: no way in without the provider", path);
}

bool po_check_stack(struct po_findings *all, const char *folder, const char *service,
                    const struct po_config *c)
{
	struct stack s = {.all = all, .may_change = strcmp(service, "sshd") == 0};
	char path[256];

	if (!po_stack_walk(folder, service, lint, &s) || !s.named)
		return false;
	snprintf(path, sizeof(path), "%s/%s", folder, service);
	judge(all, path, &s, c);
	return true;
}

bool po_stack_names_module(const char *folder, const char *service)
{
	struct stack s = {.all = NULL};

	return po_stack_walk(folder, service, lint, &s) && s.named;
}

/* The type counts: an account line asks for nothing, and is meant to stand there (AUTHSELECT). */
static void note_auth(void *ctx, const char *where, const struct po_stack_line *l)
{
	bool *named = ctx;

	(void)where;
	*named |= strcmp(l->type, "auth") == 0 && is_module(l->module, MODULE);
}

/* As it is for a service that no list of services names: the file's own name is one. */
void po_check_common_stacks(struct po_findings *all, const char *folder)
{
	static const char *const shared[] = {"common-auth", "system-auth", "password-auth"};

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		bool named = false;

		if (po_stack_walk(folder, shared[i], note_auth, &named) && named)
			po_find(all, PO_ERROR,
			        "cron, screen lockers, mail servers and all others include it, too",
			        "name the module in the stack of each service that is meant, or "
			        "guard the line as pam_oauth(8) shows",
			        "%s/%s: names %s for every service", folder, shared[i], MODULE);
	}
}
