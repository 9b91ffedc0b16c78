/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a PAM handle remembers of its logins (PAM-30). Never relied on outside the process that
 * authenticated: sshd's monitor does not see what its PAM child stored (SSH-9).
 */
#ifndef PO_DECISION_H
#define PO_DECISION_H

#include <security/pam_appl.h>
#include <stdbool.h>
#include <sys/types.h>

#include "po_types.h"

/* Remembers that this identity may open this account. False: memory. */
bool po_decision_keep(pam_handle_t *pamh, const char *user, uid_t uid,
                      const struct po_identity *who, struct po_fault *f);

/* Forgets an earlier login of this handle: a new attempt begins. */
void po_decision_forget(pam_handle_t *pamh);

enum po_decision { PO_DECISION_NONE, PO_DECISION_SAME, PO_DECISION_OTHER };

/* Did this handle authenticate, and for this very account? (PAM-3) */
enum po_decision po_decision_for(pam_handle_t *pamh, const char *user);

/* Counts the calls of one handle: *again is true from the second on (SUD-4). False: memory. */
bool po_decision_round(pam_handle_t *pamh, bool *again, struct po_fault *f);

/* Keeps what the person could not be told now (PAM-11) for the question of the next round; NULL:
 * nothing. Without memory there is nothing to tell. */
void po_decision_owe(pam_handle_t *pamh, const char *text);

/* What is owed, borrowed until the next po_decision_owe; "" if nothing is. */
const char *po_decision_owed(pam_handle_t *pamh);

#endif
