/* SPDX-License-Identifier: BSD-2-Clause */
/* The claims of an ID token: is it from the issuer, for this client, of this flow, about a person?
 */
#ifndef PO_ID_TOKEN_H
#define PO_ID_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "json.h"
#include "po_buf.h"
#include "po_types.h"
#include "signed.h"
#include "token_checks.h"

/* What the claims are held against. */
struct po_id_token_terms {
	const struct po_request *request;
	const struct po_buf *at_hash; /* what IDT-21 expects; NULL = there is no access token */
	const struct po_buf *at_hash_other; /* what it accepts besides; NULL = nothing */
	const char *nonce;                  /* IDT-17: what was sent; NULL = nothing */
	int64_t started; /* wall clock, when the device authorization was asked for */
	int64_t now;     /* wall clock */
	bool alone; /* PO_TASK_VERIFY: at_hash says nothing, since nobody kept its access token */
};

/*
 * OIDC Core section 3.1.3.7, IDT-10 to IDT-17 and IDT-21. The caller has verified the signature: a
 * fault (PO_E_TOKEN) may quote claims, escaped. After success `sub` is a string that
 * po_text_value_ok accepts.
 */
bool po_id_token_check(const struct po_json *claims, const struct po_id_token_terms *terms,
                       struct po_fault *f);

/*
 * The whole judgement of an ID token whose signature verified: po_id_token_check with the hashes
 * of the access token that came with it (NULL = none came) and the nonce that was sent (NULL =
 * none).
 */
bool po_id_token_verify(const struct po_signed *token, const struct po_request *request,
                        const char *access_token, const char *nonce, const struct po_moments *at,
                        struct po_fault *f);

/*
 * The same for a token without its login (PO_TASK_VERIFY): nothing is known of an access token or
 * of a nonce, and neither at_hash nor nonce is compared.
 */
bool po_id_token_verify_alone(const struct po_signed *token, const struct po_request *request,
                              const struct po_moments *at, struct po_fault *f);

#endif
