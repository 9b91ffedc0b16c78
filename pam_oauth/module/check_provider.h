/* SPDX-License-Identifier: BSD-2-Clause */
/* Do the keys about provider and client fit together? The part of check.h that reads no file. */
#ifndef PO_CHECK_PROVIDER_H
#define PO_CHECK_PROVIDER_H

#include <stdbool.h>

#include "options.h"
#include "settings.h"

/*
 * DSC-9, CAU-1, DEV-3, TOK-4 and what each source of identity needs; fills the fields of the
 * provider that follow from other keys. False: PO_E_CONFIG at the line that brings the trouble, or
 * memory.
 */
bool po_check_provider(struct po_config *c, const char *path, const struct po_settings *places,
                       struct po_fault *f);

#endif
