/* SPDX-License-Identifier: BSD-2-Clause */
/* A client, its keys and its log, for the tests of signed.c, id_token.c and
 * identity.c. */
#ifndef PO_TEST_IDENTITY_WORLD_H
#define PO_TEST_IDENTITY_WORLD_H

#include "jose.h"

#include "id_token.h"
#include "identity.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What make_tokens.py wrote into the tokens. */
#define NOW          1800000000
#define ISSUER       "https://sso.example.org/realms/main"
#define SUBJECT      "f1c8e2d4-0000-4a7e-9d3b-1b2c3d4e5f60"
#define ACCESS_TOKEN "dNZX1hEZ9wBCzNL40Upu646bdzQA.wfgvmE8VxjAudsnJc08sWJg-T~k"

/* IDT-4, and a list that names whatever an administrator might write. */
#define DEFAULT_ALGS "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519"
#define ANY_ALG      DEFAULT_ALGS " Ed448 none None nOnE HS256 HS384 HS512 ES256K RS1 RS25 RS2560 rs256"

struct world {
	struct po_request request;
	struct po_list algs;
	struct po_jwks *jwks;
	char last_note[600];
	int notes;
};

static inline void take_note(void *ctx, enum po_remark level, const char *text)
{
	struct world *w = ctx;

	(void)level;
	w->notes++;
	snprintf(w->last_note, sizeof(w->last_note), "%s", text);
}

static inline void world_init(struct world *w, const char *algs, struct po_jwks *jwks)
{
	*w = (struct world){.jwks = jwks};
	w->request.issuer = strdup(ISSUER);
	w->request.client_id = strdup("ssh-login");
	w->request.clock_skew_s = 60;
	assert_true(po_list_add_words(&w->algs, algs, 64));
}

static inline void world_free(struct world *w)
{
	po_request_free(&w->request);
	po_list_free(&w->algs);
	po_jwks_free(w->jwks);
}

/* What identify.c does with an ID token, keys apart. */
static inline enum po_verify verify_with(struct world *w, const char *token,
                                         const char *access_token, struct po_identity *who,
                                         struct po_fault *f)
{
	const struct po_signed_terms terms = {PO_JWS_ID_TOKEN, &w->algs, w->jwks};
	const struct po_moments at = {NOW - 60, NOW};
	const struct po_note note = {take_note, w};
	struct po_signed s = {.key = NULL};
	struct po_facts facts = {.issuer = w->request.issuer};
	enum po_verify result = po_signed_open(&terms, token, &s, f);

	if (result != PO_VERIFY_OK)
		return result;
	if (!po_id_token_verify(&s, &w->request, access_token, NULL, &at, f)) {
		result = PO_VERIFY_FAILED;
	} else {
		facts.first = s.claims;
		facts.subject = po_json_string(po_json_get(s.claims, "sub"));
		assert_true(po_identity_read(&w->request, &facts, who, &note, f));
	}
	po_signed_free(&s);
	return result;
}

static inline enum po_verify verify(struct world *w, const char *token, struct po_identity *who,
                                    struct po_fault *f)
{
	return verify_with(w, token, ACCESS_TOKEN, who, f);
}

#endif
