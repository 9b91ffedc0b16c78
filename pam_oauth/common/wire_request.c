/* SPDX-License-Identifier: BSD-2-Clause */
/* The fields of a request in their order (doc/PROTOCOL.md 3.1). Called by wire.c. */
#include "wire_request.h"

#include <stdlib.h>

static void walk_wants(struct po_codec *c, struct po_request *r)
{
	size_t n = po_codec_count(c, r->want_count, 12);

	for (size_t i = 0; i < n && !po_codec_bad(c); i++) {
		struct po_claim_want *want = c->encoding ? &r->wants[i] : NULL;
		char *name = want ? want->name : NULL;
		unsigned read = want ? want->read : 0;

		po_codec_text(c, &name);
		po_codec_enum(c, &read, PO_READ_TIME + 1);
		if (!c->encoding && name) {
			want = po_request_add_want(r, name, (enum po_claim_read)read);
			c->memory |= !want;
			free(name);
		}
		if (want)
			po_codec_list(c, &want->values);
		else
			c->in.bad = true;
	}
}

static void walk_source(struct po_codec *c, struct po_request *r)
{
	PO_CODEC_ENUM(c, r->identity_source, po_identity_source, PO_FROM_API);
	po_codec_text(c, &r->userinfo_endpoint);
	po_codec_text(c, &r->introspection_endpoint);
	po_codec_text(c, &r->api_endpoint);
	po_codec_text(c, &r->subject_claim);
	po_codec_text(c, &r->resource);
	po_codec_text(c, &r->access_token_audience);
}

static bool source_complete(const struct po_request *r)
{
	if (r->identity_source == PO_FROM_API)
		return r->api_endpoint && r->subject_claim;
	return r->identity_source != PO_FROM_ACCESS_TOKEN || r->resource ||
	       r->access_token_audience;
}

static void walk_client(struct po_codec *c, struct po_request *r)
{
	po_codec_text(c, &r->client_id);
	PO_CODEC_ENUM(c, r->client_auth, po_client_auth, PO_AUTH_TLS_SELF_SIGNED);
	PO_CODEC_ENUM(c, r->basic_encoding, po_basic_encoding, PO_BASIC_RAW);
	PO_CODEC_ENUM(c, r->send_client_id, po_send_client_id, PO_CLIENT_ID_UNAUTHENTICATED);
	po_codec_secret(c, &r->client_secret);
	po_codec_secret(c, &r->client_key);
	po_codec_secret(c, &r->client_key_passphrase);
	po_codec_text(c, &r->client_certificate);
	po_codec_text(c, &r->client_key_id);
	po_codec_text(c, &r->assertion_alg);
	PO_CODEC_ENUM(c, r->assertion_aud, po_assertion_aud, PO_AUD_TOKEN_ENDPOINT);
	PO_CODEC_ENUM(c, r->assertion_typ, po_assertion_typ, PO_TYP_NONE);
}

static void walk_asked(struct po_codec *c, struct po_request *r)
{
	po_codec_text(c, &r->scope);
	po_codec_list(c, &r->required_scopes);
	po_codec_bool(c, &r->initial_poll);
	po_codec_u32(c, &r->max_age_s);
	po_codec_list(c, &r->acr_values);
	po_codec_bool(c, &r->pkce);
	PO_CODEC_ENUM(c, r->nonce, po_nonce, PO_NONCE_REQUIRED);
	po_codec_text(c, &r->audience);
	po_codec_text(c, &r->login_hint);
	po_codec_list(c, &r->extra_params);
	PO_CODEC_ENUM(c, r->code_parameter, po_code_parameter, PO_CODE_CODE);
}

static void walk_network(struct po_codec *c, struct po_request *r)
{
	po_codec_text(c, &r->ca_file);
	po_codec_text(c, &r->ca_path);
	po_codec_list(c, &r->pinned_keys);
	po_codec_text(c, &r->proxy);
	po_codec_secret(c, &r->proxy_credentials);
	po_codec_list(c, &r->no_proxy);
	po_codec_u32(c, &r->connect_timeout_s);
	po_codec_u32(c, &r->timeout_s);
	PO_CODEC_ENUM(c, r->tls_min, po_tls_min, PO_TLS_1_3);
	PO_CODEC_ENUM(c, r->ip, po_ip, PO_IP_V6);
	po_codec_list(c, &r->endpoint_hosts);
	po_codec_list(c, &r->endpoint_ports);
	po_codec_list(c, &r->verification_hosts);
}

static void walk_trust(struct po_codec *c, struct po_request *r)
{
	po_codec_list(c, &r->id_token_algs);
	po_codec_list(c, &r->iss_aliases);
	po_codec_list(c, &r->tenants);
	po_codec_list(c, &r->trusted_audiences);
	po_codec_u32(c, &r->clock_skew_s);
	po_codec_bool(c, &r->iat_loose);
	po_codec_bool(c, &r->hash_subject);
	PO_CODEC_ENUM(c, r->revoke, po_revoke, PO_REVOKE_YES);
	po_codec_text(c, &r->revocation_endpoint);
}

static void walk_verify(struct po_codec *c, struct po_verification *v)
{
	po_codec_secret(c, &v->token);
	po_codec_text(c, &v->jwks);
	po_codec_i64(c, &v->now);
	po_codec_bool(c, &v->signature_only);
}

/* Each task has what it needs, and nothing of another one. */
static bool complete(const struct po_request *r)
{
	const struct po_verification *v = &r->verify;

	if (r->task == PO_TASK_VERIFY)
		return v->token.data && (v->jwks || r->issuer) &&
		       (v->signature_only || (r->issuer && r->client_id && source_complete(r)));
	return r->task && r->issuer && r->client_id && r->scope && source_complete(r) &&
	       !v->token.data && !v->jwks && v->now == 0 && !v->signature_only;
}

void po_walk_request(struct po_codec *c, struct po_request *r)
{
	PO_CODEC_ENUM(c, r->task, po_task, PO_TASK_VERIFY);
	po_codec_u32(c, &r->remaining_ms);
	po_codec_text(c, &r->issuer);
	PO_CODEC_ENUM(c, r->discovery, po_discovery, PO_DISCOVERY_NONE);
	po_codec_text(c, &r->device_authorization_endpoint);
	po_codec_text(c, &r->token_endpoint);
	po_codec_text(c, &r->jwks_uri);
	walk_source(c, r);
	walk_client(c, r);
	walk_asked(c, r);
	walk_network(c, r);
	walk_trust(c, r);
	PO_CODEC_ENUM(c, r->qr_content, po_qr_content, PO_QR_PLAIN);
	po_codec_u32(c, &r->qr_side_max);
	walk_wants(c, r);
	walk_verify(c, &r->verify);
	if (!c->encoding && !complete(r))
		c->in.bad = true;
}
