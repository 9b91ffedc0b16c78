/* SPDX-License-Identifier: BSD-2-Clause */
/* A list of owned strings. Linked with --wrap=strndup and --wrap=reallocarray: memory may end. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "po_list.h"

static struct {
	bool no_copy, no_array;
} heap;

char *__real_strndup(const char *s, size_t n);
char *__wrap_strndup(const char *s, size_t n);
void *__real_reallocarray(void *p, size_t n, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);

char *__wrap_strndup(const char *s, size_t n)
{
	return heap.no_copy ? NULL : __real_strndup(s, n);
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return heap.no_array ? NULL : __real_reallocarray(p, n, size);
}

/* The items joined by '|'. */
static const char *joined(const struct po_list *l, char *dst, size_t size)
{
	dst[0] = '\0';
	for (size_t i = 0; i < l->count; i++) {
		strncat(dst, l->items[i], size - strlen(dst) - 1);
		strncat(dst, "|", size - strlen(dst) - 1);
	}
	return dst;
}

static void items_are_copies_found_byte_for_byte(void **state)
{
	struct po_list l = {0};
	char text[] = "openid";

	(void)state;
	assert_false(po_list_has(&l, ""));
	assert_true(po_list_add(&l, text));
	text[0] = 'X';
	assert_true(po_list_add(&l, ""));
	assert_int_equal(l.count, 2);
	assert_true(po_list_has(&l, "openid"));
	assert_true(po_list_has(&l, ""));
	assert_false(po_list_has(&l, "Openid"));
	assert_false(po_list_has(&l, "open"));
	assert_false(po_list_has(&l, "openid "));
	po_list_free(&l);
	assert_int_equal(l.count, 0);
	assert_null(l.items);
	po_list_free(&l);
	po_list_free(NULL);
}

static const struct {
	const char *name;
	const char *text;
	size_t most;
	bool ok;
	const char *items;
} words[] = {
        {"none", "", 9, true, ""},
        {"separators only", " \t, ,", 9, true, ""},
        {"one", "openid", 9, true, "openid|"},
        {"blanks", "openid profile", 9, true, "openid|profile|"},
        {"commas", "a,b, c ,d", 9, true, "a|b|c|d|"},
        {"tabs and edges", "\t a \t b ", 9, true, "a|b|"},
        {"a newline is no separator", "a\nb", 9, true, "a\nb|"},
        {"exactly as many as allowed", "a b c", 3, true, "a|b|c|"},
        {"one too many", "a b c d", 3, false, "a|b|c|"},
        {"none allowed", "a", 0, false, ""},
        {"none allowed and none there", " ", 0, true, ""},
};

static void words_are_cut_at_blanks_and_commas(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		struct po_list l = {0};
		char seen[100];

		t.row = words[i].name;
		ROW(&t, po_list_add_words(&l, words[i].text, words[i].most) == words[i].ok);
		ROW_TEXT(&t, joined(&l, seen, sizeof(seen)), words[i].items);
		po_list_free(&l);
	}
	table_end(&t);
}

static void memory_that_ends_leaves_the_list_as_it_was(void **state)
{
	struct po_list l = {0};

	(void)state;
	assert_true(po_list_add(&l, "a"));
	heap.no_copy = true;
	assert_false(po_list_add(&l, "b"));
	assert_false(po_list_add_words(&l, "b c", 9));
	heap.no_copy = false;
	heap.no_array = true;
	assert_false(po_list_add(&l, "b"));
	heap.no_array = false;
	assert_int_equal(l.count, 1);
	assert_string_equal(l.items[0], "a");
	assert_true(po_list_add(&l, "b"));
	assert_int_equal(l.count, 2);
	po_list_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(items_are_copies_found_byte_for_byte),
	        cmocka_unit_test(words_are_cut_at_blanks_and_commas),
	        cmocka_unit_test(memory_that_ends_leaves_the_list_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
