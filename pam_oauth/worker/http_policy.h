/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What holds for every exchange of a login (NET-1 to NET-21): the options of libcurl's handle that
 * are set once and that nothing switches off.
 */
#ifndef PO_HTTP_POLICY_H
#define PO_HTTP_POLICY_H

#include <curl/curl.h>
#include <stdbool.h>

#include "po_err.h"

/* Sets one option, or returns false from the function that it stands in, with *f filled. */
#define PO_HTTP_SET(easy, option, value)                                            \
	do {                                                                        \
		if (curl_easy_setopt(easy, option, value) != CURLE_OK)              \
			return po_fail(f, PO_E_SYSTEM, "libcurl refuses " #option); \
	} while (0)

/* ca_file: NULL = the system's store, by its hashed folder where there is one. */
bool po_http_policy(CURL *easy, const char *ca_file, struct po_fault *f);

#endif
