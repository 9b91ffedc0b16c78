/* SPDX-License-Identifier: BSD-2-Clause */
/* The device authorization request and its answer (RFC 8628 sections 3.1 and 3.2). */
#ifndef PO_DEVICE_H
#define PO_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "discovery.h"
#include "http.h"
#include "note.h"
#include "po_types.h"

struct po_device {
	struct po_secret device_code;
	char *user_code;                 /* UIX-4 holds */
	char *verification_uri;          /* UIX-5 holds */
	char *verification_uri_complete; /* UIX-5 and UIX-7 hold; NULL = none or dropped */
	struct po_secret code_verifier;  /* of PKCE; empty = none was sent */
	char *nonce;                     /* NULL = none was sent */
	int64_t expires_in_s;            /* at least 10, at most PO_MAX_WAIT_MAX_S */
	int64_t interval_s;              /* at least 1 */
	int64_t sent; /* po_clock_now() before the request: lifetime counts from here (DEV-20) */
	int64_t answered; /* po_clock_now() after the answer: the first wait counts from here */
	int64_t started;  /* po_clock_wall() before the request (IDT-14) */
};

/* Asks for a device code; *out must be zeroed, and is freed by the caller in any case. Any error
 * ends the login (GEN-8). PO_E_UNREACHABLE, PO_E_PROVIDER, PO_E_CLIENT, or the watch's fault. */
bool po_device_authorize(const struct po_request *request, const struct po_endpoints *endpoints,
                         struct po_http *http, int64_t deadline, struct po_device *out,
                         const struct po_note *note, struct po_fault *f);

/* The half without network: reads a 200 answer into *out, whose other fields the caller fills. */
bool po_device_read(const struct po_request *request, const struct po_json *doc,
                    struct po_device *out, const struct po_note *note, struct po_fault *f);

void po_device_free(struct po_device *d);

#endif
