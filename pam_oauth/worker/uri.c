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

/* Letters and digits of a code, upper case: what a person types. Returns how many. */
static size_t bare_code(char *dst, size_t size, const char *src, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = src[i] >= 'a' && src[i] <= 'z' ? (char)(src[i] - 'a' + 'A') : src[i];

		if (strchr("-_. +", c))
			continue;
		if (!po_is_alnum(c) || n + 1 >= size)
			return 0;
		dst[n++] = c;
	}
	dst[n] = '\0';
	return n;
}

/* Same length, digits and letters in the same places: somebody else's code looks like that. */
static bool looks_alike(const char *a, const char *b)
{
	if (strlen(a) != strlen(b))
		return false;
	for (; *a; a++, b++)
		if (po_is_digit(*a) != po_is_digit(*b))
			return false;
	return true;
}

bool po_uri_carries_other_code(const char *uri, const char *user_code)
{
	const char *query = strchr(uri, '?');
	char code[PO_LIMIT_USER_CODE + 1];
	char value[PO_LIMIT_USER_CODE + 1];
	bool other = false;

	if (!query || !bare_code(code, sizeof(code), user_code, strlen(user_code)))
		return false;
	for (const char *p = query + 1; *p;) {
		size_t len = strcspn(p, "&#");
		const char *equals = memchr(p, '=', len);
		size_t n = equals ? bare_code(value, sizeof(value), equals + 1,
		                              len - (size_t)(equals + 1 - p))
		                  : 0;

		if (n && strcmp(value, code) == 0)
			return false;
		other |= n && looks_alike(value, code);
		p += len;
		if (*p == '#')
			break;
		p += *p == '&';
	}
	return other;
}
