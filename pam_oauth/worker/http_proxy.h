/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The proxy of the configuration, and no other (NET-21). All is https, so it is asked for a tunnel
 * (CONNECT) to each host: it learns names and ports and nothing that is said, and what it answers
 * itself is never the provider's word.
 */
#ifndef PO_HTTP_PROXY_H
#define PO_HTTP_PROXY_H

#include <curl/curl.h>
#include <stdbool.h>

#include "po_err.h"
#include "po_types.h"

/* What holds for all of them, on a fresh handle; its TLS is the server's (http_policy.h). */
bool po_http_proxy_policy(CURL *easy, const struct po_request *r, struct po_fault *f);

/* The proxy for this URL; "" = it is reached directly: none is configured, or by no_proxy. */
const char *po_http_proxy_for(const struct po_request *r, const char *url);

/*
 * Why there was no answer, as one line: what libcurl said, and which proxy was on the way. True if
 * the proxy refused the tunnel.
 */
bool po_http_proxy_explain(CURL *easy, const char *proxy, const char *said, char *dst, size_t size);

#endif
