/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_limits.c: how long a start has to wait, counted row by row. */
#ifndef PO_FUZZ_LIMITS_H
#define PO_FUZZ_LIMITS_H

#include "fuzz.h"
#include "starts.h"

#define NOW INT64_C(1000000) /* ms */

/* Rows of this scope in the window that ends at a moment. */
static inline uint32_t rows_in(const struct po_starts *s, const struct po_rate *rate,
                               enum po_start_scope scope, const struct po_start_row *like,
                               int64_t end)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct po_start_row *r = &s->rows[i];
		bool counts = scope == PO_STARTS_OF_SOURCE ? r->source == like->source
		              : scope == PO_STARTS_OF_PAIR ? r->pair == like->pair
		                                           : true;

		n += counts && end - r->when < (int64_t)rate->seconds * 1000;
	}
	return n;
}

static inline void check_wait(const struct po_starts *s, const struct po_rate *rate,
                              const struct po_start_row *like)
{
	for (int i = PO_STARTS_OF_SOURCE; i <= PO_STARTS_OF_ALL; i++) {
		enum po_start_scope scope = (enum po_start_scope)i;
		int64_t wait = po_starts_wait(s, rate, scope, like, NOW);

		must(wait >= 0 && wait <= (int64_t)rate->seconds * 1000);
		if (rate->count == 0)
			continue;
		must(rows_in(s, rate, scope, like, NOW + wait) < rate->count);
		must(wait == 0 || rows_in(s, rate, scope, like, NOW + wait - 1) >= rate->count);
	}
}

#endif
