/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of one line of a rule file. */
#ifndef PO_WORDS_H
#define PO_WORDS_H

#include <stdbool.h>

#include "po_err.h"
#include "po_limits.h"
#include "po_types.h"

/* Where in a line we are; the line is at most PO_LIMIT_RULE_LINE bytes and ends with NUL. */
struct po_cursor {
	const char *p;
};

struct po_word {
	char text[PO_LIMIT_RULE_LINE + 1];
	bool quoted;
};

void po_cursor_skip_blanks(struct po_cursor *c);

/*
 * Takes a word in double quotes (\" and \\ inside), or the bytes up to a blank, the end or one of
 * `stops`; it may be empty. PO_E_CONFIG for a quote that does not end or stands inside a word.
 */
bool po_cursor_word(struct po_cursor *c, const char *stops, struct po_word *w, struct po_fault *f);

/* True if this keyword, followed by a blank, is next; both are skipped then. */
bool po_cursor_keyword(struct po_cursor *c, const char *keyword);

/* True if a comma is next, with or without blanks around it; it and they are skipped then. */
bool po_cursor_comma(struct po_cursor *c);

/* Behind `has`: how the claim is read, by the words `word` and `key`, which are skipped (IDN-13).
 */
enum po_claim_read po_cursor_reading(struct po_cursor *c);

/* True if nothing is left but blanks and a comment with a blank before it; PO_E_CONFIG if not. */
bool po_cursor_end(struct po_cursor *c, struct po_fault *f);

#endif
