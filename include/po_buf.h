/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A growing buffer that is born with its limit, and a bounded reader. Both are
 * sticky: after the first failure every further call fails, so callers check
 * once, at the end.
 */
#ifndef PO_BUF_H
#define PO_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct po_buf {
	unsigned char
	        *data; /* always followed by one NUL that len does not count, once allocated */
	size_t len;
	size_t cap;
	size_t limit; /* len never exceeds it */
	bool failed;  /* limit or memory */
	bool starved; /* it was memory */
};

/* Makes *b empty with the given limit in bytes; allocates nothing. */
void po_buf_init(struct po_buf *b, size_t limit);

/* Append bytes, a string, formatted text, a big-endian u32; false if the limit or memory ends. */
bool po_buf_add(struct po_buf *b, const void *data, size_t len);
bool po_buf_add_str(struct po_buf *b, const char *s);
bool po_buf_addf(struct po_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool po_buf_add_u32(struct po_buf *b, uint32_t value);

/* The text so far; "" for an empty buffer. Valid until the next call. */
const char *po_buf_str(const struct po_buf *b);

/* Hands the text over to the caller (free), "" included; *b is empty then. NULL if it failed. */
char *po_buf_take(struct po_buf *b);

/* Forgets (and wipes) the content but keeps the memory and the limit; clears a failure. */
void po_buf_reset(struct po_buf *b);

/* Wipes and frees; NULL-safe, idempotent. */
void po_buf_free(struct po_buf *b);

struct po_reader {
	const unsigned char *p;
	size_t left;
	bool bad; /* something did not fit; everything after is refused too */
};

/* Reads from data, which must outlive the reader. */
void po_reader_init(struct po_reader *r, const void *data, size_t len);

/* Big-endian u32, one byte, a span of n bytes (not copied; NULL if bad). 0 when bad. */
uint32_t po_reader_u32(struct po_reader *r);
unsigned char po_reader_u8(struct po_reader *r);
const unsigned char *po_reader_bytes(struct po_reader *r, size_t n);

/* True when nothing went wrong and nothing is left: trailing bytes are a fault. */
bool po_reader_done(const struct po_reader *r);

#endif
