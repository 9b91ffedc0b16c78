/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strict JSON (JSN-1 to JSN-8) over jansson. The opaque struct po_json is jansson's json_t: the
 * casts stand in the two functions `in` and `out` and nowhere else.
 */
#include "json.h"

#include <jansson.h>
#include <limits.h>
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "po_text.h"

#define DIGITS_MAX       12                 /* JSN-5 */
#define EXACT_DOUBLE     9007199254740992.0 /* 2^53: beyond it a double skips integers */
#define POINTER_STEP_MAX 255                /* LIM-9: a member name that a rule can hold */

static const json_t *in(const struct po_json *v)
{
	return (const json_t *)v;
}

static const struct po_json *out(const json_t *v)
{
	return (const struct po_json *)v;
}

static void wipe_free(void *p)
{
	if (p)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

void po_json_setup(void)
{
	json_set_alloc_funcs(malloc, wipe_free);
	json_object_seed(0);
}

/* JSN-4: depth is counted before jansson recurses; brackets inside strings do not count. */
static bool depth_ok(const char *p, size_t len)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (quoted && p[i] == '\\')
			i++;
		else if (p[i] == '"')
			quoted = !quoted;
		else if (!quoted && (p[i] == '{' || p[i] == '['))
			depth++;
		else if (!quoted && (p[i] == '}' || p[i] == ']') && depth > 0)
			depth--;
		if (depth > PO_LIMIT_JSON_DEPTH)
			return false;
	}
	return true;
}

struct po_json *po_json_load(const void *data, size_t len, enum po_code code, struct po_fault *f)
{
	static const char bom[] = "\xef\xbb\xbf";
	const char *text = data;
	json_error_t error;
	json_t *doc;

	if (len >= 3 && memcmp(text, bom, 3) == 0) {
		text += 3; /* JSN-3 */
		len -= 3;
	}
	if (len == 0) {
		po_fail(f, code, "empty document");
		return NULL;
	}
	if (memchr(text, '\0', len)) { /* jansson overlooks one behind a number or a literal */
		po_fail(f, code, "NUL byte in the document");
		return NULL;
	}
	if (!depth_ok(text, len)) {
		po_fail(f, code, "JSON nested deeper than %d", PO_LIMIT_JSON_DEPTH);
		return NULL;
	}
	doc = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!doc) { /* error.text quotes the document: it may not reach the log */
		po_fail(f, code, "not acceptable as JSON (line %d, column %d)", error.line,
		        error.column);
		return NULL;
	}
	if (!json_is_object(doc)) {
		json_decref(doc);
		po_fail(f, code, "JSON document is not an object");
		return NULL;
	}
	return (struct po_json *)doc;
}

void po_json_free(struct po_json *doc)
{
	json_decref((json_t *)doc);
}

const struct po_json *po_json_get(const struct po_json *v, const char *name)
{
	return v ? out(json_object_get(in(v), name)) : NULL;
}

bool po_json_is_null(const struct po_json *v)
{
	return v && json_is_null(in(v));
}

bool po_json_is_object(const struct po_json *v)
{
	return v && json_is_object(in(v));
}

bool po_json_is_array(const struct po_json *v)
{
	return v && json_is_array(in(v));
}

const char *po_json_string(const struct po_json *v)
{
	const char *s = v ? json_string_value(in(v)) : NULL;

	return s && strlen(s) == json_string_length(in(v)) ? s : NULL;
}

const char *po_json_get_string(const struct po_json *v, const char *name)
{
	const char *s = po_json_string(po_json_get(v, name));

	return s && *s ? s : NULL;
}

bool po_json_bool(const struct po_json *v, bool *value)
{
	if (!v || !json_is_boolean(in(v)))
		return false;
	*value = json_is_true(in(v));
	return true;
}

static bool digits_number(const char *s, int64_t *value)
{
	unsigned long n;

	if (!s || strlen(s) > DIGITS_MAX || !po_text_uint(s, 0, ULONG_MAX, &n))
		return false;
	*value = (int64_t)n;
	return true;
}

/* Beyond 2^53 no real is exact, but it is still very large: it saturates (SRV-54). */
static bool real_number(double d, enum po_json_round round, int64_t *value)
{
	if (!isfinite(d))
		return false;
	if (d > EXACT_DOUBLE)
		*value = INT64_MAX;
	else if (d < -EXACT_DOUBLE)
		*value = INT64_MIN;
	else
		*value = (int64_t)(round == PO_ROUND_UP ? ceil(d) : floor(d));
	return true;
}

bool po_json_number(const struct po_json *v, enum po_json_round round, bool digits, int64_t *value)
{
	if (po_json_integer(v, value))
		return true;
	if (v && json_is_real(in(v)))
		return real_number(json_real_value(in(v)), round, value);
	return digits && digits_number(po_json_string(v), value);
}

bool po_json_integer(const struct po_json *v, int64_t *value)
{
	if (!v || !json_is_integer(in(v)))
		return false;
	*value = json_integer_value(in(v));
	return true;
}

size_t po_json_count(const struct po_json *v)
{
	return v ? json_array_size(in(v)) : 0;
}

const struct po_json *po_json_item(const struct po_json *v, size_t i)
{
	return v ? out(json_array_get(in(v), i)) : NULL;
}

bool po_json_array_has(const struct po_json *v, const char *s)
{
	for (size_t i = 0; i < po_json_count(v); i++) {
		const char *item = po_json_string(po_json_item(v, i));

		if (item && strcmp(item, s) == 0)
			return true;
	}
	return false;
}

bool po_json_all_strings(const struct po_json *v)
{
	if (!po_json_is_array(v))
		return false;
	for (size_t i = 0; i < po_json_count(v); i++)
		if (!po_json_string(po_json_item(v, i)))
			return false;
	return true;
}

/* One reference token of a JSON Pointer: ~1 is '/', ~0 is '~'. Writes the step, returns its end. */
static const char *pointer_step(const char *p, char step[POINTER_STEP_MAX + 1])
{
	size_t n = 0;

	for (; *p && *p != '/'; p++) {
		char c = *p;

		if (c == '~' && (p[1] == '0' || p[1] == '1'))
			c = *++p == '0' ? '~' : '/';
		else if (c == '~')
			return NULL;
		if (n == POINTER_STEP_MAX)
			return NULL;
		step[n++] = c;
	}
	step[n] = '\0';
	return p;
}

const struct po_json *po_json_claim(const struct po_json *doc, const char *name)
{
	char step[POINTER_STEP_MAX + 1];
	const struct po_json *v = doc;

	if (*name != '/')
		return po_json_get(doc, name);
	while (name && *name == '/' && v) {
		name = pointer_step(name + 1, step);
		v = name && po_json_is_object(v) ? po_json_get(v, step) : NULL;
	}
	return name ? v : NULL;
}

bool po_json_has_claim(const struct po_json *doc, const char *name)
{
	char step[POINTER_STEP_MAX + 1];

	if (*name != '/')
		return po_json_get(doc, name) != NULL;
	return pointer_step(name + 1, step) && po_json_get(doc, step);
}

bool po_json_equal(const struct po_json *a, const struct po_json *b)
{
	return a && b && json_equal(in(a), in(b));
}

bool po_json_each_key(const struct po_json *v, bool (*each)(void *ctx, const char *name), void *ctx)
{
	const char *name;
	const json_t *value;

	if (!po_json_is_object(v))
		return true;
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): const is all that is lost */
	json_object_foreach((json_t *)(uintptr_t)in(v), name,
	                    value) if (!each(ctx, name)) return false;
	return true;
}
