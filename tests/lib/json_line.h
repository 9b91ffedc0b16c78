/* SPDX-License-Identifier: BSD-2-Clause */
/* One JSON object on one line, member by member, for what the tests' own programs report. */
#ifndef JSON_LINE_H
#define JSON_LINE_H

#include <stdio.h>

struct json_line {
	FILE *out;
	int members;
};

/* Begins a line; what was left of an earlier one is the caller's to have ended. */
void json_line_begin(struct json_line *l, FILE *out);

/*
 * A member. Every byte of text beyond ASCII becomes \udcXX, which Python's surrogateescape turns
 * back into that byte: nothing is lost, whatever the text holds. NULL becomes null.
 */
void json_line_text(struct json_line *l, const char *name, const char *text);
void json_line_number(struct json_line *l, const char *name, double number);

/* Ends the line and flushes it, so that a reader sees it at once. */
void json_line_end(struct json_line *l);

#endif
