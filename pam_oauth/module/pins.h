/* SPDX-License-Identifier: BSD-2-Clause */
/* MAP-11: the first identity that opens an account is the only one that opens it again. */
#ifndef PO_PINS_H
#define PO_PINS_H

#include <stdbool.h>

#include "policy.h"

/* True if exactly this identity is bound to the account; *f as below. Binds nothing. */
bool po_pin_holds(const struct po_account *a, const struct po_identity *who, struct po_fault *f);

/*
 * Holds an identity against the one that is bound to the account, or binds it if none is (*bound
 * then); on disk before it returns. False: PO_E_NOT_ALLOWED for somebody else, PO_E_PIN for a
 * record that is damaged or cannot be written.
 */
bool po_pin_hold(const struct po_account *a, const struct po_identity *who, bool *bound,
                 struct po_fault *f);

#endif
