/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a metadata document and the configuration come to (DSC-4 to DSC-9, IDT-4, 4.3, SRV-160 to
 * SRV-165): endpoints, client authentication, algorithms.
 */
#include "data.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "discovery.h"

#define ISSUER "https://sso.example.org/realms/main"

struct remarks {
	unsigned count;
	char text[2000];
};

static void hear(void *ctx, enum po_remark level, const char *text)
{
	struct remarks *r = ctx;

	r->count += level == PO_REMARK_WARNING; /* the administrator must see these */
	strncat(r->text, text, sizeof(r->text) - strlen(r->text) - 1);
}

static void make_request(struct po_request *r)
{
	*r = (struct po_request){.issuer = strdup(ISSUER), .client_auth = PO_AUTH_AUTO};
	assert_true(po_list_add_words(&r->id_token_algs, "RS256 ES256 EdDSA", 9));
}

static bool judge(const struct po_buf *content, struct po_fault *f)
{
	struct po_endpoints e = {0};
	struct po_request r;
	struct po_json *doc;
	bool ok;

	make_request(&r);
	doc = po_json_load(content->data, content->len, PO_E_PROVIDER, f);
	ok = doc && po_discovery_read(&r, doc, &e, NULL, f);
	po_json_free(doc);
	po_endpoints_free(&e);
	po_request_free(&r);
	return ok;
}

static void judge_ok(struct table *t, const struct po_buf *content)
{
	struct po_fault f = {.code = PO_OK};

	ROW(t, judge(content, &f));
	ROW_TEXT(t, f.text, "");
}

static void judge_bad(struct table *t, const struct po_buf *content)
{
	struct po_fault f = {.code = PO_OK};

	ROW(t, !judge(content, &f));
	ROW_NUMBER(t, f.code, PO_E_PROVIDER);
}

static void good_documents_of_the_data_are_taken(void **state)
{
	struct table t = {0};

	(void)state;
	assert_in_range(data_walk("discovery/ok", &t, judge_ok), 10, 1000);
	table_end(&t);
}

static void bad_documents_of_the_data_are_refused(void **state)
{
	struct table t = {0};

	(void)state;
	assert_in_range(data_walk("discovery/bad", &t, judge_bad), 50, 1000);
	table_end(&t);
}

#define METHODS ",\"token_endpoint_auth_methods_supported\":"
#define ALGS    ",\"id_token_signing_alg_values_supported\":"

/* One row: what is added to a complete document, and what is configured besides. */
struct read_row {
	const char *name;
	const char *members;               /* first of its name: before the three endpoints */
	const char *device, *token, *jwks; /* configured endpoints */
	const char *hosts, *ports;         /* endpoint_hosts, endpoint_ports */
	enum po_client_auth configured;
	bool secret;
	bool ok;
	enum po_client_auth chosen;
	const char *algs;   /* what is left of RS256 ES256 EdDSA */
	const char *remark; /* part of it; NULL = none */
};

static const struct read_row reads[] = {
        {.name = "public client", .ok = true, .chosen = PO_AUTH_NONE},
        {.name = "4.3 secret, nothing announced",
         .secret = true,
         .ok = true,
         .chosen = PO_AUTH_BASIC},
        {.name = "4.3 basic before post",
         .members = METHODS "[\"client_secret_post\","
                            "\"client_secret_basic\"]",
         .secret = true,
         .ok = true,
         .chosen = PO_AUTH_BASIC},
        {.name = "4.3 post only",
         .members = METHODS "[\"client_secret_post\"]",
         .secret = true,
         .ok = true,
         .chosen = PO_AUTH_POST},
        {.name = "4.3 none only",
         .members = METHODS "[\"none\"]",
         .secret = true,
         .ok = true,
         .chosen = PO_AUTH_NONE},
        {.name = "4.3 post only, but no secret",
         .members = METHODS "[\"client_secret_post\"]",
         .ok = true,
         .chosen = PO_AUTH_NONE},
        {.name = "4.3 configured wins",
         .members = METHODS "[\"client_secret_basic\"]",
         .configured = PO_AUTH_POST,
         .secret = true,
         .ok = true,
         .chosen = PO_AUTH_POST},
        {.name = "4.3 configured none wins",
         .members = METHODS "[\"client_secret_basic\"]",
         .configured = PO_AUTH_NONE,
         .secret = true,
         .ok = true,
         .chosen = PO_AUTH_NONE},
        {.name = "SRV-164 methods a string",
         .members = METHODS "\"client_secret_post\"",
         .secret = true,
         .ok = true,
         .chosen = PO_AUTH_BASIC},
        {.name = "IDT-4 intersection",
         .members = ALGS "[\"ES256\",\"PS256\",\"none\"]",
         .ok = true,
         .chosen = PO_AUTH_NONE,
         .algs = "ES256"},
        {.name = "IDT-4 order of the configuration",
         .members = ALGS "[\"EdDSA\",\"RS256\"]",
         .ok = true,
         .chosen = PO_AUTH_NONE,
         .algs = "RS256 EdDSA"},
        {.name = "IDT-4 exact spelling", .members = ALGS "[\"rs256\",\"RS256 \"]"},
        {.name = "SRV-165 nothing in common", .members = ALGS "[\"none\",\"HS256\"]"},
        {.name = "SRV-164 algs a number", .members = ALGS "5", .ok = true, .chosen = PO_AUTH_NONE},
        {.name = "DSC-8 grants without ours",
         .members = ",\"grant_types_supported\":[\"x\"]",
         .ok = true,
         .chosen = PO_AUTH_NONE,
         .remark = "grant"},
        {.name = "DSC-8 grants with ours",
         .members = ",\"grant_types_supported\":[\"x\","
                    "\"urn:ietf:params:oauth:grant-type:device_code\"]",
         .ok = true,
         .chosen = PO_AUTH_NONE},
        {.name = "DSC-9 configured endpoints win",
         .device = "https://o.example/d",
         .token = "https://o.example/t",
         .jwks = "https://o.example/k",
         .ok = true,
         .chosen = PO_AUTH_NONE},
        {.name = "DSC-7 configured, but http", .token = "http://o.example/t"},
        {.name = "NET-16 announced host listed",
         .hosts = "x.example sso.example.org",
         .ok = true,
         .chosen = PO_AUTH_NONE},
        {.name = "SRV-162 announced host not listed", .hosts = "x.example"},
        {.name = "DSC-9 configured host need not be listed",
         .device = "https://o.example/d",
         .token = "https://o.example/t",
         .jwks = "https://o.example/k",
         .hosts = "x.example",
         .ok = true,
         .chosen = PO_AUTH_NONE},
        {.name = "configured port is open",
         .token = "https://sso.example.org:9443/t",
         .ok = true,
         .chosen = PO_AUTH_NONE},
        {.name = "endpoint_ports that is none", .ports = "x"},
};

static void read_one(struct table *t, const struct read_row *row)
{
	struct po_fault f = {.code = PO_OK};
	struct remarks heard = {0};
	const struct po_note note = {hear, &heard};
	struct po_endpoints e = {0};
	struct po_request r;
	struct po_json *doc;
	char body[1000];
	char algs[100] = "";

	make_request(&r);
	r.client_auth = row->configured;
	if (row->secret)
		assert_true(po_secret_set(&r.client_secret, "s", 1));
	r.device_authorization_endpoint = row->device ? strdup(row->device) : NULL;
	r.token_endpoint = row->token ? strdup(row->token) : NULL;
	r.jwks_uri = row->jwks ? strdup(row->jwks) : NULL;
	assert_true(po_list_add_words(&r.endpoint_hosts, row->hosts ? row->hosts : "", 9));
	assert_true(po_list_add_words(&r.endpoint_ports, row->ports ? row->ports : "", 9));
	snprintf(body, sizeof(body),
	         "{\"issuer\":\"" ISSUER "\",\"device_authorization_endpoint\":\"" ISSUER "/d\","
	         "\"token_endpoint\":\"" ISSUER "/t\",\"jwks_uri\":\"" ISSUER "/k\"%s}",
	         row->members ? row->members : "");
	doc = po_json_load(body, strlen(body), PO_E_PROVIDER, &f);
	assert_non_null(doc);
	ROW(t, po_discovery_read(&r, doc, &e, &note, &f) == row->ok);
	if (row->ok) {
		for (size_t i = 0; i < e.id_token_algs.count; i++) {
			strncat(algs, i ? " " : "", 2);
			strncat(algs, e.id_token_algs.items[i], 20);
		}
		ROW_TEXT(t, algs, row->algs ? row->algs : "RS256 ES256 EdDSA");
		ROW_NUMBER(t, e.client.grant.method, row->chosen);
		ROW_TEXT(t, e.device_authorization, row->device ? row->device : ISSUER "/d");
		ROW_TEXT(t, e.token, row->token ? row->token : ISSUER "/t");
		ROW_TEXT(t, e.jwks, row->jwks ? row->jwks : ISSUER "/k");
		if (row->remark)
			ROW(t, strstr(heard.text, row->remark) != NULL);
		else
			ROW_TEXT(t, heard.text, "");
	}
	po_json_free(doc);
	po_endpoints_free(&e);
	po_endpoints_free(&e);
	po_request_free(&r);
}

static void endpoints_come_of_document_and_configuration(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(reads); i++) {
		t.row = reads[i].name;
		read_one(&t, &reads[i]);
	}
	po_endpoints_free(NULL);
	table_end(&t);
}

/* DSC-9: without discovery everything is configured. */
static void no_document_needs_all_endpoints(void **state)
{
	struct po_fault f = {.code = PO_OK};
	struct po_endpoints e = {0};
	struct po_request r;

	(void)state;
	make_request(&r);
	r.discovery = PO_DISCOVERY_NONE;
	r.device_authorization_endpoint = strdup("https://o.example/d");
	r.token_endpoint = strdup("https://o.example/t");
	assert_false(po_discovery_read(&r, NULL, &e, NULL, &f));
	assert_int_equal(f.code, PO_E_PROVIDER);
	r.jwks_uri = strdup("https://o.example/k");
	assert_true(po_discovery_read(&r, NULL, &e, NULL, &f));
	assert_string_equal(e.jwks, "https://o.example/k");
	assert_int_equal(e.id_token_algs.count, 3);
	po_endpoints_free(&e);
	po_request_free(&r);
}

#define WITH(members)                                                                    \
	"{\"issuer\":\"" ISSUER "\",\"device_authorization_endpoint\":\"" ISSUER "/d\"," \
	"\"token_endpoint\":\"" ISSUER "/t\"" members "}"
#define JWKS          ",\"jwks_uri\":\"" ISSUER "/k\""
#define INFO          ",\"userinfo_endpoint\":\"" ISSUER "/u\""
#define INTRO         ",\"introspection_endpoint\":\"" ISSUER "/i\""
#define NO_ALGS       ",\"id_token_signing_alg_values_supported\":[\"none\"]"
#define INTRO_AUTH(m) ",\"introspection_endpoint_auth_methods_supported\":[\"" m "\"]"
#define PUBLIC        ",\"token_endpoint_auth_methods_supported\":[\"none\"]"

/* DSC-6: each source finds what it needs and does not look at the rest. */
static const struct {
	const char *name;
	enum po_identity_source source;
	const char *doc;
	const char *person; /* the endpoint that is asked; NULL = none */
	bool keys;
	const char *fault; /* NULL = taken */
} sources[] = {
        {"ID token", PO_FROM_ID_TOKEN, WITH(JWKS), NULL, true, NULL},
        {"ID token, others unfit", PO_FROM_ID_TOKEN,
         WITH(JWKS ",\"userinfo_endpoint\":\"http://x/\",\"introspection_endpoint\":5"), NULL, true,
         NULL},
        {"UserInfo", PO_FROM_USERINFO, WITH(JWKS INFO INTRO), ISSUER "/u", true, NULL},
        {"UserInfo, not announced", PO_FROM_USERINFO, WITH(JWKS), NULL, true,
         "no userinfo_endpoint"},
        {"UserInfo, no keys", PO_FROM_USERINFO, WITH(INFO), NULL, true, "no jwks_uri"},
        {"UserInfo, no algorithm", PO_FROM_USERINFO, WITH(JWKS INFO NO_ALGS), NULL, true,
         "id_token_algs"},
        {"UserInfo by http", PO_FROM_USERINFO,
         WITH(JWKS ",\"userinfo_endpoint\":\"http://sso.example.org/u\""), NULL, true,
         "userinfo_endpoint is not a usable https URL"},
        {"introspection", PO_FROM_INTROSPECTION, WITH(INTRO), ISSUER "/i", false, NULL},
        {"introspection, not announced", PO_FROM_INTROSPECTION, WITH(JWKS INFO), NULL, false,
         "no introspection_endpoint"},
        {"introspection, no algorithm matters", PO_FROM_INTROSPECTION, WITH(INTRO NO_ALGS),
         ISSUER "/i", false, NULL},
        {"introspection, in the body", PO_FROM_INTROSPECTION,
         WITH(INTRO INTRO_AUTH("client_secret_post")), ISSUER "/i", false, NULL},
        {"introspection, only for others", PO_FROM_INTROSPECTION, WITH(INTRO INTRO_AUTH("none")),
         NULL, false, "a client that authenticates"},
        {"introspection, a public client", PO_FROM_INTROSPECTION, WITH(INTRO PUBLIC), NULL, false,
         "a client that authenticates"},
        {"access token", PO_FROM_ACCESS_TOKEN, WITH(JWKS NO_ALGS), NULL, true, NULL},
        {"access token, no keys", PO_FROM_ACCESS_TOKEN, WITH(INFO INTRO), NULL, true,
         "no jwks_uri"},
        {"API", PO_FROM_API, WITH(NO_ALGS), "https://api.example.org/user", false, NULL},
        {"API, an announced one is none of ours", PO_FROM_API,
         WITH(",\"api_endpoint\":\"https://evil.example/\""), "https://api.example.org/user", false,
         NULL},
};

static void sources_find_what_they_need(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(sources); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_endpoints e = {0};
		struct po_json *doc =
		        po_json_load(sources[i].doc, strlen(sources[i].doc), PO_E_PROVIDER, &f);
		struct po_request r;

		t.row = sources[i].name;
		make_request(&r);
		assert_non_null(doc);
		assert_true(po_secret_set(&r.client_secret, "s", 1));
		r.identity_source = sources[i].source;
		r.api_endpoint = strdup("https://api.example.org/user");
		ROW(&t, po_discovery_read(&r, doc, &e, NULL, &f) == !sources[i].fault);
		ROW(&t, sources[i].fault ? strstr(f.text, sources[i].fault) != NULL : !*f.text);
		ROW_NUMBER(&t, f.code, sources[i].fault ? PO_E_PROVIDER : PO_OK);
		if (!sources[i].fault) {
			ROW_TEXT(&t, e.person, sources[i].person);
			ROW_TEXT(&t, e.jwks, sources[i].keys ? ISSUER "/k" : NULL);
			ROW_NUMBER(&t, e.client.introspection.method,
			           strstr(sources[i].doc, "_post")              ? PO_AUTH_POST
			           : sources[i].source == PO_FROM_INTROSPECTION ? PO_AUTH_BASIC
			                                                        : PO_AUTH_AUTO);
		} else {
			ROW(&t, !e.person && !e.token && !e.jwks);
		}
		po_json_free(doc);
		po_endpoints_free(&e);
		po_request_free(&r);
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(good_documents_of_the_data_are_taken),
	        cmocka_unit_test(bad_documents_of_the_data_are_refused),
	        cmocka_unit_test(endpoints_come_of_document_and_configuration),
	        cmocka_unit_test(no_document_needs_all_endpoints),
	        cmocka_unit_test(sources_find_what_they_need),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
