/* SPDX-License-Identifier: BSD-2-Clause */
/* pam-oauth login: the real flow from a root shell, every step and rule shown, nothing granted. */
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "handle.h"
#include "login.h"
#include "po_clock.h"

static bool show(void *ctx, const char *text, struct po_fault *f)
{
	(void)ctx;
	(void)f;
	fprintf(stderr, "%s\n", text); /* the person's part; what is found out goes to the output */
	return true;
}

/* PAM-14, as the module takes it: q or c, alone on the line, or no answer at all. */
static bool ask(void *ctx, const char *text, bool *go_on, struct po_fault *f)
{
	char *answer = NULL;
	size_t size = 0;
	ssize_t len;

	(void)ctx;
	(void)f;
	fputs(text, stderr);
	len = getline(&answer, &size, stdin);
	if (len > 0 && answer[len - 1] == '\n')
		answer[--len] = '\0';
	*go_on = len >= 0 && !(len == 1 && strchr("qQcC", answer[0]));
	free(answer);
	return true;
}

static bool still_there(void *ctx, struct po_fault *f)
{
	(void)ctx;
	(void)f;
	return true;
}

static void remark(void *ctx, enum po_remark level, const char *text)
{
	po_output_foreign(ctx, level == PO_REMARK_WARNING ? "warning" : "remark", "worker: %s",
	                  text);
}

static bool run(struct po_case *c, const struct po_tool *t, struct po_fault *f)
{
	const struct po_ui ui = {t->out, show, ask, still_there, remark};
	struct po_login login = {.config = &c->config,
	                         .request = &c->config.provider,
	                         .ui = &ui,
	                         .service = c->service,
	                         .account = c->account.name,
	                         .begun = po_clock_now()};
	pam_handle_t *pamh = po_handle_open(f);
	bool ok;

	if (!pamh)
		return false;
	if (!c->account.local)
		po_output_line(t->out, "warning",
		               "there is no account %s here: the verdict is known",
		               c->account.name);
	login.pamh = pamh;
	ok = po_login_run(&login, &c->who, f);
	po_handle_close(pamh);
	return ok;
}

/* What to write, for whoever came here to learn it; not where a name would need quotes. */
static void show_rule(const struct po_case *c, const struct po_tool *t)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	                            "-._@:|+/";

	if (c->who.subject[strspn(c->who.subject, plain)] != '\0')
		return;
	po_output_line(t->out, "rule",
	               "only if this person is %s: the rule to let them in, for %s:",
	               c->account.name, c->config.map_file);
	po_output_foreign(t->out, "rule", "  issuer %s", c->who.issuer);
	po_output_line(t->out, "rule", "  allow sub=%s as %s", c->who.subject, c->account.name);
}

int po_verb_login(const struct po_tool *t)
{
	struct po_fault f = {.code = PO_OK};
	struct po_case c;
	int status = PO_EXIT_TROUBLE;

	if (!po_case_load(&c, t, &f) || !run(&c, t, &f)) {
		po_output_foreign(t->out, "fault", "%s: %s", po_code_name(f.code), f.text);
		if (f.code == PO_E_DENIED || f.code == PO_E_EXPIRED || f.code == PO_E_TIMED_OUT)
			status = PO_EXIT_NO;
	} else {
		status = po_case_judge(&c, t->out) ? PO_EXIT_GOOD : PO_EXIT_NO;
		if (status == PO_EXIT_NO && c.account.local)
			show_rule(&c, t);
	}
	po_case_free(&c);
	return status;
}
