/* SPDX-License-Identifier: BSD-2-Clause */
/* The claims of a JWT access token, judged as the resource server that this host then is (RFC 9068
 * section 4, INT-3). */
#ifndef PO_ACCESS_TOKEN_H
#define PO_ACCESS_TOKEN_H

#include "json.h"
#include "po_types.h"
#include "token_checks.h"

/*
 * The caller has verified the signature and the typ: is the token from the issuer, for this host
 * (access_token_audience, else resource), got by this client in this flow, about a person? False
 * with PO_E_TOKEN, which may quote claims, escaped.
 */
bool po_access_token_check(const struct po_json *claims, const struct po_request *request,
                           const struct po_moments *at, struct po_fault *f);

#endif
