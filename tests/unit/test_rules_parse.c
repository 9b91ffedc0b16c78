/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The form of a rule file (MAP-13): one doubtful line refuses all of it, and the fault names the
 * line. Limits LIM-9, LIM-20; the line limit.
 */
#include "rules.h"

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ISSUER   "https://sso.example.org/realms/main"
#define ISSUED   "issuer " ISSUER "\n"
#define OTHER    "https://sso.example.org/realms/other"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A request to this issuer. */
#define OF(text) (&(const struct po_request){.issuer = (char[]){text}})

static struct po_rules *parse(const char *text, struct po_fault *f)
{
	return po_rules_parse("/etc/map", text, strlen(text), "sub", f);
}

static struct po_rules *must_parse(const char *text)
{
	struct po_fault f = {0};
	struct po_rules *r = parse(text, &f);

	if (!r)
		fail_msg("%s: %s", text, f.text);
	return r;
}

struct bad_case {
	const char *text;
	const char *fault; /* how the message begins */
};

static const struct bad_case bad_cases[] = {
        /* structure */
        {"allow sub=x as alice\n", "/etc/map:1: rule before the first issuer"},
        {ISSUED "Allow sub=x as alice\n", "/etc/map:2: expected 'issuer', 'allow' or 'deny'"},
        {ISSUED "allowsub=x as alice\n", "/etc/map:2: expected 'issuer', 'allow' or 'deny'"},
        {ISSUED "allow\n", "/etc/map:2: expected 'issuer', 'allow' or 'deny'"},
        {ISSUED "issuer\n", "/etc/map:2: expected 'issuer', 'allow' or 'deny'"},
        {ISSUED "\n# fine\n\nallow sub=x\n", "/etc/map:5: expected a blank and 'as ACCOUNT'"},
        {ISSUED "allow sub=x as\n", "/etc/map:2: expected a blank and 'as ACCOUNT'"},
        {ISSUED "allow sub=x alice\n", "/etc/map:2: expected a blank and 'as ACCOUNT'"},
        {ISSUED "allow sub=x AS alice\n", "/etc/map:2: expected a blank and 'as ACCOUNT'"},
        {ISSUED "allow sub=x asalice\n", "/etc/map:2: expected a blank and 'as ACCOUNT'"},
        {ISSUED "allow sub=x as alice bob\n", "/etc/map:2: unexpected text at the end"},
        {ISSUED "allow sub=x as alice;\n\nx", "/etc/map:4: expected 'issuer', 'allow' or 'deny'"},
        /* issuer lines */
        {"issuer http://sso.example.org\n", "/etc/map:1: issuer: expected an https URL"},
        {"issuer https://sso.example.org/?a\n", "/etc/map:1: issuer: expected an https URL"},
        {"issuer https://sso.example.org x\n", "/etc/map:1: unexpected text at the end"},
        {"issuer \"\"\n", "/etc/map:1: issuer: expected an https URL"},
        /* a value alone must be unmistakable */
        {ISSUED "allow alice as alice\n", "/etc/map:2: expected CLAIM=VALUE"},
        {ISSUED "allow sub x as alice\n", "/etc/map:2: expected CLAIM=VALUE"},
        {ISSUED "allow sub =x as alice\n", "/etc/map:2: expected CLAIM=VALUE"},
        {ISSUED "allow sub= x as alice\n", "/etc/map:2: value: expected 1 to 255 bytes"},
        {ISSUED "allow \"\" as alice\n", "/etc/map:2: value: expected 1 to 255 bytes"},
        /* claims and values */
        {ISSUED "allow =x as alice\n", "/etc/map:2: claim: expected"},
        {ISSUED "allow ~(x) as \\1\n", "/etc/map:2: claim: expected"},
        {ISSUED "allow /email=a@b as alice\n", "/etc/map:2: claim: expected"},
        {ISSUED "allow sub= as alice\n", "/etc/map:2: value: expected 1 to 255 bytes"},
        {ISSUED "allow sub=\"\" as alice\n", "/etc/map:2: value: expected 1 to 255 bytes"},
        {ISSUED "allow sub=\xff as alice\n", "/etc/map:2: value: expected 1 to 255 bytes"},
        {ISSUED "allow sub=\xc2\x85 as alice\n", "/etc/map:2: value: expected 1 to 255 bytes"},
        /* quotes */
        {ISSUED "allow sub=\"x as alice\n", "/etc/map:2: quote without an end"},
        {ISSUED "allow \"x as alice\n", "/etc/map:2: quote without an end"},
        {ISSUED "allow sub=x as \"alice\n", "/etc/map:2: quote without an end"},
        {"issuer \"https://sso.example.org\n", "/etc/map:1: quote without an end"},
        {ISSUED "allow sub=\"x\\\n", "/etc/map:2: in quotes a backslash"},
        {ISSUED "allow sub=\"x\\n\" as alice\n", "/etc/map:2: in quotes a backslash"},
        {ISSUED "allow sub=x\"y\" as alice\n", "/etc/map:2: quote inside a word"},
        {ISSUED "allow sub=\"x\"y as alice\n", "/etc/map:2: expected a blank and 'as"},
        {ISSUED "allow \"x\"y as alice\n", "/etc/map:2: expected a blank and 'as"},
        {ISSUED "allow sub=x as \"alice\"x\n", "/etc/map:2: unexpected text at the end"},
        /* accounts */
        {ISSUED "allow sub=x as alice,\n", "/etc/map:2: expected an account name"},
        {ISSUED "allow sub=x as ,alice\n", "/etc/map:2: expected an account name"},
        {ISSUED "allow sub=x as alice,,bob\n", "/etc/map:2: expected an account name"},
        {ISSUED "allow sub=x as alice, # bob\n", "/etc/map:2: expected an account name"},
        {ISSUED "allow sub=x as alice#bob\n", "/etc/map:2: unexpected text at the end"},
        {ISSUED "allow sub=x as -h\n", "/etc/map:2: expected an account name"},
        {ISSUED "allow sub=x as ../etc\n", "/etc/map:2: expected an account name"},
        {ISSUED "allow sub=x as a:b\n", "/etc/map:2: expected an account name"},
        {ISSUED "allow sub=x as alice, bob, alice\n", "/etc/map:2: account named twice"},
        {ISSUED "allow sub=x as \\1\n", "/etc/map:2: 'as \\1' needs a pattern"},
        {ISSUED "allow \"x\" as \\1\n", "/etc/map:2: 'as \\1' needs a pattern"},
        /* patterns */
        {ISSUED "allow sub~(x) as alice\n", "/etc/map:2: a pattern takes 'as \\1'"},
        {ISSUED "allow sub~(x) as \"\\\\1\"\n", "/etc/map:2: a pattern takes 'as \\1'"},
        {ISSUED "allow sub~(x) as \\1, alice\n", "/etc/map:2: a pattern takes 'as \\1'"},
        {ISSUED "allow sub~(x) as \\1, \\1\n", "/etc/map:2: a pattern takes 'as \\1'"},
        {ISSUED "allow sub~(x) as \\2\n", "/etc/map:2: a pattern takes 'as \\1'"},
        {ISSUED "allow sub~x as \\1\n", "/etc/map:2: pattern: no group"},
        {ISSUED "allow sub~ as \\1\n", "/etc/map:2: pattern: no group"},
        {ISSUED "allow sub~(a)|(b) as \\1\n", "/etc/map:2: pattern: "},
        {ISSUED "allow sub~(x)@.* as \\1\n", "/etc/map:2: pattern: outside the group"},
        {ISSUED "allow sub~([z-a]) as \\1\n", "/etc/map:2: pattern: "},
        /* bytes */
        {ISSUED "allow sub=x as alice\r\n", "/etc/map:2: control character"},
        {ISSUED "# \x1b[1m\n", "/etc/map:2: control character"},
        {ISSUED "allow sub=x\x7f as alice\n", "/etc/map:2: control character"},
        {"\xef\xbb\xbf" ISSUED, "/etc/map:1: expected 'issuer', 'allow' or 'deny'"},
        /* deny, has, if */
        {"deny sub=x\n", "/etc/map:1: rule before the first issuer"},
        {ISSUED "deny\n", "/etc/map:2: expected 'issuer', 'allow' or 'deny'"},
        {ISSUED "deny sub\n", "/etc/map:2: expected CLAIM=VALUE"},
        {ISSUED "deny sub~(x) as \\1\n", "/etc/map:2: 'deny' takes no pattern"},
        {ISSUED "deny sub=x as \\1\n", "/etc/map:2: 'as \\1' needs a pattern"},
        {ISSUED "deny sub=x alice\n", "/etc/map:2: unexpected text at the end"},
        {ISSUED "deny sub=x as\n", "/etc/map:2: unexpected text at the end"},
        {ISSUED "allow groups has as alice\n", "/etc/map:2: expected a blank and 'as ACCOUNT'"},
        {ISSUED "allow groups has \"\" as alice\n", "/etc/map:2: value: expected 1 to 255"},
        {ISSUED "allow groups has a, as alice\n", "/etc/map:2: expected a blank and 'as ACC"},
        {ISSUED "allow groups has a b as alice\n", "/etc/map:2: expected a blank and 'as ACC"},
        {ISSUED "allow groups has a as \\1\n", "/etc/map:2: 'as \\1' needs a pattern"},
        {ISSUED "allow /groups has a as alice\n", "/etc/map:2: claim: expected"},
        {ISSUED "allow groups HAS a as alice\n", "/etc/map:2: expected CLAIM=VALUE"},
        {ISSUED "allow sub=x as alice if\n", "/etc/map:2: unexpected text at the end"},
        {ISSUED "allow sub=x as alice if x\n", "/etc/map:2: condition: expected CLAIM=VALUE"},
        {ISSUED "allow sub=x as alice if a=b c\n", "/etc/map:2: unexpected text at the end"},
        {ISSUED "allow sub=x as alice if a=b and\n", "/etc/map:2: unexpected text at the end"},
        {ISSUED "allow sub=x as alice if a=b if c=d\n", "/etc/map:2: unexpected text at the"},
        {ISSUED "allow sub=x as alice if from 10.0.0.1/8\n", "/etc/map:2: condition: expected"},
        {ISSUED "allow sub=x if a=b as alice\n", "/etc/map:2: expected a blank and 'as ACC"},
        {ISSUED "allow sub=x as alice, if a=b\n", "/etc/map:2: unexpected text at the end"},
        {ISSUED "allow sub=x as root\nallow sub=x as root if amr has mfa\n",
         "/etc/map:3: gives with a condition what line 2 gives without one"},
        {ISSUED "allow sub=x as root if amr has mfa\nallow sub=x as bob, root\n",
         "/etc/map:3: gives with a condition what line 2 gives without one, or the reverse"},
        /* the same thing twice: the later line is at fault, the earlier one is named */
        {ISSUED "allow sub=x as alice\n\nallow sub=x as alice\n",
         "/etc/map:4: says again what line 2 says"},
        {ISSUED "allow sub=x as bob, alice\nallow sub=y as alice\nallow \"x\" as alice\n",
         "/etc/map:4: says again what line 2 says"},
        {ISSUED "allow sub=x as alice\nissuer " OTHER "\nallow sub=x as alice\n" ISSUED
                "allow sub=\"x\" as alice\n",
         "/etc/map:6: says again what line 2 says"},
};

static void errors_name_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad_cases); i++) {
		const struct bad_case *c = &bad_cases[i];
		struct po_fault f = {0};

		if (parse(c->text, &f))
			fail_msg("taken: %s", c->text);
		assert_int_equal(f.code, PO_E_CONFIG);
		if (strncmp(f.text, c->fault, strlen(c->fault)) != 0)
			fail_msg("%s: \"%s\" instead of \"%s\"", c->text, f.text, c->fault);
	}
}

/* What looks like a repetition and is none. */
static void lines_that_differ_may_stand_together(void **state)
{
	static const char *const texts[] = {
	        ISSUED "allow sub=x as a if from local\nallow sub=x as a if prior publickey\n",
	        ISSUED "deny sub=x as a\nallow sub=x as a\n",
	        ISSUED "deny sub=x\ndeny sub=x\n",
	        ISSUED "allow groups has x as a\nallow groups has x as a if from local\n",
	        ISSUED "allow groups has x as a\nallow groups=x as a\n",
	        ISSUED "allow groups has x,y , z as a,b if service su # why\n",
	        ISSUED "allow \"a b\" has x as a\n",
	        ISSUED "allow sub=x as if\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		po_rules_free(must_parse(texts[i]));
}

static void nul_byte_is_refused(void **state)
{
	static const char text[] = ISSUED "allow sub=x as alice\0, root\n";
	struct po_fault f = {0};

	(void)state;
	assert_null(po_rules_parse("/m", text, sizeof(text) - 1, "sub", &f));
	assert_string_equal(f.text, "/m:2: control character");
}

/* One line of so many bytes, padded with a comment. */
static bool line_of(size_t len, struct po_fault *f)
{
	char text[4096];
	struct po_rules *r;
	size_t n = (size_t)snprintf(text, sizeof(text), ISSUED "allow sub=x as alice #");
	size_t total = strlen(ISSUED) + len;

	memset(text + n, 'x', total - n);
	text[total] = '\0';
	r = parse(text, f);
	po_rules_free(r);
	return r != NULL;
}

static void line_limit_is_exact(void **state)
{
	struct po_fault f = {0};

	(void)state;
	assert_true(line_of(PO_LIMIT_RULE_LINE, &f));
	assert_false(line_of(PO_LIMIT_RULE_LINE + 1, &f));
	assert_string_equal(f.text, "/etc/map:2: line too long");
}

static bool value_of(size_t len)
{
	char value[300] = "";
	char text[512];
	struct po_fault f = {0};
	struct po_rules *r;

	memset(value, 'v', len);
	snprintf(text, sizeof(text), ISSUED "allow sub=%s as alice\n", value);
	r = parse(text, &f);
	po_rules_free(r);
	return r != NULL;
}

/* LIM-9 */
static void value_limit_is_exact(void **state)
{
	(void)state;
	assert_true(value_of(PO_LIMIT_CLAIM_VALUE));
	assert_false(value_of(PO_LIMIT_CLAIM_VALUE + 1));
}

static struct po_rules *values_of(unsigned count, struct po_fault *f)
{
	char text[PO_LIMIT_RULE_LINE];
	size_t n = (size_t)snprintf(text, sizeof(text), ISSUED "allow groups has v");

	for (unsigned i = 1; i < count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, ",v");
	snprintf(text + n, sizeof(text) - n, " as alice\n");
	return parse(text, f);
}

/* LIM-20 */
static void number_of_values_is_exact(void **state)
{
	struct po_fault f = {0};
	struct po_rules *r = values_of(PO_LIMIT_LIST_OPTION, &f);

	(void)state;
	assert_non_null(r);
	po_rules_free(r);
	assert_null(values_of(PO_LIMIT_LIST_OPTION + 1, &f));
	assert_non_null(strstr(f.text, "more than 64 values"));
}

static struct po_rules *claims_of(unsigned count, const char *more, struct po_fault *f)
{
	static char text[4096];
	size_t n = (size_t)snprintf(text, sizeof(text), ISSUED);

	for (unsigned i = 0; i < count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "allow c%u=x as alice\n", i);
	snprintf(text + n, sizeof(text) - n, "%s", more);
	return parse(text, f);
}

/* LIM-20, `email` counting twice: it brings email_verified. */
static void claim_limit_is_exact(void **state)
{
	struct po_request request = {.issuer = (char *)(uintptr_t)ISSUER};
	struct po_fault f = {0};
	struct po_rules *r = claims_of(PO_LIMIT_CLAIMS, "", &f);

	(void)state;
	assert_non_null(r);
	assert_true(po_rules_wants(r, &request, &f));
	assert_int_equal(request.want_count, PO_LIMIT_CLAIMS);
	po_rules_free(r);
	request.issuer = NULL;
	po_request_free(&request);

	assert_null(claims_of(PO_LIMIT_CLAIMS + 1, "", &f));
	assert_string_equal(f.text, "/etc/map:34: more than 32 different claims");

	request.issuer = (char *)(uintptr_t)ISSUER;
	r = claims_of(PO_LIMIT_CLAIMS - 2, "allow email=a@b as alice\n", &f);
	assert_true(po_rules_wants(r, &request, &f));
	po_rules_free(r);
	r = claims_of(PO_LIMIT_CLAIMS - 1, "allow email=a@b as alice\n", &f);
	assert_non_null(r);
	assert_false(po_rules_wants(r, &request, &f));
	assert_int_equal(f.code, PO_E_CONFIG);
	po_rules_free(r);
	request.issuer = NULL;
	po_request_free(&request);
}

/* 40,000 lines: the search for duplicates must not be quadratic, and finds the one there is. */
static void large_tables_are_read(void **state)
{
	const unsigned lines = 40000;
	size_t size = (size_t)lines * 40 + 200;
	char *text = malloc(size);
	size_t n = (size_t)snprintf(text, size, ISSUED);
	struct po_fault f = {0};
	struct po_rules *r;

	(void)state;
	for (unsigned i = 0; i < lines; i++)
		n += (size_t)snprintf(text + n, size - n, "allow sub=user-%u as u%u\n", i, i);
	r = must_parse(text);
	assert_true(po_rules_name_account(r, OF(ISSUER), "u39999", "sshd", true));
	po_rules_free(r);
	snprintf(text + n, size - n, "allow sub=user-7 as x, u7\n");
	assert_null(parse(text, &f));
	assert_string_equal(f.text, "/etc/map:40002: says again what line 9 says");
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(lines_that_differ_may_stand_together),
	        cmocka_unit_test(errors_name_their_line),
	        cmocka_unit_test(nul_byte_is_refused),
	        cmocka_unit_test(line_limit_is_exact),
	        cmocka_unit_test(value_limit_is_exact),
	        cmocka_unit_test(number_of_values_is_exact),
	        cmocka_unit_test(claim_limit_is_exact),
	        cmocka_unit_test(large_tables_are_read),
	};

	return cmocka_run_group_tests_name("rules_parse", tests, NULL, NULL);
}
