/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by every verb; the only file here that knows jansson. */
#include "output.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "po_text.h"

struct po_output {
	const char *verb;
	json_t *items; /* NULL = lines */
};

struct po_output *po_output_begin(const char *verb, bool json)
{
	struct po_output *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->verb = verb;
	o->items = json ? json_array() : NULL;
	if (!json || o->items)
		return o;
	free(o);
	return NULL;
}

bool po_output_is_json(const struct po_output *o)
{
	return o->items != NULL;
}

/* The caller frees it; NULL: no memory. */
static char *escaped(const char *text)
{
	size_t size = 4 * strlen(text) + 1; /* \xHH for every byte at worst */
	char *out = malloc(size);

	return out ? po_text_escape(out, size, text) : NULL;
}

/* jansson takes UTF-8 alone, and a field that is left out would be a finding that is not told. */
static json_t *string_of(const char *value)
{
	json_t *string = json_string(value);
	char *plain;

	if (string)
		return string;
	plain = escaped(value);
	string = json_string(plain ? plain : "out of memory");
	free(plain);
	return string;
}

void po_output_item(struct po_output *o, const struct po_field *fields, size_t count,
                    const char *text)
{
	json_t *item;

	if (!o->items) {
		puts(text);
		return;
	}
	item = json_object();
	for (size_t i = 0; i < count; i++)
		json_object_set_new(item, fields[i].name,
		                    fields[i].value ? string_of(fields[i].value) : json_null());
	json_array_append_new(o->items, item);
}

static void put_line(struct po_output *o, const char *name, char *text)
{
	const struct po_field field = {.name = name, .value = text};

	po_output_item(o, &field, 1, text ? text : "out of memory");
	free(text);
}

void po_output_line(struct po_output *o, const char *name, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	put_line(o, name, text);
}

void po_output_foreign(struct po_output *o, const char *name, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	put_line(o, name, text ? escaped(text) : NULL);
	free(text);
}

bool po_output_document(struct po_output *o, const char *name, const char *json)
{
	json_t *document = json_loads(json, JSON_REJECT_DUPLICATES, NULL);

	if (!document)
		return false;
	if (o->items) {
		json_array_append_new(o->items, json_pack("{s:O}", name, document));
	} else {
		json_dumpf(document, stdout, JSON_INDENT(1) | JSON_ENSURE_ASCII);
		putchar('\n');
	}
	json_decref(document);
	return true;
}

/* NULL, for want of memory, is no document and fails like a disk that is full. */
static bool print_all(const struct po_output *o, bool ok)
{
	json_t *all = json_pack("{s:s, s:b, s:O}", "verb", o->verb, "ok", ok, "items", o->items);
	bool printed = json_dumpf(all, stdout, JSON_INDENT(1) | JSON_ENSURE_ASCII) == 0;

	putchar('\n');
	json_decref(all);
	return printed;
}

bool po_output_end(struct po_output *o, bool ok)
{
	bool written;

	errno = 0;
	written = !o->items || print_all(o, ok);
	written &= fflush(stdout) == 0 && !ferror(stdout); /* of all that went before, too */
	if (!written)
		fprintf(stderr, "pam-oauth: standard output: %s\n",
		        errno ? strerror(errno) : "not all of it could be written");
	json_decref(o->items);
	free(o);
	return written;
}
