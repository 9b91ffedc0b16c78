/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys that are another way to write a condition: require_acr and its sisters. */
#ifndef PO_DEMANDS_H
#define PO_DEMANDS_H

#include "options.h"

/*
 * Fills c->demands, which is empty, with what require_acr, require_amr, require_prior, allow_from
 * and max_age demand. False: memory, or more conditions than there may be (PO_E_CONFIG); *key is
 * the one that was too much.
 */
bool po_demands_make(struct po_config *c, const char **key, struct po_fault *f);

#endif
