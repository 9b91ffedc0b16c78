/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by discovery.c once the metadata is there; form.c and assertion.c follow the decision. */
#include "client.h"

#include <string.h>

#define TOKEN_ALGS "token_endpoint_auth_signing_alg_values_supported"

bool po_client_by_tls(const struct po_client *c)
{
	return c->grant.method == PO_AUTH_TLS || c->grant.method == PO_AUTH_TLS_SELF_SIGNED;
}

/* One way to authenticate, as metadata calls it. */
struct way {
	const char *announced;
	enum po_client_auth method;
};

static const struct way ways[] = {
        /* in the order of section 4.3 */
        {"private_key_jwt", PO_AUTH_PRIVATE_KEY_JWT},
        {"tls_client_auth", PO_AUTH_TLS},
        {"self_signed_tls_client_auth", PO_AUTH_TLS_SELF_SIGNED},
        {"client_secret_basic", PO_AUTH_BASIC},
        {"client_secret_post", PO_AUTH_POST},
        {"none", PO_AUTH_NONE},
};

static bool can(const struct po_request *r, enum po_client_auth method)
{
	switch (method) {
	case PO_AUTH_PRIVATE_KEY_JWT:
		return r->client_key.data != NULL;
	case PO_AUTH_TLS:
	case PO_AUTH_TLS_SELF_SIGNED:
		return r->client_key.data && r->client_certificate;
	case PO_AUTH_BASIC:
	case PO_AUTH_POST:
		return r->client_secret.data != NULL;
	default:
		return method == PO_AUTH_NONE;
	}
}

/* What suits the files that there are, where the provider announces nothing that helps. RFC 8414
 * section 2: HTTP Basic is the default when it is silent. */
static enum po_client_auth by_files(const struct po_request *r)
{
	if (r->client_secret.data)
		return PO_AUTH_BASIC;
	if (r->client_certificate)
		return PO_AUTH_TLS;
	return r->client_key.data ? PO_AUTH_PRIVATE_KEY_JWT : PO_AUTH_NONE;
}

static enum po_client_auth choose(const struct po_request *r, const struct po_json *methods)
{
	if (r->client_auth != PO_AUTH_AUTO)
		return r->client_auth;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (can(r, ways[i].method) && po_json_array_has(methods, ways[i].announced))
			return ways[i].method;
	return by_files(r);
}

/* An endpoint with an announced list of its own; what RFC 8414 names no default for is done as at
 * the token endpoint. */
static enum po_client_auth choose_as_grant(const struct po_client *c, const struct po_json *methods)
{
	return po_json_is_array(methods) ? choose(c->request, methods) : c->grant.method;
}

/* Can this client sign with it? */
static bool alg_fits(const struct po_client *c, enum po_client_auth method, const char *alg)
{
	size_t octets = po_client_mac_octets(alg);

	if (method == PO_AUTH_SECRET_JWT)
		return octets > 0 && c->request->client_secret.len >= octets;
	return po_client_key_fits(c->key, alg);
}

/* RFC 8414 section 2: a list for each endpoint; that of the token endpoint where it is silent. */
static const struct po_json *announced_algs(const struct po_json *doc, const char *own)
{
	const struct po_json *list = po_json_get(doc, own);

	return po_json_is_array(list) ? list : po_json_get(doc, TOKEN_ALGS);
}

/* CAU-5, CAU-6: the configured algorithm, else the first that fits and is announced; NULL = none.
 */
static const char *find_alg(const struct po_client *c, enum po_client_auth method,
                            const struct po_json *announced)
{
	static const char *const algs[] = {"RS256", "PS256", "ES256", "EdDSA",
	                                   "HS256", "HS384", "HS512"};
	const char *configured = c->request->assertion_alg;

	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++)
		if ((configured ? strcmp(configured, algs[i]) == 0
		                : !po_json_is_array(announced) ||
		                          po_json_array_has(announced, algs[i])) &&
		    alg_fits(c, method, algs[i]))
			return algs[i];
	return NULL;
}

/* algs: the name of the endpoint's announced list. */
static bool decide_alg(const struct po_client *c, struct po_client_proof *p,
                       const struct po_json *doc, const char *algs, struct po_fault *f)
{
	if (p->method != PO_AUTH_SECRET_JWT && p->method != PO_AUTH_PRIVATE_KEY_JWT)
		return true;
	p->alg = find_alg(c, p->method, announced_algs(doc, algs));
	return p->alg ||
	       po_fail(f, PO_E_CONFIG,
	               p->method == PO_AUTH_SECRET_JWT
	                       ? "client_secret_file: too short for assertion_alg, or for what the "
	                         "provider announces"
	                       : "client_key_file: the key does not fit assertion_alg, or what the "
	                         "provider announces");
}

/* INT-1: an authenticated request. */
static bool decide_introspection(struct po_client *c, const struct po_json *doc, struct po_fault *f)
{
	struct po_client_proof *p = &c->introspection;

	if (c->request->identity_source != PO_FROM_INTROSPECTION)
		return true;
	p->method = choose_as_grant(
	        c, po_json_get(doc, "introspection_endpoint_auth_methods_supported"));
	if (p->method == PO_AUTH_NONE)
		return po_fail(f, PO_E_PROVIDER,
		               "discovery: introspection needs a client that authenticates, and "
		               "the provider announces no method for that");
	return decide_alg(c, p, doc, "introspection_endpoint_auth_signing_alg_values_supported", f);
}

/* RFC 8705 needs the key in the handshake; that it is one is seen here. */
static bool load_key(struct po_client *c, struct po_fault *f)
{
	const struct po_request *r = c->request;

	if (!r->client_key.data)
		return true;
	c->key = po_client_key_load(&r->client_key, &r->client_key_passphrase, f);
	return c->key != NULL;
}

static bool has_credentials(const struct po_request *r, enum po_client_auth method,
                            struct po_fault *f)
{
	return can(r, method == PO_AUTH_SECRET_JWT ? PO_AUTH_POST : method) ||
	       po_fail(f, PO_E_CONFIG,
	               "client authentication needs a client secret, key or certificate");
}

bool po_client_decide(struct po_client *c, const struct po_request *request,
                      const struct po_json *doc, struct po_fault *f)
{
	c->request = request;
	c->grant.method =
	        choose(request, po_json_get(doc, "token_endpoint_auth_methods_supported"));
	return has_credentials(request, c->grant.method, f) && load_key(c, f) &&
	       decide_alg(c, &c->grant, doc, TOKEN_ALGS, f) && decide_introspection(c, doc, f);
}

bool po_client_decide_revocation(struct po_client *c, const struct po_json *doc, struct po_fault *f)
{
	c->revocation.method =
	        choose_as_grant(c, po_json_get(doc, "revocation_endpoint_auth_methods_supported"));
	return decide_alg(c, &c->revocation, doc,
	                  "revocation_endpoint_auth_signing_alg_values_supported", f);
}

void po_client_free(struct po_client *c)
{
	po_client_key_free(c->key);
	*c = (struct po_client){.request = NULL};
}
