/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam-oauth setup: asks for provider and client, tries them, and only then writes a drop-in beside
 * the configuration, which stays the administrator's own file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "checks.h"
#include "po_buf.h"
#include "tool.h"

#define ANSWER 256
#define PATH   512
#define NAME   "50-setup.conf"

/* What was given or asked for; empty = not said. */
struct answers {
	char provider[ANSWER], issuer[ANSWER], client_id[ANSWER], secret_file[ANSWER];
	const char *ca_file; /* never asked for: most have none */
};

static void ask(const char *given, const char *question, char *out, size_t size)
{
	if (given) {
		snprintf(out, size, "%s", given);
		return;
	}
	fprintf(stderr, "%s: ", question);
	if (!fgets(out, (int)size, stdin))
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

static void ask_all(const struct po_tool *t, struct answers *a)
{
	ask(t->provider, "Provider (keycloak, entra, google, github, okta, ... or generic)",
	    a->provider, sizeof(a->provider));
	ask(t->issuer, "Issuer, as the provider writes it (empty: that of the preset)", a->issuer,
	    sizeof(a->issuer));
	ask(t->client_id, "Client id", a->client_id, sizeof(a->client_id));
	ask(t->secret_file, "File with the client secret (empty: none)", a->secret_file,
	    sizeof(a->secret_file));
	a->ca_file = t->ca_file;
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
	add(out, "ca_file", a->ca_file ? a->ca_file : "");
}

/* A new file, whole or not at all; another one of this name is replaced. */
static bool write_file(const char *path, const char *text, struct po_fault *f)
{
	char fresh[PATH + 8];
	size_t len = strlen(text);
	int fd;
	bool ok;

	snprintf(fresh, sizeof(fresh), "%s.new", path);
	unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	ok = fd >= 0 && write(fd, text, len) == (ssize_t)len && fchmod(fd, 0644) == 0 &&
	     fsync(fd) == 0;
	if (fd >= 0)
		ok &= close(fd) == 0;
	ok = ok && rename(fresh, path) == 0;
	return ok || po_fail(f, PO_E_SYSTEM, "%s: %s", path, strerror(errno));
}

/* The provider is asked with these lines alone, by rules that let nobody in. */
static bool try_out(struct po_findings *all, const char *text, struct po_fault *f)
{
	char folder[] = "/run/pam-oauth-setup.XXXXXX";
	char conf[PATH];
	char map[PATH];
	struct po_config c;
	bool ok;

	if (!mkdtemp(folder))
		return po_fail(f, PO_E_SYSTEM, "%s: %s", folder, strerror(errno));
	snprintf(conf, sizeof(conf), "%s/pam_oauth.conf", folder);
	snprintf(map, sizeof(map), "%s/map", folder);
	ok = write_file(conf, text, f) && write_file(map, "# nobody\n", f) &&
	     po_config_load(&c, conf, "sshd", f);
	if (ok) {
		po_check_provider_live(all, &c);
		po_config_free(&c);
	}
	unlink(conf);
	unlink(map);
	rmdir(folder);
	return ok;
}

static bool store(const struct po_tool *t, const char *text, struct po_fault *f)
{
	const char *conf = t->conf ? t->conf : po_build_config_file();
	char folder[PATH];
	char path[PATH + sizeof(NAME) + 1];

	snprintf(folder, sizeof(folder), "%s.d", conf);
	snprintf(path, sizeof(path), "%s/%s", folder, NAME);
	if (mkdir(folder, 0755) != 0 && errno != EEXIST)
		return po_fail(f, PO_E_SYSTEM, "%s: %s", folder, strerror(errno));
	if (!write_file(path, text, f))
		return false;
	po_output_line(t->out, "written", "written: %s", path);
	return true;
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
	struct po_findings all = {.out = t->out};
	struct po_fault f = {.code = PO_OK};
	struct answers a;
	struct po_buf text;
	bool ok;

	ask_all(t, &a);
	po_buf_init(&text, PO_LIMIT_CONFIG_FILE);
	compose(&text, &a);
	ok = try_out(&all, po_buf_str(&text), &f) && all.errors == 0 &&
	     store(t, po_buf_str(&text), &f);
	po_buf_free(&text);
	if (ok)
		say_what_is_next(t);
	else
		po_output_line(t->out, "fault", "nothing written: %s",
		               f.text[0] ? f.text : "the provider does not take it");
	return ok ? PO_EXIT_GOOD : PO_EXIT_NO;
}
