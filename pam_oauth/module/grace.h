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
 * service of grace_services, from the same origin, no older than grace, of the very claims that are
 * asked for now, by the same client? The origin is, for sshd, the address and the key that was
 * accepted before; for others the session, and e->caller in it. True: *who is its identity, owned
 * by the caller, and *f says for the log how old it is. False: a full login follows, and the text
 * of *f, if there is one, is what is wrong with the records. Waits for nobody.
 */
bool po_grace_find(const struct po_config *c, const struct po_account *a,
                   const struct po_evidence *e, struct po_identity *who, struct po_fault *f);

/*
 * Remembers an approved login, e->who, for grace: one of sshd, of login, or with an e->caller;
 * others have no origin, and that is no fault. False: *f, and the next one is a full login.
 */
bool po_grace_keep(const struct po_config *c, const struct po_account *a,
                   const struct po_evidence *e, struct po_fault *f);

#endif
