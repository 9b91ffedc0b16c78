/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The limited buffer and the bounded reader: the limit holds to the byte, failures stick, and what
 * was in the memory is wiped before it goes back to the heap (JSN-9). Linked with --wrap=malloc and
 * --wrap=free: the wrappers look at a block on its way out, and let memory end.
 */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "po_buf.h"

#define MARK "SECRET-SECRET-SECRET"

/* What the wrappers see and do. */
static struct {
	bool watching;
	unsigned freed;
	unsigned unwiped; /* freed blocks that still held the mark */
	size_t watched_len;
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
	if (heap.watching && p) {
		heap.freed++;
		heap.unwiped += memmem(p, heap.watched_len, "SECRET", 6) != NULL;
	}
	__real_free(p);
}

static void limit_holds_to_the_byte(void **state)
{
	static const struct {
		const char *name;
		size_t limit;
		size_t first, second; /* bytes appended */
		bool second_fits;
	} rows[] = {
	        {"nothing into nothing", 0, 0, 0, true},
	        {"one into nothing", 0, 0, 1, false},
	        {"limit - 1", 10, 5, 4, true},
	        {"limit", 10, 5, 5, true},
	        {"limit + 1", 10, 5, 6, false},
	        {"at once, limit", 1000, 0, 1000, true},
	        {"at once, limit + 1", 1000, 0, 1001, false},
	        {"first allocation - 1", 4096, 0, 255, true},
	        {"first allocation", 4096, 0, 256, true},
	        {"first allocation + 1", 4096, 255, 2, true},
	        {"several doublings", 1 << 20, 3, (1 << 20) - 3, true},
	        {"several doublings + 1", 1 << 20, 3, (1 << 20) - 2, false},
	};
	struct table t = {0};
	char *data = calloc(1, (1 << 20) + 1);

	(void)state;
	memset(data, 'x', 1 << 20);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_buf b;

		t.row = rows[i].name;
		po_buf_init(&b, rows[i].limit);
		ROW(&t, po_buf_add(&b, data, rows[i].first));
		ROW(&t, po_buf_add(&b, data, rows[i].second) == rows[i].second_fits);
		ROW(&t, b.failed == !rows[i].second_fits);
		ROW_NUMBER(&t, b.len, rows[i].first + (rows[i].second_fits ? rows[i].second : 0));
		ROW_NUMBER(&t, strlen(po_buf_str(&b)), b.len);
		po_buf_free(&b);
	}
	free(data);
	table_end(&t);
}

static void a_length_near_the_end_of_size_t_does_not_wrap(void **state)
{
	struct po_buf b;

	(void)state;
	po_buf_init(&b, 100);
	assert_true(po_buf_add(&b, "abc", 3));
	assert_false(po_buf_add(&b, "x", SIZE_MAX));
	po_buf_reset(&b);
	assert_true(po_buf_add(&b, "abc", 3));
	assert_false(po_buf_add(&b, "x", SIZE_MAX - 2));
	po_buf_free(&b);
}

static void a_failure_sticks_until_reset(void **state)
{
	struct po_buf b;

	(void)state;
	po_buf_init(&b, 4);
	assert_false(po_buf_add_str(&b, "12345"));
	assert_false(po_buf_add_str(&b, "1"));
	assert_false(po_buf_add(&b, "", 0));
	assert_false(po_buf_add_u32(&b, 1));
	assert_false(po_buf_addf(&b, "%d", 1));
	assert_int_equal(b.len, 0);
	assert_null(po_buf_take(&b));
	po_buf_init(&b, 4);
	assert_false(po_buf_add_str(&b, "12345"));
	po_buf_reset(&b);
	assert_true(po_buf_add_str(&b, "1234"));
	assert_string_equal(po_buf_str(&b), "1234");
	po_buf_free(&b);
}

static void numbers_are_big_endian(void **state)
{
	struct po_buf b;

	(void)state;
	po_buf_init(&b, 8);
	assert_true(po_buf_add_u32(&b, 0x01020384U));
	assert_true(po_buf_add_u32(&b, 0xfffefdfcU));
	assert_memory_equal(b.data, "\x01\x02\x03\x84\xff\xfe\xfd\xfc", 8);
	assert_false(po_buf_add_u32(&b, 0));
	po_buf_free(&b);
}

static void formatted_text_is_all_or_nothing(void **state)
{
	struct po_buf b;

	(void)state;
	po_buf_init(&b, 10);
	assert_true(po_buf_addf(&b, "%s-%03d", "ab", 7));
	assert_string_equal(po_buf_str(&b), "ab-007");
	assert_true(po_buf_addf(&b, "%s", ""));
	assert_false(po_buf_addf(&b, "%05d", 7));
	assert_string_equal(po_buf_str(&b), "ab-007");
	po_buf_free(&b);
}

static void taken_text_belongs_to_the_caller(void **state)
{
	struct po_buf b;
	char *text;

	(void)state;
	po_buf_init(&b, 10);
	text = po_buf_take(&b);
	assert_non_null(text);
	assert_string_equal(text, "");
	free(text);
	assert_true(po_buf_add_str(&b, "abc"));
	text = po_buf_take(&b);
	assert_string_equal(text, "abc");
	free(text);
	assert_int_equal(b.len, 0);
	assert_null(b.data);
	assert_int_equal(b.limit, 10);
	assert_string_equal(po_buf_str(&b), "");
}

static void freed_memory_is_wiped(void **state)
{
	struct po_buf b;

	(void)state;
	heap.freed = heap.unwiped = 0;
	heap.watched_len = 40;
	po_buf_init(&b, 1 << 16);
	assert_true(po_buf_add_str(&b, MARK MARK));
	heap.watching = true;
	for (int i = 0; i < 600; i++) /* several moves to a larger block */
		po_buf_add(&b, "y", 1);
	assert_true(po_buf_addf(&b, "%s", MARK MARK)); /* the scratch text of addf */
	po_buf_free(&b);
	heap.watching = false;
	assert_true(heap.freed >= 4); /* 256 to 512 to 1024, addf, the last block */
	assert_int_equal(heap.unwiped, 0);
	po_buf_free(&b); /* idempotent */
	po_buf_free(NULL);
}

static void reset_wipes_what_was_there(void **state)
{
	struct po_buf b;
	const unsigned char *data;

	(void)state;
	po_buf_init(&b, 100);
	assert_true(po_buf_add_str(&b, MARK));
	data = b.data;
	po_buf_reset(&b);
	assert_ptr_equal(b.data, data); /* the memory is kept */
	for (size_t i = 0; i < sizeof(MARK); i++)
		assert_int_equal(data[i], 0);
	po_buf_free(&b);
}

static void memory_that_ends_is_a_failure_that_loses_nothing(void **state)
{
	struct po_buf b;

	(void)state;
	po_buf_init(&b, 4096);
	assert_true(po_buf_add_str(&b, "abc"));
	heap.out_of_memory = true;
	assert_false(po_buf_add(&b, MARK, 20) && po_buf_add(&b, (char[300]){0}, 300));
	heap.out_of_memory = false;
	assert_true(b.failed);
	assert_int_equal(memcmp(b.data, "abc", 3), 0);
	po_buf_free(&b);
}

static void reader_refuses_what_does_not_fit_for_good(void **state)
{
	static const struct {
		const char *name;
		size_t len;  /* of the data */
		size_t skip; /* bytes read first */
		char next;   /* then: 'b' a byte, 'u' a number, 's' a span of 3 */
		bool fits, done;
	} rows[] = {
	        {"byte of none", 0, 0, 'b', false, false},
	        {"byte, the last", 1, 0, 'b', true, true},
	        {"number of none", 0, 0, 'u', false, false},
	        {"number of 3 bytes", 3, 0, 'u', false, false},
	        {"number of 4 bytes", 4, 0, 'u', true, true},
	        {"number and one byte left", 5, 0, 'u', true, false},
	        {"number, 3 bytes left", 8, 5, 'u', false, false},
	        {"span of 2 bytes", 2, 0, 's', false, false},
	        {"span of 3 bytes", 3, 0, 's', true, true},
	        {"span, one byte left", 8, 4, 's', true, false},
	};
	static const unsigned char data[] = {0x80, 2, 3, 4, 0x85, 6, 7, 8};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_reader r;

		t.row = rows[i].name;
		po_reader_init(&r, data, rows[i].len);
		ROW(&t, po_reader_bytes(&r, rows[i].skip) == data);
		if (rows[i].next == 'b')
			ROW_NUMBER(&t, po_reader_u8(&r), rows[i].fits ? 0x80 : 0);
		else if (rows[i].next == 'u')
			ROW_NUMBER(&t, po_reader_u32(&r), rows[i].fits ? 0x80020304U : 0);
		else
			ROW(&t, (po_reader_bytes(&r, 3) != NULL) == rows[i].fits);
		ROW(&t, r.bad == !rows[i].fits);
		ROW(&t, po_reader_done(&r) == rows[i].done);
		if (rows[i].fits)
			continue;
		ROW(&t, po_reader_bytes(&r, 0) == NULL); /* sticky */
		ROW_NUMBER(&t, po_reader_u8(&r), 0);
		ROW(&t, !po_reader_done(&r));
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(limit_holds_to_the_byte),
	        cmocka_unit_test(a_length_near_the_end_of_size_t_does_not_wrap),
	        cmocka_unit_test(a_failure_sticks_until_reset),
	        cmocka_unit_test(numbers_are_big_endian),
	        cmocka_unit_test(formatted_text_is_all_or_nothing),
	        cmocka_unit_test(taken_text_belongs_to_the_caller),
	        cmocka_unit_test(freed_memory_is_wiped),
	        cmocka_unit_test(reset_wipes_what_was_there),
	        cmocka_unit_test(memory_that_ends_is_a_failure_that_loses_nothing),
	        cmocka_unit_test(reader_refuses_what_does_not_fit_for_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
