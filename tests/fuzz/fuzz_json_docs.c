/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any document through po_json_load, then as provider metadata, as what introspection says and as
 * what an API says. Promises: JSN-1 to JSN-8 of what was accepted, only endpoints that the worker
 * may connect to (DSC-4, DSC-7, IDT-4, NET-16), and nobody without INT-1 or 12.5.
 */
#include "api.h"
#include "discovery.h"
#include "fuzz_json.h"
#include "introspection.h"
#include "ports.h"
#include "uri.h"

#define ISSUER "https://sso.example.org/realms/main"
#define NOW    1800000000

static void check_endpoints(const struct po_request *r, const struct po_endpoints *e)
{
	const char *const uris[] = {e->device_authorization, e->token, e->jwks, e->person};
	struct po_ports ports = {0};
	struct po_fault f;

	must(po_ports_plan(r, &ports, &f));
	must((e->person != NULL) == (r->identity_source != PO_FROM_ID_TOKEN));
	must((e->jwks != NULL) == (r->identity_source != PO_FROM_INTROSPECTION));
	for (size_t i = 0; i < 4; i++)
		must(!uris[i] || (po_uri_endpoint_ok(uris[i]) && po_ports_have(&ports, uris[i]) &&
		                  po_uri_host_allowed(uris[i], &r->endpoint_hosts)));
	must(e->client.grant.method != PO_AUTH_AUTO &&
	     (e->id_token_algs.count > 0) == (e->jwks != NULL));
	if (r->identity_source == PO_FROM_INTROSPECTION)
		must(e->client.introspection.method == PO_AUTH_BASIC ||
		     e->client.introspection.method == PO_AUTH_POST);
	must(r->client_secret.data || e->client.grant.method == PO_AUTH_NONE);
	for (size_t i = 0; i < e->id_token_algs.count; i++)
		must(po_list_has(&r->id_token_algs, e->id_token_algs.items[i]));
}

static void read_metadata(const struct po_json *doc, enum po_identity_source source,
                          const char *hosts, const char *secret)
{
	const struct po_note note = {fuzz_take_note, NULL};
	struct po_request r = {.issuer = strdup(ISSUER)};
	struct po_endpoints e = {0};
	struct po_fault f = {0};

	r.identity_source = source;
	must(po_list_add_words(&r.id_token_algs, "RS256 ES256 EdDSA", 3));
	must(po_list_add_words(&r.endpoint_hosts, hosts, 3));
	must(po_list_add_words(&r.endpoint_ports, "8443", 1));
	must(!secret || po_secret_set(&r.client_secret, secret, strlen(secret)));
	if (po_discovery_read(&r, doc, &e, &note, &f)) {
		must(strcmp(po_json_string(po_json_get(doc, "issuer")), ISSUER) == 0);
		check_endpoints(&r, &e);
	} else {
		fuzz_check_fault(&f);
		must(!e.token && !e.device_authorization && !e.jwks && !e.person &&
		     !e.id_token_algs.count);
	}
	po_endpoints_free(&e);
	po_request_free(&r);
}

static void read_person(const struct po_json *doc)
{
	const char *sub = po_json_get_string(doc, "sub");
	struct po_request r = {.issuer = strdup(ISSUER), .clock_skew_s = 60};
	struct po_fault f = {0};
	char subject[PO_SUBJECT_SIZE];
	bool active = false;

	r.client_id = strdup("ssh");
	r.subject_claim = strdup("/data/id");
	if (po_introspection_check(doc, &r, NOW, &f)) {
		must(po_json_bool(po_json_get(doc, "active"), &active) && active);
		must(sub && fuzz_printable(sub) && strcmp(sub, "ssh") != 0);
	} else {
		fuzz_check_fault(&f);
	}
	if (po_api_subject(doc, &r, subject, &f))
		must(*subject && fuzz_printable(subject) && strcmp(subject, "ssh") != 0);
	else
		fuzz_check_fault(&f);
	po_request_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct po_json *doc = fuzz_json_load(data, size);

	if (!doc)
		return 0;
	read_metadata(doc, PO_FROM_ID_TOKEN, "", "secret");
	read_metadata(doc, PO_FROM_USERINFO, "sso.example.org,login.example.org", NULL);
	read_metadata(doc, PO_FROM_INTROSPECTION, "", "secret");
	read_person(doc);
	po_json_free(doc);
	return 0;
}
