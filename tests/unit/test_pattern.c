/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Patterns: anchored whatever they hold (MAP-5), never lossy (MAP-6, MAP-10), the same under every
 * locale. Linked with --wrap=regcomp,--wrap=regexec: the wrappers look at the locale that libc
 * would use at that moment.
 */
#include "pattern.h"

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <langinfo.h>
#include <locale.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seen {
	unsigned calls;
	unsigned calls_in_c;
	bool fails;
};

static struct seen seen; /* the wrappers' only way to talk to the tests */

int __real_regcomp(regex_t *regex, const char *text, int flags);
int __wrap_regcomp(regex_t *regex, const char *text, int flags);
int __real_regexec(const regex_t *regex, const char *text, size_t n, regmatch_t *m, int flags);
int __wrap_regexec(const regex_t *regex, const char *text, size_t n, regmatch_t *m, int flags);

static void look(void)
{
	seen.calls++;
	seen.calls_in_c += MB_CUR_MAX == 1 && strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0;
}

int __wrap_regcomp(regex_t *regex, const char *text, int flags)
{
	look();
	return __real_regcomp(regex, text, flags);
}

int __wrap_regexec(const regex_t *regex, const char *text, size_t n, regmatch_t *m, int flags)
{
	int error = __real_regexec(regex, text, n, m, flags);

	look();
	return seen.fails ? REG_ESPACE : error;
}

struct bad_case {
	const char *text;
	const char *why;
};

static void expressions_that_are_refused(void **state)
{
	static const struct bad_case cases[] = {
	        {"", "no group"},
	        {"alice", "no group"},
	        {"()()", "more than one group"},
	        {"([a-z]+)([a-z]+)", "more than one group"},
	        {"(a(b)c)", "more than one group"},
	        /* glibc takes a lone ) for a literal: these would lose their anchors */
	        {"a)|(b", ") without ("},
	        {"(a))", ") without ("},
	        {"([a-z]+))|(.*", ") without ("},
	        {"(a", "( without )"},
	        {"([a-z]+", "( without )"},
	        {"([a-z)", "[ without ]"},
	        {"([[:alpha:)", "[ without ]"},
	        {"([]a)", "[ without ]"},
	        /* MAP-6, MAP-10: what is not captured must be the same for everybody */
	        {"([a-z]+)@.*", "outside the group"},
	        {"([a-z]+)@example.org", "outside the group"},
	        {"([a-z]+)@example\\.(org)", "more than one group"},
	        {"([a-z]+)|root", "outside the group"},
	        {"root|([a-z]+)", "outside the group"},
	        {"[Aa]-([a-z]+)", "outside the group"},
	        {"([a-z])+", "outside the group"},
	        {"([a-z]+)*", "outside the group"},
	        {"([a-z]+)?", "outside the group"},
	        {"([a-z]){2}", "outside the group"},
	        {"x*([a-z]+)", "outside the group"},
	        {"a^([a-z]+)", "outside the group"},
	        {"([a-z]+)$b", "outside the group"},
	        /* no back-reference, nothing that only GNU knows */
	        {"([a-z]+)\\1", "a backslash before what needs none"},
	        {"(\\w+)", "a backslash before what needs none"},
	        {"([a-z]+)\\'", "a backslash before what needs none"},
	        {"(\\bx)", "a backslash before what needs none"},
	        {"([a-z]+)\\", "a backslash before what needs none"},
	        /* what would take glibc hours and all memory */
	        {"(a++)", "two repetitions in a row"},
	        {"(a*?)", "two repetitions in a row"},
	        {"(a{2}{2})", "two repetitions in a row"},
	        {"([a-z]+{2})", "two repetitions in a row"},
	        {"(a{33})", "{ does not begin an interval"},
	        {"(a{1,33})", "{ does not begin an interval"},
	        {"(a{99999999999})", "{ does not begin an interval"},
	        {"(a{1,2,3})", "{ does not begin an interval"},
	        {"(a{1)", "{ does not begin an interval"},
	        {"(a{x})", "{ does not begin an interval"},
	        /* what libc itself refuses */
	        {"([z-a]+)", "pattern: "},
	        {"(a{2,1})", "pattern: "},
	        {"([[:nope:]])", "pattern: "},
	        {"(*a)", "pattern: "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct po_fault f = {0};

		if (po_pattern_compile(cases[i].text, &f))
			fail_msg("\"%s\" was taken", cases[i].text);
		assert_int_equal(f.code, PO_E_CONFIG);
		if (!strstr(f.text, cases[i].why))
			fail_msg("\"%s\": %s", cases[i].text, f.text);
	}
}

struct match_case {
	const char *pattern;
	const char *subject;
	const char *account;
	bool gives;
};

#define NAMES   "([a-z][a-z0-9]*)"
#define ANY     "(.*)"
#define LONG_32 "abcdefghijklmnopqrstuvwxyzabcdef"

static const struct match_case matches[] = {
        {NAMES, "alice", "alice", true},
        {NAMES, "alice", "bob", false},
        {"^([a-z]+)$", "alice", "alice", true},
        {"([a-z]+)@example\\.org", "alice@example.org", "alice", true},
        {"([a-z]+)@example\\.org", "alice@exampleXorg", "alice", false},
        {"([a-z]+)@example\\.org", "alice@evil.example", "alice", false},
        {"([a-z]+)@example\\.org", "alice@example.org.evil.example", "alice", false},
        {"([a-z]+)@example\\.org", "evil@alice@example.org", "alice", false},
        {"u-([a-z]+)", "u-alice", "alice", true},
        {"u-([a-z]+)", "xu-alice", "alice", false},
        {"([a-z]+)\\$", "alice$", "alice", true},
        {"([a-z]+)\\(1\\)", "alice(1)", "alice", true},
        {"(alice|bob)", "bob", "bob", true},
        {"(alice|bob)", "mallory", "mallory", false},
        {"(^alice|bob$)", "bob", "bob", true},
        {"(^alice|bob$)", "xbob", "bob", false},
        {"([]a]+)", "a", "a", true},
        {"([^])(]+)", "alice", "alice", true},
        {"([[:lower:]]+)", "alice", "alice", true},
        {"([[.a.][=b=]]+)", "ab", "ab", true},
        {"([a-z]{2,5})", "alice", "alice", true},
        {"([a-z]{2,4})", "alice", "alice", false},
        {"([a-z]{5})", "alice", "alice", true},
        {"([a-z]{5,})", "alice", "alice", true},
        {"([a-z]{1,32})", "alice", "alice", true},
        {"(al?ice*|bob+)", "aice", "aice", true},
        {"([a\\]+)", "aa", "aa", true},
        /* a match must be whole and exact, in both directions */
        {NAMES, "alice", "alic", false},
        {NAMES, "alic", "alice", false},
        {NAMES, "Alice", "alice", false},
        {NAMES, "alice", "Alice", false},
        {NAMES, "alice ", "alice", false},
        {NAMES, "alice\n", "alice", false},
        {NAMES, "root\nalice", "alice", false},
        {NAMES, "", "", false},
        /* MAP-1 holds whatever the pattern lets through */
        {ANY, "alice", "alice", true},
        {ANY, LONG_32, LONG_32, true},
        {ANY, LONG_32 "g", LONG_32 "g", false},
        {ANY, LONG_32 "g", LONG_32, false}, /* nor is it cut to the name of somebody else */
        {ANY, "0", "0", false},
        {ANY, "1000", "1000", false},
        {ANY, "-h", "-h", false},
        {ANY, "..", "..", false},
        {ANY, "alice.", "alice.", false},
        {ANY, "alice$", "alice$", false},
        {ANY, "a/b", "a/b", false},
        {ANY, "ALICE", "ALICE", false},
        {ANY, "\xd0\xb0lice", "\xd0\xb0lice", false},
        {ANY, "alice\xe2\x80\x8b", "alice", false},
};

static void check_matches(void)
{
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		const struct match_case *c = &matches[i];
		struct po_fault f = {0};
		struct po_pattern *p = po_pattern_compile(c->pattern, &f);

		if (!p)
			fail_msg("\"%s\": %s", c->pattern, f.text);
		if (po_pattern_gives(p, c->subject, c->account, NULL) != c->gives)
			fail_msg("\"%s\" on \"%s\" for \"%s\"", c->pattern, c->subject, c->account);
		po_pattern_free(p);
	}
}

static void captures_equal_the_account(void **state)
{
	(void)state;
	check_matches();
}

/* A pattern of so many literals and a group, on the subject that it describes. */
static bool gives_after(size_t literals)
{
	char text[300];
	struct po_fault f = {0};
	struct po_pattern *p;
	bool gives;

	memset(text, 'x', literals);
	memcpy(text + literals, "(a)", 4);
	p = po_pattern_compile(text, &f);
	assert_non_null(p);
	memcpy(text + literals, "a", 2);
	seen = (struct seen){0};
	gives = po_pattern_gives(p, text, "a", NULL);
	po_pattern_free(p);
	return gives;
}

/* LIM-9: libc's matcher never sees a subject of more than 255 bytes. */
static void subject_is_bounded(void **state)
{
	(void)state;
	assert_true(gives_after(253));
	assert_true(gives_after(254));
	assert_int_equal(seen.calls, 1);
	assert_false(gives_after(255));
	assert_int_equal(seen.calls, 0);
}

/* Sets the host's locale, runs everything, and looks whether the host would notice. */
static bool run_under(const char *name)
{
	char before[512];
	locale_t thread;

	if (!setlocale(LC_ALL, name))
		return false;
	snprintf(before, sizeof(before), "%s", setlocale(LC_ALL, NULL));
	thread = newlocale(LC_ALL_MASK, name, (locale_t)0);
	assert_true(thread != (locale_t)0);

	seen = (struct seen){0};
	check_matches();
	assert_true(seen.calls > 0);
	assert_int_equal(seen.calls, seen.calls_in_c);
	assert_true(uselocale((locale_t)0) == LC_GLOBAL_LOCALE);
	assert_string_equal(setlocale(LC_ALL, NULL), before);

	/* the host's thread may have a locale of its own, too */
	uselocale(thread);
	check_matches();
	assert_int_equal(seen.calls, seen.calls_in_c);
	assert_true(uselocale((locale_t)0) == thread);
	uselocale(LC_GLOBAL_LOCALE);
	freelocale(thread);
	setlocale(LC_ALL, "C");
	return true;
}

/* A matcher that gives up has not matched, whatever it wrote on the way (GEN-1). */
static void failure_is_no_match(void **state)
{
	struct po_fault f;
	struct po_pattern *p = po_pattern_compile("([a-z]+)", &f);

	(void)state;
	assert_non_null(p);
	assert_true(po_pattern_gives(p, "alice", "alice", NULL));
	seen.fails = true;
	assert_false(po_pattern_gives(p, "alice", "alice", NULL));
	seen.fails = false;
	po_pattern_free(p);
}

static void no_locale_is_used_or_changed(void **state)
{
	static const char *const names[] = {"C.UTF-8", "en_US.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8",
	                                    "tr_TR.ISO-8859-9"};
	unsigned run = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bool there = run_under(names[i]);

		print_message("%s: %s\n", names[i], there ? "run" : "not on this host");
		run += there;
	}
	if (run == 0)
		skip();
}

/* A refused pattern, too, gives the locale back. */
static void locale_is_restored_after_a_fault(void **state)
{
	locale_t thread = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	struct po_fault f;

	(void)state;
	uselocale(thread);
	assert_null(po_pattern_compile("([z-a]+)", &f));
	assert_true(uselocale((locale_t)0) == thread);
	uselocale(LC_GLOBAL_LOCALE);
	freelocale(thread);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(expressions_that_are_refused),
	        cmocka_unit_test(captures_equal_the_account),
	        cmocka_unit_test(subject_is_bounded),
	        cmocka_unit_test(failure_is_no_match),
	        cmocka_unit_test(no_locale_is_used_or_changed),
	        cmocka_unit_test(locale_is_restored_after_a_fault),
	};

	return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
