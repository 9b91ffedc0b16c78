/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cutting a line into words. Called by rules_parse.c and conditions_parse.c. A backslash outside
 * quotes is an ordinary byte, so that a regular expression can be written as it is.
 */
#include "words.h"

#include <string.h>

static bool bad(struct po_fault *f, const char *why)
{
	return po_fail(f, PO_E_CONFIG, "%s", why);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void po_cursor_skip_blanks(struct po_cursor *c)
{
	while (is_blank(*c->p))
		c->p++;
}

static bool quoted_word(struct po_cursor *c, struct po_word *w, struct po_fault *f)
{
	size_t n = 0;

	w->quoted = true;
	for (c->p++; *c->p != '"'; c->p++) {
		if (*c->p == '\\') {
			c->p++;
			if (*c->p != '"' && *c->p != '\\')
				return bad(f, "in quotes a backslash stands before \" or \\ only");
		}
		if (!*c->p)
			return bad(f, "quote without an end");
		w->text[n++] = *c->p;
	}
	c->p++;
	w->text[n] = '\0';
	return true;
}

bool po_cursor_word(struct po_cursor *c, const char *stops, struct po_word *w, struct po_fault *f)
{
	size_t n = 0;

	if (*c->p == '"')
		return quoted_word(c, w, f);
	w->quoted = false;
	for (; *c->p && !is_blank(*c->p) && !strchr(stops, *c->p); c->p++) {
		if (*c->p == '"')
			return bad(f, "quote inside a word");
		w->text[n++] = *c->p;
	}
	w->text[n] = '\0';
	return true;
}

bool po_cursor_keyword(struct po_cursor *c, const char *keyword)
{
	size_t len = strlen(keyword);

	if (strncmp(c->p, keyword, len) != 0 || !is_blank(c->p[len]))
		return false;
	c->p += len;
	po_cursor_skip_blanks(c);
	return true;
}

bool po_cursor_comma(struct po_cursor *c)
{
	struct po_cursor next = *c;

	po_cursor_skip_blanks(&next);
	if (*next.p != ',')
		return false;
	next.p++;
	po_cursor_skip_blanks(&next);
	*c = next;
	return true;
}

enum po_claim_read po_cursor_reading(struct po_cursor *c)
{
	if (po_cursor_keyword(c, "word"))
		return PO_READ_WORDS;
	return po_cursor_keyword(c, "key") ? PO_READ_KEYS : PO_READ_LIST;
}

bool po_cursor_end(struct po_cursor *c, struct po_fault *f)
{
	bool blank = is_blank(*c->p);

	po_cursor_skip_blanks(c);
	if (!*c->p || (blank && *c->p == '#'))
		return true;
	return bad(f, "unexpected text at the end of the line");
}
