/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strict JSON (JSN-1 to JSN-4, JSN-8, SRV-30 to SRV-42): what is a document at all. Linked with
 * --wrap=free: what jansson frees is wiped (JSN-9).
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
        {"SRV-35 NUL behind a number", B("{\"a\":1\0}"), false},
        {"SRV-35 NUL behind a literal", B("{\"a\":true\0}"), false},
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

/* What a string closes is not closed. */
static void brackets_in_strings_hide_no_depth(void **state)
{
	struct po_buf b;
	char *text;

	(void)state;
	po_buf_init(&b, 4096);
	po_buf_add_str(&b, "{\"a\":");
	for (size_t i = 0; i < 40; i++)
		po_buf_add_str(&b, i % 2 ? "[\"]\"," : "[\"}\",");
	po_buf_add_str(&b, "1");
	for (size_t i = 0; i < 40; i++)
		po_buf_add_str(&b, "]");
	po_buf_add_str(&b, "}");
	text = po_buf_take(&b);
	assert_null(load(text));
	free(text);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(documents_are_strict_json_objects),
	        cmocka_unit_test(depth_is_bounded_before_the_parser_recurses),
	        cmocka_unit_test(brackets_in_strings_hide_no_depth),
	        cmocka_unit_test(faults_quote_nothing),
	        cmocka_unit_test(what_is_freed_is_wiped),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
