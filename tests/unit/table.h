/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests that walk a table: a row that fails is named and the walk goes on, so that one run
 * tells of every row; table_end then fails the test. Every test of this folder includes this file
 * first of all headers that use cmocka.
 */
#ifndef PO_TEST_TABLE_H
#define PO_TEST_TABLE_H

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct table {
	const char *row; /* the case being judged */
	unsigned checks;
	unsigned failed;
};

static inline bool table_check(struct table *t, bool ok, const char *what, int line)
{
	t->checks++;
	if (ok)
		return true;
	t->failed++;
	print_error("row \"%s\", line %d: not true: %s\n", t->row, line, what);
	return false;
}

/* The condition must hold for the current row. */
#define ROW(t, condition) table_check(t, condition, #condition, __LINE__)

static inline bool table_text(struct table *t, const char *seen, const char *wanted, int line)
{
	bool same = seen && wanted ? strcmp(seen, wanted) == 0 : seen == wanted;

	t->checks++;
	if (same)
		return true;
	t->failed++;
	print_error("row \"%s\", line %d: is \"%s\", should be \"%s\"\n", t->row, line,
	            seen ? seen : "(none)", wanted ? wanted : "(none)");
	return false;
}

/* Two texts must be equal; NULL equals NULL. */
#define ROW_TEXT(t, seen, wanted) table_text(t, seen, wanted, __LINE__)

static inline bool table_number(struct table *t, int64_t seen, int64_t wanted, const char *what,
                                int line)
{
	t->checks++;
	if (seen == wanted)
		return true;
	t->failed++;
	print_error("row \"%s\", line %d: %s is %lld, should be %lld\n", t->row, line, what,
	            (long long)seen, (long long)wanted);
	return false;
}

/* Two numbers must be equal. */
#define ROW_NUMBER(t, seen, wanted) \
	table_number(t, (int64_t)(seen), (int64_t)(wanted), #seen, __LINE__)

/* A table without a check would prove nothing. */
static inline void table_end(const struct table *t)
{
	if (t->failed)
		fail_msg("%u of %u checks failed", t->failed, t->checks);
	assert_true(t->checks > 0);
}

#endif
