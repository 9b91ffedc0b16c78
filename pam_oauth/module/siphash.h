/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SipHash-2-4 (Aumasson, Bernstein 2012): a hash of short texts that nobody can make collide
 * without knowing the key.
 */
#ifndef PO_SIPHASH_H
#define PO_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

#define PO_SIPHASH_KEY 16 /* bytes */

uint64_t po_siphash(const unsigned char key[PO_SIPHASH_KEY], const void *data, size_t len);

#endif
