/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The issuer's keys during one login: fetched while the person is busy, and once more if a token
 * needs newer ones (JWK-8 to JWK-10). Whatever was signed is opened with them.
 */
#ifndef PO_KEYRING_H
#define PO_KEYRING_H

#include <stdbool.h>
#include <stdint.h>

#include "http.h"
#include "note.h"
#include "signed.h"

struct po_keyring {
	const char *jwks_uri; /* NULL: this login verifies no signature */
	struct po_http *http;
	const struct po_note *note;
	int64_t deadline;
	struct po_jwks *jwks; /* NULL = not fetched yet */
	bool renewed;
};

/* The early fetch. A failure is only a remark (JWK-9); false: the watch ended it. */
bool po_keyring_prefetch(struct po_keyring *k, struct po_fault *f);

/*
 * po_signed_open with these keys, fetched anew where none of them fits, at most once in a login.
 * False: PO_E_TOKEN, PO_E_UNREACHABLE (keys), or the watch's fault. *out borrows from *k.
 */
bool po_keyring_open(struct po_keyring *k, enum po_jws_kind kind, const char *token,
                     const struct po_list *algs, struct po_signed *out, struct po_fault *f);

/* Idempotent. */
void po_keyring_free(struct po_keyring *k);

#endif
