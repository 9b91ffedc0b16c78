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
		ROW_NUMBER(t, e.client_auth, row->chosen);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(good_documents_of_the_data_are_taken),
	        cmocka_unit_test(bad_documents_of_the_data_are_refused),
	        cmocka_unit_test(endpoints_come_of_document_and_configuration),
	        cmocka_unit_test(no_document_needs_all_endpoints),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
