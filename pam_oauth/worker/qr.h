/* SPDX-License-Identifier: BSD-2-Clause */
/* A text as a QR symbol; qr.c is the only file that knows libqrencode. */
#ifndef PO_QR_H
#define PO_QR_H

#include <stdbool.h>

#include "po_types.h"

/*
 * Encodes text at level L in byte mode (UIX-15) into the challenge's qr_side and qr_bits. False:
 * the symbol would be larger than side_max modules, or cannot be made; the challenge then stays
 * without one, which is no fault of the login (UIX-16).
 */
bool po_qr_encode(const char *text, uint32_t side_max, struct po_challenge *out);

#endif
