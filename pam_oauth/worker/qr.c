/* SPDX-License-Identifier: BSD-2-Clause */
/* libqrencode's matrix as bits: the strictest type that can carry a picture to the module. */
#include "qr.h"

#include <qrencode.h>
#include <stdlib.h>

static unsigned char *pack(const QRcode *code)
{
	size_t count = (size_t)code->width * (size_t)code->width;
	unsigned char *bits = calloc(1, po_qr_bytes((uint32_t)code->width));

	for (size_t i = 0; bits && i < count; i++)
		if (code->data[i] & 1)
			bits[i / 8] |= (unsigned char)(0x80 >> i % 8);
	return bits;
}

bool po_qr_encode(const char *text, uint32_t side_max, struct po_challenge *out)
{
	QRcode *code = side_max ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L) : NULL;
	unsigned char *bits = NULL;

	if (code && code->width >= PO_QR_SIDE_MIN && code->width <= PO_QR_SIDE_MAX &&
	    (uint32_t)code->width <= side_max)
		bits = pack(code);
	if (bits) {
		out->qr_side = (uint32_t)code->width;
		out->qr_bits = bits;
	}
	QRcode_free(code);
	return bits != NULL;
}
