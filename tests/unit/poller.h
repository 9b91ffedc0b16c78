/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of polling share: answers of the token endpoint by name, and a poller over
 * fake_http.c and fake_clock.c.
 */
#ifndef PO_TEST_POLLER_H
#define PO_TEST_POLLER_H

#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "fake_clock.h"
#include "fake_http.h"
#include "grant.h"

/* clang-format off */
#define E(http, code, ...)  {.status = http, .body = "{\"error\":\"" code "\"}", .takes_ms = 100, __VA_ARGS__}
#define SLOW(interval)      {.status = 400, .takes_ms = 100, \
                             .body = "{\"error\":\"slow_down\",\"interval\":" interval "}"}
#define PENDING             E(400, "authorization_pending", .type = NULL)
#define SLOW_DOWN           E(400, "slow_down", .type = NULL)
#define REFUSED             {.outcome = PO_HTTP_TRANSPORT, .takes_ms = 100}
#define TIMED_OUT           {.outcome = PO_HTTP_TRANSPORT, .timed_out = true, .takes_ms = 15000}
#define BARE(http, retry)   {.status = http, .type = "text/html", .body = "<html>", \
                             .retry_after_s = retry, .takes_ms = 100}
#define TOKEN               {.status = 200, .takes_ms = 100, .body = "{\"access_token\":\"at\"," \
                             "\"token_type\":\"Bearer\",\"id_token\":\"a.b.c\"}"}
/* clang-format on */

static inline bool wait_virtually(void *ctx, int64_t when, struct po_fault *f)
{
	(void)ctx;
	(void)f;
	while (fake_clock_step(when))
		;
	return true;
}

static const struct po_waiter poller_waiter = {wait_virtually, NULL};

/* What a poll is made of, apart from its answers. */
struct poller {
	struct po_request request;
	struct po_endpoints endpoints;
	struct po_secret code;
	struct po_grant grant;
	struct fake_http http;
	struct po_grant_call call;
	struct po_polling polling;
};

static char poller_url[] = "https://h.example/token";

static inline void poller_begin(struct poller *p, const struct fake_answer *answers, size_t count,
                                int64_t deadline)
{
	*p = (struct poller){
	        .endpoints = {.token = poller_url, .client = {.grant = {PO_AUTH_NONE, NULL}}}};
	p->request.client_id = strdup("ssh");
	p->endpoints.client.request = &p->request;
	assert_true(po_secret_set(&p->code, "dc", 2));
	p->grant = (struct po_grant){PO_GRANT_DEVICE_CODE, "device_code", &p->code,
	                             FAKE_START + deadline, NULL};
	fake_http_begin(&p->http, answers, count);
	p->call = (struct po_grant_call){&p->request, &p->endpoints, &p->grant,
	                                 fake_http_handle(&p->http), NULL};
}

static inline void poller_end(struct poller *p)
{
	fake_http_end(&p->http);
	po_secret_free(&p->code);
	po_request_free(&p->request);
}

#endif
