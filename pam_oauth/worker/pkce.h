/* SPDX-License-Identifier: BSD-2-Clause */
/* Proof Key for Code Exchange (RFC 7636), of which only the method S256 exists here (DEV-8). */
#ifndef PO_PKCE_H
#define PO_PKCE_H

#include <stdbool.h>

#include "po_buf.h"
#include "po_err.h"
#include "po_secret.h"

/* A fresh code_verifier of 32 random octets, 43 characters (section 4.1); *verifier must be empty.
 */
bool po_pkce_verifier(struct po_secret *verifier, struct po_fault *f);

/* Appends its code_challenge (section 4.2). */
bool po_pkce_challenge(const struct po_secret *verifier, struct po_buf *out, struct po_fault *f);

#endif
