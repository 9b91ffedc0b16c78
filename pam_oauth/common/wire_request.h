/* SPDX-License-Identifier: BSD-2-Clause */
/* The largest noun on the wire, walked in both directions like the others in wire.c. */
#ifndef PO_WIRE_REQUEST_H
#define PO_WIRE_REQUEST_H

#include "codec.h"
#include "po_types.h"

/* Decoding: *r must be zeroed; what it comes to hold is freed by po_request_free, also after a
 * fault (po_codec_bad). */
void po_walk_request(struct po_codec *c, struct po_request *r);

#endif
