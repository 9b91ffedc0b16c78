/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam-oauth setup: asks for provider and client, tries them, and only then writes a drop-in beside
 * the configuration, which stays the administrator's own file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "build.h"
#include "po_buf.h"
#include "tool.h"
#include "trial.h"
#include "write.h"

#define ANSWER 256
#define NAME   "50-setup.conf"

/* What was given or asked for; empty = not said. */
struct answers {
	char provider[ANSWER], issuer[ANSWER], client_id[ANSWER], secret_file[ANSWER],
	        ca_file[ANSWER];
};

/* asks = false: who named the client by option has said all that there is to say. */
static void ask(bool asks, const char *given, const char *question, char *out, size_t size)
{
	if (given || !asks) {
		snprintf(out, size, "%s", given ? given : "");
		return;
	}
	fprintf(stderr, "%s: ", question);
	if (!fgets(out, (int)size, stdin))
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

static void ask_all(const struct po_tool *t, struct answers *a)
{
	const bool asks = !t->client_id;

	ask(asks, t->provider, "Provider (keycloak, entra, google, github, okta, ... or generic)",
	    a->provider, sizeof(a->provider));
	ask(asks, t->issuer, "Issuer, as the provider writes it (empty: that of the preset)",
	    a->issuer, sizeof(a->issuer));
	ask(asks, t->client_id, "Client id", a->client_id, sizeof(a->client_id));
	ask(asks, t->secret_file, "File with the client secret (empty: none)", a->secret_file,
	    sizeof(a->secret_file));
	ask(asks, t->ca_file, "File with the provider's own authority (empty: those of the system)",
	    a->ca_file, sizeof(a->ca_file));
}

static void add(struct po_buf *out, const char *key, const char *value)
{
	if (*value)
		po_buf_addf(out, "%s = %s\n", key, value);
}

static void compose(struct po_buf *out, const struct answers *a)
{
	po_buf_add_str(out, "# written by pam-oauth setup\n[general]\n");
	add(out, "provider", a->provider);
	add(out, "issuer", a->issuer);
	add(out, "client_id", a->client_id);
	add(out, "client_secret_file", a->secret_file);
	add(out, "ca_file", a->ca_file);
}

static bool store(const struct po_tool *t, const char *conf, const char *text, struct po_fault *f)
{
	char *folder = NULL;
	char *path = NULL;
	bool ok = false;

	if (asprintf(&folder, "%s.d", conf) < 0 || asprintf(&path, "%s/%s", folder, NAME) < 0)
		po_fail_memory(f);
	else if (mkdir(folder, 0755) != 0 && errno != EEXIST)
		po_fail(f, PO_E_SYSTEM, "%s: %s", folder, strerror(errno));
	else
		ok = po_write_file(path, text, f);
	if (ok)
		po_output_line(t->out, "written", "written: %s", path);
	free(path);
	free(folder);
	return ok;
}

static void say_what_is_next(const struct po_tool *t)
{
	static const char *const lines[] = {
	        "next, with a root shell open until you have seen it work:",
	        "1. /etc/pam_oauth/map: who may open which account; pam-oauth login shows your sub",
	        "2. /etc/pam.d/sshd, in place of \"@include common-auth\":",
	        "     auth     [success=done ignore=ignore default=die]  pam_oauth.so",
	        "     @include common-auth",
	        "     account  required                                  pam_oauth.so",
	        "3. /etc/ssh/sshd_config: UsePAM yes, KbdInteractiveAuthentication yes,",
	        "     PasswordAuthentication no; and if all accounts have a key:",
	        "     AuthenticationMethods publickey,keyboard-interactive:pam",
	        "4. sshd -t, and reload sshd",
	        "5. pam-oauth check",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		po_output_line(t->out, "next", "%s", lines[i]);
}

int po_verb_setup(const struct po_tool *t)
{
	const char *conf = t->conf ? t->conf : po_build_config_file();
	struct po_findings all = {.out = t->out};
	struct po_fault f = {.code = PO_OK};
	struct answers a;
	struct po_buf text;
	bool ok;

	ask_all(t, &a);
	po_buf_init(&text, PO_LIMIT_CONFIG_FILE);
	compose(&text, &a);
	ok = po_trial_run(&all, conf, NAME, po_buf_str(&text), &f) && all.errors == 0 &&
	     store(t, conf, po_buf_str(&text), &f);
	po_buf_free(&text);
	if (ok)
		say_what_is_next(t);
	else
		po_output_line(t->out, "fault", "nothing written: %s",
		               f.text[0] ? f.text : "the provider does not take it");
	return ok ? PO_EXIT_GOOD : PO_EXIT_NO;
}
