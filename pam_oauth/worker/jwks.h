/* SPDX-License-Identifier: BSD-2-Clause */
/* Fetching the issuer's keys (JWK-8 to JWK-10); reading them is jwk.c. */
#ifndef PO_JWKS_H
#define PO_JWKS_H

#include <stdbool.h>
#include <stdint.h>

#include "http.h"
#include "jwk.h"
#include "note.h"

enum po_jwks_result {
	PO_JWKS_OK,
	PO_JWKS_FAILED,  /* *f: PO_E_UNREACHABLE (transport) or PO_E_TOKEN (unusable answer) */
	PO_JWKS_STOPPED, /* the watch ended it */
};

/* GET jwks_uri. *out is written on OK only. */
enum po_jwks_result po_jwks_fetch(const char *jwks_uri, struct po_http *http, int64_t deadline,
                                  struct po_jwks **out, const struct po_note *note,
                                  struct po_fault *f);

#endif
