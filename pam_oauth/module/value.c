/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shapes of single values. Called by keys.c for the configuration and by rules_parse.c for the
 * rule file. Refuses, never repairs: an issuer that was "helpfully" normalised would no longer be
 * byte-exact (DSC-1).
 */
#include "value.h"

#include <string.h>

#include "network.h"
#include "po_limits.h"
#include "po_text.h"

static bool text_ok(const char *s)
{
	for (const char *p = s; *p; p++)
		if (!po_is_print(*p))
			return false;
	return *s != '\0';
}

static bool word_ok(const char *s)
{
	return text_ok(s) && !strchr(s, ' ');
}

static bool is_among(const char *s, const char *const *known, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(s, known[i]) == 0)
			return true;
	return false;
}

static bool port_ok(const char *s)
{
	unsigned long port;

	return po_text_uint(s, 1, 65535, &port);
}

static bool all_of(const char *s, size_t len, const char *others)
{
	for (size_t i = 0; i < len; i++)
		if (!po_is_alnum(s[i]) && !strchr(others, s[i]))
			return false;
	return len > 0;
}

/* A DNS name, an IPv4 address, or an IPv6 address in brackets; its bytes only. */
static bool host_span_ok(const char *s, size_t len)
{
	if (len > 2 && s[0] == '[' && s[len - 1] == ']')
		return all_of(s + 1, len - 2, ":.");
	return all_of(s, len, ".-_") && s[0] != '.' && s[0] != '-';
}

static bool host_ok(const char *s)
{
	return host_span_ok(s, strlen(s));
}

static bool domain_ok(const char *s)
{
	size_t len = strlen(s);

	return all_of(s, len, ".-") && s[0] != '.' && s[len - 1] != '.' && !strstr(s, "..");
}

/* The authority of a URL of which po_text_uri_ok holds: no user-info is in it. */
static bool authority_ok(const char *s, size_t len)
{
	const char *bracket = s[0] == '[' ? memchr(s, ']', len) : NULL;
	const char *from = bracket ? bracket : s;
	const char *colon = memchr(from, ':', len - (size_t)(from - s));
	char port[6];
	size_t digits;

	if (!colon)
		return host_span_ok(s, len);
	digits = len - (size_t)(colon - s) - 1;
	if (digits >= sizeof(port))
		return false;
	memcpy(port, colon + 1, digits);
	port[digits] = '\0';
	return host_span_ok(s, (size_t)(colon - s)) && port_ok(port);
}

static bool endpoint_ok(const char *s)
{
	const char *authority = s + strlen("https://");

	return po_text_uri_ok(s, PO_LIMIT_URI) && !strchr(s, '#') &&
	       authority_ok(authority, strcspn(authority, "/?"));
}

static bool issuer_ok(const char *s)
{
	return endpoint_ok(s) && !strchr(s, '?');
}

/* A host, or everything below a domain. */
static bool domain_or_host_ok(const char *s)
{
	return host_ok(s[0] == '.' ? s + 1 : s);
}

static bool proxy_ok(const char *s)
{
	size_t scheme = strcspn(s, ":") + strlen("://");
	const char *host = s + scheme;

	return (strncmp(s, "http://", scheme) == 0 || strncmp(s, "https://", scheme) == 0) &&
	       strlen(s) <= PO_LIMIT_URI && authority_ok(host, strlen(host)) &&
	       strchr(host[0] == '[' ? strchr(host, ']') : host, ':');
}

/* 32 bytes in padded base64. */
static bool pin_ok(const char *s)
{
	return strlen(s) == 44 && all_of(s, 43, "+/") && s[43] == '=';
}

static bool is_hex(char c)
{
	return po_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The value may hold %XX, since items end at blanks and commas. */
static bool param_ok(const char *s)
{
	size_t name = strcspn(s, "=");

	if (!word_ok(s) || !all_of(s, name, "_-.") || s[name] != '=' || !s[name + 1])
		return false;
	for (const char *p = s; (p = strchr(p, '%')); p++)
		if (!is_hex(p[1]) || !is_hex(p[2]) || (p[1] == '0' && p[2] == '0'))
			return false;
	return true;
}

static bool client_alg_ok(const char *s)
{
	static const char *const known[] = {"RS256", "PS256", "ES256", "EdDSA",
	                                    "HS256", "HS384", "HS512"};

	return is_among(s, known, sizeof(known) / sizeof(known[0]));
}

/* As Entra writes them in `tid`. */
static bool tenant_ok(const char *s)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i = 0;

	for (; shape[i]; i++)
		if (shape[i] == '-' ? s[i] != '-' : !is_hex(s[i]) || (s[i] >= 'A' && s[i] <= 'F'))
			return false;
	return s[i] == '\0';
}

static bool path_ok(const char *s)
{
	return text_ok(s) && s[0] == '/';
}

static bool scope_word_ok(const char *s)
{
	return word_ok(s) && !strpbrk(s, "\"\\");
}

/* Words separated by one blank each: it is sent as it stands. */
static bool scope_ok(const char *s)
{
	return text_ok(s) && !strpbrk(s, "\"\\") && s[0] != ' ' && !strstr(s, "  ") &&
	       s[strlen(s) - 1] != ' ';
}

/* RFC 8707 section 2: absolute, without a fragment. */
static bool uri_ok(const char *s)
{
	size_t scheme = strcspn(s, ":");

	return word_ok(s) && strlen(s) <= PO_LIMIT_URI && !strpbrk(s, "#\"<>\\^`{|}") &&
	       all_of(s, scheme, "+-.") && !po_is_digit(s[0]) && s[scheme] == ':' && s[scheme + 1];
}

static bool alg_ok(const char *s)
{
	static const char *const known[] = {"RS256", "RS384", "RS512", "PS256", "PS384",  "PS512",
	                                    "ES256", "ES384", "ES512", "EdDSA", "Ed25519"};

	return is_among(s, known, sizeof(known) / sizeof(known[0]));
}

/*
 * A top-level name, or an RFC 6901 pointer if it begins with '/'. A pointer of one step must need
 * to be one: "/email" would be a second spelling of "email" that the conditions on e-mail (IDN-4)
 * do not know.
 */
static bool claim_ok(const char *s)
{
	if (!po_text_value_ok(s))
		return false;
	if (s[0] != '/')
		return true;
	if (!strchr(s + 1, '/') && strncmp(s, "/~1", 3) != 0)
		return false;
	for (const char *p = s; (p = strchr(p, '~')); p++)
		if (p[1] != '0' && p[1] != '1')
			return false;
	return true;
}

/* "publickey", "gssapi-with-mic": the first word of a line of SSH_AUTH_INFO_0. */
static bool method_ok(const char *s)
{
	return all_of(s, strlen(s), "-@.");
}

/* libpam makes service names lower case: another spelling would never apply. */
static bool service_ok(const char *s)
{
	if (!word_ok(s) || strpbrk(s, "/[];#"))
		return false;
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			return false;
	return true;
}

struct kind {
	bool (*ok)(const char *s);
	const char *expects;
};

static const struct kind kinds[PO_VALUE_KINDS] = {
        [PO_VALUE_TEXT] = {text_ok, "printable ASCII"},
        [PO_VALUE_WORD] = {word_ok, "printable ASCII without blanks"},
        [PO_VALUE_ISSUER] = {issuer_ok,
                             "an https URL with a host, without user, query and fragment"},
        [PO_VALUE_ENDPOINT] = {endpoint_ok, "an https URL with a host, without user and fragment"},
        [PO_VALUE_URI] = {uri_ok, "an absolute URI without fragment"},
        [PO_VALUE_HOST] = {host_ok, "a host name or address"},
        [PO_VALUE_DOMAIN_OR_HOST] = {domain_or_host_ok,
                                     "a host name or address, or a domain after a dot"},
        [PO_VALUE_PROXY] = {proxy_ok, "http:// or https:// with a host and a port"},
        [PO_VALUE_PIN] = {pin_ok, "the SHA-256 of a public key in base64"},
        [PO_VALUE_PARAM] = {param_ok, "NAME=VALUE, with %XX for a blank or a comma"},
        [PO_VALUE_CLIENT_ALG] = {client_alg_ok,
                                 "RS256, PS256, ES256, EdDSA, HS256, HS384 or HS512"},
        [PO_VALUE_TENANT] = {tenant_ok, "the id of a tenant, in lower case"},
        [PO_VALUE_PORT] = {port_ok, "a port from 1 to 65535"},
        [PO_VALUE_DOMAIN] = {domain_ok, "a mail domain"},
        [PO_VALUE_PATH] = {path_ok, "an absolute path"},
        [PO_VALUE_SCOPE] = {scope_ok, "scopes with one blank between"},
        [PO_VALUE_SCOPE_WORD] = {scope_word_ok, "a scope"},
        [PO_VALUE_ALG] = {alg_ok, "a signature algorithm of the default list"},
        [PO_VALUE_CLAIM] = {claim_ok,
                            "the name of a claim, or a JSON pointer of two steps or more"},
        [PO_VALUE_ACCOUNT] = {po_text_account_ok, "an account name"},
        [PO_VALUE_NETWORK] = {po_network_ok,
                              "an address, a network such as 192.0.2.0/24, or local"},
        [PO_VALUE_METHOD] = {method_ok, "a method of sshd, such as publickey"},
        [PO_VALUE_SERVICE] = {service_ok, "the name of a PAM service, which has no capitals"},
};

bool po_value_ok(enum po_value kind, const char *s)
{
	return kinds[kind].ok(s);
}

const char *po_value_expects(enum po_value kind)
{
	return kinds[kind].expects;
}
