/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the provider's endpoints are (RFC 8414, OpenID Connect Discovery 1.0; DSC-*). */
#ifndef PO_DISCOVERY_H
#define PO_DISCOVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "http.h"
#include "json.h"
#include "note.h"
#include "po_types.h"

#define PO_GRANT_DEVICE_CODE "urn:ietf:params:oauth:grant-type:device_code" /* RFC 8628 3.4 */

struct po_endpoints {
	char *device_authorization;
	char *token;
	char *jwks;   /* NULL: the identity comes from where nothing is signed */
	char *person; /* UserInfo, introspection or API endpoint: the one that the source asks; NULL
	               * = none */
	char *revocation;             /* NULL = nothing is revoked (EXT-20) */
	struct po_client client;      /* how this host authenticates there */
	struct po_list id_token_algs; /* configured, intersected with announced (IDT-4) */
};

/*
 * Resolves the endpoints once for the whole login (GEN-5): the metadata document is fetched unless
 * discovery is off, and configured endpoints win over announced ones (DSC-9). False:
 * PO_E_UNREACHABLE, PO_E_PROVIDER, or the watch's fault.
 */
bool po_discovery_run(const struct po_request *request, struct po_http *http, int64_t deadline,
                      struct po_endpoints *out, const struct po_note *note, struct po_fault *f);

/* The half without network: reads a metadata document (NULL = none: configured endpoints only). */
bool po_discovery_read(const struct po_request *request, const struct po_json *doc,
                       struct po_endpoints *out, const struct po_note *note, struct po_fault *f);

/* DSC-2 and DSC-3: the URL of the metadata of an issuer; malloc'd, NULL when out of memory. */
char *po_discovery_url(const char *issuer, enum po_discovery form);

void po_endpoints_free(struct po_endpoints *e);

#endif
