/* SPDX-License-Identifier: BSD-2-Clause */
/* Small flat JSON objects, as the header and the claims of an assertion are. */
#ifndef PO_JSON_WRITE_H
#define PO_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "po_buf.h"

struct po_json_member {
	const char *name;
	const char *text; /* UTF-8; NULL = number counts, 0 = the member is left out */
	int64_t number;
};

/* Appends the object in its members' order, without blanks; false when out of memory or when a text
 * is no UTF-8. */
bool po_json_write(struct po_buf *out, const struct po_json_member *members, size_t count);

#endif
