/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any two texts as URLs, a third as a user code, a fourth as what a URL carries in its place.
 * Promises: what the person reads is where the parser goes, comparisons are symmetric, a discovery
 * URL stays on the issuer's origin, and another's code is told from the person's own (UIX-7).
 */
#include "fuzz_uri.h"
#include "discovery.h"

static unsigned long port_of(const char *digits)
{
	return strtoul(*digits ? digits : "443", NULL, 10);
}

/* What a person takes for host and port must be what the worker takes for them. */
static void check_authority(const char *uri, const char *other)
{
	char host[PO_LIMIT_URI + 1];
	char another[PO_LIMIT_URI + 1];
	const char *digits, *more;
	struct po_list hosts = {0};
	unsigned long port = 0;

	if (!read_authority(uri, host, &digits))
		return;
	must(po_list_add(&hosts, host) && po_uri_host_allowed(uri, &hosts));
	if (po_uri_port(uri, &port))
		must(port == port_of(digits));
	else
		must(port_of(digits) == 0); /* a number, and no port */
	if (other && read_authority(other, another, &more)) {
		must(po_uri_host_allowed(other, &hosts) == !strcasecmp(host, another));
		must(po_uri_same_origin(uri, other) ==
		     (!strcasecmp(host, another) && port_of(digits) == port_of(more)));
	}
	po_list_free(&hosts);
}

static void check_uri(const char *uri, const char *other)
{
	if (po_uri_verification_ok(uri, PO_LIMIT_URI)) {
		must(fuzz_printable(uri) && strncmp(uri, "https://", PREFIX) == 0);
		must(strlen(uri) <= PO_LIMIT_URI && po_uri_same_origin(uri, uri));
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

/* Letters and digits only, at most as long as a code. */
static bool is_code(const char *s)
{
	size_t n = 0;

	while (fuzz_is_alnum(s[n]))
		n++;
	return n > 0 && !s[n] && n <= PO_LIMIT_USER_CODE;
}

/* Could both be codes of one server: as long, and of letters only, digits only, or either? */
static bool alike(const char *a, const char *b)
{
	static const char digits[] = "0123456789";
	size_t n = strlen(a);
	bool no_letter = strspn(a, digits) == n;
	bool no_digit = strcspn(a, digits) == n;

	return strlen(b) == n && (!no_letter || strspn(b, digits) == n) &&
	       (!no_digit || strcspn(b, digits) == n);
}

static void check_carried(const char *code, const char *value)
{
	char *uri = NULL;

	if (!is_code(code) || !is_code(value))
		return;
	must(asprintf(&uri, "https://h/?a&c=%s#x=%s", value, code) > 0);
	must(po_uri_carries_other_code(uri, code) ==
	     (strcasecmp(code, value) != 0 && alike(code, value)));
	free(uri);
	must(asprintf(&uri, "https://h/?c=-%s%%2D", code) > 0); /* as some servers set it apart */
	must(!po_uri_carries_other_code(uri, code));
	free(uri);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	char *a = fuzz_record(&in, NULL);
	char *b = fuzz_record(&in, NULL);
	char *code = fuzz_record(&in, NULL);
	char *value = fuzz_record(&in, NULL);

	if (a)
		check_uri(a, b);
	if (b)
		check_uri(b, a);
	if (a && po_uri_endpoint_ok(a) && !strchr(a, '?'))
		check_discovery(a);
	if (code && po_uri_carries_other_code(a, code))
		must(strchr(a, '?') && !po_uri_carries_other_code(a, ""));
	if (code && value)
		check_carried(code, value);
	free(value);
	free(code);
	free(b);
	free(a);
	return 0;
}
