/* SPDX-License-Identifier: BSD-2-Clause */
/* Owned bytes that are wiped before they are freed (GEN-4). */
#ifndef PO_SECRET_H
#define PO_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct po_secret {
	char *data; /* NUL-terminated for convenience; NULL = no secret */
	size_t len; /* without the NUL */
};

/* Copies len bytes; *s must be empty. False when out of memory, *s then stays empty. */
bool po_secret_set(struct po_secret *s, const void *data, size_t len);

/* Wipes and frees; *s is empty afterwards. NULL-safe, idempotent. */
void po_secret_free(struct po_secret *s);

/* Wipes and frees a string of malloc's; NULL-safe. */
void po_wipe_str(char *s);

#endif
