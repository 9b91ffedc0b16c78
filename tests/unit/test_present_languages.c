/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The screen of UIX-18 in every language: 80 by 24 with an ordinary address, the same picture, and
 * no line above 79 columns whatever the names, address, code and time. English is test_present.c's.
 */
#include "columns.h"

#include <stdio.h>

#include "catalogue.h"
#include "language.h"
#include "present.h"
#include "qrtext.h"

#define SCREEN_ROWS 24
#define FULL_SIDE   33 /* version 4, the largest that leaves room for the words (UIX-15) */
#define FULL_LINES  19
#define VALUE_AT    17 /* where address and code begin */

struct shown {
	size_t name, uri, code; /* lengths */
	unsigned long left_s;
	uint32_t side;
};

/* n times c. */
static char *repeat(char c, size_t n)
{
	char *text = calloc(1, n + 1);

	assert_non_null(text);
	memset(text, c, n);
	return text;
}

/* The text in this language; free it. Address and code are of u and #. */
static char *present(const struct shown *s, unsigned language)
{
	const struct po_config config = {.qr = PO_QR_UTF8};
	struct po_challenge ch = {repeat('u', s->uri), repeat('#', s->code), 300, s->side, NULL};
	char *name = repeat('n', s->name);
	const struct po_presentation p = {.config = &config,
	                                  .challenge = &ch,
	                                  .host = name,
	                                  .service = name,
	                                  .account = name,
	                                  .left_s = s->left_s,
	                                  .language = language,
	                                  .utf8 = true};
	struct po_fault f = {.code = PO_OK};
	char *text;

	if (s->side)
		ch.qr_bits = calloc(1, po_qr_bytes(s->side));
	for (size_t i = 0; i < po_qr_bytes(s->side); i++)
		ch.qr_bits[i] = (unsigned char)(37 * i);
	text = po_present(&p, &f);
	assert_non_null(text);
	po_challenge_free(&ch);
	free(name);
	return text;
}

/* The line of this number, from 0; its length without the newline. */
static const char *line_at(const char *text, unsigned number, size_t *len)
{
	for (; number > 0; number--) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	*len = strcspn(text, "\n");
	return text;
}

/* Does this text stand in that line, and begin in the column of values? */
static bool value_in_place(const char *text, unsigned number, const char *value)
{
	size_t len;
	const char *line = line_at(text, number, &len);
	const char *at = strstr(line, value);

	return at && at < line + len && columns_of(line, (size_t)(at - line)) == VALUE_AT;
}

static unsigned count_lines(const char *text)
{
	unsigned n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static size_t widest(const char *text)
{
	size_t most = 0;
	size_t len;

	for (unsigned i = 0; i < count_lines(text); i++) {
		const char *line = line_at(text, i, &len);

		if (columns_of(line, len) > most)
			most = columns_of(line, len);
	}
	return most;
}

/* An address of 62 bytes is the longest that fits its line in English, and the picture of one with
 * its code, 78 bytes, leaves 5 rows (UIX-15, UIX-18). */
static void an_ordinary_challenge_fills_24_rows(void **state)
{
	static const struct shown ordinary[] = {
	        {9, 30, 9, 100, FULL_SIDE},
	        {40, 62, 9, 899, FULL_SIDE},
	        {500, 62, 16, 600, FULL_SIDE},
	        {9, 62, 20, 59, FULL_SIDE},
	        {9, 30, 9, 899, 0},
	};
	struct table t = {0};
	char row[60];

	(void)state;
	for (unsigned l = 0; l < po_language_count; l++)
		for (size_t i = 0; i < COUNT(ordinary); i++) {
			const struct shown *s = &ordinary[i];
			unsigned words = s->side ? FULL_LINES : 0;
			char *uri = repeat('u', s->uri);
			char *code = repeat('#', s->code);
			char *seen = present(s, l);
			char *english = present(s, PO_ENGLISH);
			size_t drawn;

			snprintf(row, sizeof(row), "%s, address of %zu, code of %zu",
			         po_language_names[l], s->uri, s->code);
			t.row = row;
			ROW_NUMBER(&t, count_lines(seen) + 1, s->side ? SCREEN_ROWS : 5);
			ROW(&t, widest(seen) <= PO_TEXT_COLUMNS);
			ROW(&t, value_in_place(seen, words + 1, uri));
			ROW(&t, value_in_place(seen, words + 2, code));
			drawn = (size_t)(line_at(seen, words, &drawn) - seen);
			ROW(&t, strncmp(seen, english, drawn) == 0);
			free(seen);
			free(english);
			free(uri);
			free(code);
		}
	table_end(&t);
}

/* The text without newlines, to look for what was broken over lines; free it. */
static char *joined(const char *text)
{
	char *all = calloc(1, strlen(text) + 1);
	size_t n = 0;

	for (; *text; text++)
		if (*text != '\n')
			all[n++] = *text;
	return all;
}

static void no_challenge_passes_column_79_or_loses_anything(void **state)
{
	static const size_t names[] = {0, 10, 17, 40, 500};
	static const size_t uris[] = {9, 61, 62, 63, 79, 80, 512};
	static const size_t codes[] = {1, 9, 20, 30, 31, 40, 45, 64};
	static const unsigned long times[] = {0, 60, 899};
	struct table t = {0};
	char row[80];

	(void)state;
	for (unsigned l = 0; l < po_language_count; l++)
		for (size_t i = 0; i < COUNT(names) * COUNT(uris) * COUNT(codes); i++) {
			const struct shown s = {
			        names[i % COUNT(names)], uris[i / COUNT(names) % COUNT(uris)],
			        codes[i / COUNT(names) / COUNT(uris)], times[i % COUNT(times)], 0};
			char *uri = repeat('u', s.uri);
			char *code = repeat('#', s.code);
			char *seen = present(&s, l);
			char *flat = joined(seen);
			const char *at = strstr(seen, code);

			snprintf(row, sizeof(row), "%s, names of %zu, address of %zu, code of %zu",
			         po_language_names[l], s.name, s.uri, s.code);
			t.row = row;
			ROW(&t, widest(seen) <= PO_TEXT_COLUMNS);
			ROW(&t, strstr(flat, uri) != NULL);
			ROW(&t, at && (at[s.code] == '\n' || strncmp(at + s.code, "  ", 2) == 0));
			ROW(&t, strstr(seen, po_language_text(l, PO_SAY_WARNING)) != NULL);
			free(seen);
			free(flat);
			free(uri);
			free(code);
		}
	table_end(&t);
}

/* LIM-16: what a taller terminal may be shown. */
static void the_largest_symbol_is_the_same_in_every_language(void **state)
{
	const struct shown s = {9, 62, 9, 899, PO_QR_SIDE_MAX};
	char *english = present(&s, PO_ENGLISH);
	size_t drawn;

	(void)state;
	drawn = (size_t)(line_at(english, 39, &drawn) - english);
	for (unsigned l = 1; l < po_language_count; l++) {
		char *seen = present(&s, l);

		assert_int_equal(count_lines(seen), 39 + 4);
		assert_memory_equal(seen, english, drawn);
		assert_in_range(widest(seen), 1, PO_TEXT_COLUMNS);
		free(seen);
	}
	free(english);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_ordinary_challenge_fills_24_rows),
	        cmocka_unit_test(no_challenge_passes_column_79_or_loses_anything),
	        cmocka_unit_test(the_largest_symbol_is_the_same_in_every_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
