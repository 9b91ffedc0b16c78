/* SPDX-License-Identifier: BSD-2-Clause */
/* Who this host is at the provider, and how it proves that (protocol.md 4.3). */
#ifndef PO_CLIENT_H
#define PO_CLIENT_H

#include <stdbool.h>

#include "client_key.h"
#include "json.h"
#include "po_types.h"

struct po_client {
	const struct po_request *request; /* borrowed */
	enum po_client_auth method;       /* at the endpoints of the grant; never PO_AUTH_AUTO */
	enum po_client_auth introspection_method; /* PO_AUTH_NONE unless introspection is asked */
	enum po_client_auth revocation_method;    /* at the revocation endpoint, once decided */
	struct po_client_key *key;                /* NULL = there is none */
	const char *alg;                          /* of assertions; NULL = none are made */
	const char *revocation_alg;               /* likewise, at the revocation endpoint */
	const char *audience;                     /* of assertions (CAU-7); borrowed */
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

/* The method for an endpoint with an announced list of its own; what RFC 8414 names no default for
 * is done as at the token endpoint. */
enum po_client_auth po_client_method(const struct po_client *c, const struct po_json *methods);

/* Frees what *c owns; idempotent. */
void po_client_free(struct po_client *c);

#endif
