/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where provider metadata is looked for (DSC-2, DSC-3, DSC-12) and under whose name it is believed
 * (DSC-4): acceptance item 4. Linked with fake_http.c (--wrap=po_http_perform) and fake_clock.c.
 */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "discovery.h"
#include "fake_clock.h"
#include "fake_http.h"

#define ISSUER "https://sso.example.org/realms/main"

static void make_request(struct po_request *r)
{
	*r = (struct po_request){.issuer = strdup(ISSUER), .client_auth = PO_AUTH_AUTO};
	assert_true(po_list_add_words(&r->id_token_algs, "RS256 ES256 EdDSA", 9));
}

/* Acceptance item 4: both well-known forms of every kind of issuer. */
static const struct {
	const char *issuer;
	const char *oidc, *oauth;
} urls[] = {
        {"https://h", "https://h/.well-known/openid-configuration",
         "https://h/.well-known/oauth-authorization-server"},
        {"https://h/", "https://h/.well-known/openid-configuration",
         "https://h/.well-known/oauth-authorization-server"},
        {"https://h/a", "https://h/a/.well-known/openid-configuration",
         "https://h/.well-known/oauth-authorization-server/a"},
        {"https://h/a/", "https://h/a/.well-known/openid-configuration",
         "https://h/.well-known/oauth-authorization-server/a"},
        {"https://h:8443/a/b", "https://h:8443/a/b/.well-known/openid-configuration",
         "https://h:8443/.well-known/oauth-authorization-server/a/b"},
        {"https://h:8443", "https://h:8443/.well-known/openid-configuration",
         "https://h:8443/.well-known/oauth-authorization-server"},
        {"https://h/a//", "https://h/a//.well-known/openid-configuration",
         "https://h/.well-known/oauth-authorization-server/a/"},
        {"https://[::1]:8443/a", "https://[::1]:8443/a/.well-known/openid-configuration",
         "https://[::1]:8443/.well-known/oauth-authorization-server/a"},
};

static void metadata_is_where_dsc_2_and_dsc_3_say(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		char *oidc = po_discovery_url(urls[i].issuer, PO_DISCOVERY_OIDC);
		char *oauth = po_discovery_url(urls[i].issuer, PO_DISCOVERY_OAUTH);

		t.row = urls[i].issuer;
		ROW_TEXT(&t, oidc, urls[i].oidc);
		ROW_TEXT(&t, oauth, urls[i].oauth);
		free(oidc);
		free(oauth);
	}
	table_end(&t);
}

/* Acceptance item 4: no two spellings of an issuer are the same (DSC-1, DSC-4). */
static void issuers_are_compared_byte_for_byte(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++)
		for (size_t k = 0; k < COUNT(urls); k++) {
			struct po_fault f = {.code = PO_OK};
			struct po_endpoints e = {0};
			struct po_request r;
			struct po_json *doc;
			char body[500];

			t.row = urls[i].issuer;
			make_request(&r);
			free(r.issuer);
			r.issuer = strdup(urls[k].issuer);
			assert_true(po_list_add(&r.endpoint_ports, "8443"));
			snprintf(body, sizeof(body),
			         "{\"issuer\":\"%s\",\"device_authorization_endpoint\":\"https://h/"
			         "d\","
			         "\"token_endpoint\":\"https://h/t\",\"jwks_uri\":\"https://h/k\"}",
			         urls[i].issuer);
			doc = po_json_load(body, strlen(body), PO_E_PROVIDER, &f);
			ROW(&t, po_discovery_read(&r, doc, &e, NULL, &f) == (i == k));
			po_json_free(doc);
			po_endpoints_free(&e);
			po_request_free(&r);
		}
	table_end(&t);
}

#define GOOD                                                                             \
	"{\"issuer\":\"" ISSUER "\",\"device_authorization_endpoint\":\"" ISSUER "/d\"," \
	"\"token_endpoint\":\"" ISSUER "/t\",\"jwks_uri\":\"" ISSUER "/k\"}"
#define OIDC_URL  ISSUER "/.well-known/openid-configuration"
#define OAUTH_URL "https://sso.example.org/.well-known/oauth-authorization-server/realms/main"

struct run_row {
	const char *name;
	enum po_discovery form;
	struct fake_answer answers[2];
	size_t requests;
	enum po_code code; /* PO_OK: resolved */
};

static const struct run_row runs[] = {
        {"DSC-2 at once", PO_DISCOVERY_OIDC, {{.status = 200, .body = GOOD}}, 1, PO_OK},
        {"DSC-3 404, then the other form",
         PO_DISCOVERY_OIDC,
         {{.status = 404}, {.status = 200, .body = GOOD}},
         2,
         PO_OK},
        {"DSC-3 404 twice",
         PO_DISCOVERY_OIDC,
         {{.status = 404}, {.status = 404}},
         2,
         PO_E_PROVIDER},
        {"DSC-3 404, then another issuer",
         PO_DISCOVERY_OIDC,
         {{.status = 404}, {.status = 200, .body = "{\"issuer\":\"https://evil.example\"}"}},
         2,
         PO_E_PROVIDER},
        {"DSC-3 403 is no 404", PO_DISCOVERY_OIDC, {{.status = 403}}, 1, PO_E_PROVIDER},
        {"DSC-3 503 is no 404", PO_DISCOVERY_OIDC, {{.status = 503}}, 1, PO_E_PROVIDER},
        {"DSC-3 410 is no 404", PO_DISCOVERY_OIDC, {{.status = 410}}, 1, PO_E_PROVIDER},
        {"DSC-3 oauth only", PO_DISCOVERY_OAUTH, {{.status = 200, .body = GOOD}}, 1, PO_OK},
        {"DSC-3 oauth only, 404", PO_DISCOVERY_OAUTH, {{.status = 404}}, 1, PO_E_PROVIDER},
        {"DSC-4 a bad document is not looked for elsewhere",
         PO_DISCOVERY_OIDC,
         {{.status = 200, .body = "{\"issuer\":\"https://evil.example\"}"}},
         1,
         PO_E_PROVIDER},
        {"SRV-1 no connection",
         PO_DISCOVERY_OIDC,
         {{.outcome = PO_HTTP_TRANSPORT}},
         1,
         PO_E_UNREACHABLE},
        {"SRV-10 certificate",
         PO_DISCOVERY_OIDC,
         {{.outcome = PO_HTTP_CERTIFICATE}},
         1,
         PO_E_UNREACHABLE},
        {"SRV-4 too large",
         PO_DISCOVERY_OIDC,
         {{.status = 200, .body = GOOD, .oversize = true}},
         1,
         PO_E_PROVIDER},
        {"SRV-16 redirect", PO_DISCOVERY_OIDC, {{.status = 302, .body = GOOD}}, 1, PO_E_PROVIDER},
        {"SRV-20 portal",
         PO_DISCOVERY_OIDC,
         {{.status = 200, .body = "<html>", .type = "text/html"}},
         1,
         PO_E_PROVIDER},
        {"SRV-25 JSON as HTML",
         PO_DISCOVERY_OIDC,
         {{.status = 200, .body = GOOD, .type = "text/html"}},
         1,
         PO_E_PROVIDER},
        {"SRV-21 empty", PO_DISCOVERY_OIDC, {{.status = 200}}, 1, PO_E_PROVIDER},
        {"SRV-31 array", PO_DISCOVERY_OIDC, {{.status = 200, .body = "[]"}}, 1, PO_E_PROVIDER},
        {"DSC-9 none asks nobody", PO_DISCOVERY_NONE, {{.status = 200}}, 0, PO_E_PROVIDER},
};

static void documents_are_fetched_once_and_plainly(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(runs); i++) {
		const char *first = runs[i].form == PO_DISCOVERY_OAUTH ? OAUTH_URL : OIDC_URL;
		struct po_fault f = {.code = PO_OK};
		struct po_endpoints e = {0};
		struct po_request r;
		struct fake_http http;

		t.row = runs[i].name;
		make_request(&r);
		r.discovery = runs[i].form;
		assert_true(po_secret_set(&r.client_secret, "s", 1));
		fake_clock_reset();
		fake_http_begin(&http, runs[i].answers, runs[i].requests);
		ROW(&t, po_discovery_run(&r, fake_http_handle(&http), FAKE_START + 5000, &e, NULL,
		                         &f) == (runs[i].code == PO_OK));
		ROW_NUMBER(&t, f.code,
		           runs[i].requests == 2 && runs[i].code == PO_OK ? f.code : runs[i].code);
		ROW_NUMBER(&t, http.count, runs[i].requests);
		for (size_t k = 0; k < http.count; k++) { /* DSC-12 */
			ROW_TEXT(&t, http.exchanges[k].url, k ? OAUTH_URL : first);
			ROW(&t, !http.exchanges[k].post);
			ROW_TEXT(&t, http.exchanges[k].authorization, "");
			ROW_NUMBER(&t, http.exchanges[k].body_limit, PO_LIMIT_METADATA_BODY);
			ROW_NUMBER(&t, http.exchanges[k].deadline, 5000);
		}
		po_endpoints_free(&e);
		fake_http_end(&http);
		po_request_free(&r);
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(metadata_is_where_dsc_2_and_dsc_3_say),
	        cmocka_unit_test(issuers_are_compared_byte_for_byte),
	        cmocka_unit_test(documents_are_fetched_once_and_plainly),
	};

	po_json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
