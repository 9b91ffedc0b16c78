/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_jwt.c: the claims of a token that was accepted, judged a second time and more plainly.
 */
#ifndef PO_FUZZ_JWT_H
#define PO_FUZZ_JWT_H

#include "fuzz_jose.h"
#include "identity.h"
#include "po_wire.h"

/* A request that asks for a claim of every form (IDN-13). Freed with po_request_free. */
static inline void fuzz_jwt_request(struct po_request *r)
{
	static const enum po_claim_read reads[] = {PO_READ_LIST, PO_READ_WORDS, PO_READ_KEYS};
	static const char *const names[] = {"groups", "entitlements", "/realm_access/roles"};

	*r = (struct po_request){.issuer = strdup(FUZZ_ISSUER), .clock_skew_s = 60};
	r->client_id = strdup(FUZZ_CLIENT);
	must(po_list_add(&r->trusted_audiences, "api"));
	must(po_request_add_want(r, "email", PO_READ_VALUE));
	must(po_request_add_want(r, "email_verified", PO_READ_VALUE));
	for (size_t i = 0; i < 3; i++) {
		struct po_claim_want *w = po_request_add_want(r, names[i], reads[i]);

		must(w && po_list_add_words(&w->values, "admins,staff", 2));
	}
}

/* IDT-10 to IDT-16 */
static inline void fuzz_jwt_check_claims(const struct po_json *claims)
{
	const struct po_json *aud = po_json_get(claims, "aud");
	const char *iss = po_json_get_string(claims, "iss");
	const char *one = po_json_string(aud);
	int64_t iat;
	int64_t exp;
	int64_t nbf;

	must(iss && strcmp(iss, FUZZ_ISSUER) == 0);
	must(one ? strcmp(one, FUZZ_CLIENT) == 0 : po_json_array_has(aud, FUZZ_CLIENT));
	for (size_t i = 0; i < po_json_count(aud); i++) {
		one = po_json_string(po_json_item(aud, i));
		must(one && (strcmp(one, FUZZ_CLIENT) == 0 || strcmp(one, "api") == 0));
	}
	must(po_json_number(po_json_get(claims, "exp"), PO_ROUND_UP, false, &exp));
	must(po_json_number(po_json_get(claims, "iat"), PO_ROUND_UP, false, &iat));
	must(exp > FUZZ_NOW - 60 && exp >= iat);
	must(iat <= FUZZ_NOW + 60 && iat >= FUZZ_NOW - 60 - 60);
	if (po_json_number(po_json_get(claims, "nbf"), PO_ROUND_DOWN, false, &nbf))
		must(nbf <= FUZZ_NOW + 60);
}

/* What crosses is what the token says, and the module's own check takes it. */
static inline void fuzz_jwt_check_identity(const struct po_request *r, struct po_identity *who,
                                           const struct po_json *claims)
{
	const char *sub = po_json_get_string(claims, "sub");
	const char *email = po_json_get_string(claims, "email");
	struct po_message m = {.kind = PO_KIND_IDENTITY};
	struct po_fault f = {0};
	struct po_buf out;

	must(po_identity_valid(who, r, &f));
	must(sub && strcmp(who->subject, sub) == 0 && fuzz_printable(sub));
	must(who->claims[0].kind != PO_CLAIM_STRING || strcmp(who->claims[0].string, email) == 0);
	must(who->claims[1].kind != PO_CLAIM_BOOLEAN ||
	     po_json_bool(po_json_get(claims, "email_verified"), &(bool){false}));
	m.identity = *who;
	po_buf_init(&out, PO_LIMIT_MESSAGE);
	must(po_wire_encode(&m, &out, &f) && po_wire_decode(out.data, out.len, &m, &f));
	must(po_identity_valid(&m.identity, r, &f));
	po_message_free(&m);
	po_buf_free(&out);
}

#endif
