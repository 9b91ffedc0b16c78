/* SPDX-License-Identifier: BSD-2-Clause */
/* References. Called by pam_oauth.c, once for an attempt. */
#include "reference.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#include "po_clock.h"

void po_reference_make(char out[PO_REFERENCE_SIZE])
{
	static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	uint64_t bits = 0;

	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != (ssize_t)sizeof(bits))
		bits = (uint64_t)po_clock_now(); /* it only has to tell attempts apart */
	for (int i = 0; i < PO_REFERENCE_SIZE - 1; i++, bits >>= 5)
		out[i] = alphabet[bits & 31];
	out[PO_REFERENCE_SIZE - 1] = '\0';
}
