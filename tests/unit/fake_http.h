/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scripted exchanges in the place of po_http_perform (linked with --wrap=po_http_perform and
 * fake_clock.c; the rest of http.c is the one that ships, its content types among it). Each request
 * takes the virtual time that its answer says and is written down with the moment it went out.
 */
#ifndef PO_TEST_FAKE_HTTP_H
#define PO_TEST_FAKE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http.h"

struct fake_answer {
	long status;      /* 0 = no answer: outcome is not PO_HTTP_ANSWERED */
	const char *body; /* NULL = empty */
	const char *type; /* NULL = application/json */
	enum po_http_outcome outcome;
	bool timed_out;
	bool oversize;
	long retry_after_s;
	int64_t takes_ms;
};

struct fake_exchange {
	int64_t began, ended; /* ms since the start */
	char url[256];
	char body[1024]; /* of a POST */
	char authorization[256];
	bool post;
	size_t body_limit;
	int64_t deadline; /* ms since the start */
};

#define FAKE_EXCHANGES 4096

struct fake_http {
	const struct fake_answer *answers;
	size_t answer_count;
	bool repeat; /* the last answer again and again; else a request too many gets none */
	struct po_http_watch watch;
	void (*on_request)(void *ctx, size_t i); /* before the i-th goes out; NULL = nobody asks */
	void *ctx;
	struct fake_exchange *exchanges;
	size_t count;
};

/* Starts a script. Free the exchanges with fake_http_end. */
void fake_http_begin(struct fake_http *h, const struct fake_answer *answers, size_t count);
void fake_http_end(struct fake_http *h);

/* What the code under test takes it for. */
struct po_http *fake_http_handle(struct fake_http *h);

#endif
