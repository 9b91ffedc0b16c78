/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTTPS requests (NET-*); http.c is the only file that drives libcurl's transfers. One handle for
 * a whole login, so that connections are kept and TLS sessions resumed (NET-10). No redirects, no
 * cookies, no environment, no way to switch verification off.
 */
#ifndef PO_HTTP_H
#define PO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "po_buf.h"
#include "po_err.h"
#include "po_types.h"

struct po_http;

/* Something else to watch while a transfer runs (NET-11). */
struct po_http_watch {
	int fd;                                       /* -1 = nothing */
	bool (*ready)(void *ctx, struct po_fault *f); /* fd is readable; false ends the transfer */
	void *ctx;
};

struct po_http_options {
	const struct po_request *request; /* trust, proxy, times and the client's certificate */
	struct po_http_watch watch;
};

/* curl_global_init and one handle; call it after the lock-down (NET-12). NULL with f filled. */
struct po_http *po_http_new(const struct po_http_options *o, struct po_fault *f);
void po_http_free(struct po_http *h);

struct po_http_request {
	const char *url;
	const struct po_buf
	        *form; /* body of a POST, application/x-www-form-urlencoded; NULL = GET */
	const char *authorization; /* value of the header; NULL = none */
	size_t body_limit;         /* LIM-1, 2, 3 */
	int64_t deadline;          /* po_clock_now() of the login's end; LIM-12 applies besides */
};

enum po_http_outcome {
	PO_HTTP_ANSWERED,    /* status and body are there (body may be over its limit) */
	PO_HTTP_TRANSPORT,   /* no answer: DNS, connect, TLS, reset, time-out, broken framing */
	PO_HTTP_CERTIFICATE, /* the server's certificate is not acceptable: never retried (DEV-45)
	                      */
};

struct po_http_response {
	enum po_http_outcome outcome;
	long status;            /* 0 unless a status line was read */
	char content_type[128]; /* lower-case media type without parameters; "" = none */
	long retry_after_s;     /* clamped to 1 to 120 (DEV-46); 0 = none or not a number */
	bool oversize;          /* the body passed its limit and is incomplete */
	bool timed_out;         /* TRANSPORT: by the clock (DEV-53) */
	struct po_buf body;     /* wiped by po_http_response_free */
	char reason[160];       /* TRANSPORT, CERTIFICATE: what libcurl said, one line */
};

/*
 * One exchange. True: *r says how it went. False: the watch ended it (f is the watch's), memory
 * ended, or the certificate store cannot be used (PO_E_CONFIG). *r must be zeroed or used before;
 * free it with po_http_response_free.
 */
bool po_http_perform(struct po_http *h, const struct po_http_request *q, struct po_http_response *r,
                     struct po_fault *f);
void po_http_response_free(struct po_http_response *r);

/*
 * NET-13: is this the media type of a JSON answer? (application/json, text/json,
 * application/x+json, text/javascript, text/plain, none; never text/html or a form.)
 */
bool po_http_json_type(const struct po_http_response *r);

#endif
