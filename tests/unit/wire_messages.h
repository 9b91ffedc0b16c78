/* SPDX-License-Identifier: BSD-2-Clause */
/* One good message of each kind, every field of it filled. */
#ifndef PO_TEST_WIRE_MESSAGES_H
#define PO_TEST_WIRE_MESSAGES_H

#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "po_wire.h"

#define SECRET "correct-horse-battery-staple"

static inline void make_request(struct po_request *r)
{
	struct po_claim_want *want;

	*r = (struct po_request){
	        .task = PO_TASK_LOGIN,
	        .remaining_ms = 100000,
	        .issuer = strdup("https://sso.example.org"),
	        .discovery = PO_DISCOVERY_OAUTH,
	        .token_endpoint = strdup("https://sso.example.org/token"),
	        .identity_source = PO_FROM_API,
	        .userinfo_endpoint = strdup("https://sso.example.org/userinfo"),
	        .introspection_endpoint = strdup("https://sso.example.org/introspect"),
	        .api_endpoint = strdup("https://api.example.org/user"),
	        .subject_claim = strdup("id"),
	        .resource = strdup("urn:host"),
	        .access_token_audience = strdup("web01"),
	        .client_id = strdup("ssh"),
	        .client_auth = PO_AUTH_POST,
	        .basic_encoding = PO_BASIC_RAW,
	        .send_client_id = PO_CLIENT_ID_UNAUTHENTICATED,
	        .scope = strdup("openid"),
	        .initial_poll = true,
	        .max_age_s = 900,
	        .ca_file = strdup(""),
	        .clock_skew_s = 60,
	        .iat_loose = true,
	        .hash_subject = true,
	        .qr_content = PO_QR_PLAIN,
	        .qr_side_max = 33,
	};
	assert_true(po_secret_set(&r->client_secret, SECRET "\0x", sizeof(SECRET) + 1));
	assert_true(po_list_add(&r->required_scopes, "openid"));
	assert_true(po_list_add(&r->acr_values, "gold"));
	assert_true(po_list_add(&r->endpoint_hosts, "a.example"));
	assert_true(po_list_add(&r->endpoint_hosts, "b.example"));
	assert_true(po_list_add(&r->endpoint_ports, "8443"));
	assert_true(po_list_add(&r->verification_hosts, "c.example"));
	assert_true(po_list_add(&r->id_token_algs, "ES256"));
	assert_true(po_list_add(&r->trusted_audiences, "other"));
	want = po_request_add_want(r, "/realm_access/roles", PO_READ_KEYS);
	assert_true(want && po_list_add(&want->values, "admin") && po_list_add(&want->values, ""));
	assert_non_null(po_request_add_want(r, "oid", PO_READ_VALUE));
}

/* ... and what only PO_TASK_VERIFY has. */
static inline void make_verify(struct po_request *r)
{
	make_request(r);
	r->task = PO_TASK_VERIFY;
	r->verify.jwks = strdup("{\"keys\":[]}");
	r->verify.now = INT64_C(0x123456789a);
	r->verify.signature_only = true;
	assert_true(po_secret_set(&r->verify.token, "eyJ.e30.c2ln", 12));
}

static inline void make_message(struct po_message *m, enum po_kind kind)
{
	*m = (struct po_message){.kind = kind};
	if (kind == PO_KIND_REQUEST)
		make_request(&m->request);
	if (kind == PO_KIND_CHALLENGE) {
		m->challenge = (struct po_challenge){strdup("https://h/d"), strdup("WDJB-MJHT"),
		                                     300, 21, calloc(1, po_qr_bytes(21))};
		m->challenge.qr_bits[55] = 0x80;
	}
	if (kind == PO_KIND_IDENTITY) {
		m->identity.issuer = strdup("https://sso.example.org");
		m->identity.subject = strdup("alice");
		m->identity.subject_hash = strdup("2bd806c97f0e00af");
		assert_true(po_identity_set_claims(&m->identity, 6));
		m->identity.claims[1].kind = PO_CLAIM_INVALID;
		m->identity.claims[2].kind = PO_CLAIM_STRING;
		m->identity.claims[2].string = strdup("x");
		m->identity.claims[3].kind = PO_CLAIM_INTEGER;
		m->identity.claims[3].integer = INT64_MIN + 7;
		m->identity.claims[4].kind = PO_CLAIM_BOOLEAN;
		m->identity.claims[4].boolean = true;
		m->identity.claims[5].kind = PO_CLAIM_LIST;
		assert_true(po_list_add(&m->identity.claims[5].list, "ops"));
	}
	if (kind == PO_KIND_FAULT)
		po_fail(&m->fault, PO_E_DENIED, "token endpoint: access_denied");
	if (kind == PO_KIND_LOG) {
		m->level = PO_REMARK_WARNING;
		po_fail(&m->log, PO_OK, "a remark");
	}
	if (kind == PO_KIND_CLAIMS)
		m->claims = strdup("{\"sub\":\"alice\"}");
}

#endif
