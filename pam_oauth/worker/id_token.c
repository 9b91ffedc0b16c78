/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The claims that make an ID token genuine and ours (OIDC Core section 3.1.3.7). identify.c calls
 * it, after the signature. c_hash and s_hash belong to other flows (IDT-22).
 */
#include "id_token.h"

#include <string.h>

#include "base64.h"
#include "po_tenant.h"

/* IDT-12 */
static bool check_azp(const struct po_json *claims, const struct po_request *r, struct po_fault *f)
{
	const struct po_json *azp = po_json_get(claims, "azp");

	if (azp && !po_check_same(po_json_string(azp), r->client_id))
		return po_fail(f, PO_E_TOKEN, "azp is not the client");
	if (!azp && po_json_count(po_json_get(claims, "aud")) > 1)
		return po_fail(f, PO_E_TOKEN, "several audiences, but no azp");
	return true;
}

static bool same_octets(const struct po_buf *a, const struct po_buf *b)
{
	return b && b->len > 0 && a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* IDT-21: ties the access token to this ID token. */
static bool check_at_hash(const struct po_json *claims, const struct po_id_token_terms *terms,
                          struct po_fault *f)
{
	const struct po_json *member = po_json_get(claims, "at_hash");
	const char *text = po_json_string(member);
	struct po_buf hash;
	bool ok;

	if (!member || terms->alone)
		return true;
	po_buf_init(&hash, PO_LIMIT_HASH);
	ok = text && *text && po_base64url_decode(&hash, text, strlen(text)) &&
	     (same_octets(&hash, terms->at_hash) || same_octets(&hash, terms->at_hash_other));
	po_buf_free(&hash);
	return ok || po_fail(f, PO_E_TOKEN, "at_hash is not that of the access token");
}

/* IDT-17: what was not sent, the claim says nothing about. */
static bool check_nonce(const struct po_json *claims, const struct po_id_token_terms *terms,
                        struct po_fault *f)
{
	const struct po_json *member = po_json_get(claims, "nonce");

	if (!terms->nonce || (!member && terms->request->nonce != PO_NONCE_REQUIRED))
		return true;
	return po_check_same(po_json_string(member), terms->nonce) ||
	       po_fail(f, PO_E_TOKEN,
	               member ? "nonce is not the one that was sent"
	                      : "no nonce, though one is required");
}

bool po_id_token_check(const struct po_json *claims, const struct po_id_token_terms *terms,
                       struct po_fault *f)
{
	const struct po_request *r = terms->request;
	const struct po_moments at = {terms->started, terms->now};

	return (po_check_iss(claims, r, f) && po_check_aud(claims, r, f) &&
	        check_azp(claims, r, f) && po_check_iat(claims, r, &at, f) &&
	        po_check_validity(claims, r, terms->now, f) && po_check_sub(claims, r, f) &&
	        check_nonce(claims, terms, f) && check_at_hash(claims, terms, f)) ||
	       po_fail_context(f, "ID token");
}

/* IDN-7: where several tenants share a set, a key may be of one of them only. */
static bool check_key_issuer(const struct po_signed *token, const struct po_request *r,
                             struct po_fault *f)
{
	const char *iss = po_json_string(po_json_get(token->claims, "iss"));
	const char *key = po_jwk_issuer(token->key);

	if (r->tenants.count == 0 || !key || po_check_same(iss, key) ||
	    po_tenant_issuer_is(key, r->issuer, "{tenantid}"))
		return true;
	return po_fail(f, PO_E_TOKEN, "ID token: the key is another tenant's");
}

bool po_id_token_verify_alone(const struct po_signed *token, const struct po_request *request,
                              const struct po_moments *at, struct po_fault *f)
{
	const struct po_id_token_terms terms = {
	        .request = request, .started = at->started, .now = at->now, .alone = true};

	return po_id_token_check(token->claims, &terms, f) && check_key_issuer(token, request, f);
}

bool po_id_token_verify(const struct po_signed *token, const struct po_request *request,
                        const char *access_token, const char *nonce, const struct po_moments *at,
                        struct po_fault *f)
{
	struct po_buf hash;
	struct po_buf other;
	const struct po_id_token_terms terms = {.request = request,
	                                        .at_hash = &hash,
	                                        .at_hash_other = &other,
	                                        .nonce = nonce,
	                                        .started = at->started,
	                                        .now = at->now};
	const struct po_alg *alg = token->jws.alg;
	bool ok;

	po_buf_init(&hash, PO_LIMIT_HASH);
	po_buf_init(&other, PO_LIMIT_HASH);
	ok = !access_token || (po_jws_half_hash(alg, token->key, access_token, &hash) &&
	                       po_jws_half_hash_other(alg, access_token, &other));
	if (ok)
		ok = po_id_token_check(token->claims, &terms, f) &&
		     check_key_issuer(token, request, f);
	else if (hash.starved || other.starved)
		po_fail_memory(f);
	else
		po_fail(f, PO_E_TOKEN, "ID token: the access token cannot be hashed");
	po_buf_free(&hash);
	po_buf_free(&other);
	return ok;
}
