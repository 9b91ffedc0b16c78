/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Provider and source of identity. Called by check.c. A combination that would fail every
 * login, or mean less than it seems to, is refused here.
 */
#include "check_provider.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check_client.h"
#include "po_tenant.h"

/* Signatures are verified: of ID tokens, or of access tokens. */
static bool needs_keys(const struct po_request *r)
{
	return r->identity_source != PO_FROM_INTROSPECTION && r->identity_source != PO_FROM_API;
}

/* DSC-9: without discovery, whatever the source needs is configured. */
static bool endpoints_ok(const struct po_request *r, const struct po_settings *places,
                         struct po_fault *f)
{
	if (r->identity_source == PO_FROM_API && !r->api_endpoint)
		return po_settings_fail(places, "identity_source", "api needs api_endpoint", f);
	if (r->discovery != PO_DISCOVERY_NONE)
		return true;
	if (!r->device_authorization_endpoint || !r->token_endpoint ||
	    (needs_keys(r) && !r->jwks_uri))
		return po_settings_fail(
		        places, "discovery",
		        needs_keys(r)
		                ? "none needs device_authorization_endpoint, token_endpoint and "
		                  "jwks_uri"
		                : "none needs device_authorization_endpoint and token_endpoint",
		        f);
	if (r->identity_source == PO_FROM_USERINFO && !r->userinfo_endpoint)
		return po_settings_fail(
		        places, "discovery",
		        "none needs userinfo_endpoint for identity_source = userinfo", f);
	if (r->identity_source == PO_FROM_INTROSPECTION && !r->introspection_endpoint)
		return po_settings_fail(
		        places, "discovery",
		        "none needs introspection_endpoint for identity_source = introspection", f);
	return true;
}

/* IDN-2: what people call themselves, and can give up to somebody else. */
static bool is_name(const char *claim)
{
	static const char *const names[] = {
	        "preferred_username", "nickname", "name", "email",   "phone_number", "upn",
	        "unique_name",        "login",    "user", "username"};

	const char *last = claim[0] == '/' ? strrchr(claim, '/') + 1 : claim;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(last, names[i]) == 0)
			return true;
	return false;
}

/* 12.5, USI-7: the subject of an identity must be one that is never given to another person. */
static bool take_subject_claim(struct po_config *c, const struct po_settings *places,
                               struct po_fault *f)
{
	if (c->provider.identity_source != PO_FROM_API)
		return true;
	if (is_name(c->identity_claim))
		return po_settings_fail(places, "identity_claim",
		                        "names change hands; identity_source = api needs an "
		                        "identifier that never does, such as id",
		                        f);
	c->provider.subject_claim = strdup(c->identity_claim);
	return c->provider.subject_claim || po_fail_memory(f);
}

static bool source_ok(const struct po_config *c, const struct po_settings *places,
                      struct po_fault *f)
{
	const struct po_request *r = &c->provider;

	if (r->identity_source == PO_FROM_INTROSPECTION && !c->client_secret_file &&
	    !c->client_key_file)
		return po_settings_fail(places, "identity_source",
		                        "introspection needs client_secret_file or client_key_file",
		                        f);
	if (r->identity_source == PO_FROM_ACCESS_TOKEN && !r->access_token_audience && !r->resource)
		return po_settings_fail(places, "identity_source",
		                        "access_token_jwt needs access_token_audience or resource",
		                        f);
	/* INT-3: every access token for the client itself would do */
	if (r->identity_source == PO_FROM_ACCESS_TOKEN && !r->access_token_audience &&
	    strcmp(r->resource, r->client_id) == 0)
		return po_settings_fail(places, "resource",
		                        "client_id is not the name of this host as a resource", f);
	if (r->access_token_audience && strcmp(r->access_token_audience, r->client_id) == 0)
		return po_settings_fail(places, "access_token_audience",
		                        "client_id is not the name of this host as a resource", f);
	return true;
}

/* DEV-3: who does not ask for `openid` gets no ID token. */
static bool openid_ok(const struct po_request *r, const struct po_list *asked,
                      const struct po_settings *places, struct po_fault *f)
{
	bool needed =
	        r->identity_source == PO_FROM_ID_TOKEN || r->identity_source == PO_FROM_USERINFO;

	return !needed || po_list_has(asked, "openid") ||
	       po_settings_fail(places, "scope", "there is no ID token without openid", f);
}

/* TOK-4: what is not asked for is not granted; such a configuration would refuse every login. */
static bool scopes_ok(const struct po_request *r, const struct po_settings *places,
                      struct po_fault *f)
{
	const struct po_list *required = &r->required_scopes;
	struct po_list asked = {0};
	bool ok = po_list_add_words(&asked, r->scope, SIZE_MAX) || po_fail_memory(f);

	ok = ok && openid_ok(r, &asked, places, f);
	for (size_t i = 0; i < required->count && ok; i++)
		ok = po_list_has(&asked, required->items[i]) ||
		     po_settings_fail(places, "required_scopes",
		                      "names a scope that is not in scope", f);
	po_list_free(&asked);
	return ok;
}

/* IDN-7: a shared issuer without a list is everybody; a list without one says nothing. */
static bool tenants_ok(const struct po_request *r, const struct po_settings *places,
                       struct po_fault *f)
{
	bool shared = po_tenant_shared(r->issuer);

	if (shared && r->tenants.count == 0)
		return po_settings_fail(places, "issuer",
		                        "several tenants share it: allowed_tenants must name them",
		                        f);
	if (!shared && r->tenants.count > 0)
		return po_settings_fail(places, "allowed_tenants",
		                        "needs an issuer that ends in /organizations/v2.0 or "
		                        "/common/v2.0",
		                        f);
	return !shared || r->identity_source == PO_FROM_ID_TOKEN ||
	       r->identity_source == PO_FROM_USERINFO ||
	       po_settings_fail(places, "allowed_tenants",
	                        "needs identity_source = id_token or userinfo", f);
}

bool po_check_provider(struct po_config *c, const char *path, const struct po_settings *places,
                       struct po_fault *f)
{
	return po_check_client(c, path, places, f) && tenants_ok(&c->provider, places, f) &&
	       endpoints_ok(&c->provider, places, f) && source_ok(c, places, f) &&
	       scopes_ok(&c->provider, places, f) && take_subject_claim(c, places, f);
}
