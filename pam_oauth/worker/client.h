/* SPDX-License-Identifier: BSD-2-Clause */
/* Who this host is at the provider, and how it proves that (protocol.md 4.3). */
#ifndef PO_CLIENT_H
#define PO_CLIENT_H

#include <stdbool.h>

#include "client_key.h"
#include "json.h"
#include "po_types.h"

/* How one endpoint is told who asks: each has announced lists of its own (RFC 8414 section 2). */
struct po_client_proof {
	enum po_client_auth method; /* once decided, never PO_AUTH_AUTO */
	const char *alg;            /* of assertions; NULL = none are made */
};

struct po_client {
	const struct po_request *request;     /* borrowed */
	struct po_client_proof grant;         /* at the two endpoints of the grant */
	struct po_client_proof introspection; /* PO_AUTH_NONE unless introspection is asked */
	struct po_client_proof revocation;    /* of po_client_decide_revocation */
	struct po_client_key *key;            /* NULL = there is none */
	const char *audience;                 /* of assertions (CAU-7); borrowed */
};

/*
 * Decides by configuration and metadata (doc; NULL = none), once for the whole login (GEN-5), and
 * reads the key, so that one that is of no use is told before anybody sees a code. *c must be
 * zeroed. False: PO_E_CONFIG, PO_E_PROVIDER (introspection without authentication), PO_E_MEMORY.
 * The caller sets audience.
 */
bool po_client_decide(struct po_client *c, const struct po_request *request,
                      const struct po_json *doc, struct po_fault *f);

/*
 * The same for the revocation endpoint (EXT-20), after po_client_decide. Another method there may
 * want an assertion that the login itself does without. False: PO_E_CONFIG, no algorithm fits; the
 * login needs nothing of this.
 */
bool po_client_decide_revocation(struct po_client *c, const struct po_json *doc,
                                 struct po_fault *f);

/* RFC 8705: is the certificate of the handshake the authentication? */
bool po_client_by_tls(const struct po_client *c);

/* Frees what *c owns; idempotent. */
void po_client_free(struct po_client *c);

#endif
