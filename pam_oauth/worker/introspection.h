/* SPDX-License-Identifier: BSD-2-Clause */
/* What the provider says about its own access token (RFC 7662). */
#ifndef PO_INTROSPECTION_H
#define PO_INTROSPECTION_H

#include "discovery.h"
#include "http.h"
#include "json.h"
#include "po_types.h"

struct po_introspection {
	const struct po_request *request;
	const struct po_endpoints *endpoints;
	const struct po_secret *token;
	struct po_http *http;
	int64_t deadline;
	int64_t now; /* wall clock */
};

/*
 * Asks once, as the client. The answer, in which the token is active, ours and about a person; the
 * caller frees it. NULL with *f: PO_E_UNREACHABLE, PO_E_CLIENT_LATE, PO_E_TOKEN, or the watch's.
 */
struct po_json *po_introspect(const struct po_introspection *i, struct po_fault *f);

/* INT-1, the half without network: judges an answer. */
bool po_introspection_check(const struct po_json *doc, const struct po_request *request,
                            int64_t now, struct po_fault *f);

#endif
