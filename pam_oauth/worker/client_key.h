/* SPDX-License-Identifier: BSD-2-Clause */
/* The private key of this client, and what it signs with (CAU-5, CAU-6; RFC 7518 section 3). */
#ifndef PO_CLIENT_KEY_H
#define PO_CLIENT_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "po_buf.h"
#include "po_err.h"
#include "po_secret.h"

struct po_client_key;

/*
 * Reads a PEM key; passphrase may be empty. NULL with f filled (PO_E_CONFIG): not readable, wrong
 * or missing passphrase. Any kind of key is taken: what TLS can use need not be fit for assertions.
 */
struct po_client_key *po_client_key_load(const struct po_secret *pem,
                                         const struct po_secret *passphrase, struct po_fault *f);
void po_client_key_free(struct po_client_key *key);

/* RS256 and PS256: RSA of 2048 to 8192 bits; ES256: P-256; EdDSA: Ed25519. False for the rest. */
bool po_client_key_fits(const struct po_client_key *key, const char *alg);

/* Appends the signature as JWS wants it; alg must fit. False: libcrypto failed, or out is full. */
bool po_client_key_sign(const struct po_client_key *key, const char *alg, const void *data,
                        size_t len, struct po_buf *out);

/* The same with HS256, HS384 or HS512 and a secret; po_client_mac_octets says how long it must be
 * (RFC 7518 section 3.2), 0 for other names. */
bool po_client_mac(const struct po_secret *secret, const char *alg, const void *data, size_t len,
                   struct po_buf *out);
size_t po_client_mac_octets(const char *alg);

#endif
