/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_present.c: reads a drawn symbol back and holds it against its bits (UIX-13, UIX-14). */
#ifndef PO_FUZZ_PICTURE_H
#define PO_FUZZ_PICTURE_H

#include "fuzz.h"
#include "qrtext.h"

/* One cell of a picture at *p, as ink above and below; steps over it. Blanks may be missing. */
static inline unsigned take_cell(const char **p, enum po_qr_mode mode)
{
	static const char *const cells[] = {" ", "\xe2\x96\x80", "\xe2\x96\x84", "\xe2\x96\x88"};

	if (**p == '\n')
		return 0;
	if (mode == PO_QR_ASCII) {
		unsigned both = strncmp(*p, "##", 2) == 0 ? 3 : 0;

		must(both || strncmp(*p, "  ", 2) == 0);
		*p += 2;
		return both;
	}
	for (unsigned i = 0; i < 4; i++)
		if (strncmp(*p, cells[i], strlen(cells[i])) == 0) {
			*p += strlen(cells[i]);
			return i;
		}
	must(!"a byte that belongs in no picture");
	return 0;
}

/* Is this what the module at (x, y), quiet zone counted, should look like? */
static inline bool is_right(const struct po_challenge *c, long x, long y, bool ink, bool invert)
{
	long side = (long)c->qr_side;

	x -= PO_QR_QUIET;
	y -= PO_QR_QUIET;
	if (y >= side + PO_QR_QUIET)
		return !ink;
	if (x < 0 || y < 0 || x >= side || y >= side)
		return ink != invert;
	return (ink == po_qr_dark(c, (uint32_t)x, (uint32_t)y)) == invert;
}

/* A whole picture at p; returns its end. */
static inline const char *check_picture(const char *p, const struct po_challenge *c,
                                        enum po_qr_mode mode, bool invert)
{
	long all = (long)c->qr_side + 2 * PO_QR_QUIET;
	long step = mode == PO_QR_ASCII ? 1 : 2;

	for (long y = 0; y < all; y += step, p++) {
		const char *line = p;

		for (long x = 0; x < all; x++) {
			unsigned cell = take_cell(&p, mode);

			must(is_right(c, x, y, cell & 1, invert));
			must(step == 1 || is_right(c, x, y + 1, cell & 2, invert));
		}
		must(*p == '\n' && (p == line || p[-1] != ' '));
	}
	return p;
}

#endif
