/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Form, header, key, signature, claims (IDT-25). Called for ID tokens, signed UserInfo answers and
 * access tokens alike; nothing in a payload is parsed, used or named before the signature verified.
 */
#include "signed.h"

/* The key that made the signature. NULL: another set of keys may hold it (JWK-8). */
static const struct po_jwk *find_key(const struct po_jwks *jwks, const struct po_jws *jws,
                                     struct po_fault *f)
{
	const struct po_jwk *keys[PO_LIMIT_CANDIDATE_KEYS];
	size_t n;

	if (!jwks) {
		po_fail(f, PO_E_TOKEN, "no keys of the issuer to verify it with");
		return NULL;
	}
	n = po_jwks_candidates(jwks, jws->alg, jws->kid, keys);
	for (size_t i = 0; i < n; i++)
		if (po_jws_verify(jws, keys[i]))
			return keys[i];
	if (po_jwks_count(jwks) == 0)
		po_fail(f, PO_E_TOKEN, "the issuer publishes no usable key");
	else if (n == 0)
		po_fail(f, PO_E_TOKEN, "no key of the issuer fits alg %s and kid", jws->alg->name);
	else
		po_fail(f, PO_E_TOKEN, "signature does not verify");
	return NULL;
}

enum po_verify po_signed_open(const struct po_signed_terms *terms, const char *token,
                              struct po_signed *out, struct po_fault *f)
{
	struct po_signed s = {.key = NULL};
	enum po_verify result = PO_VERIFY_NO_KEY;

	if (!po_jws_open(&s.jws, terms->kind, token, terms->algs, f))
		return PO_VERIFY_FAILED;
	s.key = find_key(terms->jwks, &s.jws, f);
	if (s.key) {
		result = PO_VERIFY_FAILED;
		s.claims = po_json_load(s.jws.payload.data, s.jws.payload.len, PO_E_TOKEN, f);
		if (s.claims) {
			*out = s;
			return PO_VERIFY_OK;
		}
		po_fail_context(f, "payload");
	}
	po_fail_context(f, po_jws_name(terms->kind));
	po_signed_free(&s);
	return result;
}

struct po_json *po_signed_take_claims(struct po_signed *s)
{
	struct po_json *claims = s->claims;

	s->claims = NULL;
	return claims;
}

void po_signed_free(struct po_signed *s)
{
	if (!s)
		return;
	po_jws_free(&s->jws);
	po_json_free(s->claims);
	*s = (struct po_signed){.key = NULL};
}
