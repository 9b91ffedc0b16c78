/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Secrets are wiped before their memory goes back (GEN-4). Linked with --wrap=malloc and
 * --wrap=free: the wrapper looks at the block on its way out.
 */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "po_secret.h"

static struct {
	const void *block; /* the one that is watched */
	size_t len;
	bool seen;
	bool all_zero;
	bool out_of_memory;
} heap;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void __real_free(void *p);
void __wrap_free(void *p);

void *__wrap_malloc(size_t size)
{
	return heap.out_of_memory ? NULL : __real_malloc(size);
}

void __wrap_free(void *p)
{
	if (p && p == heap.block) {
		heap.seen = true;
		heap.all_zero = true;
		for (size_t i = 0; i < heap.len; i++)
			heap.all_zero &= ((const char *)p)[i] == '\0';
	}
	__real_free(p);
}

static void watch(const void *block, size_t len)
{
	heap.block = block;
	heap.len = len;
	heap.seen = heap.all_zero = false;
}

static void a_secret_is_copied_with_its_nuls_and_wiped(void **state)
{
	static const char bytes[] = "pass\0word";
	struct po_secret s = {0};

	(void)state;
	assert_true(po_secret_set(&s, bytes, 9));
	assert_int_equal(s.len, 9);
	assert_memory_equal(s.data, bytes, 10); /* NUL-terminated */
	assert_ptr_not_equal(s.data, bytes);
	watch(s.data, 9);
	po_secret_free(&s);
	assert_true(heap.seen);
	assert_true(heap.all_zero);
	assert_null(s.data);
	assert_int_equal(s.len, 0);
	po_secret_free(&s);
	po_secret_free(NULL);
}

static void an_empty_secret_is_not_no_secret(void **state)
{
	struct po_secret s = {0};

	(void)state;
	assert_true(po_secret_set(&s, "", 0));
	assert_non_null(s.data);
	assert_string_equal(s.data, "");
	watch(s.data, 0);
	po_secret_free(&s);
	assert_true(heap.seen);
	assert_null(s.data);
}

static void memory_that_ends_leaves_it_empty(void **state)
{
	struct po_secret s = {0};

	(void)state;
	heap.out_of_memory = true;
	assert_false(po_secret_set(&s, "x", 1));
	heap.out_of_memory = false;
	assert_null(s.data);
	assert_int_equal(s.len, 0);
}

static void strings_are_wiped(void **state)
{
	char *s = strdup("WDJB-MJHT");

	(void)state;
	watch(s, 9);
	po_wipe_str(s);
	assert_true(heap.seen);
	assert_true(heap.all_zero);
	po_wipe_str(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_secret_is_copied_with_its_nuls_and_wiped),
	        cmocka_unit_test(an_empty_secret_is_not_no_secret),
	        cmocka_unit_test(memory_that_ends_leaves_it_empty),
	        cmocka_unit_test(strings_are_wiped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
