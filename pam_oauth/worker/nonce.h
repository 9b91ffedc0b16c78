/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that nobody can guess and that never come twice: jti, nonce, code_verifier. */
#ifndef PO_NONCE_H
#define PO_NONCE_H

#include <stdbool.h>
#include <stddef.h>

#include "po_buf.h"
#include "po_err.h"

#define PO_NONCE_OCTETS 16 /* IDT-17, CAU-6: 128 bits */

/* Appends so many random octets, at most 64, in base64url without padding. */
bool po_nonce_add(struct po_buf *out, size_t octets, struct po_fault *f);

#endif
