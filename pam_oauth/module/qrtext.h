/* SPDX-License-Identifier: BSD-2-Clause */
/* A bit matrix as characters (UIX-13, UIX-14): a pure function. */
#ifndef PO_QRTEXT_H
#define PO_QRTEXT_H

#include <stdbool.h>

#include "config.h"
#include "po_buf.h"
#include "po_types.h"

/* Columns and lines that a symbol of this many modules takes in this mode (quiet zone included). */
void po_qrtext_size(enum po_qr_mode mode, uint32_t side, unsigned long *columns,
                    unsigned long *lines);

/* The largest symbol (modules per side, of an existing version) that fits; 0 if none does. */
uint32_t po_qrtext_side_max(enum po_qr_mode mode, unsigned long columns, unsigned long lines);

/* Appends the symbol, each row ended by a newline, without trailing blanks. False if out is full.
 */
bool po_qrtext_draw(struct po_buf *out, const struct po_challenge *c, enum po_qr_mode mode,
                    bool invert);

#endif
