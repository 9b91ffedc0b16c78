/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sentences in all languages: one constant table, which po/catalogue.py makes of sentences.h
 * and the catalogues in po/ when the module is built. libc's own lookup does not serve: a host
 * need not have the locale, and LANGUAGE of sudo's caller would override the configuration.
 */
#ifndef PO_CATALOGUE_H
#define PO_CATALOGUE_H

#include <stddef.h>

#include "sentences.h"

struct po_phrase {
	const char *text; /* UTF-8, at most PO_LIMIT_PHRASE bytes */
	size_t columns;   /* what it takes on a terminal, without its %s */
};

/* The values of the key `language`: "en" first, NULL last. */
extern const char *const po_language_names[];

/* Without the NULL. */
extern const size_t po_language_count;

/* A row for each language, in the order of the names. */
extern const struct po_phrase po_catalogue[][PO_SENTENCE_COUNT];

#endif
