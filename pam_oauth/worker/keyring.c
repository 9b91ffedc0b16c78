/* SPDX-License-Identifier: BSD-2-Clause */
/* The issuer's keys during one login (JWK-8 to JWK-10). Called by flow.c and whoever verifies. */
#include "keyring.h"

#include "jwks.h"

bool po_keyring_prefetch(struct po_keyring *k, struct po_fault *f)
{
	struct po_fault why = {0};

	if (!k->jwks_uri)
		return true;
	switch (po_jwks_fetch(k->jwks_uri, k->http, k->deadline, &k->jwks, k->note, &why)) {
	case PO_JWKS_OK:
		return true;
	case PO_JWKS_FAILED:
		po_warn(k->note, "keys: %s; will try again", why.text);
		return true;
	case PO_JWKS_STOPPED:
		break;
	}
	*f = why;
	return false;
}

/* JWK-8: keys fetched before the token arrived may be old. */
static bool renew(struct po_keyring *k, struct po_fault *f)
{
	struct po_jwks *fresh = NULL;

	if (k->renewed || !k->jwks_uri)
		return false; /* the fault of the signature stands */
	k->renewed = true;
	if (po_jwks_fetch(k->jwks_uri, k->http, k->deadline, &fresh, k->note, f) != PO_JWKS_OK)
		return false;
	po_jwks_free(k->jwks);
	k->jwks = fresh;
	return true;
}

bool po_keyring_open(struct po_keyring *k, enum po_jws_kind kind, const char *token,
                     const struct po_list *algs, struct po_signed *out, struct po_fault *f)
{
	struct po_signed_terms terms = {kind, algs, k->jwks};
	enum po_verify result = po_signed_open(&terms, token, out, f);

	if (result == PO_VERIFY_NO_KEY && renew(k, f)) {
		terms.jwks = k->jwks;
		result = po_signed_open(&terms, token, out, f);
	}
	return result == PO_VERIFY_OK;
}

void po_keyring_free(struct po_keyring *k)
{
	po_jwks_free(k->jwks);
	k->jwks = NULL;
}
