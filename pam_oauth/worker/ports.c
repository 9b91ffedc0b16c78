/* SPDX-License-Identifier: BSD-2-Clause */
/* Which ports the worker may connect to: planned once, used by sandbox and discovery. */
#include "ports.h"

#include <string.h>

#include "po_text.h"
#include "uri.h"

#define HTTPS_PORT 443
#define DNS_PORT   53 /* resolvers fall back to TCP for long answers */

static bool add(struct po_ports *p, unsigned long port)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->numbers[i] == port)
			return true;
	if (p->count == PO_PORTS_MAX)
		return false;
	p->numbers[p->count++] = port;
	return true;
}

static bool add_uri(struct po_ports *p, const char *uri)
{
	unsigned long port;

	return !uri || (po_uri_port(uri, &port) && add(p, port));
}

/* http://HOST:PORT or https://HOST:PORT (value.c) */
static bool add_proxy(struct po_ports *p, const char *proxy)
{
	unsigned long port;
	const char *colon = proxy ? strrchr(proxy, ':') : NULL;

	return !proxy || !*proxy ||
	       (colon && po_text_uint(colon + 1, 1, 65535, &port) && add(p, port));
}

bool po_ports_plan(const struct po_request *r, struct po_ports *out, struct po_fault *f)
{
	bool ok = add(out, HTTPS_PORT) && add(out, DNS_PORT) && add_uri(out, r->issuer) &&
	          add_uri(out, r->device_authorization_endpoint) &&
	          add_uri(out, r->token_endpoint) && add_uri(out, r->jwks_uri) &&
	          add_uri(out, r->userinfo_endpoint) && add_uri(out, r->introspection_endpoint) &&
	          add_uri(out, r->api_endpoint) && add_uri(out, r->revocation_endpoint) &&
	          add_proxy(out, r->proxy);
	unsigned long port;

	for (size_t i = 0; i < r->endpoint_ports.count && ok; i++)
		ok = po_text_uint(r->endpoint_ports.items[i], 1, 65535, &port) && add(out, port);
	return ok || po_fail(f, PO_E_CONFIG, "an endpoint or endpoint_ports names no usable port");
}

bool po_ports_have(const struct po_ports *p, const char *uri)
{
	unsigned long port;

	if (!po_uri_port(uri, &port))
		return false;
	for (size_t i = 0; i < p->count; i++)
		if (p->numbers[i] == port)
			return true;
	return false;
}
