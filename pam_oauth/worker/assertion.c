/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by form.c for each request. */
#include "assertion.h"

#include <string.h>

#include "base64.h"
#include "json_write.h"
#include "nonce.h"
#include "po_clock.h"

#define PART_LIMIT 8192

/* Appends JSON as a part of the compact serialisation (RFC 7515 section 7.1). */
static bool add_part(struct po_buf *out, const struct po_json_member *members, size_t count,
                     struct po_fault *f)
{
	struct po_buf json;
	bool ok;

	po_buf_init(&json, PART_LIMIT);
	ok = po_json_write(&json, members, count) && po_base64url_encode(out, json.data, json.len);
	po_buf_free(&json);
	return ok || po_fail_memory(f);
}

static const char *typ_of(const struct po_request *r)
{
	switch (r->assertion_typ) {
	case PO_TYP_CLIENT_AUTHENTICATION:
		return "client-authentication+jwt"; /* CAU-8 */
	case PO_TYP_JWT:
		return "JWT";
	case PO_TYP_NONE:
		break;
	}
	return NULL;
}

static bool add_header(const struct po_client *c, const struct po_client_proof *proof,
                       struct po_buf *out, struct po_fault *f)
{
	const char *kid =
	        proof->method == PO_AUTH_PRIVATE_KEY_JWT ? c->request->client_key_id : NULL;
	const struct po_json_member members[] = {
	        {"typ", typ_of(c->request), 0},
	        {"alg", proof->alg, 0},
	        {"kid", kid, 0},
	};

	return add_part(out, members, sizeof(members) / sizeof(members[0]), f);
}

/* CAU-6 */
static bool add_claims(const struct po_client *c, struct po_buf *out, struct po_fault *f)
{
	int64_t now = po_clock_wall();
	struct po_buf jti;
	bool ok;

	if (now == INT64_MAX)
		return po_fail(f, PO_E_SYSTEM, "no clock");
	po_buf_init(&jti, PO_LIMIT_KID);
	ok = po_nonce_add(&jti, PO_NONCE_OCTETS, f);
	if (ok) {
		const struct po_json_member members[] = {
		        {"iss", c->request->client_id, 0},
		        {"sub", c->request->client_id, 0},
		        {"aud", c->audience, 0},
		        {"jti", po_buf_str(&jti), 0},
		        {"iat", NULL, now},
		        {"exp", NULL, now + PO_ASSERTION_LIFETIME_S},
		};

		ok = add_part(out, members, sizeof(members) / sizeof(members[0]), f);
	}
	po_buf_free(&jti);
	return ok;
}

static bool sign(const struct po_client *c, const struct po_client_proof *proof,
                 const struct po_buf *input, struct po_buf *signature)
{
	if (proof->method == PO_AUTH_SECRET_JWT)
		return po_client_mac(&c->request->client_secret, proof->alg, input->data,
		                     input->len, signature);
	return po_client_key_sign(c->key, proof->alg, input->data, input->len, signature);
}

bool po_assertion_add(const struct po_client *c, const struct po_client_proof *proof,
                      struct po_buf *out, struct po_fault *f)
{
	struct po_buf jwt;
	struct po_buf signature;
	bool ok;

	po_buf_init(&jwt, 4 * PART_LIMIT);
	po_buf_init(&signature, PART_LIMIT);
	ok = add_header(c, proof, &jwt, f) && (po_buf_add_str(&jwt, ".") || po_fail_memory(f)) &&
	     add_claims(c, &jwt, f);
	if (ok && !sign(c, proof, &jwt, &signature))
		ok = po_fail(f, PO_E_SYSTEM, "the client assertion cannot be signed");
	ok = ok && ((po_buf_add_str(&jwt, ".") &&
	             po_base64url_encode(&jwt, signature.data, signature.len) &&
	             po_buf_add(out, jwt.data, jwt.len)) ||
	            po_fail_memory(f));
	po_buf_free(&signature);
	po_buf_free(&jwt);
	return ok;
}
