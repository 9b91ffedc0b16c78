/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_http_headers.c: Retry-After read a second time, more plainly. */
#ifndef PO_FUZZ_HTTP_H
#define PO_FUZZ_HTTP_H

#include <strings.h>

#include "fuzz.h"

/* DEV-46 read a second time: what a line makes of the seconds that were known before it. */
static inline long expected_wait(const char *line, size_t len, long before)
{
	static const char name[] = "retry-after:";
	const char *end = line + len;
	long n = 0;

	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0)
		return 0;
	if (len < sizeof(name) - 1 || strncasecmp(line, name, sizeof(name) - 1) != 0)
		return before;
	line += sizeof(name) - 1;
	line += strspn(line, " \t");
	if (line >= end || !po_is_digit(*line))
		return before;
	for (; line < end && po_is_digit(*line); line++)
		n = n > 1000 ? n : n * 10 + (*line - '0');
	if (strspn(line, " \t\r\n") < (size_t)(end - line))
		return before;
	return n < 1 ? 1 : n > 120 ? 120 : n;
}

#endif
