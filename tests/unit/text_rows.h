/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of texts and whether they are acceptable, and lengths around a limit. */
#ifndef PO_TEST_TEXT_ROWS_H
#define PO_TEST_TEXT_ROWS_H

#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "po_limits.h"
#include "po_text.h"

struct text_row {
	const char *name;
	const char *text;
	bool ok;
};

static inline void walk(const struct text_row *rows, size_t count, bool (*judge)(const char *))
{
	struct table t = {0};

	for (size_t i = 0; i < count; i++) {
		t.row = rows[i].name;
		ROW(&t, judge(rows[i].text) == rows[i].ok);
	}
	table_end(&t);
}

/* n times c; free it. */
static inline char *repeat(char c, size_t n)
{
	char *text = malloc(n + 1);

	assert_non_null(text);
	memset(text, c, n);
	text[n] = '\0';
	return text;
}

static inline void walk_lengths(bool (*judge)(const char *), const char *prefix, char c,
                                size_t most)
{
	for (size_t n = most - 1; n <= most + 1; n++) {
		char *rest = repeat(c, n - strlen(prefix));
		char *text;

		assert_true(asprintf(&text, "%s%s", prefix, rest) > 0);
		if (judge(text) != (n <= most))
			fail_msg("wrong for %zu bytes, most is %zu", n, most);
		free(text);
		free(rest);
	}
}

#endif
