/* SPDX-License-Identifier: BSD-2-Clause */
/* Do the keys about this host as a client fit together? (CAU-1 to CAU-10) */
#ifndef PO_CHECK_CLIENT_H
#define PO_CHECK_CLIENT_H

#include "options.h"
#include "settings.h"

/*
 * Judges names of files, not their content, which secrets.h reads. path: the configuration file,
 * for what is not set at all. False: PO_E_CONFIG, at the place of the key.
 */
bool po_check_client(const struct po_config *c, const char *path, const struct po_settings *places,
                     struct po_fault *f);

#endif
