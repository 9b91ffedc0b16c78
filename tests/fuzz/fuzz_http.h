/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_http_headers.c: what is read of headers, read a second time and more plainly. */
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
	if (line >= end || !fuzz_is_digit(*line))
		return before;
	for (; line < end && fuzz_is_digit(*line); line++)
		n = n > 1000 ? n : n * 10 + (*line - '0');
	if (strspn(line, " \t\r\n") < (size_t)(end - line))
		return before;
	return n < 1 ? 1 : n > 120 ? 120 : n;
}

static inline bool is_date(const char *line, size_t len)
{
	return len > strlen("date:") && strncasecmp(line, "date:", strlen("date:")) == 0;
}

/* The media types of documents, and those that servers send for want of a better one. */
static inline bool is_json(const char *type)
{
	static const char list[] = "||application/json|text/json|text/javascript|text/plain|";
	static const char prefix[] = "application/";
	size_t len = strlen(type);
	char *item = NULL;
	bool found;

	must(asprintf(&item, "|%s|", type) > 0);
	found = !strchr(type, '|') && strstr(list, item);
	free(item);
	return found || (len > strlen("application/+json") && strstr(type, prefix) == type &&
	                 strcmp(type + len - strlen("+json"), "+json") == 0);
}

#endif
