/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What http_answer.c makes of headers and body, and http.c of the end of a transfer. libcurl would
 * want a TLS server for that, so its callbacks are called as libcurl calls them, and http.c, whose
 * part is static, is compiled into this file. Records: a letter that stands for libcurl's result
 * and its error text, a media type, lines of headers, then the body. Promises: NET-6, NET-8,
 * DEV-46, one printable line; the server's clock changes by a Date line only, and is never before
 * 1970.
 */
#include "fuzz_http.h"

#include "../../pam_oauth/worker/http.c"

#define BODY_LIMIT   256
#define HEADER_LIMIT 1024 /* what is left of NET-8: an input of 64 KiB would be slow */

static void feed_headers(struct po_http_transfer *t, const char *text, size_t size)
{
	size_t total = 0;
	long wait = 0;
	int64_t date = 0;

	while (size > 0) {
		const char *newline = memchr(text, '\n', size);
		size_t len = newline ? (size_t)(newline - text) + 1 : size;
		char *line = malloc(len); /* no NUL behind it, as in libcurl */

		memcpy(line, text, len);
		total += len;
		wait = total <= HEADER_LIMIT ? expected_wait(text, len, wait) : wait;
		must(po_http_on_header(line, 1, len, t) == (total <= HEADER_LIMIT ? len : 0));
		free(line);
		must(t->response->retry_after_s == wait);
		must(t->response->date >= 0 && (t->response->date == date || is_date(text, len)));
		date = t->response->date;
		text += len;
		size -= len;
	}
}

static void feed_body(struct po_http_transfer *t, const uint8_t *data, size_t size)
{
	for (size_t n = 1, taken = 0; taken < size; taken += n, n = n * 3 % 61) {
		char *piece;

		n = n > size - taken ? size - taken : n;
		piece = malloc(n);
		must(piece);
		memcpy(piece, data + taken, n);
		if (po_http_on_body(piece, n, 1, t) == n)
			must(taken + n <= BODY_LIMIT && !t->response->oversize);
		else
			must(taken + n > BODY_LIMIT && t->response->oversize);
		free(piece);
	}
}

static void check_type(const struct po_http_response *r)
{
	must(strlen(r->content_type) < sizeof(r->content_type) &&
	     !strpbrk(r->content_type, "; \t"));
	must(!strpbrk(r->content_type, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
	must(po_http_json_type(r) == is_json(r->content_type));
}

/* What libcurl reports at the end: a code and a text, parts of which came from the server. */
static void end_transfer(struct po_http_response *r, const char *end)
{
	struct po_http h = {.easy = curl_easy_init(), .proxy = ""};
	CURLcode code = (CURLcode)((unsigned char)*end % CURL_LAST);

	must(h.easy);
	snprintf(h.error, sizeof(h.error), "%s", *end ? end + 1 : "");
	read_outcome(&h, code, r);
	must(h.fresh == (code != CURLE_OK) && fuzz_printable(r->reason));
	must((r->outcome == PO_HTTP_ANSWERED) == (code == CURLE_OK) && r->status == 0);
	must(r->outcome == PO_HTTP_ANSWERED || r->reason[0]);
	must(r->timed_out == (code == CURLE_OPERATION_TIMEDOUT));
	must(code != CURLE_PEER_FAILED_VERIFICATION || r->outcome == PO_HTTP_CERTIFICATE);
	curl_easy_cleanup(h.easy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	struct po_http_response r = {.outcome = PO_HTTP_ANSWERED};
	struct po_http_transfer t = {&r, PO_LIMIT_HEADERS - HEADER_LIMIT};
	char *end = fuzz_record(&in, NULL);
	char *type = fuzz_record(&in, NULL);
	char *headers = fuzz_record(&in, NULL);

	po_buf_init(&r.body, BODY_LIMIT);
	if (headers)
		feed_headers(&t, headers, strlen(headers)); /* libcurl refuses NUL in a header */
	if (in.data)
		feed_body(&t, in.data, in.size);
	if (end)
		end_transfer(&r, end);
	po_http_read_type(&r, type);
	check_type(&r);
	po_http_response_free(&r);
	free(end);
	free(type);
	free(headers);
	return 0;
}
