/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The body of a request to an OAuth endpoint (application/x-www-form-urlencoded, RFC 6749
 * appendix B) and the client's authentication in it or beside it (section 2.3, CAU-1 to CAU-9).
 */
#ifndef PO_FORM_H
#define PO_FORM_H

#include <stdbool.h>

#include "client.h"
#include "http.h"
#include "po_buf.h"
#include "po_types.h"

struct po_form {
	struct po_buf body;
	struct po_list names;        /* DEV-5: no parameter twice */
	struct po_buf authorization; /* value of the header; empty = none */
};

/* Makes *form empty. */
void po_form_init(struct po_form *form);

/* Adds name=value; an empty or NULL value adds nothing (DEV-5). A name for the second time is a
 * fault (PO_E_CONFIG). */
bool po_form_add(struct po_form *form, const char *name, const char *value, struct po_fault *f);

/* The endpoint a request is for: DEV-2 treats the first differently. */
enum po_endpoint {
	PO_ENDPOINT_DEVICE_AUTHORIZATION,
	PO_ENDPOINT_TOKEN,
	PO_ENDPOINT_INTROSPECTION,
	PO_ENDPOINT_REVOCATION
};

/*
 * Adds client_id and the client's authentication by exactly one method (RFC 6749 section 2.3): the
 * one that was decided for this endpoint.
 */
bool po_form_authenticate(struct po_form *form, const struct po_client *client,
                          enum po_endpoint endpoint, struct po_fault *f);

/*
 * The same for a parameter that an administrator added, "name=value" with %XX in the value (DEV-5).
 */
bool po_form_add_extra(struct po_form *form, const char *param, struct po_fault *f);

/* Posts the form to an endpoint: po_http_perform with its body and authorization. */
bool po_form_post(const struct po_form *form, struct po_http *http, const char *url,
                  size_t body_limit, int64_t deadline, struct po_http_response *r,
                  struct po_fault *f);

/* Wipes and frees; idempotent. */
void po_form_free(struct po_form *form);

#endif
