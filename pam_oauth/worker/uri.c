/* SPDX-License-Identifier: BSD-2-Clause */
/* URLs from configuration, discovery and device response, read by libcurl's parser (UIX-5, DSC-7).
 */
#include "uri.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "po_limits.h"
#include "po_text.h"

/* The parsed URL if it is https without user-info; NULL otherwise. Free with curl_url_cleanup. */
static CURLU *parse_https(const char *uri)
{
	CURLU *u = curl_url();
	char *scheme = NULL;
	bool https;

	if (!u)
		return NULL;
	https = curl_url_set(u, CURLUPART_URL, uri, CURLU_DISALLOW_USER) == CURLUE_OK &&
	        curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	        strcmp(scheme, "https") == 0;
	curl_free(scheme);
	if (https)
		return u;
	curl_url_cleanup(u);
	return NULL;
}

bool po_uri_verification_ok(const char *uri, size_t most)
{
	CURLU *u;

	if (!po_text_uri_ok(uri, most))
		return false;
	u = parse_https(uri);
	curl_url_cleanup(u);
	return u != NULL;
}

bool po_uri_endpoint_ok(const char *uri)
{
	return po_uri_verification_ok(uri, PO_LIMIT_URI) && !strchr(uri, '#');
}

static bool same_part(CURLU *a, CURLU *b, CURLUPart part, unsigned flags)
{
	char *x = NULL;
	char *y = NULL;
	bool same = curl_url_get(a, part, &x, flags) == CURLUE_OK &&
	            curl_url_get(b, part, &y, flags) == CURLUE_OK && strcasecmp(x, y) == 0;

	curl_free(x);
	curl_free(y);
	return same;
}

bool po_uri_same_origin(const char *a, const char *b)
{
	CURLU *x = parse_https(a);
	CURLU *y = parse_https(b);
	bool same = x && y && same_part(x, y, CURLUPART_HOST, 0) &&
	            same_part(x, y, CURLUPART_PORT, CURLU_DEFAULT_PORT);

	curl_url_cleanup(x);
	curl_url_cleanup(y);
	return same;
}

bool po_uri_host_allowed(const char *uri, const struct po_list *hosts)
{
	CURLU *u = parse_https(uri);
	char *host = NULL;
	bool found = hosts->count == 0;

	if (u && curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		for (size_t i = 0; i < hosts->count && !found; i++)
			found = strcasecmp(hosts->items[i], host) == 0;
	curl_free(host);
	curl_url_cleanup(u);
	return u && found;
}

/* The domain itself, or what ends in it after a dot: "notexample.org" is not below "example.org".
 */
static bool is_within(const char *host, const char *domain)
{
	size_t len = strlen(host);
	size_t end;

	domain += domain[0] == '.';
	end = strlen(domain);
	return len >= end && strcasecmp(host + len - end, domain) == 0 &&
	       (len == end || host[len - end - 1] == '.');
}

bool po_uri_host_within(const char *uri, const struct po_list *domains)
{
	CURLU *u = parse_https(uri);
	char *host = NULL;
	bool found = false;

	if (u && curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		for (size_t i = 0; i < domains->count && !found; i++)
			found = is_within(host, domains->items[i]);
	curl_free(host);
	curl_url_cleanup(u);
	return found;
}

bool po_uri_port(const char *uri, unsigned long *port)
{
	CURLU *u = parse_https(uri);
	char *text = NULL;
	bool ok = u && curl_url_get(u, CURLUPART_PORT, &text, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	          po_text_uint(text, 1, 65535, port);

	curl_free(text);
	curl_url_cleanup(u);
	return ok;
}

static int hex_value(char c)
{
	const char *digits = "0123456789abcdef";
	const char *p = strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c);

	return c && p ? (int)(p - digits) : -1;
}

/* The next byte of a query value, percent-decoded; *p moves past it. */
static char next_byte(const char **p, const char *end)
{
	const char *s = *p;

	if (*s == '%' && end - s > 2) {
		int high = hex_value(s[1]);
		int low = hex_value(s[2]);

		if (high >= 0 && low >= 0) {
			*p += 3;
			return (char)(high << 4 | low);
		}
	}
	*p += 1;
	return *s;
}

/* Letters and digits of a code, upper case: what a person types. Returns how many; 0 if it is no
 * code. */
static size_t bare_code(char *dst, size_t size, const char *src, size_t len)
{
	const char *end = src + len;
	size_t n = 0;

	while (src < end) {
		char c = next_byte(&src, end);

		if (c && strchr("-_. +", c))
			continue;
		if (!po_is_alnum(c) || n + 1 >= size)
			return 0;
		dst[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	dst[n] = '\0';
	return n;
}

static bool all_in(const char *s, bool digits)
{
	for (; *s; s++)
		if (po_is_digit(*s) != digits)
			return false;
	return true;
}

/* Same length and same alphabet (letters, digits, or both): somebody else's code looks like that.
 */
static bool looks_alike(const char *code, const char *value)
{
	bool letters_only = all_in(code, false);
	bool digits_only = all_in(code, true);

	return strlen(code) == strlen(value) && (!letters_only || all_in(value, false)) &&
	       (!digits_only || all_in(value, true));
}

bool po_uri_carries_other_code(const char *uri, const char *user_code)
{
	const char *p = strchr(uri, '?');
	char code[PO_LIMIT_USER_CODE + 1];
	char value[PO_LIMIT_USER_CODE + 1];

	if (!p || !bare_code(code, sizeof(code), user_code, strlen(user_code)))
		return false;
	for (p++; *p && *p != '#'; p += *p == '&') {
		size_t len = strcspn(p, "&#");
		const char *equals = memchr(p, '=', len);

		if (equals &&
		    bare_code(value, sizeof(value), equals + 1, (size_t)(p + len - equals - 1)) &&
		    strcmp(value, code) != 0 && looks_alike(code, value))
			return true;
		p += len;
	}
	return false;
}
