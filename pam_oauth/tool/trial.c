/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Called by verb_setup.c. The files are copied into a folder of root's alone, the new one among
 * them, so that the module's own reader merges them as it will at the next login.
 */
#include "trial.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"
#include "keys.h"
#include "po_buf.h"
#include "po_list.h"
#include "safefile.h"
#include "settings.h"
#include "write.h"

#define FOLDER "/run/pam-oauth-setup.XXXXXX"
#define COPY   FOLDER "/pam_oauth.conf"
#define PARTS  COPY ".d"
#define MAP    FOLDER "/map"

struct trial {
	const char *conf; /* the real one */
	const char *name; /* of the new drop-in */
	char folder[sizeof(FOLDER)], copy[sizeof(COPY)], parts[sizeof(PARTS)], map[sizeof(MAP)];
	char drop_in[512];
};

static bool make(struct trial *x, struct po_fault *f)
{
	snprintf(x->folder, sizeof(x->folder), "%s", FOLDER);
	if (!mkdtemp(x->folder))
		return po_fail(f, PO_E_SYSTEM, "%s: %s", FOLDER, strerror(errno));
	snprintf(x->copy, sizeof(x->copy), "%s/pam_oauth.conf", x->folder);
	snprintf(x->parts, sizeof(x->parts), "%s.d", x->copy);
	snprintf(x->map, sizeof(x->map), "%s/map", x->folder);
	snprintf(x->drop_in, sizeof(x->drop_in), "%s/%s", x->parts, x->name);
	return mkdir(x->parts, 0700) == 0 ||
	       po_fail(f, PO_E_SYSTEM, "%s: %s", x->parts, strerror(errno));
}

static void clear(const struct trial *x)
{
	struct po_list files = {0};
	struct po_fault f = {.code = PO_OK};

	if (po_safefile_list(x->parts, "", &files, &f))
		for (size_t i = 0; i < files.count; i++)
			unlink(files.items[i]);
	po_list_free(&files);
	unlink(x->copy);
	unlink(x->map);
	rmdir(x->parts);
	rmdir(x->folder);
}

static bool copy_file(const char *from, const char *to, struct po_fault *f)
{
	struct po_buf text;
	bool ok;

	po_buf_init(&text, PO_LIMIT_CONFIG_FILE);
	ok = po_safefile_read(from, PO_FILE_PUBLIC, &text, f) &&
	     po_write_file(to, po_buf_str(&text), f);
	po_buf_free(&text);
	return ok;
}

/* One drop-in; that of the new one's name is what is being replaced. */
static bool copy_part(const struct trial *x, const char *from, struct po_fault *f)
{
	const char *name = strrchr(from, '/') + 1;
	char *to;
	bool ok;

	if (strcmp(name, x->name) == 0)
		return true;
	if (asprintf(&to, "%s/%s", x->parts, name) < 0)
		return po_fail_memory(f);
	ok = copy_file(from, to, f);
	free(to);
	return ok;
}

static bool copy_parts(const struct trial *x, struct po_fault *f)
{
	struct po_list files = {0};
	char *folder;
	bool ok;

	if (asprintf(&folder, "%s.d", x->conf) < 0)
		return po_fail_memory(f);
	ok = po_safefile_list(folder, ".conf", &files, f);
	for (size_t i = 0; ok && i < files.count; i++)
		ok = copy_part(x, files.items[i], f);
	po_list_free(&files);
	free(folder);
	return ok;
}

/* What says whose the provider is, what is sent to it alone, or where that goes. */
static bool is_of_a_provider(const char *key)
{
	static const char end[] = "_endpoint";
	size_t len = strlen(key);

	return strncmp(key, "client_", 7) == 0 || strcmp(key, "issuer") == 0 ||
	       strcmp(key, "provider") == 0 || strcmp(key, "jwks_uri") == 0 ||
	       strcmp(key, "extra_params") == 0 ||
	       (len > sizeof(end) && strcmp(key + len - sizeof(end) + 1, end) == 0);
}

/* In every section: the client of [general] is that of each service that has none of its own. */
static bool find_others(struct po_findings *all, const struct trial *x, const struct po_settings *s)
{
	bool found = false;

	for (size_t i = 0; i < s->section_count; i++)
		for (size_t k = 0; k < po_key_count(); k++) {
			const struct po_setting *set = &s->sections[i].settings[k];

			if (!set->value || !is_of_a_provider(po_key_at(k)->name) ||
			    strcmp(set->place.file, x->drop_in) == 0)
				continue;
			found = true;
			po_find(all, PO_ERROR,
			        "it would stay in force, and may be of another provider",
			        "take it out of that file first", "%s%s:%u: %s", x->conf,
			        set->place.file + strlen(x->copy), set->place.line,
			        po_key_at(k)->name);
		}
	return found;
}

/* A fault names the copy; whoever reads it knows the file that was copied. */
static bool name_original(const struct trial *x, struct po_fault *f)
{
	size_t len = strlen(x->copy);
	struct po_fault said = *f;

	if (strncmp(said.text, x->copy, len) == 0)
		po_fail(f, said.code, "%s%s", x->conf, said.text + len);
	return false;
}

static bool judge(struct po_findings *all, const struct trial *x, struct po_fault *f)
{
	struct po_settings places = {.section_count = 0};
	struct po_config c;
	bool loaded = po_config_load_places(&c, x->copy, "sshd", &places, f);
	bool ok = loaded || name_original(x, f);

	if (find_others(all, x, &places))
		ok = po_fail(f, PO_E_CONFIG, "other files speak of a provider, too");
	if (ok)
		po_check_provider_live(all, &c);
	po_config_free(&c);
	po_settings_free(&places);
	return ok;
}

bool po_trial_run(struct po_findings *all, const char *conf, const char *name, const char *text,
                  struct po_fault *f)
{
	struct trial x = {.conf = conf, .name = name};
	bool ok = make(&x, f) && copy_file(conf, x.copy, f) && copy_parts(&x, f) &&
	          po_write_file(x.drop_in, text, f) && po_write_file(x.map, "# nobody\n", f) &&
	          judge(all, &x, f);

	if (*x.parts)
		clear(&x);
	return ok;
}
