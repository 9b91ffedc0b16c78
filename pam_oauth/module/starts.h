/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record of the starts of the last minutes: one row each, oldest first, in a file of bounded
 * size. Pure functions; who may see and change the file is state.c's business.
 */
#ifndef PO_STARTS_H
#define PO_STARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"
#include "po_buf.h"
#include "siphash.h"

struct po_start_row {
	int64_t when;    /* po_clock_now, ms */
	uint32_t keep_s; /* forgotten so long after that */
	uint64_t source; /* keyed hashes of who it was */
	uint64_t pair;   /* account and source */
	uint64_t id;     /* random: which one to give back */
};

struct po_starts {
	unsigned char key[PO_SIPHASH_KEY];
	struct po_start_row *rows; /* room for PO_STARTS_MAX */
	size_t count;
};

/* Of which rows a limit is. */
enum po_start_scope { PO_STARTS_OF_SOURCE, PO_STARTS_OF_PAIR, PO_STARTS_OF_ALL };

/* The largest file that po_starts_write makes. */
size_t po_starts_limit(void);

/* An empty record with this key; false when out of memory. */
bool po_starts_init(struct po_starts *s, const unsigned char key[PO_SIPHASH_KEY]);

/*
 * Fills an initialised record from a file; false, and *s as before, if it is not one that
 * po_starts_write made before now.
 */
bool po_starts_read(struct po_starts *s, const void *data, size_t len, int64_t now);

/* False if the buffer's limit or memory ends. */
bool po_starts_write(const struct po_starts *s, struct po_buf *out);

/* Drops the rows whose time is over. */
void po_starts_expire(struct po_starts *s, int64_t now);

/* ms until one more row of this kind keeps within the rate; 0: at once, also for a rate of none. */
int64_t po_starts_wait(const struct po_starts *s, const struct po_rate *rate,
                       enum po_start_scope scope, const struct po_start_row *like, int64_t now);

/* ms until there is room for one more row, whosever it is. */
int64_t po_starts_room(const struct po_starts *s, int64_t now);

/* Appends a row; there must be room. */
void po_starts_add(struct po_starts *s, const struct po_start_row *row);

/* Removes the row of this id; false if it is not there. */
bool po_starts_remove(struct po_starts *s, uint64_t id);

/* NULL-safe, idempotent. */
void po_starts_free(struct po_starts *s);

#endif
