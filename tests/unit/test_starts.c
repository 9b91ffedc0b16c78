/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record of starts: rates are exact to the millisecond, nothing is forgotten early, and no
 * content makes it read what is not there (PAM-38, PAM-41).
 */
#include "starts.h"

#include "table.h"

#include <stdio.h>

#define NOW 5000000LL

static const unsigned char key[PO_SIPHASH_KEY] = "0123456789abcde";

static int setup(void **state)
{
	struct po_starts *s = calloc(1, sizeof(*s));

	assert_true(po_starts_init(s, key));
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	po_starts_free(*state);
	po_starts_free(*state);
	po_starts_free(NULL);
	free(*state);
	return 0;
}

static void add(struct po_starts *s, int64_t when, uint64_t source, uint64_t pair)
{
	const struct po_start_row row = {when, 600, source, pair, s->count};

	po_starts_add(s, &row);
}

static const struct {
	const char *name;
	int64_t ages[8]; /* ms ago, oldest first; 0 = no more */
	struct po_rate rate;
	int64_t wait;
} rates[] = {
        {"nobody yet", {0}, {1, 10}, 0},
        {"one below", {9000, 8000}, {3, 10}, 0},
        {"used up", {9000, 8000, 7000}, {3, 10}, 1000},
        {"the oldest leaves in a millisecond", {9999, 8000, 7000}, {3, 10}, 1},
        {"the oldest has just left", {10000, 8000, 7000}, {3, 10}, 0},
        {"more than allowed, after a change of the rate", {9000, 8000, 7000, 6000}, {3, 10}, 2000},
        {"one of one", {1}, {1, 10}, 9999},
        {"none is no limit", {3, 2, 1}, {0, 0}, 0},
};

static void a_rate_is_exact(void **state)
{
	const struct po_start_row like = {.source = 7, .pair = 8};
	struct po_starts *s = *state;
	struct table t = {0};

	for (size_t i = 0; i < COUNT(rates); i++) {
		t.row = rates[i].name;
		s->count = 0;
		for (size_t n = 0; rates[i].ages[n]; n++)
			add(s, NOW - rates[i].ages[n], 7, 8);
		ROW_NUMBER(&t, po_starts_wait(s, &rates[i].rate, PO_STARTS_OF_SOURCE, &like, NOW),
		           rates[i].wait);
		ROW_NUMBER(&t, po_starts_wait(s, &rates[i].rate, PO_STARTS_OF_PAIR, &like, NOW),
		           rates[i].wait);
		ROW_NUMBER(&t, po_starts_wait(s, &rates[i].rate, PO_STARTS_OF_ALL, &like, NOW),
		           rates[i].wait);
	}
	table_end(&t);
}

static void each_counts_its_own(void **state)
{
	const struct po_start_row alice_here = {.source = 1, .pair = 10};
	const struct po_start_row bob_here = {.source = 1, .pair = 11};
	const struct po_start_row alice_there = {.source = 2, .pair = 20};
	const struct po_rate two = {2, 600};
	struct po_starts *s = *state;

	add(s, NOW - 3, 1, 10);
	add(s, NOW - 2, 1, 10);
	add(s, NOW - 1, 2, 20);
	assert_true(po_starts_wait(s, &two, PO_STARTS_OF_PAIR, &alice_here, NOW) > 0);
	assert_int_equal(po_starts_wait(s, &two, PO_STARTS_OF_PAIR, &bob_here, NOW), 0);
	assert_true(po_starts_wait(s, &two, PO_STARTS_OF_SOURCE, &bob_here, NOW) > 0);
	assert_int_equal(po_starts_wait(s, &two, PO_STARTS_OF_SOURCE, &alice_there, NOW), 0);
	assert_true(po_starts_wait(s, &two, PO_STARTS_OF_ALL, &alice_there, NOW) > 0);
}

static void rows_end_each_at_their_time(void **state)
{
	struct po_starts *s = *state;

	add(s, NOW - 600001, 1, 1);
	add(s, NOW - 600000, 2, 2);
	add(s, NOW - 599999, 3, 3);
	s->rows[0].keep_s = 601; /* another service remembers longer */
	po_starts_expire(s, NOW);
	assert_int_equal(s->count, 2);
	assert_int_equal(s->rows[0].source, 1);
	assert_int_equal(s->rows[1].source, 3);
	po_starts_expire(s, NOW + 600000);
	assert_int_equal(s->count, 0);
}

/* PAM-41: a flood of sources is stopped by the size, and pushes nobody out. */
static void a_full_record_waits(void **state)
{
	const struct po_start_row victim = {.source = 1, .pair = 1};
	const struct po_rate one = {1, 600};
	struct po_starts *s = *state;

	add(s, NOW, 1, 1);
	for (uint64_t i = 2; i < PO_STARTS_MAX; i++)
		add(s, NOW + (int64_t)i, i, i);
	assert_int_equal(s->count, PO_STARTS_MAX - 1);
	assert_int_equal(po_starts_room(s, NOW + 5000), 0);
	add(s, NOW + 5000, 9, 9);
	assert_int_equal(po_starts_room(s, NOW + 5000), 595000);
	add(s, NOW + 5001, 10, 10);
	assert_int_equal(s->count, PO_STARTS_MAX);
	assert_true(po_starts_wait(s, &one, PO_STARTS_OF_SOURCE, &victim, NOW + 5001) > 0);
	po_starts_expire(s, NOW + 600000);
	assert_int_equal(po_starts_room(s, NOW + 600000), 0);
}

static void one_row_is_given_back(void **state)
{
	struct po_starts *s = *state;

	for (uint64_t i = 0; i < 4; i++)
		add(s, NOW + (int64_t)i, i, i);
	assert_false(po_starts_remove(s, 4));
	assert_int_equal(s->count, 4);
	assert_true(po_starts_remove(s, 1));
	assert_false(po_starts_remove(s, 1));
	assert_true(po_starts_remove(s, 3));
	assert_int_equal(s->count, 2);
	assert_int_equal(s->rows[0].id, 0);
	assert_int_equal(s->rows[1].id, 2);
}

static bool rows_equal(const struct po_start_row *a, const struct po_start_row *b)
{
	return a->when == b->when && a->keep_s == b->keep_s && a->source == b->source &&
	       a->pair == b->pair && a->id == b->id;
}

static void what_is_written_is_read(void **state)
{
	static const unsigned char other[PO_SIPHASH_KEY] = "another";
	struct po_starts *s = *state;
	struct po_starts back;
	struct po_buf b;

	for (uint64_t i = 0; i < PO_STARTS_MAX; i++)
		add(s, NOW + (int64_t)i, UINT64_MAX - i, i << 40);
	po_buf_init(&b, po_starts_limit());
	assert_true(po_starts_write(s, &b));
	assert_int_equal(b.len, po_starts_limit());
	assert_true(po_starts_init(&back, other));
	assert_true(po_starts_read(&back, b.data, b.len, NOW + PO_STARTS_MAX - 1));
	assert_int_equal(back.count, s->count);
	for (size_t i = 0; i < s->count; i++)
		assert_true(rows_equal(&back.rows[i], &s->rows[i]));
	assert_memory_equal(back.key, key, sizeof(key));
	po_starts_free(&back);
	po_buf_free(&b);
}

/* A record of two rows, and one thing about it changed. */
static const struct {
	const char *name;
	size_t at; /* from the end */
	unsigned char value;
	int cut; /* bytes less; negative: more */
	bool ok;
} damages[] = {
        {"nothing changed", 1, 1, 0, true},
        {"a byte missing", 1, 1, 1, false},
        {"a byte more", 1, 1, -1, false},
        {"a row missing", 1, 1, 36, true},
        {"half a row", 1, 1, 18, false},
        {"the key cut", 1, 1, 73, false},
        {"the name alone", 1, 1, 88, false},
        {"nothing", 1, 1, 107, false},
        {"another version", 90, '2', 0, false},
        {"another file", 107, 'P', 0, false},
        {"a time of the future", 36, 0x01, 0, false},
        {"a negative time", 36, 0x80, 0, false},
        {"out of order", 36 - 5, 0x4b, 0, false},
        {"kept for no time", 25, 0, 0, false},
        {"kept for ever", 28, 0x80, 0, false},
};

static void nothing_else_is_read(void **state)
{
	struct po_starts *s = *state;
	struct table t = {0};
	struct po_starts back;
	struct po_buf b;

	add(s, NOW - 2, 1, 1);
	add(s, NOW - 1, 1, 1);
	s->rows[1].keep_s = 1;
	for (size_t i = 0; i < COUNT(damages); i++) {
		unsigned char *copy;
		size_t len;

		t.row = damages[i].name;
		po_buf_init(&b, po_starts_limit());
		assert_true(po_starts_write(s, &b));
		assert_int_equal(b.len, 107);
		b.data[b.len - damages[i].at] = damages[i].value;
		len = (size_t)((int)b.len - damages[i].cut);
		copy = calloc(1, len ? len : 1); /* exactly so long: ASan sees a byte too far */
		memcpy(copy, b.data, len < b.len ? len : b.len);
		assert_true(po_starts_init(&back, key));
		ROW(&t, po_starts_read(&back, copy, len, NOW) == damages[i].ok);
		ROW(&t, damages[i].ok || back.count == 0);
		po_starts_free(&back);
		free(copy);
		po_buf_free(&b);
	}
	table_end(&t);
}

static void one_row_too_many_is_damage(void **state)
{
	struct po_starts *s = *state;
	struct po_buf b;

	for (uint64_t i = 0; i < PO_STARTS_MAX; i++)
		add(s, NOW, i, i);
	po_buf_init(&b, po_starts_limit() + 36);
	assert_true(po_starts_write(s, &b));
	assert_true(po_buf_add(&b, b.data + b.len - 36, 36));
	assert_false(po_starts_read(s, b.data, b.len, NOW));
	po_buf_free(&b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(a_rate_is_exact),
	        TEST(each_counts_its_own),
	        TEST(rows_end_each_at_their_time),
	        TEST(a_full_record_waits),
	        TEST(one_row_is_given_back),
	        TEST(what_is_written_is_read),
	        TEST(nothing_else_is_read),
	        TEST(one_row_too_many_is_damage),
	};

	return cmocka_run_group_tests_name("starts", tests, NULL, NULL);
}
