/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Called by verb_check.c: PAM stacks, linted for the traps that protocol.md 11.5 and other modules'
 * users know. Reads what stands in the file; what it includes is only named.
 */
#include <stdio.h>
#include <string.h>

#include "checks.h"

#define LINE   1024
#define MODULE "pam_oauth.so"

/* One line of a stack: type, control (a word or [...]), module and its arguments. */
struct stack_line {
	char type[16];
	char control[256];
	char module[512];
};

struct stack {
	bool named, account, password, way_out, after_password;
	bool may_change; /* the account, between sign-in and account step: sshd alone lets it
	                    (PAM-31) */
};

static const char *word(const char *p, char *out, size_t size, bool brackets)
{
	size_t len;

	p += strspn(p, " \t");
	len = brackets && *p == '[' ? strcspn(p, "]") + 1 : strcspn(p, " \t\n");
	if (len >= size || len > strlen(p))
		return NULL;
	memcpy(out, p, len);
	out[len] = '\0';
	return p + len;
}

static bool read_line(const char *text, struct stack_line *l)
{
	const char *p = text + strspn(text, " \t-");

	if (*p == '#' || *p == '\n' || *p == '\0')
		return false;
	p = word(p, l->type, sizeof(l->type), false);
	p = p ? word(p, l->control, sizeof(l->control), true) : NULL;
	if (p && strcmp(l->type, "@include") == 0) { /* Debian's; a file, and nothing behind it */
		l->module[0] = '\0';
		return true;
	}
	return p && word(p, l->module, sizeof(l->module), false);
}

static bool is_module(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash ? slash + 1 : path, name) == 0;
}

static void lint_auth(struct po_findings *all, const char *where, const struct stack_line *l,
                      struct stack *s)
{
	bool bracket = l->control[0] == '[';

	if (strcmp(l->control, "sufficient") == 0)
		po_find(all, PO_ERROR,
		        "a refusal goes on to the next line, which asks for a password",
		        "auth [success=done ignore=ignore default=die] " MODULE,
		        "%s: %s is sufficient", where, MODULE);
	else if (strcmp(l->control, "optional") == 0)
		po_find(all, PO_ERROR, "its verdict does not count",
		        "auth [success=done ignore=ignore default=die] " MODULE,
		        "%s: %s is optional", where, MODULE);
	else if (bracket && !strstr(l->control, "default=die") &&
	         !strstr(l->control, "default=bad"))
		po_find(all, PO_ERROR, "a refusal is not the end of it",
		        "default=die in the brackets", "%s: %s without default=die", where, MODULE);
	else
		po_find(all, PO_GOOD, NULL, NULL, "%s: auth %s %s", where, l->control, MODULE);
	s->way_out |= strstr(l->control, "authinfo_unavail=ignore") != NULL;
	if (s->password)
		s->after_password = true;
}

static void lint_account(struct po_findings *all, const char *where, const struct stack_line *l)
{
	if (strcmp(l->control, "optional") == 0 || strstr(l->control, "default=ignore"))
		po_find(all, PO_ERROR, "account = require, and a changed PAM_USER, do not count",
		        "account required " MODULE, "%s: account %s %s", where, l->control, MODULE);
}

/* pam_unix, or what includes it wherever Linux is at home. */
static bool asks_for_password(const struct stack_line *l)
{
	if (strcmp(l->type, "@include") == 0)
		return strcmp(l->control, "common-auth") == 0;
	return strcmp(l->type, "auth") == 0 &&
	       (is_module(l->module, "pam_unix.so") || strcmp(l->module, "system-auth") == 0 ||
	        strcmp(l->module, "password-auth") == 0);
}

static void lint(struct po_findings *all, const char *path, unsigned number,
                 const struct stack_line *l, struct stack *s)
{
	char where[512];

	snprintf(where, sizeof(where), "%s:%u", path, number);
	if (is_module(l->module, MODULE)) {
		s->named = true;
		if (strcmp(l->type, "auth") == 0)
			lint_auth(all, where, l, s);
		if (strcmp(l->type, "account") == 0) {
			s->account = true;
			lint_account(all, where, l);
		}
	} else if (asks_for_password(l)) {
		s->password = true;
	}
}

static bool walk(struct po_findings *all, const char *path, struct stack *s)
{
	FILE *file = fopen(path, "re");
	struct stack_line l;
	char text[LINE];
	unsigned number = 0;

	*s = (struct stack){.named = false};
	if (!file)
		return false;
	while (fgets(text, sizeof(text), file)) {
		number++;
		if (read_line(text, &l))
			lint(all, path, number, &l, s);
	}
	fclose(file);
	return true;
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
	char path[256];
	struct stack s;

	snprintf(path, sizeof(path), "%s/%s", folder, service);
	if (!walk(all, path, &s) || !s.named)
		return false;
	s.may_change = strcmp(service, "sshd") == 0;
	judge(all, path, &s, c);
	return true;
}

void po_check_common_stacks(struct po_findings *all, const char *folder)
{
	static const char *const shared[] = {"common-auth", "system-auth", "password-auth"};

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		char path[256];
		struct stack s;

		snprintf(path, sizeof(path), "%s/%s", folder, shared[i]);
		if (walk(all, path, &s) && s.named)
			po_find(all, PO_ERROR,
			        "cron, screen lockers, mail servers and all others include it, too",
			        "name the module in the stack of each service that is meant",
			        "%s: names %s for every service", path, MODULE);
	}
}
