/* SPDX-License-Identifier: BSD-2-Clause */
/* A list of owned strings. */
#ifndef PO_LIST_H
#define PO_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct po_list {
	char **items; /* each owned by the list */
	size_t count;
};

/* Appends a copy of s; false when out of memory, the list is then unchanged. */
bool po_list_add(struct po_list *l, const char *s);

/* True if an item equals s byte for byte. */
bool po_list_has(const struct po_list *l, const char *s);

/*
 * Appends the words of text, separated by blanks or commas. False when out of memory or when
 * the list would pass `most` items; what was added until then stays.
 */
bool po_list_add_words(struct po_list *l, const char *text, size_t most);

/* Frees the items; the list is empty afterwards. NULL-safe, idempotent. */
void po_list_free(struct po_list *l);

#endif
