/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files that a configuration names for what must not stand in it (CAU-10): read as root, sent
 * to the worker in the request, wiped after that. The worker's user needs no right to any of them.
 */
#ifndef PO_SECRETS_H
#define PO_SECRETS_H

#include "options.h"

/*
 * Fills client_secret, client_key, client_key_passphrase, client_certificate and proxy_credentials
 * of c->provider. False (PO_E_CONFIG, PO_E_MEMORY) for a file that others could read or write, that
 * is empty or does not hold what it should; the fault names the file and quotes nothing of it.
 */
bool po_secrets_read(struct po_config *c, struct po_fault *f);

#endif
