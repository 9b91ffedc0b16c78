/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bit matrix as characters (UIX-13 to UIX-15, LIM-16): sizes, both modes, both polarities. What
 * was drawn is read back into modules by a reader of its own and compared with the matrix.
 */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qrtext.h"

#define UPPER "\xe2\x96\x80"
#define LOWER "\xe2\x96\x84"
#define FULL  "\xe2\x96\x88"

static const struct {
	const char *name;
	enum po_qr_mode mode;
	uint32_t side;
	unsigned long columns, lines;
} sizes[] = {
        {"UIX-15 version 4, utf8", PO_QR_UTF8, 33, 37, 19},
        {"UIX-15 version 4, ascii", PO_QR_ASCII, 33, 74, 37},
        {"version 1, utf8", PO_QR_UTF8, 21, 25, 13},
        {"version 14, utf8", PO_QR_UTF8, 73, 77, 39},
        {"version 5, ascii", PO_QR_ASCII, 37, 82, 41},
};

static void sizes_include_the_quiet_zone(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		unsigned long columns = 0;
		unsigned long lines = 0;

		t.row = sizes[i].name;
		po_qrtext_size(sizes[i].mode, sizes[i].side, &columns, &lines);
		ROW_NUMBER(&t, columns, sizes[i].columns);
		ROW_NUMBER(&t, lines, sizes[i].lines);
	}
	table_end(&t);
}

static const struct {
	const char *name;
	enum po_qr_mode mode;
	unsigned long columns, lines;
	uint32_t side;
} largest[] = {
        {"LIM-16 utf8 admits version 14", PO_QR_UTF8, 80, 40, 73},
        {"LIM-16 ascii admits version 4", PO_QR_ASCII, 80, 40, 33},
        {"exactly, by columns", PO_QR_UTF8, 37, 40, 33},
        {"one column less", PO_QR_UTF8, 36, 40, 29},
        {"LGN-4 exactly, by lines", PO_QR_UTF8, 80, 19, 33},
        {"one line less", PO_QR_UTF8, 80, 18, 29},
        {"version 1 exactly", PO_QR_UTF8, 25, 13, 21},
        {"less than version 1", PO_QR_UTF8, 24, 13, 0},
        {"less than version 1 in lines", PO_QR_UTF8, 25, 12, 0},
        {"ascii, exactly", PO_QR_ASCII, 74, 37, 33},
        {"ascii, a column less", PO_QR_ASCII, 73, 37, 29},
        {"nothing", PO_QR_UTF8, 0, 0, 0},
        {"without bound", PO_QR_UTF8, ~0UL, ~0UL, 73},
        {"none draws nothing", PO_QR_NONE, 80, 40, 0},
        {"auto must be resolved before", PO_QR_AUTO, 80, 40, 0},
};

static void the_largest_symbol_fits_the_display(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(largest); i++) {
		t.row = largest[i].name;
		ROW_NUMBER(
		        &t,
		        po_qrtext_side_max(largest[i].mode, largest[i].columns, largest[i].lines),
		        largest[i].side);
	}
	table_end(&t);
}

/* A matrix without symmetry, so that a mirrored or turned drawing shows. */
static void make_symbol(struct po_challenge *c, uint32_t side)
{
	uint32_t seed = side;

	*c = (struct po_challenge){.qr_side = side, .qr_bits = calloc(1, po_qr_bytes(side))};
	for (size_t bit = 0; bit < (size_t)side * side; bit++) {
		seed = seed * 1664525U + 1013904223U;
		if (seed >> 31)
			c->qr_bits[bit / 8] |= (unsigned char)(0x80 >> bit % 8);
	}
}

/* Ink that has been read back; rows that a line could hold but did not are blank. */
struct page {
	bool ink[90][90];
	unsigned lines;
	bool strange; /* something else was drawn */
	bool trailing_blank;
};

/* One cell at p; returns its length, 0 if it is none of ours. */
static size_t read_cell(const char *p, bool utf8, bool *upper, bool *lower)
{
	*upper = *lower = false;
	if (!utf8) {
		*upper = strncmp(p, "##", 2) == 0;
		return *upper || strncmp(p, "  ", 2) == 0 ? 2 : 0;
	}
	if (*p == ' ')
		return 1;
	*upper = strncmp(p, UPPER, 3) == 0 || strncmp(p, FULL, 3) == 0;
	*lower = strncmp(p, LOWER, 3) == 0 || strncmp(p, FULL, 3) == 0;
	return *upper || *lower ? 3 : 0;
}

static void read_page(struct page *page, const char *text, bool utf8)
{
	unsigned step = utf8 ? 2 : 1;
	unsigned x = 0;

	memset(page, 0, sizeof(*page));
	while (*text && !page->strange) {
		bool upper;
		bool lower;
		size_t len = read_cell(text, utf8, &upper, &lower);

		if (*text == '\n') {
			page->lines++;
			x = 0;
			text++;
			continue;
		}
		page->trailing_blank |= len && !upper && !lower && text[len] == '\n';
		page->strange |= !len || x >= 90 || step * page->lines + 1 >= 90;
		if (page->strange)
			return;
		page->ink[step * page->lines][x] = upper;
		if (utf8)
			page->ink[step * page->lines + 1][x] = lower;
		x++;
		text += len;
	}
	page->strange |= x > 0; /* the last line has its newline too */
}

/* UIX-14: light is ink, or dark with invert; the quiet zone is light; below it is nothing. */
static bool should_be_ink(const struct po_challenge *c, unsigned x, unsigned y, bool invert)
{
	unsigned all = c->qr_side + 2 * PO_QR_QUIET;
	unsigned sx = x - PO_QR_QUIET;
	unsigned sy = y - PO_QR_QUIET;
	bool dark = sx < c->qr_side && sy < c->qr_side && po_qr_dark(c, sx, sy);

	return x < all && y < all && dark == invert;
}

static void draw_and_compare(struct table *t, uint32_t side, enum po_qr_mode mode, bool invert)
{
	static struct page page;
	struct po_challenge c;
	struct po_buf out;
	unsigned wrong = 0;
	unsigned long columns;
	unsigned long lines;

	make_symbol(&c, side);
	po_buf_init(&out, 64 * 1024);
	ROW(t, po_qrtext_draw(&out, &c, mode, invert));
	read_page(&page, po_buf_str(&out), mode == PO_QR_UTF8);
	po_qrtext_size(mode, side, &columns, &lines);
	ROW(t, !page.strange);
	ROW(t, !page.trailing_blank);
	ROW_NUMBER(t, page.lines, lines);
	for (unsigned y = 0; y < 90; y++)
		for (unsigned x = 0; x < 90; x++)
			wrong += page.ink[y][x] != should_be_ink(&c, x, y, invert);
	ROW_NUMBER(t, wrong, 0);
	po_buf_free(&out);
	po_challenge_free(&c);
}

static void what_is_drawn_is_the_matrix(void **state)
{
	struct table t = {0};
	char name[60];

	(void)state;
	for (uint32_t side = PO_QR_SIDE_MIN; side <= PO_QR_SIDE_MAX; side += 4)
		for (int i = 0; i < 4; i++) {
			enum po_qr_mode mode = i & 1 ? PO_QR_ASCII : PO_QR_UTF8;

			snprintf(name, sizeof(name), "side %u, %s, %s", side,
			         i & 1 ? "ascii" : "utf8", i & 2 ? "inverted" : "as it is");
			t.row = name;
			draw_and_compare(&t, side, mode, i & 2);
		}
	table_end(&t);
}

static void a_full_buffer_is_told(void **state)
{
	struct po_challenge c;
	struct po_buf out;

	(void)state;
	make_symbol(&c, 33);
	po_buf_init(&out, 100);
	assert_false(po_qrtext_draw(&out, &c, PO_QR_UTF8, false));
	po_buf_free(&out);
	po_challenge_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(sizes_include_the_quiet_zone),
	        cmocka_unit_test(the_largest_symbol_fits_the_display),
	        cmocka_unit_test(what_is_drawn_is_the_matrix),
	        cmocka_unit_test(a_full_buffer_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
