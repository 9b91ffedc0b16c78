/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Symbols as bits (UIX-15, UIX-16): the version that each length needs, the fixed patterns of ISO
 * 18004 at their places, and that the size asked for is kept. That a camera reads them is shown by
 * the end-to-end tests.
 */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qr.h"

/* UIX-15: byte-mode capacity at level L; the last four by ISO 18004 table 7 */
static const struct {
	uint32_t version;
	size_t capacity;
} capacities[] = {
        {1, 17},  {2, 32},  {3, 53},   {4, 78},   {5, 106},  {6, 134},  {7, 154},
        {8, 192}, {9, 230}, {10, 271}, {11, 321}, {12, 367}, {13, 425}, {14, 458},
};

/* A URI of this many bytes: lower case, so that only byte mode can hold it. */
static char *uri_of(size_t len)
{
	char *uri = malloc(len + 1);

	assert_non_null(uri);
	memset(uri, 'a', len);
	memcpy(uri, "https://h/", len < 10 ? len : 10);
	uri[len] = '\0';
	return uri;
}

static void the_version_is_the_smallest_that_holds_the_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(capacities); i++)
		for (size_t over = 0; over <= 1; over++) {
			uint32_t version = capacities[i].version + (uint32_t)over;
			struct po_challenge c = {0};
			char *uri = uri_of(capacities[i].capacity + over);

			if (version > PO_QR_VERSION_MAX) {
				assert_false(po_qr_encode(uri, 1000, &c));
				assert_int_equal(c.qr_side, 0);
				assert_null(c.qr_bits);
			} else {
				assert_true(po_qr_encode(uri, 1000, &c));
				assert_int_equal(c.qr_side, 17 + 4 * version);
			}
			po_challenge_free(&c);
			free(uri);
		}
}

/* Is the 7 x 7 finder at (x, y), with its light border where that is inside the symbol? */
static bool finder_at(const struct po_challenge *c, uint32_t left, uint32_t top)
{
	for (int y = -1; y <= 7; y++)
		for (int x = -1; x <= 7; x++) {
			int64_t px = (int64_t)left + x;
			int64_t py = (int64_t)top + y;
			bool border = x == -1 || y == -1 || x == 7 || y == 7;
			bool ring = x == 1 || x == 5 || y == 1 || y == 5;
			bool outer = x == 0 || x == 6 || y == 0 || y == 6;

			if (px < 0 || py < 0 || px >= c->qr_side || py >= c->qr_side)
				continue;
			if (po_qr_dark(c, (uint32_t)px, (uint32_t)py) !=
			    (!border && (outer || !ring)))
				return false;
		}
	return true;
}

static void finders_timing_and_the_dark_module_are_in_their_places(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(capacities); i++) {
		struct po_challenge c = {0};
		char *uri = uri_of(capacities[i].capacity);
		char name[20];

		snprintf(name, sizeof(name), "version %u", capacities[i].version);
		t.row = name;
		assert_true(po_qr_encode(uri, 73, &c));
		ROW(&t, finder_at(&c, 0, 0));
		ROW(&t, finder_at(&c, c.qr_side - 7, 0));
		ROW(&t, finder_at(&c, 0, c.qr_side - 7));
		ROW(&t, !finder_at(&c, c.qr_side - 7, c.qr_side - 7)); /* tells which way is up */
		for (uint32_t k = 8; k < c.qr_side - 8; k++) {
			ROW(&t, po_qr_dark(&c, k, 6) == (k % 2 == 0));
			ROW(&t, po_qr_dark(&c, 6, k) == (k % 2 == 0));
		}
		ROW(&t, po_qr_dark(&c, 8, c.qr_side - 8));
		/* format information says level L: 01, masked with 10 (ISO 18004 section 7.9) */
		ROW(&t, po_qr_dark(&c, 0, 8) && po_qr_dark(&c, 1, 8));
		po_challenge_free(&c);
		free(uri);
	}
	table_end(&t);
}

static void the_size_asked_for_is_kept(void **state)
{
	static const struct {
		const char *name;
		size_t len;
		uint32_t side_max;
		bool ok;
	} rows[] = {
	        {"fits exactly", 78, 33, true},
	        {"one byte too many", 79, 33, false},
	        {"between two versions", 78, 36, true},
	        {"smaller than any symbol", 5, 20, false},
	        {"none wanted", 5, 0, false},
	        {"no bound", 5, UINT32_MAX, true},
	        {"empty text", 0, 73, false},
	        {"longer than any symbol", 4000, UINT32_MAX, false},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_challenge c = {0};
		char *uri = uri_of(rows[i].len);

		t.row = rows[i].name;
		ROW(&t, po_qr_encode(uri, rows[i].side_max, &c) == rows[i].ok);
		ROW(&t, (c.qr_bits != NULL) == rows[i].ok);
		ROW(&t, (c.qr_side != 0) == rows[i].ok);
		po_challenge_free(&c);
		free(uri);
	}
	table_end(&t);
}

/* Unused bits at the end are zero: nothing of the heap crosses. */
static void no_stray_bits_follow_the_symbol(void **state)
{
	const size_t bits = 29 * 29;
	struct po_challenge c = {0};

	(void)state;
	assert_true(po_qr_encode("https://sso.example.org/device?user_code=WDJB-MJHT", 33, &c));
	assert_int_equal(c.qr_side, 29);
	assert_int_equal(c.qr_bits[bits / 8] & (0xff >> bits % 8), 0);
	po_challenge_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_version_is_the_smallest_that_holds_the_text),
	        cmocka_unit_test(finders_timing_and_the_dark_module_are_in_their_places),
	        cmocka_unit_test(the_size_asked_for_is_kept),
	        cmocka_unit_test(no_stray_bits_follow_the_symbol),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
