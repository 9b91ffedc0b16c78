/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of a rule file cut into words: quotes, stops, keywords, the end. */
#include "words.h"

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

struct word_case {
	const char *line;
	const char *stops;
	const char *text; /* NULL: refused */
	bool quoted;
	const char *rest;
};

static void words_end_where_they_should(void **state)
{
	static const struct word_case cases[] = {
	        {"abc", "", "abc", false, ""},
	        {"abc def", "", "abc", false, " def"},
	        {"abc\tdef", "", "abc", false, "\tdef"},
	        {"a=b", "=~", "a", false, "=b"},
	        {"a=b", "", "a=b", false, ""},
	        {"a~b=c", "=~", "a", false, "~b=c"},
	        {"=b", "=~", "", false, "=b"},
	        {" b", "", "", false, " b"},
	        {"", "", "", false, ""},
	        {"a\\.b\\1 c", "", "a\\.b\\1", false, " c"},
	        {"\"a b\"c", "", "a b", true, "c"},
	        {"\"a=b\"=c", "=~", "a=b", true, "=c"},
	        {"\"\" x", "", "", true, " x"},
	        {"\"a\\\"b\\\\c\"", "", "a\"b\\c", true, ""},
	        {"\"\\\\\"", "", "\\", true, ""},
	        {"\"abc", "", NULL, false, ""},
	        {"\"", "", NULL, false, ""},
	        {"\"a\\\"", "", NULL, false, ""},
	        {"\"a\\", "", NULL, false, ""},
	        {"\"a\\n\"", "", NULL, false, ""},
	        {"a\"b\"", "", NULL, false, ""},
	        {"a\"", "", NULL, false, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct word_case *c = &cases[i];
		struct po_cursor at = {c->line};
		struct po_fault f = {0};
		struct po_word w = {.text = "untouched"};
		bool taken = po_cursor_word(&at, c->stops, &w, &f);

		if (taken != (c->text != NULL))
			fail_msg("%s: %s", c->line, taken ? "taken" : f.text);
		if (!taken) {
			assert_int_equal(f.code, PO_E_CONFIG);
			continue;
		}
		assert_string_equal(w.text, c->text);
		assert_int_equal(w.quoted, c->quoted);
		assert_string_equal(at.p, c->rest);
	}
}

/* The longest line there can be fits into a word, quoted or not. */
static void longest_word_fits(void **state)
{
	char line[PO_LIMIT_RULE_LINE + 1];
	struct po_cursor at = {line};
	struct po_fault f;
	struct po_word w;

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	assert_true(po_cursor_word(&at, "", &w, &f));
	assert_int_equal(strlen(w.text), PO_LIMIT_RULE_LINE);
	line[0] = '"';
	line[PO_LIMIT_RULE_LINE - 1] = '"';
	at.p = line;
	assert_true(po_cursor_word(&at, "", &w, &f));
	assert_int_equal(strlen(w.text), PO_LIMIT_RULE_LINE - 2);
	line[PO_LIMIT_RULE_LINE - 1] = 'x';
	at.p = line;
	assert_false(po_cursor_word(&at, "", &w, &f));
}

static void keywords_need_a_blank(void **state)
{
	struct po_cursor at = {"allow \t x"};

	(void)state;
	assert_false(po_cursor_keyword(&at, "all"));
	assert_false(po_cursor_keyword(&at, "allows"));
	assert_true(po_cursor_keyword(&at, "allow"));
	assert_string_equal(at.p, "x");
	at.p = "as";
	assert_false(po_cursor_keyword(&at, "as"));
	assert_string_equal(at.p, "as");
}

struct end_case {
	const char *rest;
	bool ok;
};

static void only_blanks_and_comments_end_a_line(void **state)
{
	static const struct end_case cases[] = {
	        {"", true},    {"  \t", true}, {" # x", true}, {"\t#", true},
	        {"#x", false}, {"x", false},   {" x", false},  {",", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct po_cursor at = {cases[i].rest};
		struct po_fault f = {0};

		if (po_cursor_end(&at, &f) != cases[i].ok)
			fail_msg("\"%s\"", cases[i].rest);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(words_end_where_they_should),
	        cmocka_unit_test(longest_word_fits),
	        cmocka_unit_test(keywords_need_a_blank),
	        cmocka_unit_test(only_blanks_and_comments_end_a_line),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
