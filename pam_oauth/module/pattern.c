/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Patterns, over libc's regcomp. Called by rules.c and rules_parse.c. The text is walked here
 * before libc sees it: glibc takes an unmatched ')' for an ordinary character, and "a)|(b" put
 * into ^(...)$ would no longer be anchored. Must leave the host's locale as it was, always.
 */
#include "pattern.h"

#include <locale.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "po_limits.h"
#include "po_text.h"

#define GROUP 2 /* the rule's own: number 1 is the one that carries the anchors */

/* No name is longer, and glibc would take 32767 and build a node for each. */
#define INTERVAL_MOST PO_LIMIT_DERIVED_NAME

struct po_pattern {
	regex_t regex;
};

/* sudo and login bring the locale of whoever called; only this thread changes, for a moment. */
struct c_locale {
	locale_t own;
	locale_t before;
};

static bool enter(struct c_locale *l)
{
	l->own = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (l->own == (locale_t)0)
		return false;
	l->before = uselocale(l->own);
	return true;
}

static void leave(struct c_locale *l)
{
	uselocale(l->before);
	freelocale(l->own);
}

/* The end of a bracket expression that begins at p: its ']', or NULL. */
static const char *bracket_end(const char *p)
{
	p++;
	if (*p == '^')
		p++;
	if (*p == ']')
		p++;
	for (; *p && *p != ']'; p++) {
		const char close[] = {p[1], ']', '\0'};

		if (*p != '[' || !p[1] || !strchr(".:=", p[1]))
			continue;
		p = strstr(p + 2, close);
		if (!p)
			return NULL;
		p++; /* on the ']' of [:alpha:] */
	}
	return *p ? p : NULL;
}

static bool bad(struct po_fault *f, const char *why)
{
	return po_fail(f, PO_E_CONFIG, "pattern: %s", why);
}

/* The last byte of the interval at p, "{2}" to "{2,3}"; NULL if there is none. */
static const char *interval_end(const char *p)
{
	for (int bound = 0; bound < 2; bound++) {
		unsigned value = 0;

		for (p++; po_is_digit(*p); p++)
			if ((value = 10 * value + (unsigned)(*p - '0')) > INTERVAL_MOST)
				return NULL;
		if (*p == '}')
			return p;
		if (*p != ',')
			return NULL;
	}
	return NULL;
}

/*
 * A repetition at *p. One after another means nothing in POSIX and costs glibc all the memory there
 * is: each doubles the tree.
 */
static bool repetition_ok(const char **p, struct po_fault *f)
{
	if (**p == '{')
		*p = interval_end(*p);
	if (!*p)
		return bad(f, "{ does not begin an interval up to 32 at most");
	return !(*p)[1] || !strchr("*+?{", (*p)[1]) || bad(f, "two repetitions in a row");
}

/* One element at *p, inside or outside the group; *p is left on its last byte. */
static bool element_ok(const char **p, bool inside, struct po_fault *f)
{
	if (!strchr("\\[.*+?{}|^$", **p))
		return true;
	if (**p == '\\') {
		if (!(*p)[1] || !strchr(".[]()*+?{}|^$\\", (*p)[1]))
			return bad(f, "a backslash before what needs none");
		(*p)++;
		return true;
	}
	if (!inside)
		return bad(f, "outside the group only literal characters, a dot as \\.");
	if (**p == '[') {
		*p = bracket_end(*p);
		return *p || bad(f, "[ without ]");
	}
	return !strchr("*+?{", **p) || repetition_ok(p, f);
}

/* Everything that po_pattern_compile promises about the text, except what regcomp itself sees. */
static bool text_ok(const char *text, size_t len, struct po_fault *f)
{
	unsigned groups = 0;
	bool inside = false;

	for (const char *p = text; *p; p++) {
		if (*p == '(') {
			if (++groups > 1)
				return bad(f, "more than one group");
			inside = true;
		} else if (*p == ')') {
			if (!inside)
				return bad(f, ") without (");
			inside = false;
		} else if ((p == text && *p == '^') || (p == text + len - 1 && *p == '$')) {
			continue; /* superfluous, but a habit */
		} else if (!element_ok(&p, inside, f)) {
			return false;
		}
	}
	if (inside)
		return bad(f, "( without )");
	return groups == 1 || bad(f, "no group");
}

static bool compile(regex_t *regex, const char *text, struct po_fault *f)
{
	char *anchored = NULL;
	char why[100] = "";
	int error;

	if (asprintf(&anchored, "^(%s)$", text) < 0)
		return po_fail_memory(f);
	error = regcomp(regex, anchored, REG_EXTENDED);
	free(anchored);
	if (error == REG_ESPACE)
		return po_fail_memory(f);
	if (error) {
		regerror(error, NULL, why, sizeof(why));
		return bad(f, why);
	}
	if (regex->re_nsub == GROUP)
		return true;
	regfree(regex);
	return bad(f, "not exactly one group");
}

struct po_pattern *po_pattern_compile(const char *text, struct po_fault *f)
{
	struct po_pattern *p;
	struct c_locale locale;
	bool ok;

	if (!text_ok(text, strlen(text), f))
		return NULL;
	p = calloc(1, sizeof(*p));
	if (!p || !enter(&locale)) {
		free(p);
		po_fail_memory(f);
		return NULL;
	}
	ok = compile(&p->regex, text, f);
	leave(&locale);
	if (ok)
		return p;
	free(p);
	return NULL;
}

void po_pattern_free(struct po_pattern *p)
{
	if (!p)
		return;
	regfree(&p->regex);
	free(p);
}

/* regexec in the C locale; REG_ESPACE also where there is no memory for that. */
static int execute(const struct po_pattern *p, const char *subject, regmatch_t match[GROUP + 1])
{
	struct c_locale locale;
	int error;

	if (!enter(&locale))
		return REG_ESPACE;
	error = regexec(&p->regex, subject, GROUP + 1, match, 0);
	leave(&locale);
	return error;
}

/* The group's text in name (size bytes); false if the subject does not match as a whole. */
static bool capture(const struct po_pattern *p, const char *subject, char *name, size_t size,
                    bool *starved)
{
	regmatch_t match[GROUP + 1];
	int error = execute(p, subject, match);
	size_t len;

	if (error == REG_ESPACE && starved)
		*starved = true;
	if (error || match[0].rm_so != 0 || (size_t)match[0].rm_eo != strlen(subject) ||
	    match[GROUP].rm_so < 0)
		return false;
	len = (size_t)(match[GROUP].rm_eo - match[GROUP].rm_so);
	if (len >= size)
		return false;
	memcpy(name, subject + match[GROUP].rm_so, len);
	name[len] = '\0';
	return true;
}

bool po_pattern_gives(const struct po_pattern *p, const char *subject, const char *account,
                      bool *starved)
{
	char name[PO_LIMIT_DERIVED_NAME + 1];

	if (strlen(subject) > PO_LIMIT_CLAIM_VALUE) /* LIM-9: libc's matcher may take its time */
		return false;
	return capture(p, subject, name, sizeof(name), starved) && po_text_derived_name_ok(name) &&
	       strcmp(name, account) == 0;
}
