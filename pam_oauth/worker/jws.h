/* SPDX-License-Identifier: BSD-2-Clause */
/* A signed token in compact serialisation: its form, its header, its signature (IDT-1 to IDT-9). */
#ifndef PO_JWS_H
#define PO_JWS_H

#include <stdbool.h>
#include <stddef.h>

#include "jwk.h"
#include "po_buf.h"
#include "po_list.h"

/* What a token is for, which its typ must not contradict (RFC 8725 section 3.11). */
enum po_jws_kind {
	PO_JWS_ID_TOKEN,     /* IDT-6: no typ, or JWT */
	PO_JWS_USERINFO,     /* USI-6: the same */
	PO_JWS_ACCESS_TOKEN, /* INT-3: at+jwt */
};

/* What faults call a token of this kind. */
const char *po_jws_name(enum po_jws_kind kind);

struct po_jws {
	const struct po_alg *alg;
	char *kid;         /* NULL = the header has none */
	const char *input; /* what is signed: the token up to its second dot; borrowed (IDT-2) */
	size_t input_len;
	struct po_buf payload;   /* of no meaning until the signature verified (IDT-25) */
	struct po_buf signature; /* raw octets */
};

/*
 * Takes a token apart and judges form and header, nothing else: algs is what may sign (IDT-4).
 * The token must outlive *j, which po_jws_free frees; the copies in it are wiped. False with
 * PO_E_TOKEN and *j untouched; no text of the token is in the fault.
 */
bool po_jws_open(struct po_jws *j, enum po_jws_kind kind, const char *token,
                 const struct po_list *algs, struct po_fault *f);
void po_jws_free(struct po_jws *j);

/* JWK-7: true only if this key made the signature under the algorithm of the header. */
bool po_jws_verify(const struct po_jws *j, const struct po_jwk *key);

/*
 * OIDC Core section 3.1.3.6: appends the left half of the hash of text, with the hash that belongs
 * to the algorithm (for EdDSA: to the curve of the key). False when out is full or libcrypto fails.
 */
bool po_jws_half_hash(const struct po_alg *alg, const struct po_jwk *key, const char *text,
                      struct po_buf *out);

/*
 * The same with SHA-256 for an algorithm of the EdDSA family, which OIDC Core names no hash for:
 * Glewlwyd takes this one, most others that of the curve. Appends nothing for other algorithms.
 */
bool po_jws_half_hash_other(const struct po_alg *alg, const char *text, struct po_buf *out);

#endif
