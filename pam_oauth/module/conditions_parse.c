/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From text to conditions. Called by rules_parse.c, assign.c and check.c. A word that is neither
 * the name of a claim before '=' or `has` nor one of the words below is an error: a condition that
 * was misspelt must not be one that is missing (PAM-6).
 */
#include "conditions.h"

#include <stdlib.h>
#include <string.h>

#include "po_text.h"
#include "value.h"

#define CONDITIONS_MOST 32         /* as many as a request may read claims (LIM-20) */
#define AGE_MOST        31536000UL /* a year: longer is no condition */

/* Conditions that begin with a word of their own. */
struct keyword {
	const char *word;
	enum po_condition_kind kind;
	enum po_value value; /* of each of its values */
};

static const struct keyword keywords[] = {
        {"from", PO_CONDITION_FROM, PO_VALUE_NETWORK},
        {"service", PO_CONDITION_SERVICE, PO_VALUE_SERVICE},
        {"prior", PO_CONDITION_PRIOR, PO_VALUE_METHOD},
        {"max_age", PO_CONDITION_MAX_AGE, PO_VALUE_WORD},
};

static bool value_fits(const struct po_condition *c, enum po_value kind, const char *value,
                       struct po_fault *f)
{
	if (c->kind != PO_CONDITION_EQUALS && c->kind != PO_CONDITION_HAS)
		return po_value_ok(kind, value) ||
		       po_fail(f, PO_E_CONFIG, "condition: expected %s", po_value_expects(kind));
	return po_text_value_ok(value) ||
	       po_fail(f, PO_E_CONFIG,
	               "condition: expected a value of 1 to %d bytes of UTF-8 without control "
	               "characters",
	               PO_LIMIT_CLAIM_VALUE);
}

/* VALUE[, VALUE ...]; *quoted: was the last one in quotes? */
static bool parse_values(struct po_cursor *at, struct po_condition *c, enum po_value kind,
                         bool *quoted, struct po_fault *f)
{
	struct po_word w;

	for (;;) {
		if (!po_cursor_word(at, ",", &w, f) || !value_fits(c, kind, w.text, f))
			return false;
		if (c->values.count == PO_LIMIT_LIST_OPTION)
			return po_fail(f, PO_E_CONFIG, "condition: more than %d values",
			               PO_LIMIT_LIST_OPTION);
		if (!po_list_add(&c->values, w.text))
			return po_fail_memory(f);
		*quoted = w.quoted;
		if (!po_cursor_comma(at))
			return true;
	}
}

static bool set_claim(struct po_condition *c, enum po_condition_kind kind, const char *claim,
                      struct po_fault *f)
{
	if (!po_value_ok(PO_VALUE_CLAIM, claim))
		return po_fail(f, PO_E_CONFIG, "condition: expected %s",
		               po_value_expects(PO_VALUE_CLAIM));
	c->kind = kind;
	c->claim = strdup(claim);
	return c->claim || po_fail_memory(f);
}

static bool is_truth(const char *value)
{
	return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
}

/* CLAIM=...; the words true and false, unless quoted, are the truth values and stand alone. */
static bool parse_equals(struct po_cursor *at, struct po_condition *c, const char *claim,
                         struct po_fault *f)
{
	bool quoted;

	at->p++;
	if (!set_claim(c, PO_CONDITION_EQUALS, claim, f) ||
	    !parse_values(at, c, PO_VALUE_TEXT, &quoted, f))
		return false;
	if (c->values.count != 1 || quoted || !is_truth(c->values.items[0]))
		return true;
	c->kind = PO_CONDITION_IS;
	c->truth = strcmp(c->values.items[0], "true") == 0;
	return true;
}

static bool parse_has(struct po_cursor *at, struct po_condition *c, const char *claim,
                      struct po_fault *f)
{
	bool quoted;

	c->read = po_cursor_reading(at);
	return set_claim(c, PO_CONDITION_HAS, claim, f) &&
	       parse_values(at, c, PO_VALUE_TEXT, &quoted, f);
}

static bool parse_age(struct po_condition *c, struct po_fault *f)
{
	return (c->values.count == 1 &&
	        po_text_uint(c->values.items[0], 1, AGE_MOST, &c->seconds)) ||
	       po_fail(f, PO_E_CONFIG, "max_age: expected seconds, 1 to %lu", AGE_MOST);
}

static bool parse_keyword(struct po_cursor *at, struct po_condition *c, const struct po_word *w,
                          struct po_fault *f)
{
	bool quoted;

	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]) && !w->quoted; i++) {
		const struct keyword *k = &keywords[i];

		if (strcmp(w->text, k->word) != 0)
			continue;
		c->kind = k->kind;
		return parse_values(at, c, k->value, &quoted, f) &&
		       (k->kind != PO_CONDITION_MAX_AGE || parse_age(c, f));
	}
	return po_fail(f, PO_E_CONFIG,
	               "condition: expected CLAIM=VALUE, CLAIM has VALUE, email at DOMAIN, from "
	               "NETWORK, service NAME, prior METHOD or max_age SECONDS");
}

static bool parse_one(struct po_cursor *at, struct po_condition *c, struct po_fault *f)
{
	struct po_word w;
	bool quoted;

	if (!po_cursor_word(at, "=", &w, f))
		return false;
	if (*at->p == '=')
		return parse_equals(at, c, w.text, f);
	po_cursor_skip_blanks(at);
	if (po_cursor_keyword(at, "has"))
		return parse_has(at, c, w.text, f);
	if (!w.quoted && strcmp(w.text, "email") == 0 && po_cursor_keyword(at, "at")) {
		c->kind = PO_CONDITION_EMAIL_AT;
		return parse_values(at, c, PO_VALUE_DOMAIN, &quoted, f);
	}
	return parse_keyword(at, c, &w, f);
}

struct po_condition *po_conditions_append(struct po_conditions *c, struct po_fault *f)
{
	struct po_condition *items;

	if (c->count == CONDITIONS_MOST) {
		po_fail(f, PO_E_CONFIG, "more than %d conditions", CONDITIONS_MOST);
		return NULL;
	}
	items = reallocarray(c->items, c->count + 1, sizeof(*items));
	if (!items) {
		po_fail_memory(f);
		return NULL;
	}
	c->items = items;
	items[c->count] = (struct po_condition){.kind = PO_CONDITION_EQUALS};
	return &items[c->count++];
}

static bool parse_all(struct po_cursor *at, struct po_conditions *c, struct po_fault *f)
{
	for (;;) {
		const char *start = at->p;
		struct po_condition *one = po_conditions_append(c, f);
		struct po_cursor next;

		if (!one || !parse_one(at, one, f))
			return false;
		one->text = strndup(start, (size_t)(at->p - start));
		if (!one->text)
			return po_fail_memory(f);
		next = *at;
		po_cursor_skip_blanks(&next);
		if (next.p == at->p || !po_cursor_keyword(&next, "and"))
			return true;
		*at = next;
	}
}

bool po_conditions_parse(struct po_cursor *at, struct po_conditions *c, struct po_fault *f)
{
	if (parse_all(at, c, f))
		return true;
	po_conditions_free(c);
	return false;
}

bool po_conditions_read(const char *text, struct po_conditions *c, struct po_fault *f)
{
	struct po_cursor at = {text};

	if (parse_all(&at, c, f) &&
	    (!*at.p || po_fail(f, PO_E_CONFIG, "condition: expected 'and' or the end")))
		return true;
	po_conditions_free(c);
	return false;
}
