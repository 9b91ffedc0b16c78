/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by http.c: once for a login, then for each exchange. */
#include "http_proxy.h"

#include <stdio.h>
#include <string.h>

#include "http_policy.h"
#include "po_text.h"
#include "uri.h"

#define SET                PO_HTTP_SET
#define CREDENTIALS_WANTED 407 /* RFC 9110 section 15.5.8 */

/* "user:password"; a colon is in it (secrets.c). libcurl keeps copies of its own. */
static bool set_credentials(CURL *easy, const struct po_secret *pair, struct po_fault *f)
{
	const char *colon = pair->data ? strchr(pair->data, ':') : NULL;
	struct po_secret user = {.data = NULL};
	bool ok;

	if (!colon)
		return true;
	if (!po_secret_set(&user, pair->data, (size_t)(colon - pair->data)))
		return po_fail_memory(f);
	ok = curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, user.data) == CURLE_OK &&
	     curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, colon + 1) == CURLE_OK;
	po_secret_free(&user);
	return ok || po_fail(f, PO_E_SYSTEM, "libcurl refuses the credentials of the proxy");
}

/*
 * Basic alone, with the first CONNECT: one round trip, and no choice that the proxy could make. To
 * answer whatever it asks for, libcurl would load Kerberos or speak NTLM.
 */
bool po_http_proxy_policy(CURL *easy, const struct po_request *r, struct po_fault *f)
{
	SET(easy, CURLOPT_PROXY, "");   /* NET-21: none, whatever the environment says */
	SET(easy, CURLOPT_NOPROXY, ""); /* po_http_proxy_for decides, alike with every libcurl */
	SET(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
	SET(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE); /* no token goes to the proxy */
	SET(easy, CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
	return set_credentials(easy, &r->proxy_credentials, f);
}

const char *po_http_proxy_for(const struct po_request *r, const char *url)
{
	return r->proxy && !po_uri_host_within(url, &r->no_proxy) ? r->proxy : "";
}

bool po_http_proxy_explain(CURL *easy, const char *proxy, const char *said, char *dst, size_t size)
{
	long status = 0;
	size_t used = 0;

	if (!*proxy) {
		po_text_escape(dst, size, said);
		return false;
	}
	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
	if (status == CREDENTIALS_WANTED)
		said = "status 407, see proxy_credentials_file";
	used = (size_t)snprintf(dst, size, "through proxy %.100s: ", proxy);
	po_text_escape(dst + used, size - used, said);
	return status != 0 && status / 100 != 2;
}
