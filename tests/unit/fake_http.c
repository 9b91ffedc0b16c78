/* SPDX-License-Identifier: BSD-2-Clause */
/* The script behind fake_http.h. */
#include "fake_http.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_clock.h"
#include "table.h"

bool __wrap_po_http_perform(struct po_http *handle, const struct po_http_request *q,
                            struct po_http_response *r, struct po_fault *f);

void fake_http_begin(struct fake_http *h, const struct fake_answer *answers, size_t count)
{
	*h = (struct fake_http){.answers = answers, .answer_count = count, .watch = {.fd = -1}};
	h->exchanges = calloc(FAKE_EXCHANGES, sizeof(*h->exchanges));
	assert_non_null(h->exchanges);
}

void fake_http_end(struct fake_http *h)
{
	free(h->exchanges);
	h->exchanges = NULL;
}

struct po_http *fake_http_handle(struct fake_http *h)
{
	return (struct po_http *)h;
}

static void write_down(struct fake_http *h, const struct po_http_request *q)
{
	struct fake_exchange *e = &h->exchanges[h->count];

	assert_true(h->count < FAKE_EXCHANGES);
	e->began = fake_clock_since_start();
	e->post = q->form != NULL;
	e->body_limit = q->body_limit;
	e->deadline = q->deadline - FAKE_START;
	snprintf(e->url, sizeof(e->url), "%s", q->url);
	if (q->form)
		snprintf(e->body, sizeof(e->body), "%s", po_buf_str(q->form));
	if (q->authorization)
		snprintf(e->authorization, sizeof(e->authorization), "%s", q->authorization);
}

static bool watch_ends_it(struct fake_http *h, struct po_fault *f)
{
	struct pollfd p = {.fd = h->watch.fd, .events = POLLIN};
	int64_t now = po_clock_now();

	/* at this moment: with fake_poll.c in the program, a time of 0 does not move the clock */
	if (h->watch.fd < 0 || poll(&p, 1, 0) <= 0)
		return false;
	assert_int_equal(po_clock_now(), now);
	return !h->watch.ready(h->watch.ctx, f);
}

/* NET-11: the module's socket is watched until the answer is there. */
static bool wait_for_answer(struct fake_http *h, int64_t until, struct po_fault *f)
{
	do {
		if (watch_ends_it(h, f))
			return false;
	} while (fake_clock_step(until));
	return !watch_ends_it(h, f);
}

static void fill(struct po_http_response *r, const struct fake_answer *a)
{
	r->outcome = a->outcome;
	r->status = a->status;
	r->timed_out = a->timed_out;
	r->oversize = a->oversize;
	r->retry_after_s = a->retry_after_s;
	if (a->outcome == PO_HTTP_ANSWERED)
		snprintf(r->content_type, sizeof(r->content_type), "%s",
		         a->type ? a->type : "application/json");
	else
		snprintf(r->reason, sizeof(r->reason), "the script says so");
	if (a->body)
		assert_true(po_buf_add_str(&r->body, a->body));
}

/* The script's next answer; one request too many gets none, and the test sees it in the count. */
static const struct fake_answer *answer_to(const struct fake_http *h,
                                           const struct fake_answer *none)
{
	if (h->count < h->answer_count)
		return &h->answers[h->count];
	return h->repeat ? &h->answers[h->answer_count - 1] : none;
}

bool __wrap_po_http_perform(struct po_http *handle, const struct po_http_request *q,
                            struct po_http_response *r, struct po_fault *f)
{
	struct fake_http *h = (struct fake_http *)handle;
	static const struct fake_answer none = {.outcome = PO_HTTP_TRANSPORT};
	const struct fake_answer *answer = answer_to(h, &none);

	if (h->on_request)
		h->on_request(h->ctx, h->count);
	write_down(h, q);
	*r = (struct po_http_response){.outcome = PO_HTTP_ANSWERED};
	po_buf_init(&r->body, q->body_limit);
	if (!wait_for_answer(h, po_clock_now() + answer->takes_ms, f)) {
		h->exchanges[h->count++].ended = fake_clock_since_start();
		return false;
	}
	h->exchanges[h->count++].ended = fake_clock_since_start();
	fill(r, answer);
	return true;
}
