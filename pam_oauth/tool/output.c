/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by every verb; the only file here that knows jansson. */
#include "output.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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
		                    fields[i].value ? json_string(fields[i].value) : json_null());
	json_array_append_new(o->items, item);
}

void po_output_line(struct po_output *o, const char *name, const char *fmt, ...)
{
	struct po_field field = {.name = name};
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	field.value = text;
	po_output_item(o, &field, 1, text ? text : "out of memory");
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

void po_output_end(struct po_output *o, bool ok)
{
	json_t *all;

	if (o->items) {
		all = json_pack("{s:s, s:b, s:o}", "verb", o->verb, "ok", ok, "items", o->items);
		json_dumpf(all, stdout, JSON_INDENT(1) | JSON_ENSURE_ASCII);
		putchar('\n');
		json_decref(all);
	}
	free(o);
}
