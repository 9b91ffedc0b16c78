/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of configuration keys: the one place where a key's name, type, range and default
 * stand. The manual is compared with it (tests/meta/test_manual.py).
 */
#ifndef PO_KEYS_H
#define PO_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"
#include "value.h"

enum po_key_type {
	PO_KEY_TEXT,       /* char *, of a po_value */
	PO_KEY_LIST,       /* struct po_list of a po_value each */
	PO_KEY_WORD,       /* an enum */
	PO_KEY_FLAG,       /* bool */
	PO_KEY_NUMBER,     /* unsigned long */
	PO_KEY_U32,        /* uint32_t */
	PO_KEY_RATE,       /* struct po_rate, written COUNT/SECONDS */
	PO_KEY_CONDITIONS, /* struct po_conditions */
};

struct po_key {
	const char *name;
	enum po_key_type type;
	size_t offset;       /* of the field in struct po_config */
	const char *initial; /* the built-in default as it would be written; NULL = not set */
	enum po_value value; /* TEXT, LIST */
	const char *empty; /* TEXT, LIST, NUMBER, RATE: the word for no text, item or limit; NULL */
	const char *const *words; /* WORD, FLAG: in the order of the enum, NULL last */
	unsigned long min, max;   /* NUMBER, U32; RATE: of COUNT */
};

/* How many keys there are, and the i-th of them. */
size_t po_key_count(void);
const struct po_key *po_key_at(size_t i);

/* The number of the key of this name; po_key_count() if there is none. */
size_t po_key_find(const char *name);

#endif
