/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fields of a message, each walked by one function in both directions, so that sender and
 * receiver cannot disagree. Sticky: after the first fault every value is empty (po_codec_bad).
 */
#ifndef PO_CODEC_H
#define PO_CODEC_H

#include "po_buf.h"
#include "po_list.h"
#include "po_secret.h"

struct po_codec {
	bool encoding;
	struct po_buf *out;  /* encoding */
	struct po_reader in; /* decoding */
	bool memory;         /* decoding: an allocation failed */
};

/* True when something did not fit: limit, length, value or memory. */
bool po_codec_bad(const struct po_codec *c);

/* Numbers; a truth value is 0 or 1, an enum below count, anything else is bad. */
void po_codec_u32(struct po_codec *c, uint32_t *value);
void po_codec_i64(struct po_codec *c, int64_t *value);
void po_codec_bool(struct po_codec *c, bool *value);
void po_codec_enum(struct po_codec *c, unsigned *value, unsigned count);

/* An owned text, NULL included; a NUL inside is bad. Decoding overwrites *text. */
void po_codec_text(struct po_codec *c, char **text);

/* Owned bytes, none included. */
void po_codec_secret(struct po_codec *c, struct po_secret *s);

/* How many things follow, each of at least min_size bytes; 0 if there cannot be so many. */
size_t po_codec_count(struct po_codec *c, size_t count, size_t min_size);

/* A list of texts; decoding appends to *l. */
void po_codec_list(struct po_codec *c, struct po_list *l);

/* Enums are walked through an unsigned of their own: their size is the compiler's choice.
 * NOLINT: a type's name takes no parentheses. */
#define PO_CODEC_ENUM(c, field, type, last)                                            \
	do {                                                                           \
		unsigned number_ = (c)->encoding ? (unsigned)(field) : 0;              \
		po_codec_enum(c, &number_, (unsigned)(last) + 1);                      \
		(field) = (enum type)number_; /* NOLINT(bugprone-macro-parentheses) */ \
	} while (0)

#endif
