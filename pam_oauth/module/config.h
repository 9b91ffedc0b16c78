/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration of one service: built-in defaults, then the preset of the service
 * (protocol.md 11.4), then [general], then [service NAME]; in each file and then in the drop-in
 * folder beside it (pam_oauth.conf.d, *.conf in byte order), a later file winning over an earlier
 * one within a section. Unknown or duplicate key, bad value, wrong owner or mode: a fault with
 * file and line (PAM-6).
 */
#ifndef PO_CONFIG_H
#define PO_CONFIG_H

#include <stdbool.h>

#include "options.h"
#include "po_err.h"

struct po_settings;

/*
 * Loads the configuration of a service, its secret file and its rule file included. path = NULL:
 * the built-in default; service = NULL: one that nothing is known about. PO_E_CONFIG with
 * "file:line: ..." otherwise; *c is empty then.
 */
bool po_config_load(struct po_config *c, const char *path, const char *service, struct po_fault *f);

/*
 * The keys alone, without the files that they name: enough for account management, which a slip in
 * the rules or a missing secret must not turn into a lock-out of key logins and cron (PAM-3).
 */
bool po_config_load_keys(struct po_config *c, const char *path, const char *service,
                         struct po_fault *f);

/* po_config_load, and *places, which must be empty, says where each value came from; free it
 * always. */
bool po_config_load_places(struct po_config *c, const char *path, const char *service,
                           struct po_settings *places, struct po_fault *f);

/* Frees everything, wiping the secret; NULL-safe, idempotent. */
void po_config_free(struct po_config *c);

#endif
