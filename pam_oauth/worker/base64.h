/* SPDX-License-Identifier: BSD-2-Clause */
/* The two alphabets of RFC 4648: base64url (JOSE), read and written; padded base64 (HTTP Basic),
 * written.
 */
#ifndef PO_BASE64_H
#define PO_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "po_buf.h"

/*
 * Appends what the base64url text means. False, with nothing appended, for any byte outside the
 * alphabet (padding and white space included), an impossible length or unused bits that are not
 * zero (IDT-2); false also when out is full. An empty text means no bytes.
 */
bool po_base64url_decode(struct po_buf *out, const char *text, size_t len);

/* Appends the bytes in base64 with padding and without line breaks; false when out is full. */
bool po_base64_encode(struct po_buf *out, const void *data, size_t len);

/* The same in base64url without padding (RFC 7515 section 2). */
bool po_base64url_encode(struct po_buf *out, const void *data, size_t len);

#endif
