/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as configuration. Records: pam_oauth.conf, a drop-in, map, secret, login.defs; this
 * file takes the place of safefile.c. Promises: each value in force is what stands in the line that
 * it is said to come from, in a section for this service, and stands there once; numbers are in
 * range; values do not contradict each other; the request fits its message; a fault never holds
 * the secret.
 */
#include "fuzz_config.h"
#include "assign.h"
#include "po_wire.h"
#include "policy.h"
#include "safefile.h"

/* What the module would read; static because po_safefile_read takes no context. */
static struct fuzz_files files;

bool po_safefile_read(const char *path, enum po_safefile kind, struct po_buf *out,
                      struct po_fault *f)
{
	const struct fuzz_file *file = fuzz_file_find(&files, path);

	if (!file || (kind == PO_FILE_SECRET && file != &files.all[FUZZ_SECRET]))
		return po_fail(f, PO_E_CONFIG, "%s: not there, or too public", path);
	return po_buf_add(out, file->text, file->len) || po_fail(f, PO_E_CONFIG, "too large");
}

bool po_safefile_list(const char *folder, const char *suffix, struct po_list *paths,
                      struct po_fault *f)
{
	must(strcmp(folder, FUZZ_CONF ".d") == 0 && strcmp(suffix, ".conf") == 0);
	if (files.all[FUZZ_DROP_IN].text && !po_list_add(paths, FUZZ_CONF ".d/10.conf"))
		return po_fail_memory(f);
	return true;
}

bool po_safefile_check(const char *path, struct po_fault *f)
{
	return strcmp(path, "/ca") == 0 || po_fail(f, PO_E_CONFIG, "%s: not there", path);
}

bool po_safefile_check_folder(const char *path, struct po_fault *f)
{
	return po_safefile_check(path, f);
}

/* The value of the i-th key is what its line says, and [service sshd] wins over [general]. */
static void check_origin(const struct po_config *c, const struct po_settings *s, size_t i)
{
	const struct po_key *key = po_key_at(i);
	const struct po_place *place = &s->places[i];
	const struct fuzz_file *file = fuzz_file_find(&files, place->file);
	const char *section = "general";
	struct po_config other = {.display = PO_DISPLAY_PROMPT};
	struct po_fault f = {0};
	char *value;

	for (size_t k = 0; k < s->section_count; k++)
		if (strcmp(s->sections[k].service, "sshd") == 0 && s->sections[k].settings[i].value)
			section = "service sshd";
	must(file && fuzz_section_is(file, place->line, section));
	value = fuzz_value_in(file, place->line, key->name);
	must(value && po_key_set(&other, key, value, &f));
	must(fuzz_same_field(c, &other, key));
	must(!fuzz_given_before(file, place->line, key->name));
	po_key_clear(&other, key);
	free(value);
}

static void check_request(struct po_config *c)
{
	struct po_message m = {.kind = PO_KIND_REQUEST};
	struct po_message again;
	struct po_fault f = {0};
	struct po_buf out;

	must(po_policy_wants(c, &c->provider, &f));
	m.request = c->provider;
	po_buf_init(&out, PO_LIMIT_MESSAGE);
	must(po_wire_encode(&m, &out, &f) && po_wire_decode(out.data, out.len, &again, &f));
	must(strcmp(again.request.issuer, c->provider.issuer) == 0);
	po_message_free(&again);
	po_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct po_settings places = {.section_count = 0};
	struct po_config c;
	struct po_fault f = {0};

	fuzz_files_take(&files, data, size);
	if (po_config_load_places(&c, FUZZ_CONF, "sshd", &places, &f)) {
		for (size_t i = 0; i < po_key_count(); i++) {
			if (places.places[i].line)
				check_origin(&c, &places, i);
			fuzz_check_number(&c, po_key_at(i));
		}
		fuzz_check_sense(&c);
		po_rules_each_claim(c.rules, &c.provider, fuzz_check_claim, &c);
		check_request(&c);
	} else {
		fuzz_check_refusal(&files, &c, &f);
	}
	po_config_free(&c);
	po_settings_free(&places);
	fuzz_files_free(&files);
	return 0;
}
