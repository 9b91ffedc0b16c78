/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by verb_check.c for the service sshd: what sshd itself says is in force. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "po_text.h"

#define COMMAND                                                                   \
	"PATH=/usr/sbin:/sbin:/usr/bin:/bin sshd -T 2>&1" /* no text of anybody's \
	                                                   */
#define LINE   1024
#define MARGIN 10 /* seconds between our deadline and sshd's, for the end of the exchange */

struct sshd {
	bool there;
	char use_pam[8], keyboard[8], password[8], methods[LINE];
	char first[LINE]; /* what it says where it refuses its configuration */
	unsigned long grace;
};

static void take(char *out, size_t size, const char *line, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(line, name, len) == 0 && line[len] == ' ')
		snprintf(out, size, "%s", line + len + 1);
}

static bool ask(struct sshd *s)
{
	char line[LINE];
	char grace[32] = "";
	FILE *out =
	        popen(COMMAND, "re"); /* NOLINT(cert-env33-c): a fixed command with its own path */

	*s = (struct sshd){.there = false};
	if (!out)
		return false;
	while (fgets(line, sizeof(line), out)) {
		line[strcspn(line, "\r\n")] = '\0';
		if (!*s->first)
			snprintf(s->first, sizeof(s->first), "%s", line);
		s->there |= strncmp(line, "usepam ", 7) == 0;
		take(s->use_pam, sizeof(s->use_pam), line, "usepam");
		take(s->keyboard, sizeof(s->keyboard), line, "kbdinteractiveauthentication");
		take(s->keyboard, sizeof(s->keyboard), line, "challengeresponseauthentication");
		take(s->password, sizeof(s->password), line, "passwordauthentication");
		take(s->methods, sizeof(s->methods), line, "authenticationmethods");
		take(grace, sizeof(grace), line, "logingracetime");
	}
	pclose(out);
	if (!po_text_uint(grace, 0, 1000000, &s->grace))
		s->grace = 120;
	return s->there;
}

static void check_switches(struct po_findings *all, const struct sshd *s)
{
	if (strcmp(s->use_pam, "yes") != 0)
		po_find(all, PO_ERROR, "sshd does not ask PAM at all", "UsePAM yes in sshd_config",
		        "sshd: UsePAM %s", s->use_pam);
	if (strcmp(s->keyboard, "yes") != 0)
		po_find(all, PO_ERROR, "the code is shown by keyboard-interactive",
		        "KbdInteractiveAuthentication yes in sshd_config",
		        "sshd: KbdInteractiveAuthentication %s", s->keyboard);
	if (strcmp(s->password, "yes") == 0)
		po_find(all, PO_WARNING,
		        "a password that sshd asks for shows no code, and may be "
		        "a way round",
		        "PasswordAuthentication no in sshd_config",
		        "sshd: PasswordAuthentication yes");
}

static void check_methods(struct po_findings *all, const struct sshd *s)
{
	if (strcmp(s->methods, "any") == 0 || !*s->methods)
		po_find(all, PO_WARNING,
		        "strangers can start sign-ins and send their codes to your people",
		        "AuthenticationMethods publickey,keyboard-interactive:pam, or a network "
		        "that "
		        "strangers do not reach",
		        "sshd: no key is asked for first");
	else if (!strstr(s->methods, "keyboard-interactive"))
		po_find(all, PO_ERROR, "the code is shown by keyboard-interactive",
		        "add keyboard-interactive:pam to AuthenticationMethods",
		        "sshd: AuthenticationMethods %s", s->methods);
	else
		po_find(all, PO_GOOD, NULL, NULL, "sshd: AuthenticationMethods %s", s->methods);
}

void po_check_sshd(struct po_findings *all, const struct po_config *c)
{
	struct sshd s;

	if (!ask(&s)) {
		po_find(all, PO_ERROR, "sshd does not take its own configuration",
		        "run sshd -T as root and mend what it says", "sshd: %s",
		        *s.first ? s.first : "sshd -T says nothing");
		return;
	}
	check_switches(all, &s);
	check_methods(all, &s);
	if (s.grace != 0 && s.grace < c->max_wait_s + MARGIN)
		po_find(all, PO_ERROR, "sshd ends the connection before the code does",
		        "a larger LoginGraceTime, or a smaller max_wait",
		        "sshd: LoginGraceTime %lu is less than max_wait %lu and %d", s.grace,
		        c->max_wait_s, MARGIN);
	else
		po_find(all, PO_GOOD, NULL, NULL, "sshd: LoginGraceTime %lu, max_wait %lu", s.grace,
		        c->max_wait_s);
}
