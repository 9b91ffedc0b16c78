/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What http.c makes of headers, body and end of a transfer. Its callbacks are static and libcurl
 * would want a TLS server for them, so http.c is compiled into this file and they are called as
 * libcurl calls them. Records: a letter that stands for libcurl's result and its error text, a
 * media type, lines of headers, then the body. Promises: NET-6, NET-8, DEV-46, one printable line.
 */
#include "fuzz.h"

#include "../../pam_oauth/worker/http.c"

#define BODY_LIMIT 256

/* DEV-46 read a second time: what a line makes of the seconds that were known before it. */
static long expected_wait(const char *line, size_t len, long before)
{
	static const char name[] = "retry-after:";
	char value[32] = "";
	size_t n;

	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0)
		return 0;
	if (len < sizeof(name) - 1 || strncasecmp(line, name, sizeof(name) - 1) != 0)
		return before;
	line += sizeof(name) - 1;
	len -= sizeof(name) - 1;
	for (; len > 0 && (*line == ' ' || *line == '\t' || (*line == '0' && len > 1 &&
	                                                    po_is_digit(line[1])));
	     len--)
		line++;
	for (n = 0; n < len && po_is_digit(line[n]); n++)
		if (n < 4)
			value[n] = line[n];
	if (n == 0 || strspn(line + n, " \t\r\n") < len - n)
		return before;
	return strtol(value, NULL, 10) > 120 ? 120
	       : strtol(value, NULL, 10) < 1 ? 1
	                                     : strtol(value, NULL, 10);
}

static void feed_headers(struct transfer *t, char *text, size_t size)
{
	size_t total = 0;
	long wait = 0;

	while (size > 0) {
		const char *newline = memchr(text, '\n', size);
		size_t len = newline ? (size_t)(newline - text) + 1 : size;
		char *line = malloc(len); /* no NUL behind it, as in libcurl */

		must(line);
		memcpy(line, text, len);
		total += len;
		wait = total <= PO_LIMIT_HEADERS ? expected_wait(text, len, wait) : wait;
		must(on_header(line, 1, len, t) == (total <= PO_LIMIT_HEADERS ? len : 0));
		free(line);
		must(t->response->retry_after_s == wait);
		text += len;
		size -= len;
	}
}

static void feed_body(struct transfer *t, const uint8_t *data, size_t size)
{
	for (size_t n = 1, taken = 0; taken < size; taken += n, n = n * 3 % 61) {
		char *piece;

		n = n > size - taken ? size - taken : n;
		piece = malloc(n);
		must(piece);
		memcpy(piece, data + taken, n);
		if (on_body(piece, n, 1, t) == n)
			must(taken + n <= BODY_LIMIT && !t->response->oversize);
		else
			must(taken + n > BODY_LIMIT && t->response->oversize);
		free(piece);
	}
	must(t->response->body.len <= BODY_LIMIT);
}

static void check_type(const struct po_http_response *r)
{
	must(strlen(r->content_type) < sizeof(r->content_type) && !strpbrk(r->content_type, "; \t"));
	for (const char *p = r->content_type; *p; p++)
		must(*p < 'A' || *p > 'Z');
	must(!po_http_json_type(r) || !strstr(r->content_type, "html"));
	must(!po_http_json_type(r) || strcmp(r->content_type, "application/x-www-form-urlencoded"));
}
