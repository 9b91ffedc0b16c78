/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grace window (PAM-39), off unless configured: for some minutes after an approved login, a
 * second one by the same person to the same account needs no new approval. What it rests on is
 * judged again as if it had just come from the provider; nothing here grants anything.
 */
#ifndef PO_GRACE_H
#define PO_GRACE_H

#include <stdbool.h>

#include "evidence.h"
#include "policy.h"

/*
 * Is there an approved login of this account that still counts for this one: of the same boot, by a
 * service of grace_services, from the same origin, no older than grace, with the very claims that
 * are needed now? True: *who is its identity, owned by the caller, and *f says for the log how old
 * it is. False: a full login follows; *f says why, if there was anything to look at.
 */
bool po_grace_find(const struct po_config *c, const struct po_account *a,
                   const struct po_evidence *e, struct po_identity *who, struct po_fault *f);

/* Remembers an approved login, e->who, for grace. False: *f, and the next one is a full login. */
bool po_grace_keep(const struct po_config *c, const struct po_account *a,
                   const struct po_evidence *e, struct po_fault *f);

#endif
