/* SPDX-License-Identifier: BSD-2-Clause */
/* One token that an administrator holds, judged as a login would (PO_TASK_VERIFY). */
#ifndef PO_VERIFY_H
#define PO_VERIFY_H

#include <stdbool.h>

#include "flow.h"
#include "po_buf.h"

/*
 * Keys from the request or from the issuer; form, header and signature; then, unless only the
 * signature is asked for, what the configured kind of token must claim. Not judged is what only a
 * login knows: nonce, at_hash, and whether it was issued for this login (IDT-14). True: *claims,
 * which has its limit already, is the payload. False: *f, PO_E_TOKEN for a token that is no good.
 */
bool po_verify_run(const struct po_flow *flow, struct po_buf *claims, struct po_fault *f);

#endif
