/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record of starts. Called by quota.c under the lock. A window slides with the clock, so a
 * rate is exact: never more than COUNT rows of any SECONDS. No row makes room for a newer one
 * before its time: a flood of addresses cannot push out what others have used up, it only fills
 * the record, and then nobody starts.
 */
#include "starts.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC    "pam_oauth starts 1\n" /* another layout gets another number */
#define HEADER   (sizeof(MAGIC) - 1 + PO_SIPHASH_KEY)
#define ROW_SIZE 36 /* four numbers of 64 bits and one of 32 */

size_t po_starts_limit(void)
{
	return HEADER + (size_t)PO_STARTS_MAX * ROW_SIZE;
}

bool po_starts_init(struct po_starts *s, const unsigned char key[PO_SIPHASH_KEY])
{
	struct po_start_row *rows = calloc(PO_STARTS_MAX, sizeof(*rows));

	if (!rows)
		return false;
	*s = (struct po_starts){.rows = rows};
	memcpy(s->key, key, sizeof(s->key));
	return true;
}

static uint64_t read_u64(struct po_reader *r)
{
	uint64_t high = po_reader_u32(r);

	return high << 32 | po_reader_u32(r);
}

static bool add_u64(struct po_buf *b, uint64_t value)
{
	return po_buf_add_u32(b, (uint32_t)(value >> 32)) && po_buf_add_u32(b, (uint32_t)value);
}

static int64_t end_of(const struct po_start_row *row)
{
	return row->when + (int64_t)row->keep_s * 1000;
}

/* Rows are in order and never of the future: one that is has survived a boot, or is no row. */
static bool read_row(struct po_reader *r, int64_t after, int64_t now, struct po_start_row *row)
{
	uint64_t when = read_u64(r);

	row->keep_s = po_reader_u32(r);
	row->source = read_u64(r);
	row->pair = read_u64(r);
	row->id = read_u64(r);
	if (r->bad || when > (uint64_t)now || (int64_t)when < after || row->keep_s == 0 ||
	    row->keep_s > PO_RATE_SECONDS_MAX)
		return false;
	row->when = (int64_t)when;
	return true;
}

bool po_starts_read(struct po_starts *s, const void *data, size_t len, int64_t now)
{
	struct po_reader r;
	const unsigned char *magic;
	const unsigned char *key;
	size_t count = 0;
	int64_t last = 0;

	po_reader_init(&r, data, len);
	magic = po_reader_bytes(&r, sizeof(MAGIC) - 1);
	key = po_reader_bytes(&r, PO_SIPHASH_KEY);
	if (!magic || !key || memcmp(magic, MAGIC, sizeof(MAGIC) - 1) != 0)
		return false;
	while (!po_reader_done(&r)) {
		if (count == PO_STARTS_MAX || !read_row(&r, last, now, &s->rows[count]))
			return false;
		last = s->rows[count++].when;
	}
	memcpy(s->key, key, sizeof(s->key));
	s->count = count;
	return true;
}

bool po_starts_write(const struct po_starts *s, struct po_buf *out)
{
	po_buf_add(out, MAGIC, sizeof(MAGIC) - 1);
	po_buf_add(out, s->key, sizeof(s->key));
	for (size_t i = 0; i < s->count; i++) {
		const struct po_start_row *row = &s->rows[i];

		add_u64(out, (uint64_t)row->when);
		po_buf_add_u32(out, row->keep_s);
		add_u64(out, row->source);
		add_u64(out, row->pair);
		add_u64(out, row->id);
	}
	return !out->failed;
}

void po_starts_expire(struct po_starts *s, int64_t now)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++)
		if (end_of(&s->rows[i]) > now)
			s->rows[kept++] = s->rows[i];
	s->count = kept;
}

static bool counts(const struct po_start_row *row, enum po_start_scope scope,
                   const struct po_start_row *like)
{
	switch (scope) {
	case PO_STARTS_OF_SOURCE:
		return row->source == like->source;
	case PO_STARTS_OF_PAIR:
		return row->pair == like->pair;
	case PO_STARTS_OF_ALL:
		break;
	}
	return true;
}

/* When the COUNTth newest leaves the window, there is room for one more. */
int64_t po_starts_wait(const struct po_starts *s, const struct po_rate *rate,
                       enum po_start_scope scope, const struct po_start_row *like, int64_t now)
{
	int64_t window = (int64_t)rate->seconds * 1000;
	uint32_t seen = 0;

	if (rate->count == 0)
		return 0;
	for (size_t i = s->count; i > 0; i--) {
		const struct po_start_row *row = &s->rows[i - 1];

		if (now - row->when >= window)
			break;
		if (counts(row, scope, like) && ++seen == rate->count)
			return row->when + window - now;
	}
	return 0;
}

int64_t po_starts_room(const struct po_starts *s, int64_t now)
{
	int64_t first = INT64_MAX;

	if (s->count < PO_STARTS_MAX)
		return 0;
	for (size_t i = 0; i < s->count; i++)
		if (end_of(&s->rows[i]) < first)
			first = end_of(&s->rows[i]);
	return first > now ? first - now : 0;
}

void po_starts_add(struct po_starts *s, const struct po_start_row *row)
{
	if (s->count < PO_STARTS_MAX)
		s->rows[s->count++] = *row;
}

bool po_starts_remove(struct po_starts *s, uint64_t id)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->rows[i].id != id)
			continue;
		s->count--;
		memmove(&s->rows[i], &s->rows[i + 1], (s->count - i) * sizeof(s->rows[0]));
		return true;
	}
	return false;
}

void po_starts_free(struct po_starts *s)
{
	if (!s)
		return;
	free(s->rows);
	*s = (struct po_starts){0};
}
