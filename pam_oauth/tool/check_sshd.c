/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by verb_check.c for the service sshd: what sshd itself says is in force. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "checks.h"
#include "po_text.h"

/* Fixed commands with a path of their own: no text of anybody's is in them. */
#define SSHD     "PATH=/usr/sbin:/sbin:/usr/bin:/bin sshd "
#define CONFIG   "/etc/ssh/sshd_config"
#define PARTS    "/etc/ssh/sshd_config.d/*.conf"
#define PID_FILE "/run/sshd.pid"
#define LINE     1024
#define AT_ONCE  1003 /* the release that sends each text at once */
#define MARGIN   20   /* seconds between our deadline and sshd's (PAM-37) */

struct sshd {
	bool there;
	char use_pam[8], keyboard[8], password[8], methods[LINE];
	char first[LINE]; /* what it says where it refuses its configuration */
	unsigned long grace;
	unsigned long release; /* of OpenSSH, 902 for 9.2; 0 = not known */
};

static void take(char *out, size_t size, const char *line, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(line, name, len) == 0 && line[len] == ' ')
		snprintf(out, size, "%s", line + len + 1);
}

/* "OpenSSH_9.2p1 ...": 902; 0 for anything else. */
static unsigned long read_release(const char *line)
{
	static const char name[] = "OpenSSH_";
	unsigned long major;
	unsigned long minor;
	char *end;

	if (strncmp(line, name, sizeof(name) - 1) != 0 || !po_is_digit(line[sizeof(name) - 1]))
		return 0;
	major = strtoul(line + sizeof(name) - 1, &end, 10);
	if (end[0] != '.' || !po_is_digit(end[1]))
		return 0;
	minor = strtoul(end + 1, NULL, 10);
	return major < 1000 && minor < 100 ? major * 100 + minor : 0;
}

/* Releases without -V say it all the same, as they refuse it. */
static unsigned long ask_release(void)
{
	FILE *out = popen(SSHD "-V 2>&1", "re"); /* NOLINT(cert-env33-c): fixed, see above */
	char line[LINE];
	unsigned long release = 0;

	while (out && fgets(line, sizeof(line), out))
		release = release ? release : read_release(line);
	if (out)
		pclose(out);
	return release;
}

static bool ask(struct sshd *s)
{
	char line[LINE];
	char grace[32] = "";
	FILE *out = popen(SSHD "-T 2>&1", "re"); /* NOLINT(cert-env33-c): fixed, see above */

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
	s->release = ask_release();
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

/* What the lists of methods are like, any one of which is enough for sshd. */
struct lists {
	bool code, no_code; /* one with and one without keyboard-interactive */
	bool stranger;      /* one that begins with it: whoever knows a name can start (XDV-1) */
	char without[LINE]; /* the first without */
};

static void sort_list(struct lists *l, const char *list)
{
	static const char keyboard[] = "keyboard-interactive";

	l->stranger |= strncmp(list, keyboard, sizeof(keyboard) - 1) == 0;
	if (strstr(list, keyboard)) {
		l->code = true;
	} else if (!l->no_code) {
		l->no_code = true;
		snprintf(l->without, sizeof(l->without), "%s", list);
	}
}

static void sort_lists(struct lists *l, const char *methods)
{
	char text[LINE];
	char *rest = NULL;

	*l = (struct lists){.stranger = strcmp(methods, "any") == 0};
	snprintf(text, sizeof(text), "%s", methods);
	for (char *list = strtok_r(text, " \t", &rest); list; list = strtok_r(NULL, " \t", &rest))
		sort_list(l, list);
	l->stranger |= !l->code && !l->no_code;
}

static void check_methods(struct po_findings *all, const struct sshd *s)
{
	struct lists l;

	sort_lists(&l, s->methods);
	if (l.stranger)
		po_find(all, PO_WARNING,
		        "strangers can start sign-ins and send their codes to your people",
		        "AuthenticationMethods publickey,keyboard-interactive:pam, or a network "
		        "that "
		        "strangers do not reach",
		        "sshd: no key is asked for first");
	else if (!l.code)
		po_find(all, PO_ERROR, "the code is shown by keyboard-interactive",
		        "add keyboard-interactive:pam to AuthenticationMethods",
		        "sshd: AuthenticationMethods %s", s->methods);
	else if (l.no_code)
		po_find(all, PO_WARNING, "one list of AuthenticationMethods is enough for sshd",
		        "keyboard-interactive:pam in each of them, unless both are meant",
		        "sshd: %s opens without a code", l.without);
	else
		po_find(all, PO_GOOD, NULL, NULL, "sshd: AuthenticationMethods %s", s->methods);
}

/* SSH-2, SSH-3, SSH-5: a text without a prompt is held back, or cut, where either side is older. */
static void check_display(struct po_findings *all, const struct sshd *s, const struct po_config *c)
{
	char openssh[32] = "OpenSSH of unknown release";

	if (s->release)
		snprintf(openssh, sizeof(openssh), "OpenSSH %lu.%lu", s->release / 100,
		         s->release % 100);
	if (c->display == PO_DISPLAY_PROMPT)
		po_find(all, PO_GOOD, NULL, NULL, "sshd: %s, the code is in the prompt", openssh);
	else if (c->display == PO_DISPLAY_INFO && s->release && s->release < AT_ONCE)
		po_find(all, PO_ERROR, "this sshd shows a text only together with a prompt",
		        "display = prompt", "sshd: %s, display = info", openssh);
	else
		po_find(all, PO_WARNING,
		        "sshd or clients before OpenSSH 10.3 hold back or garble a QR code that is "
		        "no prompt",
		        "display = prompt, unless both are newer",
		        "sshd: %s, the code is not in the prompt (display = info)", openssh);
}

static time_t newest(const char *path, time_t than)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_mtime > than ? st.st_mtime : than;
}

/* sshd writes its number anew whenever it reads its files; "-T" speaks of the files alone. */
static void check_reload(struct po_findings *all)
{
	time_t changed = newest(CONFIG, 0);
	glob_t parts = {.gl_pathc = 0};
	struct stat st;

	if (glob(PARTS, 0, NULL, &parts) == 0)
		for (size_t i = 0; i < parts.gl_pathc; i++)
			changed = newest(parts.gl_pathv[i], changed);
	globfree(&parts);
	if (stat(PID_FILE, &st) == 0 && st.st_mtime < changed)
		po_find(all, PO_WARNING, "the sshd that runs may still work by the old ones",
		        "sshd -t, then systemctl reload ssh (or sshd)",
		        "sshd: its files are newer than " PID_FILE ": was it reloaded?");
	else
		po_find(all, PO_GOOD, NULL, NULL,
		        "sshd: this is what its files say; one that runs reads them when it is "
		        "reloaded");
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
	check_display(all, &s, c);
	if (s.grace != 0 && s.grace < c->max_wait_s + MARGIN)
		po_find(all, PO_ERROR, "sshd ends the connection before the code does",
		        "a larger LoginGraceTime, or a smaller max_wait",
		        "sshd: LoginGraceTime %lu is less than max_wait %lu plus %d", s.grace,
		        c->max_wait_s, MARGIN);
	else
		po_find(all, PO_GOOD, NULL, NULL, "sshd: LoginGraceTime %lu, max_wait %lu", s.grace,
		        c->max_wait_s);
	check_reload(all);
}
