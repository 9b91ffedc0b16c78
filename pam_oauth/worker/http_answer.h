/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer to one HTTPS request, and how it is read while it arrives. */
#ifndef PO_HTTP_ANSWER_H
#define PO_HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "po_buf.h"

enum po_http_outcome {
	PO_HTTP_ANSWERED,    /* status and body are there (body may be over its limit) */
	PO_HTTP_TRANSPORT,   /* no answer: DNS, connect, TLS, reset, time-out, broken framing */
	PO_HTTP_CERTIFICATE, /* a certificate is not acceptable: never retried (DEV-45) */
};

struct po_http_response {
	enum po_http_outcome outcome;
	long status;            /* 0 unless a status line was read */
	char content_type[128]; /* lower-case media type without parameters; "" = none */
	long retry_after_s;     /* clamped to 1 to 120 (DEV-46); 0 = none or not a number */
	int64_t date;           /* the server's clock, seconds since 1970; 0 = it did not say */
	bool oversize;          /* the body passed its limit and is incomplete */
	bool timed_out;         /* TRANSPORT: by the clock (DEV-53) */
	struct po_buf body;     /* wiped by po_http_response_free */
	char reason[256];       /* TRANSPORT, CERTIFICATE: what libcurl said, and by which proxy */
};

void po_http_response_free(struct po_http_response *r);

/*
 * NET-13: is this the media type of a JSON answer? (application/json, text/json,
 * application/x+json, text/javascript, text/plain, none; never text/html or a form.)
 */
bool po_http_json_type(const struct po_http_response *r);

/* What the callbacks of one transfer share. */
struct po_http_transfer {
	struct po_http_response *response;
	size_t header_bytes;
};

/* Callbacks of libcurl; ctx is a struct po_http_transfer. Less than size * count ends the transfer.
 */
size_t po_http_on_body(char *data, size_t size, size_t count, void *ctx);
size_t po_http_on_header(char *data, size_t size, size_t count, void *ctx);

/* Keeps the media type of a Content-Type header; value may be NULL. */
void po_http_read_type(struct po_http_response *r, const char *value);

#endif
