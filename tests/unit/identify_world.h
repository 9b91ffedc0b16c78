/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tokens of one login and what its endpoints answer, for the tests of identify.c and of the sources
 * behind it. Tokens are signed with the key of RFC 8037.
 */
#ifndef PO_TEST_IDENTIFY_WORLD_H
#define PO_TEST_IDENTIFY_WORLD_H

#include "jose.h"

#include "identify.h"

#define ISSUER     "https://sso.example.org"
#define USERINFO   ISSUER "/userinfo"
#define INTROSPECT ISSUER "/introspect"
#define API        "https://api.example.org/user"
#define KEYS_URI   ISSUER "/keys"
#define AUDIENCE   "https://host.example/"
#define OPAQUE     "opaque-token"

/* The members of a good token but its dates. */
#define CLAIMS(sub)                                                                          \
	"\"iss\":\"" ISSUER "\",\"aud\":[\"ssh\",\"" AUDIENCE "\"],\"azp\":\"ssh\",\"sub\":" \
	"\"" sub "\""
#define HEADER(typ) "{\"alg\":\"EdDSA\",\"kid\":\"rfc8037\",\"typ\":\"" typ "\"}"

/* A signed token with these members, issued at this moment; free it. */
static inline char *make_token(const char *header, const char *members, int64_t now)
{
	char *text = NULL;
	char *token;

	assert_true(asprintf(&text, "{%s,\"iat\":%lld,\"exp\":%lld}", members, (long long)now,
	                     (long long)now + 300) > 0);
	token = token_signed(header, text);
	free(text);
	return token;
}

static inline void set(char **field, const char *text)
{
	*field = strdup(text);
	assert_non_null(*field);
}

static inline void make_request(struct po_request *r, enum po_identity_source source)
{
	*r = (struct po_request){
	        .task = PO_TASK_LOGIN, .identity_source = source, .clock_skew_s = 60};
	set(&r->issuer, ISSUER);
	set(&r->client_id, "ssh");
	set(&r->subject_claim, "id");
	set(&r->access_token_audience, AUDIENCE);
	assert_true(po_secret_set(&r->client_secret, "s3cret", 6));
	assert_true(po_list_add(&r->id_token_algs, "EdDSA"));
	assert_true(po_list_add(&r->trusted_audiences, AUDIENCE));
	assert_non_null(po_request_add_want(r, "name", PO_READ_VALUE));
}

/* What discovery finds for this source. */
static inline void make_endpoints(struct po_endpoints *e, enum po_identity_source source)
{
	static const char *const asked[] = {
	        [PO_FROM_USERINFO] = USERINFO,
	        [PO_FROM_INTROSPECTION] = INTROSPECT,
	        [PO_FROM_API] = API,
	};

	*e = (struct po_endpoints){.client = {.introspection = {PO_AUTH_BASIC, NULL}}};
	if (asked[source])
		set(&e->person, asked[source]);
	assert_true(po_list_add(&e->id_token_algs, "EdDSA"));
}

#endif
