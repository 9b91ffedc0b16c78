/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_text.c: the promises of po_text_escape. */
#ifndef PO_FUZZ_ESCAPE_H
#define PO_FUZZ_ESCAPE_H

#include "fuzz.h"

/* One byte of a text in which \xHH stands for a byte; steps over it. */
static inline char take_meaning(const char **p)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *s = *p;
	size_t len = strnlen(s, 4);

	if (len == 4 && s[0] == '\\' && s[1] == 'x' && strchr(digits, s[2]) &&
	    strchr(digits, s[3])) {
		*p += 4;
		return (char)((strchr(digits, s[2]) - digits) * 16 +
		              (strchr(digits, s[3]) - digits));
	}
	(*p)++;
	return *s;
}

/* Escaped text is printable, has no quote, says what its source says, and may be escaped again. */
static inline void check_meaning(const char *escaped, const char *s)
{
	char *again = malloc(strlen(escaped) + 1);

	must(again && fuzz_printable(escaped) && !strchr(escaped, '"'));
	must(strcmp(po_text_escape(again, strlen(escaped) + 1, escaped), escaped) == 0);
	free(again);
	while (*escaped && *s)
		must(take_meaning(&escaped) == take_meaning(&s));
	must(!*escaped && !*s);
}

static inline void check_escape(const char *s, size_t size)
{
	size_t whole = 4 * strlen(s) + 1;
	char *all = malloc(whole);
	char *part = malloc(size + 1);

	must(all && part);
	must(po_text_escape(all, whole, s) == all);
	check_meaning(all, s);
	part[0] = '\0';
	must(po_text_escape(part, size, s) == part && fuzz_printable(part));
	must(strlen(part) < size || size == 0);
	if (strlen(all) < size)
		must(strcmp(all, part) == 0);
	else if (size >= 4)
		must(strcmp(part + strlen(part) - 3, "...") == 0 &&
		     strncmp(all, part, strlen(part) - 3) == 0);
	free(part);
	free(all);
}

#endif
