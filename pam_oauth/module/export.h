/* SPDX-License-Identifier: BSD-2-Clause */
/* Who signed in, for the session's environment: so that a shared account stays attributable. */
#ifndef PO_EXPORT_H
#define PO_EXPORT_H

#include <security/pam_appl.h>
#include <stdbool.h>

#include "evidence.h"

/*
 * PAM-32: sets PAM_OAUTH_ISSUER and PAM_OAUTH_SUB, and PAM_OAUTH_USER where the provider states
 * the claim; unsets what an earlier module may have put there. Values with control characters are
 * not exported. False: memory.
 */
bool po_export_identity(pam_handle_t *pamh, const struct po_evidence *e, struct po_fault *f);

#endif
