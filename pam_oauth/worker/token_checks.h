/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every statement about a person is held against, whether it comes as an ID token, an access
 * token, a signed UserInfo answer or by introspection. Each check is one claim; a fault
 * (PO_E_TOKEN) may quote it, escaped, and does not say whose claim it is: the caller does.
 */
#ifndef PO_TOKEN_CHECKS_H
#define PO_TOKEN_CHECKS_H

#include <stdbool.h>
#include <stdint.h>

#include "json.h"
#include "po_types.h"

/* Wall clock: when the device authorization was asked for (IDT-14), and now. */
struct po_moments {
	int64_t started;
	int64_t now;
};

/* True if both are texts and equal; either may be NULL. */
bool po_check_same(const char *claim, const char *ours);

/* IDT-10: `iss`, byte for byte the configured issuer or an alias; or that of a listed tenant. */
bool po_check_iss(const struct po_json *claims, const struct po_request *r, struct po_fault *f);

/* IDT-11: `aud` holds the client, and nobody whom the administrator does not know. */
bool po_check_aud(const struct po_json *claims, const struct po_request *r, struct po_fault *f);

/* IDT-14: `iat`, not in the future and not before this login (a day, with iat_loose). */
bool po_check_iat(const struct po_json *claims, const struct po_request *r,
                  const struct po_moments *at, struct po_fault *f);

/* IDT-13, IDT-15: `exp`, which must be there, is not past; `nbf`, if there, is. */
bool po_check_validity(const struct po_json *claims, const struct po_request *r, int64_t now,
                       struct po_fault *f);

/* IDT-16: can this text be a subject? Printable ASCII, 1 to 255 characters. NULL cannot. */
bool po_check_subject_text(const char *subject);

/*
 * SRV-143: is this subject a person? A token that a client got for itself says nothing about one
 * (RFC 9700 section 4.15).
 */
bool po_check_person(const struct po_json *claims, const char *subject, const struct po_request *r,
                     struct po_fault *f);

/* IDT-16: `sub` is a possible subject, and po_check_person. */
bool po_check_sub(const struct po_json *claims, const struct po_request *r, struct po_fault *f);

#endif
