/* SPDX-License-Identifier: BSD-2-Clause */
/* A GET with the access token in its header (RFC 6750 section 2.1). */
#ifndef PO_BEARER_H
#define PO_BEARER_H

#include <stdbool.h>
#include <stdint.h>

#include "http.h"
#include "po_secret.h"

struct po_bearer {
	const char *url;
	const struct po_secret *token;
	struct po_http *http;
	int64_t deadline;
};

/*
 * One exchange, as po_http_perform; besides false with PO_E_TOKEN, and nothing sent, for a token
 * that cannot stand in a header (TOK-6).
 */
bool po_bearer_get(const struct po_bearer *b, struct po_http_response *r, struct po_fault *f);

#endif
