/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of a document (JSN-2, JSN-5 to JSN-7, IDN-12): how numbers are read, how a claim is found.
 */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static struct po_json *load(const char *text)
{
	return po_json_load(text, strlen(text), PO_E_PROVIDER, NULL);
}

static const struct {
	const char *name;
	const char *value; /* JSON */
	enum po_json_round round;
	bool digits;
	bool ok;
	int64_t number;
} numbers[] = {
        {"integer", "5", PO_ROUND_DOWN, false, true, 5},
        {"zero", "0", PO_ROUND_DOWN, false, true, 0},
        {"minus zero", "-0", PO_ROUND_UP, false, true, 0},
        {"negative", "-5", PO_ROUND_DOWN, false, true, -5},
        {"largest", "9223372036854775807", PO_ROUND_DOWN, false, true, INT64_MAX},
        {"smallest", "-9223372036854775808", PO_ROUND_DOWN, false, true, INT64_MIN},
        {"JSN-5 3599.0", "3599.0", PO_ROUND_DOWN, false, true, 3599},
        {"JSN-5 1.8e3", "1.8e3", PO_ROUND_DOWN, false, true, 1800},
        {"JSN-5 18E2", "18E2", PO_ROUND_UP, false, true, 1800},
        {"SRV-58 0.1 up", "0.1", PO_ROUND_UP, false, true, 1},
        {"SRV-58 2.5 up", "2.5", PO_ROUND_UP, false, true, 3},
        {"SRV-55 599.5 down", "599.5", PO_ROUND_DOWN, false, true, 599},
        {"negative fraction up", "-0.5", PO_ROUND_UP, false, true, 0},
        {"negative fraction down", "-0.5", PO_ROUND_DOWN, false, true, -1},
        {"tiny fraction up", "1e-300", PO_ROUND_UP, false, true, 1},
        {"2^53 as a real", "9007199254740992.0", PO_ROUND_DOWN, false, true, 9007199254740992},
        {"SRV-54 1e18 is very large", "1e18", PO_ROUND_DOWN, false, true, INT64_MAX},
        {"1e300 too", "1e300", PO_ROUND_UP, false, true, INT64_MAX},
        {"-1e300 is very small", "-1e300", PO_ROUND_UP, false, true, INT64_MIN},
        {"SRV-60 digits", "\"5\"", PO_ROUND_UP, true, true, 5},
        {"JSN-5 12 digits", "\"999999999999\"", PO_ROUND_UP, true, true, 999999999999},
        {"JSN-5 13 digits", "\"1000000000000\"", PO_ROUND_UP, true, false, 0},
        {"JSN-5 zeros first", "\"000000000005\"", PO_ROUND_UP, true, true, 5},
        {"digits where none are read", "\"5\"", PO_ROUND_UP, false, false, 0},
        {"JSN-5 empty string", "\"\"", PO_ROUND_UP, true, false, 0},
        {"JSN-5 minus in a string", "\"-5\"", PO_ROUND_UP, true, false, 0},
        {"JSN-5 blank in a string", "\" 5\"", PO_ROUND_UP, true, false, 0},
        {"JSN-5 fraction in a string", "\"5.0\"", PO_ROUND_UP, true, false, 0},
        {"JSN-5 exponent in a string", "\"1e3\"", PO_ROUND_UP, true, false, 0},
        {"SRV-52 soon", "\"soon\"", PO_ROUND_UP, true, false, 0},
        {"JSN-5 null", "null", PO_ROUND_UP, true, false, 0},
        {"JSN-5 true", "true", PO_ROUND_UP, true, false, 0},
        {"JSN-5 object", "{}", PO_ROUND_UP, true, false, 0},
        {"JSN-5 array", "[5]", PO_ROUND_UP, true, false, 0},
};

static void numbers_are_read_by_jsn_5(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		char text[100];
		struct po_json *doc;
		int64_t n = 77;

		t.row = numbers[i].name;
		snprintf(text, sizeof(text), "{\"n\":%s}", numbers[i].value);
		doc = load(text);
		if (!ROW(&t, doc != NULL))
			continue;
		ROW(&t, po_json_number(po_json_get(doc, "n"), numbers[i].round, numbers[i].digits,
		                       &n) == numbers[i].ok);
		ROW_NUMBER(&t, n, numbers[i].ok ? numbers[i].number : 77);
		po_json_free(doc);
	}
	table_end(&t);
}

static const char *const doc_text =
        "{\"s\":\"x\",\"e\":\"\",\"i\":7,\"r\":7.0,\"b\":true,\"f\":false,\"z\":null,"
        "\"a\":[\"x\",\"y\"],\"m\":[\"x\",1],\"o\":{\"k\":1,\"l\":2},\"n\":[]}";

static void accessors_take_only_their_type(void **state)
{
	struct po_json *doc = load(doc_text);
	bool b = false;
	int64_t n;

	(void)state;
	assert_string_equal(po_json_get_string(doc, "s"), "x");
	assert_null(po_json_get_string(doc, "e")); /* 12.24: empty is absent */
	assert_string_equal(po_json_string(po_json_get(doc, "e")), "");
	assert_null(po_json_get_string(doc, "i"));
	assert_null(po_json_get_string(doc, "S")); /* JSN-7 */
	assert_true(po_json_bool(po_json_get(doc, "b"), &b) && b);
	assert_true(po_json_bool(po_json_get(doc, "f"), &b) && !b);
	assert_false(po_json_bool(po_json_get(doc, "s"), &b));
	assert_false(po_json_bool(po_json_get(doc, "i"), &b));
	assert_true(po_json_integer(po_json_get(doc, "i"), &n) && n == 7);
	assert_false(po_json_integer(po_json_get(doc, "r"), &n)); /* an id is not rounded */
	assert_true(po_json_is_null(po_json_get(doc, "z")));
	assert_false(po_json_is_null(po_json_get(doc, "nothing")));
	assert_true(po_json_is_array(po_json_get(doc, "a")));
	assert_false(po_json_is_array(po_json_get(doc, "o")));
	assert_true(po_json_is_object(po_json_get(doc, "o")));
	assert_false(po_json_is_object(po_json_get(doc, "a")));
	assert_int_equal(po_json_count(po_json_get(doc, "a")), 2);
	assert_int_equal(po_json_count(po_json_get(doc, "o")), 0);
	assert_non_null(po_json_item(po_json_get(doc, "a"), 1));
	assert_null(po_json_item(po_json_get(doc, "a"), 2));
	assert_null(po_json_item(po_json_get(doc, "o"), 0));
	assert_true(po_json_array_has(po_json_get(doc, "a"), "y"));
	assert_false(po_json_array_has(po_json_get(doc, "a"), "Y"));
	assert_false(po_json_array_has(po_json_get(doc, "a"), "yy"));
	assert_false(po_json_array_has(po_json_get(doc, "a"), ""));
	assert_false(po_json_array_has(po_json_get(doc, "s"), "x"));
	assert_true(po_json_all_strings(po_json_get(doc, "a")));
	assert_true(po_json_all_strings(po_json_get(doc, "n")));
	assert_false(po_json_all_strings(po_json_get(doc, "m")));
	assert_false(po_json_all_strings(po_json_get(doc, "s")));
	po_json_free(doc);
}

static void no_value_answers_like_an_absent_member(void **state)
{
	int64_t n;
	bool b;

	(void)state;
	assert_null(po_json_get(NULL, "a"));
	assert_null(po_json_string(NULL));
	assert_null(po_json_get_string(NULL, "a"));
	assert_null(po_json_item(NULL, 0));
	assert_int_equal(po_json_count(NULL), 0);
	assert_false(po_json_is_null(NULL) || po_json_is_object(NULL) || po_json_is_array(NULL));
	assert_false(po_json_number(NULL, PO_ROUND_UP, true, &n) || po_json_integer(NULL, &n));
	assert_false(po_json_bool(NULL, &b));
	assert_false(po_json_array_has(NULL, "a") || po_json_all_strings(NULL));
	assert_null(po_json_claim(NULL, "a"));
	assert_null(po_json_claim(NULL, "/a"));
}

struct keys {
	char seen[32];
	unsigned most;
};

static bool note_key(void *ctx, const char *name)
{
	struct keys *k = ctx;

	strncat(k->seen, name, sizeof(k->seen) - strlen(k->seen) - 1);
	return --k->most > 0;
}

static void names_of_members_are_visited_until_told_to_stop(void **state)
{
	struct po_json *doc = load(doc_text);
	struct keys k = {.most = 9};

	(void)state;
	assert_true(po_json_each_key(po_json_get(doc, "o"), note_key, &k));
	assert_int_equal(strlen(k.seen), 2);
	assert_true(strchr(k.seen, 'k') && strchr(k.seen, 'l'));
	k = (struct keys){.most = 1};
	assert_false(po_json_each_key(po_json_get(doc, "o"), note_key, &k));
	assert_int_equal(strlen(k.seen), 1);
	k = (struct keys){.most = 1};
	assert_true(po_json_each_key(po_json_get(doc, "a"), note_key, &k));
	assert_true(po_json_each_key(NULL, note_key, &k));
	assert_string_equal(k.seen, "");
	po_json_free(doc);
}

static const struct {
	const char *name;
	const char *claim;
	int64_t number; /* 0 = absent */
} claims[] = {
        {"IDN-12 plain", "sub", 1},
        {"IDN-12 dots, colons, slashes are ordinary", "https://example.org/groups", 2},
        {"IDN-12 colons", "urn:zitadel:iam", 3},
        {"IDN-12 a plain name does not walk", "realm_access/roles", 0},
        {"IDN-12 nor by dots", "realm_access.roles", 0},
        {"IDN-12 pointer", "/realm_access/roles", 4},
        {"IDN-12 pointer of one step", "/sub", 1},
        {"RFC 6901 ~1", "/a~1b", 5},
        {"RFC 6901 ~0", "/m~0n", 6},
        {"RFC 6901 ~01 is ~1", "/x~01y", 7},
        {"RFC 6901 empty name", "/", 8},
        {"IDN-12 step missing", "/realm_access/nothing", 0},
        {"IDN-12 first step missing", "/nothing/roles", 0},
        {"IDN-12 through a number", "/sub/x", 0},
        {"IDN-12 array index", "/list/0", 0},
        {"IDN-12 through an array", "/list/0/z", 0},
        {"IDN-12 trailing slash is another name", "/sub/", 0},
        {"JSN-7 case", "SUB", 0},
        {"RFC 6901 bad escape", "/a~2b", 0},
        {"RFC 6901 bad escape at the end", "/sub~", 0},
};

static void claims_are_found_by_name_or_pointer(void **state)
{
	struct po_json *doc = load("{\"sub\":1,\"https://example.org/groups\":2,"
	                           "\"urn:zitadel:iam\":3,\"realm_access\":{\"roles\":4},"
	                           "\"a/b\":5,\"m~n\":6,\"x~1y\":7,\"\":8,\"list\":[{\"z\":9}]}");
	struct table t = {0};
	char deep[300];

	(void)state;
	for (size_t i = 0; i < COUNT(claims); i++) {
		int64_t n = 0;

		t.row = claims[i].name;
		po_json_integer(po_json_claim(doc, claims[i].claim), &n);
		ROW_NUMBER(&t, n, claims[i].number);
	}
	memset(deep, 'a', sizeof(deep));
	deep[0] = '/';
	deep[sizeof(deep) - 1] = '\0';
	t.row = "a step longer than any name";
	ROW(&t, po_json_claim(doc, deep) == NULL);
	po_json_free(doc);
	table_end(&t);
}

/* USI-4: the whole claim counts, not the part of it that a pointer reaches. */
static void a_claim_is_there_if_its_member_is(void **state)
{
	struct po_json *doc = load("{\"groups\":null,\"realm\":{\"id\":1},\"a/b\":0,\"\":1}");

	(void)state;
	assert_true(po_json_has_claim(doc, "groups"));
	assert_true(po_json_has_claim(doc, "/groups/x"));
	assert_true(po_json_has_claim(doc, "/realm/roles"));
	assert_true(po_json_has_claim(doc, "/a~1b"));
	assert_true(po_json_has_claim(doc, "/"));
	assert_false(po_json_has_claim(doc, "/realms/roles"));
	assert_false(po_json_has_claim(doc, "Groups"));
	assert_false(po_json_has_claim(doc, "realm/id"));
	assert_false(po_json_has_claim(doc, "/a~2b"));
	assert_false(po_json_has_claim(NULL, "groups"));
	assert_false(po_json_has_claim(NULL, "/groups"));
	po_json_free(doc);
}

static void values_are_equal_whatever_the_order_of_members(void **state)
{
	struct po_json *doc = load("{\"a\":{\"x\":1,\"y\":[2]},\"b\":{\"y\":[2],\"x\":1},"
	                           "\"c\":[1,2],\"d\":[2,1],\"e\":\"1\",\"f\":1,\"g\":null}");

	(void)state;
	assert_true(po_json_equal(po_json_get(doc, "a"), po_json_get(doc, "b")));
	assert_true(po_json_equal(po_json_get(doc, "g"), po_json_get(doc, "g")));
	assert_false(po_json_equal(po_json_get(doc, "c"), po_json_get(doc, "d")));
	assert_false(po_json_equal(po_json_get(doc, "e"), po_json_get(doc, "f")));
	assert_false(po_json_equal(po_json_get(doc, "a"), NULL));
	assert_false(po_json_equal(NULL, NULL));
	po_json_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(numbers_are_read_by_jsn_5),
	        cmocka_unit_test(accessors_take_only_their_type),
	        cmocka_unit_test(no_value_answers_like_an_absent_member),
	        cmocka_unit_test(names_of_members_are_visited_until_told_to_stop),
	        cmocka_unit_test(claims_are_found_by_name_or_pointer),
	        cmocka_unit_test(a_claim_is_there_if_its_member_is),
	        cmocka_unit_test(values_are_equal_whatever_the_order_of_members),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
