/* SPDX-License-Identifier: BSD-2-Clause */
/* A sentence by its name and language. A language is an index into po_language_names. */
#ifndef PO_LANGUAGE_H
#define PO_LANGUAGE_H

#include <stddef.h>

#include "sentences.h"

#define PO_ENGLISH 0U

/* The sentence with its %s as they are; never NULL. English for a language that does not exist, ""
 * for PO_SAY_NOTHING and for a sentence that does not. */
const char *po_language_text(unsigned language, enum po_sentence sentence);

/* What it takes on a terminal without its %s; 0 for "". */
size_t po_language_columns(unsigned language, enum po_sentence sentence);

/*
 * Writes the sentence into out (size bytes, at least 1; cut at the end, always terminated), each
 * value in the place of a %s, as text: nothing in a value is a directive. values ends in NULL, or
 * is NULL where there is no %s; a %s without a value is left out. Returns out.
 */
const char *po_language_say(char *out, size_t size, unsigned language, enum po_sentence sentence,
                            const char *const *values);

#endif
