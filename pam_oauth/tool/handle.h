/* SPDX-License-Identifier: BSD-2-Clause */
/* A PAM handle for launch.c, which wants one for libpam's clean-up of descriptors. No stack runs.
 */
#ifndef PO_HANDLE_H
#define PO_HANDLE_H

#include <security/pam_appl.h>

#include "po_err.h"

/* NULL with *f. */
pam_handle_t *po_handle_open(struct po_fault *f);
void po_handle_close(pam_handle_t *pamh);

#endif
