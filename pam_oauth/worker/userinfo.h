/* SPDX-License-Identifier: BSD-2-Clause */
/* What the provider says about a person at its UserInfo endpoint (OIDC Core section 5.3). */
#ifndef PO_USERINFO_H
#define PO_USERINFO_H

#include "bearer.h"
#include "json.h"
#include "keyring.h"
#include "po_types.h"

/*
 * Asks once. The document, plain or signed, is about this subject, which the ID token named; the
 * caller frees it. NULL with *f: PO_E_UNREACHABLE, PO_E_TOKEN, or the watch's fault.
 */
struct po_json *po_userinfo_fetch(const struct po_bearer *b, const struct po_request *request,
                                  struct po_keyring *keys, const char *subject, struct po_fault *f);

#endif
