/* SPDX-License-Identifier: BSD-2-Clause */
/* Provider metadata: fetched once, its issuer compared byte for byte, its endpoints checked. */
#include "discovery.h"

#include <stdlib.h>
#include <string.h>

#include "po_tenant.h"
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

/* What endpoints are read from. */
struct reading {
	const struct po_request *request;
	const struct po_json *doc; /* NULL = no metadata */
	const struct po_client *client;
	const struct po_note *note;
};

/* RFC 8705 section 5: who authenticates by certificate may have to go elsewhere (CAU-9). */
static const char *announced_uri(const struct reading *in, const char *name)
{
	const struct po_json *aliases = po_json_get(in->doc, "mtls_endpoint_aliases");
	const char *alias = po_client_by_tls(in->client) ? po_json_get_string(aliases, name) : NULL;

	return alias ? alias : po_json_get_string(in->doc, name);
}

/* DSC-7, DSC-9: the configured endpoint, else the announced one; an unfit one is none at all. */
static bool take_endpoint(const struct reading *in, const char *name, const char *configured,
                          char **out, struct po_fault *f)
{
	const struct po_request *r = in->request;
	struct po_ports ports = {0};
	const char *uri = configured ? configured : announced_uri(in, name);

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
		po_warn(in->note, "discovery: %s is not on the issuer's host", name); /* SRV-162 */
	*out = strdup(uri);
	return *out || po_fail_memory(f);
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

static bool take_keys(const struct reading *in, struct po_endpoints *e, struct po_fault *f)
{
	const struct po_request *r = in->request;

	return take_endpoint(in, "jwks_uri", r->jwks_uri, &e->jwks, f) &&
	       (r->identity_source == PO_FROM_ACCESS_TOKEN ||
	        intersect_algs(r, in->doc, &e->id_token_algs, f));
}

/* DSC-6: what the configured source of identity needs, and nothing else. */
static bool take_source(const struct reading *in, struct po_endpoints *e, struct po_fault *f)
{
	const struct po_request *r = in->request;

	switch (r->identity_source) {
	case PO_FROM_USERINFO:
		if (!take_endpoint(in, "userinfo_endpoint", r->userinfo_endpoint, &e->person, f))
			return false;
		break;
	case PO_FROM_ID_TOKEN:
	case PO_FROM_ACCESS_TOKEN:
		break;
	case PO_FROM_INTROSPECTION:
		return take_endpoint(in, "introspection_endpoint", r->introspection_endpoint,
		                     &e->person, f);
	case PO_FROM_API:
		return take_endpoint(in, "api_endpoint", r->api_endpoint, &e->person, f);
	}
	return take_keys(in, e, f);
}

/* EXT-20: nice to have. What is announced and unusable is not worth a login. */
static bool go_without_revocation(const struct reading *in, struct po_endpoints *e,
                                  struct po_fault *f)
{
	if (f->code == PO_E_MEMORY)
		return false;
	po_warn(in->note, "%s; no token will be revoked", f->text);
	free(e->revocation);
	e->revocation = NULL;
	*f = (struct po_fault){.code = PO_OK};
	return true;
}

static bool take_revocation(const struct reading *in, struct po_endpoints *e, struct po_fault *f)
{
	const char *configured = in->request->revocation_endpoint;

	if (in->request->revoke == PO_REVOKE_NO)
		return true;
	if (!configured && !announced_uri(in, "revocation_endpoint")) {
		if (in->request->revoke == PO_REVOKE_YES)
			po_warn(in->note,
			        "discovery: no revocation_endpoint; no token will be revoked");
		return true;
	}
	if (!take_endpoint(in, "revocation_endpoint", configured, &e->revocation, f))
		return !configured && go_without_revocation(in, e, f);
	return po_client_decide_revocation(&e->client, in->doc, f) ||
	       go_without_revocation(in, e, f);
}

/* What a login needs, and PO_TASK_VERIFY does not. */
static bool take_login(const struct reading *in, struct po_endpoints *e, struct po_fault *f)
{
	const struct po_request *r = in->request;

	return po_client_decide(&e->client, r, in->doc, f) &&
	       take_endpoint(in, "device_authorization_endpoint", r->device_authorization_endpoint,
	                     &e->device_authorization, f) &&
	       take_endpoint(in, "token_endpoint", r->token_endpoint, &e->token, f) &&
	       take_source(in, e, f) && take_revocation(in, e, f);
}

static bool issuer_matches(const struct po_request *r, const struct po_json *doc,
                           struct po_fault *f)
{
	const char *issuer = po_json_string(po_json_get(doc, "issuer"));
	char shown[PO_LIMIT_LOG_TEXT];

	if (issuer &&
	    (r->tenants.count > 0 ? po_tenant_issuer_is(issuer, r->issuer, "{tenantid}") /* DSC-5 */
	                          : strcmp(issuer, r->issuer) == 0))
		return true;
	return po_fail(f, PO_E_PROVIDER, "discovery: the document is of issuer '%s', not of '%s'",
	               po_text_escape(shown, sizeof(shown), issuer), r->issuer); /* DSC-4 */
}

bool po_discovery_read(const struct po_request *r, const struct po_json *doc,
                       struct po_endpoints *out, const struct po_note *note, struct po_fault *f)
{
	const struct po_json *grants = po_json_get(doc, "grant_types_supported");
	struct po_endpoints e = {.token = NULL};
	const struct reading in = {r, doc, &e.client, note};
	const bool login = r->task != PO_TASK_VERIFY;

	if (doc && !issuer_matches(r, doc, f))
		return false;
	if (login && po_json_is_array(grants) && !po_json_array_has(grants, PO_GRANT_DEVICE_CODE))
		po_warn(note,
		        "discovery: grant_types_supported lacks the device grant"); /* DSC-8 */
	if (!(login ? take_login(&in, &e, f) : take_keys(&in, &e, f))) {
		po_endpoints_free(&e);
		return false;
	}
	e.client.audience = r->assertion_aud == PO_AUD_TOKEN_ENDPOINT ? e.token : r->issuer;
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
	po_client_free(&e->client);
	free(e->device_authorization);
	free(e->token);
	free(e->jwks);
	free(e->person);
	free(e->revocation);
	po_list_free(&e->id_token_algs);
	*e = (struct po_endpoints){0};
}
