/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A symbol drawn with characters. Terminals are usually light on dark, so light modules are ink
 * and dark ones are background, quiet zone included (UIX-14); no colours, no escapes (UIX-12).
 */
#include "qrtext.h"

#include <string.h>

#define UPPER "\xe2\x96\x80" /* U+2580 */
#define LOWER "\xe2\x96\x84" /* U+2584 */
#define FULL  "\xe2\x96\x88" /* U+2588 */

void po_qrtext_size(enum po_qr_mode mode, uint32_t side, unsigned long *columns,
                    unsigned long *lines)
{
	unsigned long all = side + 2UL * PO_QR_QUIET;

	*columns = mode == PO_QR_ASCII ? 2 * all : all;
	*lines = mode == PO_QR_ASCII ? all : (all + 1) / 2;
}

uint32_t po_qrtext_side_max(enum po_qr_mode mode, unsigned long columns, unsigned long lines)
{
	if (mode != PO_QR_UTF8 && mode != PO_QR_ASCII)
		return 0;
	for (uint32_t side = PO_QR_SIDE_MAX; side >= PO_QR_SIDE_MIN; side -= 4) {
		unsigned long w;
		unsigned long h;

		po_qrtext_size(mode, side, &w, &h);
		if (w <= columns && h <= lines)
			return side;
	}
	return 0;
}

/* Is there ink at (x, y), quiet zone counted? Rows below the symbol are background. */
static bool ink(const struct po_challenge *c, long x, long y, bool invert)
{
	long side = (long)c->qr_side;
	bool dark;

	x -= PO_QR_QUIET;
	y -= PO_QR_QUIET;
	if (y >= side + PO_QR_QUIET)
		return false;
	dark = x >= 0 && y >= 0 && x < side && y < side && po_qr_dark(c, (uint32_t)x, (uint32_t)y);
	return dark == invert;
}

static const char *half_block(bool upper, bool lower)
{
	if (upper && lower)
		return FULL;
	if (upper)
		return UPPER;
	return lower ? LOWER : " ";
}

/* Blanks are held back until something follows them, so that no line ends in one. */
static void add_cell(struct po_buf *out, const char *cell, size_t *blanks)
{
	if (strspn(cell, " ") == strlen(cell)) {
		*blanks += strlen(cell);
		return;
	}
	for (; *blanks > 0; --*blanks)
		po_buf_add_str(out, " ");
	po_buf_add_str(out, cell);
}

bool po_qrtext_draw(struct po_buf *out, const struct po_challenge *c, enum po_qr_mode mode,
                    bool invert)
{
	long all = (long)c->qr_side + 2L * PO_QR_QUIET;
	long step = mode == PO_QR_ASCII ? 1 : 2;

	for (long y = 0; y < all; y += step) {
		size_t blanks = 0;

		for (long x = 0; x < all; x++) {
			bool upper = ink(c, x, y, invert);

			if (mode == PO_QR_ASCII)
				add_cell(out, upper ? "##" : "  ", &blanks);
			else
				add_cell(out, half_block(upper, ink(c, x, y + 1, invert)), &blanks);
		}
		po_buf_add_str(out, "\n");
	}
	return !out->failed;
}
