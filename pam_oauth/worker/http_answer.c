/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes as they arrive: bounded, and only the headers that matter are read. */
#include "http_answer.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "po_limits.h"
#include "po_text.h"

/* NET-6: the size is bounded here; the declared length means nothing. */
size_t po_http_on_body(char *data, size_t size, size_t count, void *ctx)
{
	struct po_http_transfer *t = ctx;
	size_t len = size * count;

	if (po_buf_add(&t->response->body, data, len))
		return len;
	t->response->oversize = true;
	return 0;
}

/* DEV-46: delta-seconds only, however many digits; a date is ignored. */
static void read_retry_after(struct po_http_response *r, const char *value, size_t len)
{
	long seconds = 0;

	while (len > 0 && (*value == ' ' || *value == '\t')) {
		value++;
		len--;
	}
	while (len > 0 && strchr(" \t\r\n", value[len - 1]))
		len--;
	for (size_t i = 0; i < len; i++) {
		if (!po_is_digit(value[i]))
			return;
		if (seconds <= PO_RETRY_AFTER_MAX_S)
			seconds = seconds * 10 + (value[i] - '0');
	}
	if (len == 0)
		return;
	if (seconds < PO_RETRY_AFTER_MIN_S)
		seconds = PO_RETRY_AFTER_MIN_S;
	r->retry_after_s = seconds > PO_RETRY_AFTER_MAX_S ? PO_RETRY_AFTER_MAX_S : seconds;
}

/* RFC 9110 section 5.6.7, the form that servers must send; others count as none. */
static void read_date(struct po_http_response *r, const char *value, size_t len)
{
	char text[64] = "";
	struct tm tm = {0};
	const char *end;

	if (len < sizeof(text))
		memcpy(text, value, len);
	end = strptime(text, " %a, %d %b %Y %H:%M:%S GMT", &tm); /* the worker's locale is C */
	r->date = end && end[strspn(end, " \t\r\n")] == '\0' ? timegm(&tm) : 0;
	if (r->date < 0)
		r->date = 0;
}

/* Where the value begins, if this line is that header; NULL if it is another. */
static const char *value_of(const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len > n && strncasecmp(line, name, n) == 0 ? line + n : NULL;
}

size_t po_http_on_header(char *data, size_t size, size_t count, void *ctx)
{
	const char *value;
	struct po_http_transfer *t = ctx;
	size_t len = size * count;

	t->header_bytes += len;
	if (t->header_bytes > PO_LIMIT_HEADERS)
		return 0; /* NET-8 */
	if (len >= 5 && memcmp(data, "HTTP/", 5) == 0)
		t->response->retry_after_s = 0; /* the header of a 1xx answer does not count */
	if ((value = value_of(data, len, "retry-after:")))
		read_retry_after(t->response, value, len - (size_t)(value - data));
	if ((value = value_of(data, len, "date:")))
		read_date(t->response, value, len - (size_t)(value - data));
	return len;
}

void po_http_read_type(struct po_http_response *r, const char *value)
{
	size_t n = value ? strcspn(value, "; \t") : 0;

	if (n >= sizeof(r->content_type))
		n = sizeof(r->content_type) - 1; /* no accepted type is that long */
	for (size_t i = 0; i < n; i++)
		r->content_type[i] =
		        value[i] >= 'A' && value[i] <= 'Z' ? (char)(value[i] | 0x20) : value[i];
	r->content_type[n] = '\0';
}

void po_http_response_free(struct po_http_response *r)
{
	po_buf_free(&r->body);
}

bool po_http_json_type(const struct po_http_response *r)
{
	static const char *const types[] = {"", "application/json", "text/json", "text/javascript",
	                                    "text/plain"};
	size_t len = strlen(r->content_type);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(r->content_type, types[i]) == 0)
			return true;
	return len > 17 && strncmp(r->content_type, "application/", 12) == 0 &&
	       strcmp(r->content_type + len - 5, "+json") == 0;
}
