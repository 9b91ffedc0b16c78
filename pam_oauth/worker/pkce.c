/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by device.c; grant.c sends the verifier. */
#include "pkce.h"

#include <openssl/evp.h>

#include "base64.h"
#include "nonce.h"

#define VERIFIER_OCTETS 32
#define VERIFIER_LEN    43

bool po_pkce_verifier(struct po_secret *verifier, struct po_fault *f)
{
	struct po_buf text;
	bool ok;

	po_buf_init(&text, VERIFIER_LEN);
	ok = po_nonce_add(&text, VERIFIER_OCTETS, f) &&
	     (po_secret_set(verifier, text.data, text.len) || po_fail_memory(f));
	po_buf_free(&text);
	return ok;
}

bool po_pkce_challenge(const struct po_secret *verifier, struct po_buf *out, struct po_fault *f)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	size_t len = 0;

	if (EVP_Q_digest(NULL, "SHA256", NULL, verifier->data, verifier->len, digest, &len) != 1)
		return po_fail(f, PO_E_SYSTEM, "PKCE: SHA-256 is not to be had");
	return po_base64url_encode(out, digest, len) || po_fail_memory(f);
}
