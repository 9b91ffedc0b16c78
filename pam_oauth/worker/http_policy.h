/* SPDX-License-Identifier: BSD-2-Clause */
/* What holds for every request of a login, whatever its URL (NET-*, CAU-9). */
#ifndef PO_HTTP_POLICY_H
#define PO_HTTP_POLICY_H

#include <curl/curl.h>
#include <stdbool.h>

#include "po_err.h"
#include "po_types.h"

/* An option that libcurl does not take is a fault of this build: never go on without it. */
#define PO_HTTP_SET(easy, option, value)                                            \
	do {                                                                        \
		if (curl_easy_setopt(easy, option, value) != CURLE_OK)              \
			return po_fail(f, PO_E_SYSTEM, "libcurl refuses " #option); \
	} while (0)

/*
 * Sets the policy on a fresh handle, but for the proxy (http_proxy.h): https only, no redirects,
 * verification that nothing can switch off, no environment; and what the configuration may choose.
 * What *r holds of the certificate and its key is borrowed until the handle is gone.
 */
bool po_http_policy(CURL *easy, const struct po_request *r, struct po_fault *f);

#endif
