/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One login of the module with everybody in it: a worker that follows steps, a person, a clock.
 * Over fake_launch.c, fake_clock.c and fake_poll.c. Times are milliseconds from the start; max_wait
 * is 100 s.
 */
#ifndef PO_TEST_LOGIN_WORLD_H
#define PO_TEST_LOGIN_WORLD_H

#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake_clock.h"
#include "fake_launch.h"
#include "login.h"
#include "po_wire.h"

#define ISSUER "https://sso.example.org"
#define SECRET "s3cret"

enum act {
	NONE,
	CHALLENGE, /* a good one */
	NO_SYMBOL, /* a good one without a picture */
	IDENTITY,  /* a good one */
	FAULT,     /* PO_E_DENIED */
	FAULT_OK,  /* with a code that is not the worker's to send */
	FAULT_SKIPPED,
	FAULT_ALLOWED, /* PO_E_NOT_ALLOWED */
	FAULT_MEMORY,
	FAULT_SYSTEM,
	FAULT_LATE, /* PO_E_WORKER_LATE */
	FAULT_UNREACHABLE,
	LOGS, /* as many as are allowed */
	ONE_LOG,
	PROCEED,
	REQUEST,
	GARBAGE,
	OVERSIZE,
	LEAVE,
	BAD_URI, /* challenges that the person must not see */
	BAD_CODE,
	BAD_LIFETIME,
	BAD_SYMBOL,
	LARGE_SYMBOL,
	OTHER_ISSUER, /* identities that were not asked for */
	NO_SUBJECT,
	MORE_CLAIMS,
};

struct step {
	int64_t at;
	enum act act;
};

struct login_row {
	const char *name;
	enum po_display display;
	struct step steps[6];
	int64_t prompt_ms; /* how long the person takes */
	bool cancels;      /* q */
	char fails;        /* the conversation fails at: 'I' info, 'P' prompt */
	int64_t gone_at;   /* still_there says no from here on; 0 = never */
	const char *calls; /* of the conversation: I, P */
	const char *sent;  /* to the worker: R request, P PROCEED */
	enum po_code code; /* PO_OK: identity */
	int64_t ends_by;   /* at the latest; 0 = not looked at */
};

/* The person and what was seen of everybody. */
struct world {
	const struct login_row *row;
	struct po_config config;
	struct po_request request;
	struct po_login login;
	struct po_ui ui;
	char calls[8];
	char texts[2][8192]; /* of those calls */
	unsigned remarks;
	int64_t last_look; /* when still_there was asked */
	int64_t longest_slice;
	char sent[8];
	struct po_request received;
};

static inline void send_message(struct po_message *m)
{
	struct po_fault f;

	assert_true(po_wire_send(fake_launch()->worker, m, &f));
	po_message_free(m);
}

static inline void send_challenge(enum act act)
{
	struct po_message m = {.kind = PO_KIND_CHALLENGE};
	struct po_challenge *c = &m.challenge;

	c->verification_uri = strdup(act == BAD_URI ? "http://h/d" : ISSUER "/device");
	c->user_code = strdup(act == BAD_CODE ? "WDJB\x1b[2J" : "WDJB-MJHT");
	c->expires_in_s = act == BAD_LIFETIME ? 0 : 600;
	c->qr_side = act == BAD_SYMBOL ? 34 : act == LARGE_SYMBOL ? 37 : 33;
	if (act == NO_SYMBOL)
		c->qr_side = 0;
	else
		c->qr_bits = calloc(1, po_qr_bytes(c->qr_side));
	send_message(&m);
}

static inline void send_identity(enum act act)
{
	struct po_message m = {.kind = PO_KIND_IDENTITY};

	m.identity.issuer = strdup(act == OTHER_ISSUER ? "https://evil.example" : ISSUER);
	m.identity.subject = strdup(act == NO_SUBJECT ? "" : "f1c8");
	assert_true(po_identity_set_claims(&m.identity, act == MORE_CLAIMS ? 1 : 0));
	send_message(&m);
}

static inline void send_fault(enum po_code code)
{
	struct po_message m = {.kind = PO_KIND_FAULT};

	po_fail(&m.fault, code, "the worker's own words");
	send_message(&m);
}

static inline void send_logs(unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct po_message m = {.kind = PO_KIND_LOG};

		po_fail(&m.log, PO_OK, "remark");
		send_message(&m);
	}
}

static inline void send_plain(enum po_kind kind)
{
	struct po_message m = {.kind = kind};

	if (kind == PO_KIND_REQUEST)
		m.request = (struct po_request){.task = PO_TASK_LOGIN,
		                                .issuer = strdup(ISSUER),
		                                .client_id = strdup("ssh"),
		                                .scope = strdup("openid")};
	send_message(&m);
}

static inline void send_bytes(size_t len)
{
	char *data = calloc(1, len);

	assert_int_equal(send(fake_launch()->worker, data, len, 0), len);
	free(data);
}

static inline void act(void *ctx)
{
	const struct step *step = ctx;

	switch (step->act) {
	case NONE:
		break;
	case CHALLENGE:
	case NO_SYMBOL:
	case BAD_URI:
	case BAD_CODE:
	case BAD_LIFETIME:
	case BAD_SYMBOL:
	case LARGE_SYMBOL:
		send_challenge(step->act);
		break;
	case IDENTITY:
	case OTHER_ISSUER:
	case NO_SUBJECT:
	case MORE_CLAIMS:
		send_identity(step->act);
		break;
	case FAULT:
		send_fault(PO_E_DENIED);
		break;
	case FAULT_OK:
		send_fault(PO_OK);
		break;
	case FAULT_SKIPPED:
		send_fault(PO_E_SKIPPED);
		break;
	case FAULT_ALLOWED:
		send_fault(PO_E_NOT_ALLOWED);
		break;
	case FAULT_MEMORY:
		send_fault(PO_E_MEMORY);
		break;
	case FAULT_SYSTEM:
		send_fault(PO_E_SYSTEM);
		break;
	case FAULT_LATE:
		send_fault(PO_E_WORKER_LATE);
		break;
	case FAULT_UNREACHABLE:
		send_fault(PO_E_UNREACHABLE);
		break;
	case LOGS:
		send_logs(PO_LIMIT_LOG_LINES);
		break;
	case ONE_LOG:
		send_logs(1);
		break;
	case PROCEED:
		send_plain(PO_KIND_PROCEED);
		break;
	case REQUEST:
		send_plain(PO_KIND_REQUEST);
		break;
	case GARBAGE:
		send_bytes(7);
		break;
	case OVERSIZE:
		send_bytes(PO_LIMIT_MESSAGE + 1);
		break;
	case LEAVE:
		close(fake_launch()->worker);
		fake_launch()->worker = -1;
		break;
	}
}

static inline void note_call(struct world *w, char call, const char *text)
{
	size_t n = strlen(w->calls);

	assert_true(n < sizeof(w->calls) - 1);
	w->calls[n] = call;
	if (n < COUNT(w->texts))
		snprintf(w->texts[n], sizeof(w->texts[n]), "%s", text);
}

static inline bool info(void *ctx, const char *text, struct po_fault *f)
{
	struct world *w = ctx;

	note_call(w, 'I', text);
	return w->row->fails != 'I' || po_fail(f, PO_E_CONV, "no text");
}

static inline bool prompt(void *ctx, const char *text, bool *go_on, struct po_fault *f)
{
	struct world *w = ctx;
	int64_t until = po_clock_now() + w->row->prompt_ms;

	note_call(w, 'P', text);
	if (w->row->fails == 'P')
		return po_fail(f, PO_E_CONV, "no prompt");
	while (fake_clock_step(until))
		;
	w->last_look = po_clock_now(); /* a prompt blocks in the application */
	*go_on = !w->row->cancels;
	return true;
}

static inline bool still_there(void *ctx, struct po_fault *f)
{
	struct world *w = ctx;
	int64_t slice = po_clock_now() - w->last_look;

	if (slice > w->longest_slice)
		w->longest_slice = slice;
	w->last_look = po_clock_now();
	if (w->row->gone_at && fake_clock_since_start() >= w->row->gone_at)
		return po_fail(f, PO_E_GONE, "gone");
	return true;
}

static inline void remark(void *ctx, enum po_remark level, const char *text)
{
	struct world *w = ctx;

	assert_int_equal(level, PO_REMARK_DEBUG);
	w->remarks += strcmp(text, "remark") == 0;
}

static inline void world_begin(struct world *w, const struct login_row *row)
{
	*w = (struct world){.row = row};
	w->config = (struct po_config){.display = row->display,
	                               .qr = PO_QR_ASCII,
	                               .qr_columns = 80,
	                               .qr_lines = 40,
	                               .max_wait_s = 100};
	w->request = (struct po_request){
	        .issuer = strdup(ISSUER), .client_id = strdup("ssh"), .scope = strdup("openid")};
	assert_true(po_secret_set(&w->request.client_secret, SECRET, strlen(SECRET)));
	w->ui = (struct po_ui){w, info, prompt, still_there, remark};
	w->login = (struct po_login){.config = &w->config,
	                             .request = &w->request,
	                             .ui = &w->ui,
	                             .service = "sudo",
	                             .account = "alice",
	                             .begun = FAKE_START};
	*fake_launch() = (struct fake_launch){.worker = -1};
	fake_clock_reset();
	w->last_look = po_clock_now();
	for (size_t i = 0; i < COUNT(row->steps); i++)
		if (row->steps[i].act != NONE)
			fake_clock_at(row->steps[i].at, act, (void *)(uintptr_t)&row->steps[i]);
}

/* What the worker got; its end of the socket is closed afterwards. */
static inline void read_sent(struct world *w)
{
	struct po_message m;
	struct po_fault f;
	size_t n = 0;

	while (fake_launch()->worker >= 0 &&
	       po_wire_recv(fake_launch()->worker, &m, &f) == PO_RECV_OK) {
		w->sent[n++] = m.kind == PO_KIND_REQUEST   ? 'R'
		               : m.kind == PO_KIND_PROCEED ? 'P'
		                                           : '?';
		if (m.kind == PO_KIND_REQUEST && n == 1)
			w->received = m.request;
		else
			po_message_free(&m);
		assert_true(n < sizeof(w->sent));
	}
	if (fake_launch()->worker >= 0)
		close(fake_launch()->worker);
}

static inline void world_end(struct world *w)
{
	po_request_free(&w->received);
	po_request_free(&w->request);
}

#endif
