/* SPDX-License-Identifier: BSD-2-Clause */
/* The limited buffer and the bounded reader. */
#include "po_buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ALLOCATION 256

void po_buf_init(struct po_buf *b, size_t limit)
{
	*b = (struct po_buf){.limit = limit};
}

/* realloc would leave the old copy in the heap, unwiped: tokens pass through here. */
static bool grow(struct po_buf *b, size_t need)
{
	size_t cap = b->cap ? b->cap : FIRST_ALLOCATION;
	unsigned char *data;

	while (cap < need)
		cap *= 2;
	data = malloc(cap);
	if (!data)
		return false;
	if (b->data) {
		memcpy(data, b->data, b->len + 1);
		explicit_bzero(b->data, b->cap);
		free(b->data);
	}
	b->data = data;
	b->cap = cap;
	return true;
}

/* Always false. */
static bool starve(struct po_buf *b)
{
	b->failed = b->starved = true;
	return false;
}

bool po_buf_add(struct po_buf *b, const void *data, size_t len)
{
	if (b->failed || len > b->limit - b->len)
		return !(b->failed = true);
	if ((!b->data || b->len + len + 1 > b->cap) && !grow(b, b->len + len + 1))
		return starve(b);
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
	return true;
}

bool po_buf_add_str(struct po_buf *b, const char *s)
{
	return po_buf_add(b, s, strlen(s));
}

bool po_buf_addf(struct po_buf *b, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	bool ok;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!text)
		return starve(b);
	ok = po_buf_add_str(b, text);
	explicit_bzero(text, strlen(text)); /* it may have held what the buffer wipes later */
	free(text);
	return ok;
}

bool po_buf_add_u32(struct po_buf *b, uint32_t value)
{
	unsigned char bytes[4] = {(unsigned char)(value >> 24), (unsigned char)(value >> 16),
	                          (unsigned char)(value >> 8), (unsigned char)value};

	return po_buf_add(b, bytes, sizeof(bytes));
}

const char *po_buf_str(const struct po_buf *b)
{
	return b->data ? (const char *)b->data : "";
}

char *po_buf_take(struct po_buf *b)
{
	char *text;

	if (b->failed || (!b->data && !po_buf_add(b, "", 0))) {
		po_buf_free(b);
		return NULL;
	}
	text = (char *)b->data;
	po_buf_init(b, b->limit);
	return text;
}

void po_buf_reset(struct po_buf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->len + 1);
	b->len = 0;
	b->failed = b->starved = false;
}

void po_buf_free(struct po_buf *b)
{
	if (!b)
		return;
	if (b->data)
		explicit_bzero(b->data, b->cap);
	free(b->data);
	po_buf_init(b, b->limit);
}

void po_reader_init(struct po_reader *r, const void *data, size_t len)
{
	*r = (struct po_reader){.p = data, .left = len};
}

const unsigned char *po_reader_bytes(struct po_reader *r, size_t n)
{
	const unsigned char *p = r->p;

	if (r->bad || n > r->left) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	r->left -= n;
	return p;
}

unsigned char po_reader_u8(struct po_reader *r)
{
	const unsigned char *p = po_reader_bytes(r, 1);

	return p ? *p : 0;
}

uint32_t po_reader_u32(struct po_reader *r)
{
	const unsigned char *p = po_reader_bytes(r, 4);

	if (!p)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

bool po_reader_done(const struct po_reader *r)
{
	return !r->bad && r->left == 0;
}
