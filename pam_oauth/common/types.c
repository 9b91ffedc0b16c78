/* SPDX-License-Identifier: BSD-2-Clause */
/* The nouns: what they own, and whether what the other side sent can be true. */
#include "po_types.h"

#include <stdlib.h>
#include <string.h>

#include "po_tenant.h"
#include "po_text.h"

size_t po_qr_bytes(uint32_t side)
{
	return ((size_t)side * side + 7) / 8;
}

bool po_qr_dark(const struct po_challenge *c, uint32_t x, uint32_t y)
{
	size_t bit = (size_t)y * c->qr_side + x;

	return c->qr_bits[bit / 8] >> (7 - bit % 8) & 1;
}

static bool qr_valid(const struct po_challenge *c)
{
	if (c->qr_side == 0)
		return c->qr_bits == NULL;
	return c->qr_bits && c->qr_side >= PO_QR_SIDE_MIN && c->qr_side <= PO_QR_SIDE_MAX &&
	       (c->qr_side - 17) % 4 == 0;
}

bool po_challenge_valid(const struct po_challenge *c, struct po_fault *f)
{
	if (!po_text_uri_ok(c->verification_uri, PO_LIMIT_SHOWN_URI))
		return po_fail(f, PO_E_WORKER,
		               "challenge: verification_uri is not fit to be shown");
	if (!po_text_user_code_ok(c->user_code))
		return po_fail(f, PO_E_WORKER, "challenge: user_code is not fit to be shown");
	if (!qr_valid(c))
		return po_fail(f, PO_E_WORKER, "challenge: QR symbol of impossible size");
	if (c->expires_in_s == 0)
		return po_fail(f, PO_E_WORKER, "challenge: the codes are over");
	return true;
}

static bool list_valid(const struct po_list *l, const struct po_claim_want *want)
{
	for (size_t i = 0; i < l->count; i++)
		if (!po_list_has(&want->values, l->items[i]))
			return false;
	return true;
}

/* A claim may only be what its want asked for: the worker selects, the module decides. */
static bool claim_valid(const struct po_claim *c, const struct po_claim_want *want)
{
	switch (c->kind) {
	case PO_CLAIM_ABSENT:
	case PO_CLAIM_INVALID:
		return true;
	case PO_CLAIM_STRING:
		return want->read == PO_READ_VALUE && po_text_value_ok(c->string);
	case PO_CLAIM_INTEGER:
		return want->read == PO_READ_VALUE || want->read == PO_READ_TIME;
	case PO_CLAIM_BOOLEAN:
		return want->read == PO_READ_VALUE;
	case PO_CLAIM_LIST:
		return want->read != PO_READ_VALUE && want->read != PO_READ_TIME &&
		       list_valid(&c->list, want);
	}
	return false;
}

/* Exactly where it was asked for: a log line rests on it. */
static bool hash_valid(const char *hash, bool wanted)
{
	if (!hash || !wanted)
		return !hash && !wanted;
	return strlen(hash) == PO_SUBJECT_HASH_LEN &&
	       strspn(hash, "0123456789abcdef") == PO_SUBJECT_HASH_LEN;
}

bool po_identity_valid(const struct po_identity *i, const struct po_request *r, struct po_fault *f)
{
	if (!po_request_issuer_ok(r, i->issuer))
		return po_fail(f, PO_E_WORKER, "identity: not from the configured issuer");
	if (!po_text_value_ok(i->subject))
		return po_fail(f, PO_E_WORKER, "identity: subject is not a possible value");
	if (!hash_valid(i->subject_hash, r->hash_subject))
		return po_fail(f, PO_E_WORKER, "identity: subject_hash is not what was asked for");
	if (i->claim_count != r->want_count)
		return po_fail(f, PO_E_WORKER, "identity: %zu claims, %zu were asked for",
		               i->claim_count, r->want_count);
	for (size_t n = 0; n < i->claim_count; n++)
		if (!claim_valid(&i->claims[n], &r->wants[n]))
			return po_fail(f, PO_E_WORKER,
			               "identity: claim %zu is not what was asked for", n);
	return true;
}

struct po_claim_want *po_request_add_want(struct po_request *r, const char *name,
                                          enum po_claim_read read)
{
	struct po_claim_want *wants = reallocarray(r->wants, r->want_count + 1, sizeof(*wants));
	struct po_claim_want *want;

	if (!wants)
		return NULL;
	r->wants = wants;
	want = &wants[r->want_count];
	*want = (struct po_claim_want){.name = strdup(name), .read = read};
	if (!want->name)
		return NULL;
	r->want_count++;
	return want;
}

bool po_identity_set_claims(struct po_identity *i, size_t n)
{
	i->claims = calloc(n ? n : 1, sizeof(*i->claims));
	i->claim_count = i->claims ? n : 0;
	return i->claims != NULL;
}

void po_request_forget_secrets(struct po_request *r)
{
	po_secret_free(&r->client_secret);
	po_secret_free(&r->client_key);
	po_secret_free(&r->client_key_passphrase);
	po_secret_free(&r->proxy_credentials);
	po_secret_free(&r->verify.token);
}

void po_request_free(struct po_request *r)
{
	if (!r)
		return;
	free(r->issuer);
	free(r->device_authorization_endpoint);
	free(r->token_endpoint);
	free(r->jwks_uri);
	free(r->userinfo_endpoint);
	free(r->introspection_endpoint);
	free(r->api_endpoint);
	free(r->subject_claim);
	free(r->resource);
	free(r->access_token_audience);
	free(r->client_id);
	po_request_forget_secrets(r);
	free(r->client_certificate);
	free(r->client_key_id);
	free(r->assertion_alg);
	free(r->scope);
	po_list_free(&r->required_scopes);
	po_list_free(&r->acr_values);
	free(r->audience);
	free(r->login_hint);
	po_list_free(&r->extra_params);
	free(r->ca_file);
	free(r->ca_path);
	po_list_free(&r->pinned_keys);
	free(r->proxy);
	po_list_free(&r->no_proxy);
	po_list_free(&r->endpoint_hosts);
	po_list_free(&r->endpoint_ports);
	po_list_free(&r->verification_hosts);
	po_list_free(&r->id_token_algs);
	po_list_free(&r->trusted_audiences);
	po_list_free(&r->iss_aliases);
	po_list_free(&r->tenants);
	free(r->revocation_endpoint);
	for (size_t n = 0; n < r->want_count; n++) {
		free(r->wants[n].name);
		po_list_free(&r->wants[n].values);
	}
	free(r->wants);
	free(r->verify.jwks);
	*r = (struct po_request){0};
}

void po_challenge_free(struct po_challenge *c)
{
	if (!c)
		return;
	free(c->verification_uri);
	po_wipe_str(c->user_code);
	if (c->qr_bits)
		explicit_bzero(c->qr_bits, po_qr_bytes(c->qr_side)); /* it spells the code */
	free(c->qr_bits);
	*c = (struct po_challenge){0};
}

void po_claim_free(struct po_claim *c)
{
	if (!c)
		return;
	free(c->string);
	po_list_free(&c->list);
	*c = (struct po_claim){0};
}

void po_identity_free(struct po_identity *i)
{
	if (!i)
		return;
	free(i->issuer);
	free(i->subject);
	free(i->subject_hash);
	for (size_t n = 0; n < i->claim_count; n++)
		po_claim_free(&i->claims[n]);
	free(i->claims);
	*i = (struct po_identity){0};
}
