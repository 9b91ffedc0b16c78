/* SPDX-License-Identifier: BSD-2-Clause */
/* The last step of a login: from the tokens to the identity, by the one source that is configured.
 */
#ifndef PO_IDENTIFY_H
#define PO_IDENTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "discovery.h"
#include "grant.h"
#include "keyring.h"

struct po_identify {
	const struct po_request *request; /* identity_source says how */
	const struct po_endpoints *endpoints;
	const struct po_tokens *tokens;
	struct po_keyring *keys;
	struct po_http *http;
	const struct po_note *note;
	const char *nonce; /* that was sent; NULL = none (IDT-17) */
	int64_t started;   /* wall clock, when the device authorization was asked for (IDT-14) */
	int64_t deadline;  /* po_clock_now() */
};

/*
 * True: *who is the verified identity. False: PO_E_TOKEN, PO_E_UNREACHABLE, PO_E_CLIENT_LATE or the
 * watch's fault; no other source is tried.
 */
bool po_identify(const struct po_identify *c, struct po_identity *who, struct po_fault *f);

#endif
