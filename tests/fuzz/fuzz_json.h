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
};

static void fuzz_json_check_value(const struct po_json *v, unsigned depth);

/* IDN-12: a member is found by its name, and by a pointer to it. */
static bool fuzz_json_check_member(void *ctx, const char *name)
{
	const struct fuzz_walk *w = ctx;
	const struct po_json *member = po_json_get(w->object, name);
	char pointer[2 * PO_LIMIT_CLAIM_VALUE + 2] = "/";
	size_t n = 1;

	must(member && po_text_utf8_ok(name, strlen(name)));
	for (const char *p = name; *p && n < sizeof(pointer) - 2; p++) {
		if (*p == '~' || *p == '/')
			pointer[n++] = '~';
		pointer[n++] = *p == '~' ? '0' : *p == '/' ? '1' : *p;
	}
	if (strlen(name) <= PO_LIMIT_CLAIM_VALUE)
		must(po_json_claim(w->object, pointer) == member);
	fuzz_json_check_value(member, w->depth);
	return true;
}

/* JSN-2, JSN-4, JSN-5 of a value and of all that it holds. */
static void fuzz_json_check_value(const struct po_json *v, unsigned depth)
{
	struct fuzz_walk w = {v, depth + 1};
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
		fuzz_json_check_value(po_json_item(v, i), depth + 1);
	po_json_each_key(v, fuzz_json_check_member, &w);
}

/* The document if it is one, looked at as a whole; else NULL, and the fault was looked at. */
static inline struct po_json *fuzz_json_load(const void *data, size_t len)
{
	struct po_fault f = {0};
	struct po_json *doc = po_json_load(data, len, PO_E_PROVIDER, &f);

	if (!doc) {
		fuzz_check_fault(&f);
		must(f.code == PO_E_PROVIDER);
		return NULL;
	}
	must(!memchr(data, '\0', len) && po_text_utf8_ok(data, len));
	must(po_json_is_object(doc));
	fuzz_json_check_value(doc, 1);
	return doc;
}

#endif
