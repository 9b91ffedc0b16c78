/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_jwt.c: the claims of a token that was accepted, judged a second time and more plainly.
 */
#ifndef PO_FUZZ_JWT_H
#define PO_FUZZ_JWT_H

#include <strings.h>

#include "fuzz_jose.h"
#include "id_token.h"
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

/* IDT-21: half of the access token's SHA-512, or of its SHA-256, as EdDSA tokens come with. */
static inline bool fuzz_jwt_is_hash(const char *text, const char *access_token)
{
	static const char *const names[] = {"SHA512", "SHA256"};
	unsigned char digest[EVP_MAX_MD_SIZE];
	bool found = false;

	for (size_t i = 0; i < 2; i++) {
		const EVP_MD *md = EVP_get_digestbyname(names[i]);
		struct po_buf half;
		unsigned len = 0;

		must(EVP_Digest(access_token, strlen(access_token), digest, &len, md, NULL) == 1);
		po_buf_init(&half, sizeof(digest) * 2);
		fuzz_b64url(&half, digest, len / 2);
		found |= strcmp(po_buf_str(&half), text) == 0;
		po_buf_free(&half);
	}
	return found;
}

/* IDT-10 to IDT-16, and what is no person's. */
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
	must(po_json_number(po_json_get(claims, "iat"), PO_ROUND_UP, false, &iat));
	must(iat <= FUZZ_NOW + 60);
	must(po_json_number(po_json_get(claims, "iat"), PO_ROUND_DOWN, false, &iat));
	must(iat >= FUZZ_NOW - 60 - 60);
	must(po_json_number(po_json_get(claims, "exp"), PO_ROUND_DOWN, false, &exp));
	must(exp > FUZZ_NOW - 60 && exp >= iat);
	if (po_json_get(claims, "nbf"))
		must(po_json_number(po_json_get(claims, "nbf"), PO_ROUND_UP, false, &nbf) &&
		     nbf <= FUZZ_NOW + 60);
	one = po_json_get_string(claims, "azp");
	must(one ? strcmp(one, FUZZ_CLIENT) == 0
	         : !po_json_get(claims, "azp") && po_json_count(aud) < 2);
	one = po_json_get_string(claims, "idtyp");
	must(!one || strcmp(one, "app") != 0);
}

/* IDT-4 to IDT-9 */
static inline void fuzz_jwt_check_header(const struct po_json *header)
{
	const char *alg = po_json_get_string(header, "alg");
	const struct po_json *typ = po_json_get(header, "typ");
	char *padded = NULL;

	must(alg && asprintf(&padded, " %s ", alg) > 0);
	must(!strchr(alg, ' ') && strstr(" " FUZZ_ALGS " ", padded));
	free(padded);
	must(!po_json_get(header, "crit") && !po_json_get(header, "b64") &&
	     !po_json_get(header, "zip") && !po_json_get(header, "cty"));
	must(!typ ||
	     (po_json_string(typ) && (strcasecmp(po_json_string(typ), "JWT") == 0 ||
	                              strcasecmp(po_json_string(typ), "application/jwt") == 0)));
}

/* The values of a list that crossed stand in the claim, each once. */
static inline void fuzz_jwt_check_list(const struct po_claim *c, const struct po_json *v,
                                       enum po_claim_read read)
{
	const char *text = po_json_string(v);
	char *padded = NULL;
	char *word = NULL;

	if (c->kind != PO_CLAIM_LIST)
		return;
	must(c->list.count <= 2 && asprintf(&padded, " %s ", text ? text : "") > 0);
	for (size_t i = 0; i < c->list.count; i++) {
		const char *item = c->list.items[i];

		must(asprintf(&word, " %s ", item) > 0);
		must(read == PO_READ_KEYS    ? po_json_is_object(v) && po_json_get(v, item)
		     : read == PO_READ_WORDS ? strstr(padded, word) != NULL
		     : text                  ? strcmp(text, item) == 0
		                             : po_json_array_has(v, item));
		free(word);
	}
	must(c->list.count < 2 || strcmp(c->list.items[0], c->list.items[1]) != 0);
	free(padded);
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
	bool verified = false;
	int64_t number = 0;

	must(po_identity_valid(who, r, &f));
	must(sub && strcmp(who->subject, sub) == 0 && fuzz_printable(sub));
	must(strlen(sub) <= PO_LIMIT_CLAIM_VALUE && strcmp(sub, FUZZ_CLIENT) != 0);
	must(who->claims[0].kind != PO_CLAIM_STRING || strcmp(who->claims[0].string, email) == 0);
	must(who->claims[0].kind != PO_CLAIM_INTEGER ||
	     (po_json_integer(po_json_get(claims, "email"), &number) &&
	      number == who->claims[0].integer));
	must(who->claims[1].kind != PO_CLAIM_BOOLEAN ||
	     (po_json_bool(po_json_get(claims, "email_verified"), &verified) &&
	      verified == who->claims[1].boolean));
	for (size_t i = 2; i < who->claim_count; i++)
		fuzz_jwt_check_list(&who->claims[i], po_json_claim(claims, r->wants[i].name),
		                    r->wants[i].read);
	m.identity = *who;
	po_buf_init(&out, PO_LIMIT_MESSAGE);
	must(po_wire_encode(&m, &out, &f) && po_wire_decode(out.data, out.len, &m, &f));
	must(po_identity_valid(&m.identity, r, &f));
	po_message_free(&m);
	po_buf_free(&out);
}

#endif
