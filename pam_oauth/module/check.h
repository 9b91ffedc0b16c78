/* SPDX-License-Identifier: BSD-2-Clause */
/* What must hold between the keys of a configuration, and what it is completed with. */
#ifndef PO_CHECK_H
#define PO_CHECK_H

#include <stdbool.h>

#include "options.h"
#include "settings.h"

/*
 * Checks *c, filled by po_settings_apply from the file at path, and completes it: the secret, the
 * rules, the defaults that depend on this host. A fault names the line of the key that caused it.
 */
bool po_config_check(struct po_config *c, const char *path, const struct po_settings *places,
                     struct po_fault *f);

#endif
