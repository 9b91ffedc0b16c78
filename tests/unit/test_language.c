/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The catalogue as it was built, held against sentences.h and libc once more (po/catalogue.py is
 * what made it), and what is said of it. How it looks on a screen: test_present_languages.c.
 */
#include "columns.h"

#include <stdio.h>

#include "catalogue.h"
#include "language.h"
#include "po_limits.h"
#include "po_text.h"

static const struct {
	const char *name;
	size_t columns;
	const char *english;
} sentences[PO_SENTENCE_COUNT] = {
#define PO_SENTENCE_ROW(name, columns, english) [PO_SAY_##name] = {#name, columns, english},
        PO_SENTENCE_TABLE(PO_SENTENCE_ROW)
#undef PO_SENTENCE_ROW
};

static void the_languages_are_those_of_the_manual(void **state)
{
	static const char *const names[] = {"en", "cs", "de", "es", "fr", "ja"};

	(void)state;
	assert_int_equal(po_language_count, COUNT(names));
	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(po_language_names[i], names[i]);
	assert_null(po_language_names[COUNT(names)]);
}

/* The text without its %s; the number of them, or -1 if there is any other '%'. */
static int take_directives(const char *text, char *plain)
{
	int n = 0;

	for (; *text; text++)
		if (text[0] == '%' && text[1] == 's') {
			n++;
			text++;
		} else if (*text == '%') {
			return -1;
		} else {
			*plain++ = *text;
		}
	*plain = '\0';
	return n;
}

/* The one key that is named at a prompt, as a word of its own. */
static bool names_q(const char *text)
{
	const char *q = strchr(text, 'q');

	for (; q; q = strchr(q + 1, 'q'))
		if (q > text && !po_is_alnum(q[-1]) && !po_is_alnum(q[1]))
			return true;
	return false;
}

static void every_sentence_fits_its_place_in_every_language(void **state)
{
	struct table t = {0};
	char plain[PO_LIMIT_PHRASE + 1];
	char english[PO_LIMIT_PHRASE + 1];
	char row[40];

	(void)state;
	for (unsigned l = 0; l < po_language_count; l++)
		for (int s = PO_SAY_NOTHING + 1; s < PO_SENTENCE_COUNT; s++) {
			const char *text = po_language_text(l, (enum po_sentence)s);

			snprintf(row, sizeof(row), "%s %s", po_language_names[l],
			         sentences[s].name);
			t.row = row;
			if (!ROW(&t, *text && strlen(text) <= PO_LIMIT_PHRASE))
				continue;
			ROW_NUMBER(&t, take_directives(text, plain),
			           take_directives(sentences[s].english, english));
			ROW(&t, po_text_utf8_ok(text, strlen(text)));
			ROW_NUMBER(&t, po_language_columns(l, (enum po_sentence)s),
			           columns_of(plain, strlen(plain)));
			ROW(&t, columns_of(plain, strlen(plain)) <= sentences[s].columns);
			ROW(&t, sentences[s].columns <= PO_TEXT_COLUMNS);
			ROW(&t, names_q(text) == names_q(sentences[s].english));
			if (l == PO_ENGLISH)
				ROW_TEXT(&t, text, sentences[s].english);
		}
	table_end(&t);
}

/* A sentence that was forgotten would be there in English. */
static void a_translation_is_none_if_it_is_the_original(void **state)
{
	struct table t = {0};
	char row[40];

	(void)state;
	for (unsigned l = 1; l < po_language_count; l++)
		for (int s = PO_SAY_NOTHING + 1; s < PO_SENTENCE_COUNT; s++) {
			snprintf(row, sizeof(row), "%s %s", po_language_names[l],
			         sentences[s].name);
			t.row = row;
			ROW(&t, strcmp(po_language_text(l, (enum po_sentence)s),
			               sentences[s].english) != 0);
		}
	table_end(&t);
}

static const char *const one[] = {"A", NULL};
static const char *const three[] = {"web01", "sshd", "alice", NULL};
static const char *const four[] = {"web01", "sshd", "alice", "more", NULL};
static const char *const nasty[] = {"%s%n", "%d", "%1$s", NULL};

static const struct {
	const char *name;
	unsigned language;
	enum po_sentence sentence;
	const char *const *values;
	size_t size;
	const char *text;
} rows[] = {
        {"no value", 0, PO_SAY_ACCESS_DENIED, NULL, 80, "Access denied."},
        {"a value too many", 0, PO_SAY_ACCESS_DENIED, one, 80, "Access denied."},
        {"one value", 0, PO_SAY_REFERENCE, one, 80, "Reference: A"},
        {"three values", 0, PO_SAY_TITLE, three, 80, "Web sign-in to web01 (sshd) as alice"},
        {"four values", 0, PO_SAY_TITLE, four, 80, "Web sign-in to web01 (sshd) as alice"},
        {"two values too few", 0, PO_SAY_TITLE, one, 80, "Web sign-in to A () as "},
        {"no values at all", 0, PO_SAY_TITLE, NULL, 80, "Web sign-in to  () as "},
        {"MAP-14 a value is text", 0, PO_SAY_TITLE, nasty, 80, "Web sign-in to %s%n (%d) as %1$s"},
        {"another language", 2, PO_SAY_ACCESS_DENIED, NULL, 80, "Zugriff verweigert."},
        {"another language, and values", 2, PO_SAY_TITLE, three, 80,
         "Web-Anmeldung an web01 (sshd) als alice"},
        {"a language that does not exist", 6, PO_SAY_ACCESS_DENIED, NULL, 80, "Access denied."},
        {"nor this one", ~0U, PO_SAY_ACCESS_DENIED, NULL, 80, "Access denied."},
        {"nothing", 2, PO_SAY_NOTHING, NULL, 80, ""},
        {"a sentence that does not exist", 0, PO_SENTENCE_COUNT, NULL, 80, ""},
        {"cut in the text", 0, PO_SAY_TITLE, three, 5, "Web "},
        {"cut in a value", 0, PO_SAY_TITLE, three, 18, "Web sign-in to we"},
        {"cut at a value", 0, PO_SAY_TITLE, three, 16, "Web sign-in to "},
        {"room for nothing", 0, PO_SAY_TITLE, three, 1, ""},
};

static void values_stand_in_the_places_of_the_directives(void **state)
{
	struct table t = {0};
	char out[80];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].name;
		memset(out, 'x', sizeof(out));
		ROW_TEXT(&t,
		         po_language_say(out, rows[i].size, rows[i].language, rows[i].sentence,
		                         rows[i].values),
		         rows[i].text);
		ROW(&t, rows[i].size == sizeof(out) || out[rows[i].size] == 'x');
	}
	table_end(&t);
	assert_int_equal(po_language_columns(0, PO_SAY_NOTHING), 0);
	assert_int_equal(po_language_columns(99, PO_SAY_OPEN), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_languages_are_those_of_the_manual),
	        cmocka_unit_test(every_sentence_fits_its_place_in_every_language),
	        cmocka_unit_test(a_translation_is_none_if_it_is_the_original),
	        cmocka_unit_test(values_stand_in_the_places_of_the_directives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
