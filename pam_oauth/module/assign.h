/* SPDX-License-Identifier: BSD-2-Clause */
/* Values into the fields of a configuration, as the key table says. */
#ifndef PO_ASSIGN_H
#define PO_ASSIGN_H

#include <stdbool.h>

#include "keys.h"

/*
 * Puts a value, written as in the file, into its field, replacing what was there. PO_E_CONFIG
 * "NAME: expected ..." otherwise. The value itself is in no message: it may be a secret that was
 * put into the wrong line (GEN-4).
 */
bool po_key_set(struct po_config *c, const struct po_key *key, const char *value,
                struct po_fault *f);

/* Could this value be set? It is not kept. */
bool po_key_check(const struct po_key *key, const char *value, struct po_fault *f);

/* Frees what the field of this key owns. */
void po_key_clear(struct po_config *c, const struct po_key *key);

#endif
