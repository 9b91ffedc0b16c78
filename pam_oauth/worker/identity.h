/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a token answer to the identity that crosses to the module: the ID token is verified, then
 * the claims that the request named are read from it. No network here.
 */
#ifndef PO_IDENTITY_H
#define PO_IDENTITY_H

#include "jwk.h"
#include "note.h"
#include "po_types.h"

struct po_identity_input {
	const struct po_request *request;
	const struct po_list *algs; /* allowed: configured, intersected with announced (IDT-4) */
	const struct po_jwks *jwks; /* NULL = none could be fetched yet: PO_VERIFY_NO_KEY */
	const char *id_token;       /* compact serialisation, as received */
	const char *access_token;   /* for at_hash (IDT-21) */
	int64_t started; /* wall clock, when the device authorization was asked for (IDT-14) */
	int64_t now;     /* wall clock */
};

enum po_verify {
	PO_VERIFY_OK,
	PO_VERIFY_NO_KEY, /* no candidate key, or none verifies: newer keys may help, once (JWK-8)
	                   */
	PO_VERIFY_FAILED, /* final */
};

/* Fills *out on PO_VERIFY_OK; otherwise *f says which check failed (PO_E_TOKEN). */
enum po_verify po_identity_verify(const struct po_identity_input *in, struct po_identity *out,
                                  const struct po_note *note, struct po_fault *f);

#endif
