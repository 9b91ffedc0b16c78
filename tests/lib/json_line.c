/* SPDX-License-Identifier: BSD-2-Clause */
/* Written by hand because the tests' programs must not bring a JSON library into their process. */
#include "json_line.h"

void json_line_begin(struct json_line *l, FILE *out)
{
	*l = (struct json_line){.out = out};
	flockfile(out); /* until the end: a line is never mixed with another thread's */
	fputc('{', out);
}

static void put_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c >= 0x80)
			fprintf(out, "\\udc%02x", c);
		else if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void put_name(struct json_line *l, const char *name)
{
	if (l->members++)
		fputs(", ", l->out);
	put_text(l->out, name);
	fputs(": ", l->out);
}

void json_line_text(struct json_line *l, const char *name, const char *text)
{
	put_name(l, name);
	if (text)
		put_text(l->out, text);
	else
		fputs("null", l->out);
}

void json_line_number(struct json_line *l, const char *name, double number)
{
	put_name(l, name);
	fprintf(l->out, "%.6f", number);
}

void json_line_end(struct json_line *l)
{
	fputs("}\n", l->out);
	fflush(l->out);
	funlockfile(l->out);
}
