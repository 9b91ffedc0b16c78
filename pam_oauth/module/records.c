/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of state files. Called by pins.c and grace_record.c. Strict, since root wrote them. */
#include "records.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "po_text.h"

void po_record_text(struct po_buf *out, const char *name, const char *value)
{
	po_buf_addf(out, "%s %s\n", name, value);
}

void po_record_number(struct po_buf *out, const char *name, uint64_t value)
{
	po_buf_addf(out, "%s %" PRIu64 "\n", name, value);
}

void po_record_bytes(struct po_buf *out, const char *name, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	po_buf_addf(out, "%s ", name);
	for (size_t i = 0; i < len; i++)
		po_buf_addf(out, "%02x", bytes[i]);
	po_buf_add_str(out, "\n");
}

void po_record_begin(struct po_record_reader *r, const void *data, size_t len)
{
	*r = (struct po_record_reader){.p = data, .left = len};
}

/* The next line without its end; NULL if there is no whole one. */
static const char *next(struct po_record_reader *r, size_t *len)
{
	const char *line = r->p;
	const char *end = r->left && !r->bad ? memchr(line, '\n', r->left) : NULL;

	if (!end || memchr(line, '\0', (size_t)(end - line))) {
		r->bad = true;
		return NULL;
	}
	*len = (size_t)(end - line);
	r->left -= *len + 1;
	r->p = end + 1;
	return line;
}

bool po_record_line(struct po_record_reader *r, const char *line)
{
	size_t len = 0;
	const char *seen = next(r, &len);

	if (seen && len == strlen(line) && memcmp(seen, line, len) == 0)
		return true;
	r->bad = true;
	return false;
}

/* What stands behind the name in the next line. */
static const char *value_of(struct po_record_reader *r, const char *name, size_t *len)
{
	size_t skip = strlen(name) + 1;
	size_t all = 0;
	const char *line = next(r, &all);

	if (!line || all < skip || memcmp(line, name, skip - 1) != 0 || line[skip - 1] != ' ') {
		r->bad = true;
		return NULL;
	}
	*len = all - skip;
	return line + skip;
}

char *po_record_take_text(struct po_record_reader *r, const char *name)
{
	size_t len = 0;
	const char *value = value_of(r, name, &len);
	char *copy = value ? strndup(value, len) : NULL;

	r->bad |= !copy;
	return copy;
}

uint64_t po_record_take_number(struct po_record_reader *r, const char *name, uint64_t most)
{
	size_t len = 0;
	const char *text = value_of(r, name, &len);
	uint64_t value = 0;

	r->bad |= !text || len == 0 || (len > 1 && text[0] == '0');
	for (size_t i = 0; i < len && !r->bad; i++)
		r->bad = !po_is_digit(text[i]) || __builtin_mul_overflow(value, 10U, &value) ||
		         __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value);
	r->bad |= value > most;
	return r->bad ? 0 : value;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool po_record_take_bytes(struct po_record_reader *r, const char *name, struct po_buf *out)
{
	size_t len = 0;
	const char *value = value_of(r, name, &len);

	r->bad |= !value || len % 2 != 0;
	for (size_t i = 0; i < len && !r->bad; i += 2) {
		int high = nibble(value[i]);
		int low = nibble(value[i + 1]);
		unsigned char byte = (unsigned char)((unsigned)high << 4 | (unsigned)low);

		r->bad = high < 0 || low < 0 || !po_buf_add(out, &byte, 1);
	}
	return !r->bad;
}

bool po_record_done(const struct po_record_reader *r)
{
	return !r->bad && r->left == 0;
}
