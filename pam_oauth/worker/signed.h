/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A token that the issuer signed, opened in the order of IDT-25: form, header, key, signature, and
 * only then its claims. No network here; keyring.h fetches keys.
 */
#ifndef PO_SIGNED_H
#define PO_SIGNED_H

#include "json.h"
#include "jwk.h"
#include "jws.h"

struct po_signed {
	struct po_jws jws;
	const struct po_jwk *key; /* that made the signature; borrowed from the set */
	struct po_json *claims;   /* what was signed; nobody has judged it yet */
};

enum po_verify {
	PO_VERIFY_OK,
	PO_VERIFY_NO_KEY, /* no candidate key, or none verifies: newer keys may help, once (JWK-8)
	                   */
	PO_VERIFY_FAILED, /* final */
};

struct po_signed_terms {
	enum po_jws_kind kind;
	const struct po_list *algs; /* that may sign (IDT-4) */
	const struct po_jwks *jwks; /* NULL = none could be fetched yet: PO_VERIFY_NO_KEY */
};

/*
 * Opens a token, which must outlive *out. *out is filled on PO_VERIFY_OK only; free it with
 * po_signed_free. Otherwise *f says what is wrong (PO_E_TOKEN), without a text of the token.
 */
enum po_verify po_signed_open(const struct po_signed_terms *terms, const char *token,
                              struct po_signed *out, struct po_fault *f);

/* Hands the claims over to the caller (po_json_free). */
struct po_json *po_signed_take_claims(struct po_signed *s);

/* NULL-safe, idempotent. */
void po_signed_free(struct po_signed *s);

#endif
