/* SPDX-License-Identifier: BSD-2-Clause */
/* Provider metadata: fetched once, its issuer compared byte for byte, its endpoints checked. */
#include "discovery.h"

#include <stdlib.h>
#include <string.h>

#include "po_text.h"
#include "ports.h"
#include "uri.h"

#define OIDC_SUFFIX "/.well-known/openid-configuration"
#define OAUTH_INFIX "/.well-known/oauth-authorization-server"

char *po_discovery_url(const char *issuer, enum po_discovery form)
{
	const char *host = strstr(issuer, "://");
	size_t len = strlen(issuer);
	size_t origin;
	struct po_buf url;

	if (!host)
		return NULL;
	origin = (size_t)(host + 3 - issuer) + strcspn(host + 3, "/");
	if (len > 0 && issuer[len - 1] == '/')
		len--;
	po_buf_init(&url, 2 * PO_LIMIT_URI);
	if (form == PO_DISCOVERY_OIDC) {
		po_buf_add(&url, issuer, len);
		po_buf_add_str(&url, OIDC_SUFFIX);
	} else {
		po_buf_add(&url, issuer, origin);
		po_buf_add_str(&url, OAUTH_INFIX);
		po_buf_add(&url, issuer + origin, len - origin);
	}
	return po_buf_take(&url);
}

/* DSC-7, DSC-9: the configured endpoint, else the announced one; an unfit one is none at all. */
static bool take_endpoint(const struct po_request *r, const struct po_json *doc, const char *name,
                          const char *configured, char **out, const struct po_note *note,
                          struct po_fault *f)
{
	struct po_ports ports = {0};
	const char *uri = configured ? configured : po_json_get_string(doc, name);

	if (!uri)
		return po_fail(f, PO_E_PROVIDER, "discovery: the provider announces no %s", name);
	if (!po_uri_endpoint_ok(uri))
		return po_fail(f, PO_E_PROVIDER, "discovery: %s is not a usable https URL", name);
	if (!configured && !po_uri_host_allowed(uri, &r->endpoint_hosts))
		return po_fail(f, PO_E_PROVIDER,
		               "discovery: the host of %s is not in endpoint_hosts", name);
	if (!po_ports_plan(r, &ports, f))
		return false;
	if (!po_ports_have(&ports, uri))
		return po_fail(f, PO_E_PROVIDER,
		               "discovery: %s is on a port that endpoint_ports does not list",
		               name);
	if (!configured && !po_uri_same_origin(uri, r->issuer))
		po_warn(note, "discovery: %s is not on the issuer's host", name); /* SRV-162 */
	*out = strdup(uri);
	return *out || po_fail_memory(f);
}

/* Section 4.3: what the provider announces, else its default, in our order of preference. */
static enum po_client_auth choose_client_auth(const struct po_request *r,
                                              const struct po_json *methods)
{
	if (r->client_auth != PO_AUTH_AUTO)
		return r->client_auth;
	if (!r->client_secret.data)
		return PO_AUTH_NONE;
	if (!po_json_is_array(methods) || po_json_array_has(methods, "client_secret_basic"))
		return PO_AUTH_BASIC; /* RFC 8414 section 2: the default when absent */
	if (po_json_array_has(methods, "client_secret_post"))
		return PO_AUTH_POST;
	return po_json_array_has(methods, "none") ? PO_AUTH_NONE : PO_AUTH_BASIC;
}

/* INT-1: an authenticated request. What RFC 8414 names no default for is done as at the token
 * endpoint. */
static bool choose_introspection_auth(const struct po_request *r, const struct po_json *doc,
                                      struct po_endpoints *e, struct po_fault *f)
{
	const struct po_json *methods =
	        po_json_get(doc, "introspection_endpoint_auth_methods_supported");

	e->introspection_auth =
	        po_json_is_array(methods) ? choose_client_auth(r, methods) : e->client_auth;
	return e->introspection_auth != PO_AUTH_NONE ||
	       po_fail(f, PO_E_PROVIDER,
	               "discovery: introspection needs a client that authenticates, and the "
	               "provider announces no method for that");
}

/* IDT-4: the announced list can only narrow the configured one (12.21: never add). */
static bool intersect_algs(const struct po_request *r, const struct po_json *doc,
                           struct po_list *out, struct po_fault *f)
{
	const struct po_json *announced = po_json_get(doc, "id_token_signing_alg_values_supported");

	for (size_t i = 0; i < r->id_token_algs.count; i++) {
		const char *alg = r->id_token_algs.items[i];

		if (po_json_is_array(announced) && !po_json_array_has(announced, alg))
			continue;
		if (!po_list_add(out, alg))
			return po_fail_memory(f);
	}
	if (out->count == 0)
		return po_fail(
		        f, PO_E_PROVIDER,
		        "discovery: the provider announces none of the allowed id_token_algs");
	return true;
}

/* DSC-6: what the configured source of identity needs, and nothing else. */
static bool take_source(const struct po_request *r, const struct po_json *doc,
                        struct po_endpoints *e, const struct po_note *note, struct po_fault *f)
{
	switch (r->identity_source) {
	case PO_FROM_USERINFO:
		if (!take_endpoint(r, doc, "userinfo_endpoint", r->userinfo_endpoint, &e->person,
		                   note, f))
			return false;
		break;
	case PO_FROM_ID_TOKEN:
	case PO_FROM_ACCESS_TOKEN:
		break;
	case PO_FROM_INTROSPECTION:
		return take_endpoint(r, doc, "introspection_endpoint", r->introspection_endpoint,
		                     &e->person, note, f) &&
		       choose_introspection_auth(r, doc, e, f);
	case PO_FROM_API:
		return take_endpoint(r, NULL, "api_endpoint", r->api_endpoint, &e->person, note, f);
	}
	return take_endpoint(r, doc, "jwks_uri", r->jwks_uri, &e->jwks, note, f) &&
	       (r->identity_source == PO_FROM_ACCESS_TOKEN ||
	        intersect_algs(r, doc, &e->id_token_algs, f));
}

static bool issuer_matches(const struct po_request *r, const struct po_json *doc,
                           struct po_fault *f)
{
	const char *issuer = po_json_string(po_json_get(doc, "issuer"));
	char shown[PO_LIMIT_LOG_TEXT];

	if (issuer && strcmp(issuer, r->issuer) == 0)
		return true;
	return po_fail(f, PO_E_PROVIDER, "discovery: the document is of issuer '%s', not of '%s'",
	               po_text_escape(shown, sizeof(shown), issuer), r->issuer); /* DSC-4 */
}

bool po_discovery_read(const struct po_request *r, const struct po_json *doc,
                       struct po_endpoints *out, const struct po_note *note, struct po_fault *f)
{
	const struct po_json *grants = po_json_get(doc, "grant_types_supported");
	const struct po_json *methods = po_json_get(doc, "token_endpoint_auth_methods_supported");
	struct po_endpoints e = {.client_auth = choose_client_auth(r, methods)};

	if (doc && !issuer_matches(r, doc, f))
		return false;
	if (po_json_is_array(grants) && !po_json_array_has(grants, PO_GRANT_DEVICE_CODE))
		po_warn(note,
		        "discovery: grant_types_supported lacks the device grant"); /* DSC-8 */
	if (!take_endpoint(r, doc, "device_authorization_endpoint",
	                   r->device_authorization_endpoint, &e.device_authorization, note, f) ||
	    !take_endpoint(r, doc, "token_endpoint", r->token_endpoint, &e.token, note, f) ||
	    !take_source(r, doc, &e, note, f)) {
		po_endpoints_free(&e);
		return false;
	}
	*out = e;
	return true;
}

static struct po_json *read_document(const char *url, const struct po_http_response *resp,
                                     struct po_fault *f)
{
	struct po_json *doc = NULL;

	if (resp->outcome != PO_HTTP_ANSWERED)
		po_fail(f, PO_E_UNREACHABLE, "discovery: %s: %s", url, resp->reason);
	else if (resp->status != 200)
		po_fail(f, PO_E_PROVIDER, "discovery: %s: HTTP status %ld", url, resp->status);
	else if (resp->oversize || !po_http_json_type(resp))
		po_fail(f, PO_E_PROVIDER, "discovery: %s: %s", url,
		        resp->oversize ? "answer too large" : "answer is not JSON");
	else if (!(doc = po_json_load(resp->body.data, resp->body.len, PO_E_PROVIDER, f)))
		po_fail_context(f, "discovery");
	return doc;
}

/* The document of one form; NULL with f filled. *absent: the server said 404. */
static struct po_json *fetch(const struct po_request *r, struct po_http *http, int64_t deadline,
                             enum po_discovery form, bool *absent, struct po_fault *f)
{
	struct po_http_request q = {.body_limit = PO_LIMIT_METADATA_BODY, .deadline = deadline};
	struct po_http_response resp = {0};
	struct po_json *doc = NULL;
	char *url = po_discovery_url(r->issuer, form);

	*absent = false;
	q.url = url;
	if (!url) {
		po_fail_memory(f);
		return NULL;
	}
	if (po_http_perform(http, &q, &resp, f))
		doc = read_document(url, &resp, f);
	*absent = resp.status == 404;
	free(url);
	po_http_response_free(&resp);
	return doc;
}

bool po_discovery_run(const struct po_request *request, struct po_http *http, int64_t deadline,
                      struct po_endpoints *out, const struct po_note *note, struct po_fault *f)
{
	struct po_json *doc;
	bool absent;
	bool ok;

	if (request->discovery == PO_DISCOVERY_NONE)
		return po_discovery_read(request, NULL, out, note, f);
	doc = fetch(request, http, deadline, request->discovery, &absent, f);
	if (!doc && absent && request->discovery == PO_DISCOVERY_OIDC)
		doc = fetch(request, http, deadline, PO_DISCOVERY_OAUTH, &absent, f); /* DSC-3 */
	ok = doc && po_discovery_read(request, doc, out, note, f);
	po_json_free(doc);
	return ok;
}

void po_endpoints_free(struct po_endpoints *e)
{
	if (!e)
		return;
	free(e->device_authorization);
	free(e->token);
	free(e->jwks);
	free(e->person);
	po_list_free(&e->id_token_algs);
	*e = (struct po_endpoints){0};
}
