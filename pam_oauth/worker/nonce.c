/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by assertion.c, device.c and pkce.c. */
#include "nonce.h"

#include <string.h>
#include <sys/random.h>

#include "base64.h"

bool po_nonce_add(struct po_buf *out, size_t octets, struct po_fault *f)
{
	unsigned char bytes[64];
	bool ok;

	if (octets > sizeof(bytes) || getrandom(bytes, octets, 0) != (ssize_t)octets)
		return po_fail(f, PO_E_SYSTEM, "no random numbers");
	ok = po_base64url_encode(out, bytes, octets);
	explicit_bzero(bytes, sizeof(bytes));
	return ok || po_fail_memory(f);
}
