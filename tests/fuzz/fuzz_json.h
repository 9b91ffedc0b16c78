/* SPDX-License-Identifier: BSD-2-Clause */
/* For the fuzzers of JSON documents: reading one, and what must hold of any that was accepted. */
#ifndef PO_FUZZ_JSON_H
#define PO_FUZZ_JSON_H

#include <jansson.h>

#include "fuzz.h"
#include "json.h"

__attribute__((constructor)) static void fuzz_json_setup(void)
{
	json_object_seed(1); /* the first seed counts: an input must do the same every time */
	po_json_setup();
}

struct fuzz_walk {
	const struct po_json *object;
	unsigned depth;
	size_t *members; /* of all objects, seen so far */
};

static void fuzz_json_check_value(const struct po_json *v, unsigned depth, size_t *members);

/* IDN-12: a member is found by its name, and by a pointer to it if that has a usable length. */
static bool fuzz_json_check_member(void *ctx, const char *name)
{
	const struct fuzz_walk *w = ctx;
	const struct po_json *member = po_json_get(w->object, name);
	char *pointer = calloc(2, strlen(name) + 1);
	size_t n = 0;

	must(member && pointer && po_text_utf8_ok(name, strlen(name)));
	pointer[n++] = '/';
	for (const char *p = name; *p; p++) {
		if (*p == '~' || *p == '/')
			pointer[n++] = '~';
		pointer[n++] = *p == '~' ? '0' : *p == '/' ? '1' : *p;
	}
	must(po_json_claim(w->object, pointer) ==
	     (strlen(name) <= PO_LIMIT_CLAIM_VALUE ? member : NULL));
	free(pointer);
	++*w->members;
	fuzz_json_check_value(member, w->depth, w->members);
	return true;
}

/* JSN-2, JSN-4, JSN-5 of a value and of all that it holds. */
static void fuzz_json_check_value(const struct po_json *v, unsigned depth, size_t *members)
{
	struct fuzz_walk w = {v, depth + 1, members};
	const char *text = po_json_string(v);
	int64_t down = 0;
	int64_t up = 0;
	int64_t exact;

	must(depth <= PO_LIMIT_JSON_DEPTH + 1); /* the innermost array may hold a number */
	must(!text || po_text_utf8_ok(text, strlen(text)));
	if (po_json_number(v, PO_ROUND_DOWN, true, &down)) {
		must(po_json_number(v, PO_ROUND_UP, true, &up) && up >= down && up - down <= 1);
		must(!po_json_integer(v, &exact) || (exact == down && exact == up));
	}
	for (size_t i = 0; i < po_json_count(v); i++)
		fuzz_json_check_value(po_json_item(v, i), depth + 1, members);
	po_json_each_key(v, fuzz_json_check_member, &w);
}

/* Colons outside strings: as many members were written. */
static inline size_t fuzz_json_colons(const char *text, size_t len)
{
	bool quoted = false;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		n += !quoted && text[i] == ':';
		quoted ^= text[i] == '"';
		i += quoted && text[i] == '\\';
	}
	return n;
}

/* The document if it is one, looked at as a whole; else NULL, and the fault was looked at. */
static inline struct po_json *fuzz_json_load(const void *data, size_t len)
{
	struct po_fault f = {0};
	struct po_json *doc = po_json_load(data, len, PO_E_PROVIDER, &f);
	size_t members = 0;

	if (!doc) {
		fuzz_check_fault(&f);
		must(f.code == PO_E_PROVIDER);
		return NULL;
	}
	must(!memchr(data, '\0', len) && po_text_utf8_ok(data, len));
	must(po_json_is_object(doc));
	fuzz_json_check_value(doc, 1, &members);
	must(members == fuzz_json_colons(data, len)); /* JSN-2: none was dropped for its twin */
	return doc;
}

#endif
