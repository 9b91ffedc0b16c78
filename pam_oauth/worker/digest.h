/* SPDX-License-Identifier: BSD-2-Clause */
/* A name for a person that says nothing by itself (PAM-45). */
#ifndef PO_DIGEST_H
#define PO_DIGEST_H

#include <stdbool.h>

#include "po_err.h"

/*
 * The first PO_SUBJECT_HASH_LEN hexadecimal digits of the SHA-256 of a text; the caller frees. NULL
 * with *f when out of memory, or without libcrypto's SHA-256.
 */
char *po_digest_subject(const char *subject, struct po_fault *f);

#endif
