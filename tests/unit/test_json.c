/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strict JSON (JSN-1 to JSN-8, SRV-30 to SRV-42, IDN-12): what is a document at all, how numbers
 * are read, how a claim is found. Linked with --wrap=free: what jansson frees is wiped (JSN-9).
 */
#include "table.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "po_buf.h"

#define SECRET "device-code-device-code-device-code"

static struct {
	bool watching;
	unsigned freed, unwiped;
} heap;

void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p)
{
	if (heap.watching && p) {
		heap.freed++;
		heap.unwiped += memmem(p, malloc_usable_size(p), "device-code", 11) != NULL;
	}
	__real_free(p);
}

static struct po_json *load(const char *text)
{
	return po_json_load(text, strlen(text), PO_E_PROVIDER, NULL);
}

#define B(s) s, sizeof(s) - 1

static const struct {
	const char *name;
	const char *text;
	size_t len;
	bool ok;
} documents[] = {
        {"empty object", B("{}"), true},
        {"white space around", B(" \t\r\n{ } \n"), true},
        {"SRV-37 one BOM", B("\xef\xbb\xbf{}"), true},
        {"UTF-8 of four bytes", B("{\"a\":\"\xf0\x9f\x94\x91\"}"), true},
        {"surrogate pair", B("{\"a\":\"\\ud83d\\udd11\"}"), true},
        {"escapes", B("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u001b\"}"), true},
        {"brackets inside a string", B("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}"), true},
        {"quote and brackets inside a string",
         B("{\"a\":\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
           "[[[[[[[[\\\\\"}"),
         true},
        {"same name in two objects", B("{\"a\":{\"b\":1},\"c\":{\"b\":1}}"), true},
        {"names that differ in case", B("{\"a\":1,\"A\":2}"), true},
        {"SRV-30 nothing", B(""), false},
        {"SRV-30 white space only", B("  "), false},
        {"SRV-30 not JSON", B("<html>"), false},
        {"SRV-27 a form", B("access_token=x&token_type=bearer"), false},
        {"SRV-30 truncated", B("{\"a\":1"), false},
        {"SRV-30 truncated in a string", B("{\"a\":\"x"), false},
        {"SRV-30 trailing byte", B("{}x"), false},
        {"SRV-30 trailing brace", B("{}}"), false},
        {"SRV-30 two documents", B("{}{}"), false},
        {"SRV-30 trailing NUL", B("{}\0"), false},
        {"SRV-35 NUL between", B("{\0}"), false},
        {"SRV-31 array", B("[]"), false},
        {"SRV-31 string", B("\"a\""), false},
        {"SRV-31 number", B("1"), false},
        {"SRV-31 null", B("null"), false},
        {"SRV-31 true", B("true"), false},
        {"SRV-34 member twice", B("{\"error\":1,\"error\":2}"), false},
        {"SRV-34 member twice, spelt differently", B("{\"sub\":1,\"\\u0073ub\":2}"), false},
        {"SRV-34 member twice, deep", B("{\"a\":[{\"b\":1,\"b\":1}]}"), false},
        {"SRV-35 \\u0000 in a value", B("{\"a\":\"x\\u0000y\"}"), false},
        {"SRV-35 \\u0000 in a name", B("{\"a\\u0000b\":1}"), false},
        {"SRV-35 NUL in a value", B("{\"a\":\"x\0y\"}"), false},
        {"SRV-36 invalid UTF-8", B("{\"a\":\"\xff\"}"), false},
        {"SRV-36 overlong", B("{\"a\":\"\xc0\xaf\"}"), false},
        {"SRV-36 UTF-8 surrogate", B("{\"a\":\"\xed\xa0\x80\"}"), false},
        {"SRV-36 lone high surrogate", B("{\"a\":\"\\ud800\"}"), false},
        {"SRV-36 lone low surrogate", B("{\"a\":\"\\udc00\"}"), false},
        {"SRV-36 invalid UTF-8 in a name", B("{\"\xff\":1}"), false},
        {"SRV-36 UTF-16 LE with BOM", B("\xff\xfe{\0}\0"), false},
        {"SRV-36 UTF-16 BE with BOM", B("\xfe\xff\0{\0}"), false},
        {"SRV-36 UTF-32 LE with BOM", B("\xff\xfe\0\0{\0\0\0}\0\0\0"), false},
        {"JSN-3 two BOMs", B("\xef\xbb\xbf\xef\xbb\xbf{}"), false},
        {"JSN-3 BOM alone", B("\xef\xbb\xbf"), false},
        {"JSN-3 BOM inside", B("{\xef\xbb\xbf}"), false},
        {"JSN-3 two bytes of a BOM", B("\xef\xbb{}"), false},
        {"SRV-41 NaN", B("{\"a\":NaN}"), false},
        {"SRV-41 Infinity", B("{\"a\":Infinity}"), false},
        {"SRV-41 1e999", B("{\"a\":1e999}"), false},
        {"SRV-41 30 digits", B("{\"a\":123456789012345678901234567890}"), false},
        {"SRV-41 leading zero", B("{\"a\":01}"), false},
        {"SRV-41 plus", B("{\"a\":+1}"), false},
        {"SRV-41 hexadecimal", B("{\"a\":0x10}"), false},
        {"SRV-42 comment", B("{/* */}"), false},
        {"SRV-42 line comment", B("{}//"), false},
        {"SRV-42 single quotes", B("{'a':1}"), false},
        {"SRV-42 trailing comma", B("{\"a\":1,}"), false},
        {"SRV-42 trailing comma in an array", B("{\"a\":[1,]}"), false},
        {"SRV-42 name without quotes", B("{a:1}"), false},
        {"newline in a string", B("{\"a\":\"x\ny\"}"), false},
        {"escape that is none", B("{\"a\":\"\\x41\"}"), false},
};

static void documents_are_strict_json_objects(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(documents); i++) {
		char *copy = malloc(documents[i].len + 1); /* of its size: a read beyond it shows */
		struct po_fault f = {.code = PO_OK};
		struct po_json *doc;

		t.row = documents[i].name;
		memcpy(copy, documents[i].text, documents[i].len);
		doc = po_json_load(copy, documents[i].len, PO_E_TOKEN, &f);
		ROW(&t, (doc != NULL) == documents[i].ok);
		ROW_NUMBER(&t, f.code, documents[i].ok ? PO_OK : PO_E_TOKEN);
		po_json_free(doc);
		free(copy);
	}
	po_json_free(NULL);
	table_end(&t);
}

/* {"a":[[[...1...]]]} of the given depth, the object counted; free it. */
static char *nested(size_t depth, char open, char close)
{
	struct po_buf b;

	po_buf_init(&b, 1 << 20);
	po_buf_add_str(&b, "{\"a\":");
	for (size_t i = 1; i < depth; i++)
		po_buf_add_str(&b, open == '[' ? "[" : "{\"a\":");
	po_buf_add_str(&b, "1");
	for (size_t i = 1; i < depth; i++)
		po_buf_add(&b, &close, 1);
	po_buf_add_str(&b, "}");
	return po_buf_take(&b);
}

/* JSN-4, LIM-5, SRV-32 */
static void depth_is_bounded_before_the_parser_recurses(void **state)
{
	static const size_t depths[] = {1, 31, 32, 33, 2048, 100000};

	(void)state;
	for (size_t i = 0; i < COUNT(depths); i++)
		for (int k = 0; k < 2; k++) {
			char *text = nested(depths[i], k ? '[' : '{', k ? ']' : '}');
			struct po_json *doc = load(text);

			if ((doc != NULL) != (depths[i] <= 32))
				fail_msg("wrong for depth %zu", depths[i]);
			po_json_free(doc);
			free(text);
		}
}

/* GEN-3, GEN-4: what the document holds is in no message. */
static void faults_quote_nothing(void **state)
{
	static const char text[] = "{\"device_code\":\"" SECRET "\",,}";
	struct po_fault f;

	(void)state;
	assert_null(po_json_load(text, sizeof(text) - 1, PO_E_PROVIDER, &f));
	assert_null(strstr(f.text, "device"));
	assert_null(po_json_load("{\"" SECRET "\":1,\"" SECRET "\":1}", 2 * sizeof(SECRET) + 9,
	                         PO_E_PROVIDER, &f));
	assert_null(strstr(f.text, "device"));
}

static void what_is_freed_is_wiped(void **state)
{
	struct po_json *doc = load("{\"device_code\":\"" SECRET "\",\"l\":[\"" SECRET "\"]}");

	(void)state;
	assert_non_null(doc);
	heap.freed = heap.unwiped = 0;
	heap.watching = true;
	po_json_free(doc);
	heap.watching = false;
	assert_true(heap.freed >= 4);
	assert_int_equal(heap.unwiped, 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(documents_are_strict_json_objects),
	        cmocka_unit_test(depth_is_bounded_before_the_parser_recurses),
	        cmocka_unit_test(faults_quote_nothing),
	        cmocka_unit_test(what_is_freed_is_wiped),
	        cmocka_unit_test(numbers_are_read_by_jsn_5),
	        cmocka_unit_test(accessors_take_only_their_type),
	        cmocka_unit_test(no_value_answers_like_an_absent_member),
	        cmocka_unit_test(names_of_members_are_visited_until_told_to_stop),
	        cmocka_unit_test(claims_are_found_by_name_or_pointer),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
