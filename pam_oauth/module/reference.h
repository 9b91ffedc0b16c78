/* SPDX-License-Identifier: BSD-2-Clause */
/* The short name of one attempt: what a person can read out on the phone, and the log carries. */
#ifndef PO_REFERENCE_H
#define PO_REFERENCE_H

#define PO_REFERENCE_SIZE 9 /* eight characters and the end */

/*
 * Writes a new reference: random, of digits and capitals that cannot be mistaken for each other
 * when read aloud. It names, and proves nothing. Never fails.
 */
void po_reference_make(char out[PO_REFERENCE_SIZE]);

#endif
