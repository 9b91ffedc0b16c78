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

/* What a person takes for the host; its length is written to *len. */
static const char *host_of(const char *uri, size_t *len)
{
	const char *host = uri + PREFIX;

	*len = strcspn(host, "/?#");
	must(!memchr(host, '@', *len));
	if (memrchr(host, ':', *len))
		*len = (size_t)((const char *)memrchr(host, ':', *len) - host);
	return host;
}

/* What a person takes for host and port must be what the worker takes for them. */
static void check_authority(const char *uri, const char *other)
{
	size_t len;
	const char *authority = host_of(uri, &len);
	char *host = strndup(authority, len);
	char *digits = authority[len] == ':' ? strdup(authority + len + 1) : strdup("");
	struct po_list hosts = {0};
	unsigned long port = 0;
	unsigned long others = 0;

	must(host && digits && po_list_add(&hosts, host));
	digits[strcspn(digits, "/?#")] = '\0';
	if (is_plain_host(host)) {
		must(po_uri_host_allowed(uri, &hosts));
		if (po_uri_port(uri, &port))
			must(port == (*digits ? strtoul(digits, NULL, 10) : 443));
		else
			must(strtoul(digits, NULL, 10) == 0); /* a number, and no port */
		if (other && po_uri_same_origin(uri, other))
			must(po_uri_host_allowed(other, &hosts) &&
			     (!port || (po_uri_port(other, &others) && port == others)));
	}
	po_list_free(&hosts);
	free(digits);
	free(host);
}

static void check_uri(const char *uri, const char *other)
{
	if (po_uri_verification_ok(uri, PO_LIMIT_URI)) {
		must(fuzz_printable(uri) && strlen(uri) <= PO_LIMIT_URI);
		must(strncmp(uri, "https://", PREFIX) == 0 && po_uri_same_origin(uri, uri));
		check_authority(uri, other);
	}
	must(!po_uri_endpoint_ok(uri) ||
	     (po_uri_verification_ok(uri, PO_LIMIT_URI) && !strchr(uri, '#')));
	must(!other || po_uri_same_origin(uri, other) == po_uri_same_origin(other, uri));
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
		check_uri(a, b);
	if (b)
		check_uri(b, a);
	if (a && po_uri_endpoint_ok(a) && !strchr(a, '?'))
		check_discovery(a);
	if (code && po_uri_carries_other_code(a, code))
		must(strchr(a, '?') && !po_uri_carries_other_code(a, ""));
	free(a);
	free(b);
	free(code);
	return 0;
}
