/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any two texts as URLs, a third as a user code. Promises: what the person reads is where the
 * parser goes (the authority, taken apart here by hand), comparisons are symmetric, and a discovery
 * URL stays on the issuer's origin.
 */
#include "discovery.h"
#include "fuzz.h"
#include "ports.h"
#include "uri.h"

#define PREFIX (sizeof("https://") - 1)

/* A host that no rule of URLs rewrites: letters, digits, dots, hyphens, and not a number. */
static bool is_plain_host(const char *host)
{
	const char *dot = strrchr(host, '.');
	char first = dot ? dot[1] : host[0];

	for (const char *p = host; *p; p++)
		if (!po_is_alnum(*p) && *p != '.' && *p != '-')
			return false;
	return po_is_alnum(first) && !po_is_digit(first);
}

/* What a person takes for host and port must be what the worker takes for them, and a URI of the
 * same origin must be there too. */
static void check_authority(const char *uri, const char *other)
{
	const char *authority = uri + PREFIX;
	size_t len = strcspn(authority, "/?#");
	const char *colon = memrchr(authority, ':', len);
	size_t n = colon ? (size_t)(colon - authority) : len;
	struct po_list hosts = {0};
	unsigned long port = 0;
	char *host = strndup(authority, n);

	must(host && !memchr(authority, '@', len));
	if (is_plain_host(host)) {
		must(po_list_add(&hosts, host) && po_uri_host_allowed(uri, &hosts));
		if (po_uri_port(uri, &port)) /* 0 is a number, and no port */
			must(port == (colon && colon + 1 < authority + len
			                      ? strtoul(colon + 1, NULL, 10)
			                      : 443));
		else
			must(colon && strtoul(colon + 1, NULL, 10) == 0);
	}
	po_list_free(&hosts);
	free(host);
}

static void check_uri(const char *uri)
{
	struct po_list evil = {0};

	must(po_list_add(&evil, "sso.example.org"));
	if (po_uri_verification_ok(uri, PO_LIMIT_URI)) {
		must(fuzz_printable(uri) && strlen(uri) <= PO_LIMIT_URI);
		must(strncmp(uri, "https://", PREFIX) == 0 && po_uri_same_origin(uri, uri));
		must(!po_uri_host_allowed(uri, &evil) || strchr(uri, '%') ||
		     strncasecmp(uri + PREFIX, evil.items[0], strlen(evil.items[0])) == 0);
		check_authority(uri);
	}
	must(!po_uri_endpoint_ok(uri) ||
	     (po_uri_verification_ok(uri, PO_LIMIT_URI) && !strchr(uri, '#')));
	po_list_free(&evil);
}

static void check_discovery(const char *issuer)
{
	char *oidc = po_discovery_url(issuer, PO_DISCOVERY_OIDC);
	char *oauth = po_discovery_url(issuer, PO_DISCOVERY_OAUTH);

	must(oidc && oauth && strstr(oidc, "/.well-known/") && strstr(oauth, "/.well-known/"));
	must(po_uri_same_origin(oidc, issuer) && po_uri_same_origin(oauth, issuer));
	free(oidc);
	free(oauth);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	char *a = fuzz_record(&in, NULL);
	char *b = fuzz_record(&in, NULL);
	char *code = fuzz_record(&in, NULL);

	if (a)
		check_uri(a);
	if (a && po_uri_endpoint_ok(a) && !strchr(a, '?'))
		check_discovery(a);
	if (b) {
		check_uri(b);
		must(po_uri_same_origin(a, b) == po_uri_same_origin(b, a));
	}
	if (code && po_uri_carries_other_code(a, code))
		must(strchr(a, '?') && !po_uri_carries_other_code(a, ""));
	free(a);
	free(b);
	free(code);
	return 0;
}
