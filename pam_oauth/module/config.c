/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From files to a configuration: the only file that knows libinih. That parser cuts long lines and
 * names without a word, ends a value at " ;", joins indented lines to the key above and goes on
 * after a broken section header, so each line is looked at before the parser sees it, and whatever
 * it would misread is a fault. Its settings are process-global variables, shared with the host
 * program: never written here.
 */
#include "config.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assign.h"
#include "build.h"
#include "check.h"
#include "po_text.h"
#include "rules.h"
#include "safefile.h"
#include "settings.h"

#define NO_SECTION SIZE_MAX

/* One file on its way through the parser. */
struct source {
	struct po_settings *settings;
	struct po_reader text;
	struct po_place place; /* of the line in hand */
	size_t section;
	bool failed;
	struct po_fault *fault;
};

/* Marks the source as failed; always false. */
static bool reject(struct source *src, const char *why)
{
	src->failed = true;
	return po_fail(src->fault, PO_E_CONFIG, "%s", why);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_comment(char c)
{
	return c == '#' || c == ';';
}

/* Comments may be in any language; what is read must be ASCII, so that no locale matters. */
static bool bytes_ok(struct source *src, const char *line, size_t len)
{
	bool comment = len > 0 && is_comment(line[0]);

	for (size_t i = 0; i < len; i++) {
		if (line[i] == '\0')
			return reject(src, "NUL byte");
		if (line[i] == '\r')
			return reject(src, "carriage return: lines end in a newline alone");
		if (!po_is_print(line[i]) && line[i] != '\t' && !(comment && line[i] & 0x80))
			return reject(src, "only printable ASCII is allowed outside comments");
	}
	return true;
}

/* [general] or [service NAME], with nothing behind it: the parser would ignore that. */
static bool header_ok(struct source *src, const char *line)
{
	static const char service[] = "[service ";
	size_t end = strcspn(line, "]");
	char name[PO_LIMIT_CONFIG_NAME + 1] = "";
	size_t len;

	if (line[end] != ']')
		return reject(src, "section header without ]");
	if (line[end + 1 + strspn(line + end + 1, " \t")])
		return reject(src, "unexpected text after a section header");
	if (strncmp(line, service, sizeof(service) - 1) == 0) {
		len = end - (sizeof(service) - 1);
		if (len > PO_LIMIT_CONFIG_NAME)
			return reject(src, "name of a service too long");
		memcpy(name, line + sizeof(service) - 1, len);
		name[len] = '\0';
		if (!po_value_ok(PO_VALUE_SERVICE, name)) {
			po_fail(src->fault, PO_E_CONFIG, "[service NAME]: expected %s",
			        po_value_expects(PO_VALUE_SERVICE));
			return !(src->failed = true);
		}
	} else if (strncmp(line, "[general]", end + 1) != 0) {
		return reject(src, "unknown section: expected [general] or [service NAME]");
	}
	if (!po_settings_section(src->settings, name, &src->section, src->fault))
		return !(src->failed = true);
	return true;
}

/*
 * NAME = VALUE, and no comment behind the value: the parser knows one kind of them only. A name
 * that it cuts is longer than any key, and unknown as it is.
 */
static bool assignment_ok(struct source *src, const char *line)
{
	const char *equals = strchr(line, '=');

	if (!equals || strcspn(line, ":") < (size_t)(equals - line))
		return reject(src, "expected NAME = VALUE");
	if (src->section == NO_SECTION)
		return reject(src, "key before the first section");
	for (const char *p = line; *p; p++)
		if (is_blank(p[0]) && is_comment(p[1]))
			return reject(src, "a comment needs a line of its own");
	return true;
}

static bool line_ok(struct source *src, const char *line, size_t len)
{
	size_t indent = strspn(line, " \t");

	if (!bytes_ok(src, line, len))
		return false;
	if (indent == len || is_comment(line[0]))
		return true;
	if (indent > 0)
		return reject(src, "indented line: a value ends with its line");
	return line[0] == '[' ? header_ok(src, line) : assignment_ok(src, line);
}

/* The parser's fgets: hands over the next whole line, or ends the file at the first fault. */
static char *next_line(char *out, int size, void *stream)
{
	struct source *src = stream;
	size_t most = src->text.left;
	const unsigned char *newline;
	size_t len;

	if (src->failed || most == 0)
		return NULL;
	newline = memchr(src->text.p, '\n', most);
	len = newline ? (size_t)(newline - src->text.p) : most;
	src->place.line++;
	if (len > PO_LIMIT_CONFIG_LINE || size < 2 || len > (size_t)size - 2) {
		reject(src, "line too long");
		return NULL;
	}
	memcpy(out, po_reader_bytes(&src->text, len), len);
	out[len] = '\0';
	if (newline)
		po_reader_u8(&src->text);
	if (!line_ok(src, out, len))
		return NULL;
	out[len] = '\n';
	out[len + 1] = '\0';
	return out;
}

static int on_value(void *user, const char *section, const char *name, const char *value)
{
	struct source *src = user;

	(void)section; /* cut at 49 bytes: src->section is the one that counts */
	if (!name)
		return 1;
	if (!value || !*value)
		return reject(src, "empty value");
	if (!po_settings_put(src->settings, src->section, name, value, src->place, src->fault))
		src->failed = true;
	return !src->failed;
}

static bool parse(struct po_settings *settings, const char *file, const struct po_buf *text,
                  struct po_fault *f)
{
	struct source src = {.settings = settings, .section = NO_SECTION, .fault = f};
	char where[PO_LIMIT_FAULT_TEXT];
	int result;

	src.place.file = file;
	po_reader_init(&src.text, po_buf_str(text), text->len);
	result = ini_parse_stream(next_line, &src, on_value, &src);
	if (result != 0 && !src.failed) {
		reject(&src, "not understood"); /* all that it objects to was refused before */
		src.place.line = result > 0 ? (unsigned)result : 0;
	}
	if (!src.failed)
		return true;
	snprintf(where, sizeof(where), "%s:%u", file, src.place.line);
	return po_fail_context(f, where);
}

static bool read_file(struct po_settings *settings, const char *path, struct po_fault *f)
{
	const char *file = po_settings_file(settings, path);
	struct po_buf text;
	bool ok;

	if (!file)
		return po_fail_memory(f);
	po_buf_init(&text, PO_LIMIT_CONFIG_FILE);
	ok = po_safefile_read(path, PO_FILE_PUBLIC, &text, f) && parse(settings, file, &text, f);
	po_buf_free(&text);
	return ok;
}

static bool read_files(struct po_settings *settings, const char *path, struct po_fault *f)
{
	struct po_list drop_ins = {0};
	char *folder = NULL;
	bool ok = false;

	if (asprintf(&folder, "%s.d", path) < 0)
		return po_fail_memory(f);
	if (!read_file(settings, path, f) || !po_safefile_list(folder, ".conf", &drop_ins, f))
		goto out;
	for (size_t i = 0; i < drop_ins.count; i++)
		if (!read_file(settings, drop_ins.items[i], f))
			goto out;
	ok = true;
out:
	po_list_free(&drop_ins);
	free(folder);
	return ok;
}

bool po_config_load_places(struct po_config *c, const char *path, const char *service,
                           struct po_settings *places, struct po_fault *f)
{
	*c = (struct po_config){.provider.task = PO_TASK_LOGIN};
	if (!path)
		path = po_build_config_file();
	if (read_files(places, path, f) &&
	    po_settings_apply(places, service ? service : "", c, f) &&
	    po_config_check(c, path, places, f))
		return true;
	po_config_free(c);
	return false;
}

bool po_config_load_keys(struct po_config *c, const char *path, const char *service,
                         struct po_fault *f)
{
	struct po_settings places = {0};
	bool ok;

	*c = (struct po_config){.provider.task = PO_TASK_LOGIN};
	ok = read_files(&places, path ? path : po_build_config_file(), f) &&
	     po_settings_apply(&places, service ? service : "", c, f);
	if (!ok)
		po_config_free(c);
	po_settings_free(&places);
	return ok;
}

bool po_config_load(struct po_config *c, const char *path, const char *service, struct po_fault *f)
{
	struct po_settings places = {0};
	bool ok = po_config_load_places(c, path, service, &places, f);

	po_settings_free(&places);
	return ok;
}

void po_config_free(struct po_config *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < po_key_count(); i++)
		po_key_clear(c, po_key_at(i));
	po_request_free(&c->provider);
	po_conditions_free(&c->demands);
	po_rules_free(c->rules);
	free(c->mutable_claim);
	*c = (struct po_config){0};
}
