/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields as bytes. Called by wire.c only; every length from the other side is checked before use.
 */
#include "codec.h"

#include <stdlib.h>
#include <string.h>

#define ABSENT UINT32_MAX /* the length that stands for a string that is not there */

bool po_codec_bad(const struct po_codec *c)
{
	return c->encoding ? c->out->failed : c->in.bad || c->memory;
}

void po_codec_u32(struct po_codec *c, uint32_t *value)
{
	if (c->encoding)
		po_buf_add_u32(c->out, *value);
	else
		*value = po_reader_u32(&c->in);
}

void po_codec_i64(struct po_codec *c, int64_t *value)
{
	uint32_t high = (uint32_t)((uint64_t)*value >> 32);
	uint32_t low = (uint32_t)*value;

	po_codec_u32(c, &high);
	po_codec_u32(c, &low);
	*value = (int64_t)((uint64_t)high << 32 | low);
}

void po_codec_bool(struct po_codec *c, bool *value)
{
	uint32_t n = *value;

	po_codec_u32(c, &n);
	if (n > 1)
		c->in.bad = true;
	*value = n == 1;
}

void po_codec_enum(struct po_codec *c, unsigned *value, unsigned count)
{
	po_codec_u32(c, value);
	if (!c->encoding && *value >= count) {
		c->in.bad = true;
		*value = 0;
	}
}

/* A copy of n bytes of the message, NUL-terminated; a NUL inside is refused for text. */
static char *copy_in(struct po_codec *c, uint32_t n, bool text)
{
	const unsigned char *p = po_reader_bytes(&c->in, n);
	char *copy;

	if (!p || (text && memchr(p, '\0', n))) {
		c->in.bad = true;
		return NULL;
	}
	copy = malloc((size_t)n + 1);
	if (!copy) {
		c->memory = true;
		return NULL;
	}
	memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

void po_codec_text(struct po_codec *c, char **text)
{
	uint32_t n = c->encoding && *text ? (uint32_t)strlen(*text) : ABSENT;

	po_codec_u32(c, &n);
	if (n == ABSENT)
		return;
	if (c->encoding)
		po_buf_add(c->out, *text, n);
	else
		*text = copy_in(c, n, true);
}

void po_codec_secret(struct po_codec *c, struct po_secret *s)
{
	uint32_t n = c->encoding && s->data ? (uint32_t)s->len : ABSENT;

	po_codec_u32(c, &n);
	if (n == ABSENT)
		return;
	if (c->encoding) {
		po_buf_add(c->out, s->data, n);
	} else {
		s->data = copy_in(c, n, false);
		s->len = s->data ? n : 0;
	}
}

/* A count from the other side; each counted thing takes at least min_size bytes of the message. */
size_t po_codec_count(struct po_codec *c, size_t count, size_t min_size)
{
	uint32_t n = (uint32_t)count;

	po_codec_u32(c, &n);
	if (!c->encoding && n > c->in.left / min_size) {
		c->in.bad = true;
		return 0;
	}
	return n;
}

void po_codec_list(struct po_codec *c, struct po_list *l)
{
	const bool encoding = c->encoding; /* then an item is borrowed */
	size_t n = po_codec_count(c, l->count, 4);

	for (size_t i = 0; i < n && !po_codec_bad(c); i++) {
		char *item = encoding ? l->items[i] : NULL;

		po_codec_text(c, &item);
		if (encoding)
			continue;
		if (!item)
			c->in.bad = true;
		else if (!po_list_add(l, item))
			c->memory = true;
		free(item);
	}
}
