/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From tokens to the identity by each source: what is asked, in which order, whose word counts, and
 * that no source stands in for another (TOK-3, USI-1 to USI-6, INT-1, INT-3, 12.5, JWK-8). Linked
 * with fake_http.c (--wrap=po_http_perform) and fake_clock.c.
 */
#include "table.h"

#include "identify_world.h"

#include "fake_clock.h"
#include "fake_http.h"

#define STEPS 4
#define ID    PO_FROM_ID_TOKEN
#define USI   PO_FROM_USERINFO
#define INT   PO_FROM_INTROSPECTION
#define JWT   PO_FROM_ACCESS_TOKEN
#define REST  PO_FROM_API

/* Bodies that are signed when the test runs: a UserInfo answer, one of another key, of a type. */
#define SIGNED   "signed"
#define AT_TYPED "signed as at+jwt"

/* clang-format off */
#define SAYS(text)     {.status = 200, .body = text}
#define STATUS(n)      {.status = n}
#define JWS(text)      {.status = 200, .type = "application/jwt", .body = text}
#define NOTHING        {.outcome = PO_HTTP_TRANSPORT}
#define HTML           {.status = 200, .type = "text/html", .body = "<html>"}
/* clang-format on */

#define KEYS   SAYS(RFC8037_JWKS)
#define OTHERS SAYS("{\"keys\":[]}")
#define ALICE  "{\"sub\":\"alice\",\"name\":\"Alice\"}"
#define BOB    "{\"sub\":\"bob\",\"name\":\"Bob\"}"
#define ACTIVE "{\"active\":true,\"sub\":\"carol\",\"name\":\"Carol\"}"

static const struct identify_row {
	const char *name;
	enum po_identity_source source;
	bool keys_known; /* prefetched */
	bool opaque;     /* the access token; else a JWT of dave's */
	bool no_id_token;
	struct fake_answer answers[STEPS];
	const char *requests; /* k keys, u UserInfo, i introspection, a API */
	enum po_code code;
	const char *subject;
	const char *claim; /* `name`; NULL = absent */
} rows[] = {
        {"the ID token alone", ID, true, false, false, {STATUS(0)}, "", PO_OK, "alice", NULL},
        {"JWK-8 with newer keys", ID, false, false, false, {KEYS}, "k", PO_OK, "alice", NULL},
        {"JWK-8 without any", ID, false, false, false, {OTHERS}, "k", PO_E_TOKEN, NULL, NULL},
        {"JWK-9 keys not to be had",
         ID,
         false,
         false,
         false,
         {NOTHING},
         "k",
         PO_E_UNREACHABLE,
         NULL,
         NULL},
        {"TOK-3 no ID token", ID, true, false, true, {STATUS(0)}, "", PO_E_TOKEN, NULL, NULL},

        {"USI-1 UserInfo adds",
         USI,
         true,
         true,
         false,
         {SAYS(ALICE)},
         "u",
         PO_OK,
         "alice",
         "Alice"},
        {"USI-3 about another person",
         USI,
         true,
         true,
         false,
         {SAYS(BOB)},
         "u",
         PO_E_TOKEN,
         NULL,
         NULL},
        {"USI-3 about nobody", USI, true, true, false, {SAYS("{}")}, "u", PO_E_TOKEN, NULL, NULL},
        {"TOK-3 no ID token, UserInfo is not asked",
         USI,
         true,
         true,
         true,
         {SAYS(ALICE)},
         "",
         PO_E_TOKEN,
         NULL,
         NULL},
        {"JWK-8 UserInfo after newer keys",
         USI,
         false,
         true,
         false,
         {KEYS, SAYS(ALICE)},
         "ku",
         PO_OK,
         "alice",
         "Alice"},
        {"USI-5 401", USI, true, true, false, {STATUS(401)}, "u", PO_E_TOKEN, NULL, NULL},
        {"USI-5 403", USI, true, true, false, {STATUS(403)}, "u", PO_E_TOKEN, NULL, NULL},
        {"NET-4 302", USI, true, true, false, {STATUS(302)}, "u", PO_E_TOKEN, NULL, NULL},
        {"SRV-169 HTML", USI, true, true, false, {HTML}, "u", PO_E_TOKEN, NULL, NULL},
        {"10.1 503", USI, true, true, false, {STATUS(503)}, "u", PO_E_UNREACHABLE, NULL, NULL},
        {"10.1 no answer, asked once",
         USI,
         true,
         true,
         false,
         {NOTHING},
         "u",
         PO_E_UNREACHABLE,
         NULL,
         NULL},
        {"USI-6 signed", USI, true, true, false, {JWS(SIGNED)}, "u", PO_OK, "alice", "Alice"},
        {"USI-6 signed as another thing",
         USI,
         true,
         true,
         false,
         {JWS(AT_TYPED)},
         "u",
         PO_E_TOKEN,
         NULL,
         NULL},
        {"USI-6 not signed at all",
         USI,
         true,
         true,
         false,
         {JWS(ALICE)},
         "u",
         PO_E_TOKEN,
         NULL,
         NULL},
        {"USI-6 signed, HTTP 400",
         USI,
         true,
         true,
         false,
         {{.status = 400, .type = "application/jwt", .body = SIGNED}},
         "u",
         PO_E_TOKEN,
         NULL,
         NULL},
        {"USI-6 signed, too large",
         USI,
         true,
         true,
         false,
         {{.status = 200, .type = "application/jwt", .body = SIGNED, .oversize = true}},
         "u",
         PO_E_TOKEN,
         NULL,
         NULL},

        {"INT-1 introspection",
         INT,
         false,
         true,
         true,
         {SAYS(ACTIVE)},
         "i",
         PO_OK,
         "carol",
         "Carol"},
        {"INT-1 an ID token does not matter",
         INT,
         true,
         true,
         false,
         {SAYS(ACTIVE)},
         "i",
         PO_OK,
         "carol",
         "Carol"},
        {"INT-1 inactive: the ID token does not stand in",
         INT,
         true,
         true,
         false,
         {SAYS("{\"active\":false}")},
         "i",
         PO_E_TOKEN,
         NULL,
         NULL},
        {"INT-1 unreachable: the JWT does not stand in",
         INT,
         true,
         false,
         false,
         {NOTHING},
         "i",
         PO_E_UNREACHABLE,
         NULL,
         NULL},

        {"INT-3 access token", JWT, true, false, true, {STATUS(0)}, "", PO_OK, "dave", "Dave"},
        {"INT-3 with newer keys", JWT, false, false, true, {KEYS}, "k", PO_OK, "dave", "Dave"},
        {"INT-3 opaque: the ID token does not stand in",
         JWT,
         true,
         true,
         false,
         {STATUS(0)},
         "",
         PO_E_TOKEN,
         NULL,
         NULL},

        {"12.5 API",
         REST,
         false,
         true,
         true,
         {SAYS("{\"id\":7,\"sub\":\"x\",\"name\":\"Eve\"}")},
         "a",
         PO_OK,
         "7",
         "Eve"},
        {"12.5 sub is not looked for",
         REST,
         true,
         true,
         false,
         {SAYS(ALICE)},
         "a",
         PO_E_TOKEN,
         NULL,
         NULL},
        {"12.5 401: the ID token does not stand in",
         REST,
         true,
         true,
         false,
         {STATUS(401)},
         "a",
         PO_E_TOKEN,
         NULL,
         NULL},
};

struct world {
	struct po_request request;
	struct po_endpoints endpoints;
	struct po_tokens tokens;
	struct po_keyring keys;
	struct fake_http http;
	struct fake_answer script[STEPS];
	char *signed_jwt;
	char *signed_at;
};

static void take(struct po_secret *s, char *token)
{
	assert_true(po_secret_set(s, token, strlen(token)));
	free(token);
}

static void world_begin(struct world *w, const struct identify_row *row)
{
	const char *id = CLAIMS("alice");
	const char *info = CLAIMS("alice") ",\"name\":\"Alice\"";
	const char *at = CLAIMS("dave") ",\"client_id\":\"ssh\",\"jti\":\"1\",\"name\":\"Dave\"";

	*w = (struct world){.keys = {.jwks_uri = KEYS_URI}};
	fake_clock_reset();
	make_request(&w->request, row->source);
	make_endpoints(&w->endpoints, row->source);
	w->endpoints.client.request = &w->request;
	if (!row->no_id_token)
		take(&w->tokens.id_token, make_token(HEADER("JWT"), id, FAKE_WALL));
	take(&w->tokens.access_token,
	     row->opaque ? strdup(OPAQUE) : make_token(HEADER("at+jwt"), at, FAKE_WALL));
	w->signed_jwt = make_token(HEADER("JWT"), info, FAKE_WALL);
	w->signed_at = make_token(HEADER("at+jwt"), info, FAKE_WALL);
	for (size_t i = 0; i < STEPS; i++) {
		const char *body = row->answers[i].body;

		w->script[i] = row->answers[i];
		if (body && strcmp(body, SIGNED) == 0)
			w->script[i].body = w->signed_jwt;
		if (body && strcmp(body, AT_TYPED) == 0)
			w->script[i].body = w->signed_at;
	}
	fake_http_begin(&w->http, w->script, STEPS);
	w->keys.http = fake_http_handle(&w->http);
	w->keys.deadline = FAKE_START + 5000;
	if (row->keys_known)
		w->keys.jwks = keys_of(RFC8037_JWKS, sizeof(RFC8037_JWKS) - 1);
}

static void world_end(struct world *w)
{
	fake_http_end(&w->http);
	po_keyring_free(&w->keys);
	po_tokens_free(&w->tokens);
	po_endpoints_free(&w->endpoints);
	po_request_free(&w->request);
	free(w->signed_jwt);
	free(w->signed_at);
}

static void compare_requests(struct table *t, const struct world *w, const char *expected)
{
	char seen[STEPS + 2] = "";

	for (size_t i = 0; i < w->http.count && i <= STEPS; i++) {
		const char *url = w->http.exchanges[i].url;

		seen[i] = strcmp(url, KEYS_URI) == 0     ? 'k'
		          : strcmp(url, USERINFO) == 0   ? 'u'
		          : strcmp(url, INTROSPECT) == 0 ? 'i'
		          : strcmp(url, API) == 0        ? 'a'
		                                         : '?';
		ROW(t, (seen[i] == 'i') == w->http.exchanges[i].post);
		if (seen[i] == 'u' || seen[i] == 'a')
			ROW_TEXT(t, w->http.exchanges[i].authorization, "Bearer " OPAQUE);
	}
	ROW_TEXT(t, seen, expected);
}

static void compare_identity(struct table *t, const struct po_identity *who,
                             const struct identify_row *row)
{
	ROW_TEXT(t, who->issuer, ISSUER);
	ROW_TEXT(t, who->subject, row->subject);
	ROW_NUMBER(t, who->claim_count, 1);
	ROW_NUMBER(t, who->claims[0].kind, row->claim ? PO_CLAIM_STRING : PO_CLAIM_ABSENT);
	ROW_TEXT(t, who->claims[0].string, row->claim);
}

static void run(struct table *t, const struct identify_row *row)
{
	struct po_fault f = {.code = PO_OK};
	struct po_identity who = {0};
	struct world w;

	world_begin(&w, row);
	ROW(t, po_identify(&(struct po_identify){.request = &w.request,
	                                         .endpoints = &w.endpoints,
	                                         .tokens = &w.tokens,
	                                         .keys = &w.keys,
	                                         .http = w.keys.http,
	                                         .started = FAKE_WALL,
	                                         .deadline = FAKE_START + 5000},
	                   &who, &f) == (row->code == PO_OK));
	ROW_NUMBER(t, f.code == PO_E_TOKEN && row->code == PO_OK ? PO_OK : f.code, row->code);
	compare_requests(t, &w, row->requests);
	if (row->code == PO_OK)
		compare_identity(t, &who, row);
	else
		ROW(t, !who.issuer && !who.subject && !who.claims);
	ROW(t, !strstr(f.text, OPAQUE) && !strstr(f.text, "eyJ"));
	po_identity_free(&who);
	world_end(&w);
}

static void each_source_is_its_own_word(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].name;
		run(&t, &rows[i]);
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_source_is_its_own_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
