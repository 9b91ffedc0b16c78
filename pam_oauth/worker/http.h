/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTTPS requests (NET-*); http.c drives libcurl's transfers, http_policy.c holds
 * what is true for all of them, http_answer.c what comes back. One handle for
 * a whole login, so that connections are kept and TLS sessions resumed (NET-10). No redirects, no
 * cookies, no environment, no way to switch verification off.
 */
#ifndef PO_HTTP_H
#define PO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http_answer.h"
#include "note.h"
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
	const struct po_note *certificates; /* who hears of the servers'; NULL = nobody */
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

/*
 * One exchange. True: *r says how it went. False: the watch ended it (f is the watch's), memory
 * ended, or the certificate store cannot be used (PO_E_CONFIG). *r must be zeroed or used before;
 * free it with po_http_response_free.
 */
bool po_http_perform(struct po_http *h, const struct po_http_request *q, struct po_http_response *r,
                     struct po_fault *f);
#endif
