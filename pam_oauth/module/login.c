/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One login as a conversation between three parties: worker, person, clock. Messages are taken
 * only where they are due; anything else ends it (architecture: "State machines").
 */
#include "login.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "language.h"
#include "launch.h"
#include "po_clock.h"
#include "po_text.h"
#include "po_wire.h"
#include "present.h"
#include "qrtext.h"
#include "report.h"
#include "screen.h"

#define WORKER_GRACE_MS                                                          \
	1000 /* the worker keeps the same deadline: its own reason is the better \
	      */
#define HOST_NAME_SIZE 256

enum stage { STARTED, CHALLENGED, PROCEEDED };

struct run {
	struct po_login *login;
	struct po_child child;
	enum stage stage;
	int64_t deadline;
	unsigned remarks;
};

/* Which message may come when; a second challenge or an early identity is a lie. */
static bool is_due(const struct run *r, enum po_kind kind)
{
	switch (kind) {
	case PO_KIND_CHALLENGE:
		return r->stage == STARTED;
	case PO_KIND_IDENTITY:
		return r->stage == PROCEEDED;
	case PO_KIND_FAULT:
	case PO_KIND_LOG:
		return true;
	case PO_KIND_REQUEST:
	case PO_KIND_PROCEED:
	case PO_KIND_CLAIMS:
		break;
	}
	return false;
}

static bool fail_deadline(const struct run *r, struct po_fault *f)
{
	if (r->stage == STARTED)
		return po_fail(f, PO_E_UNREACHABLE, "no code from the provider in time");
	return po_fail(f, PO_E_TIMED_OUT, "not approved in time");
}

/* One slice of waiting: a message, the person leaving, or the clock (DEV-43). */
static bool wait_slice(struct run *r, struct po_fault *f)
{
	struct pollfd p = {.fd = r->child.fd, .events = POLLIN};
	int left = po_clock_left(r->deadline + WORKER_GRACE_MS);

	if (!r->login->ui->still_there(r->login->ui->ctx, f))
		return false;
	if (left == 0)
		return fail_deadline(r, f);
	if (poll(&p, 1, left < PO_WATCH_SLICE_MS ? left : PO_WATCH_SLICE_MS) < 0 && errno != EINTR)
		return po_fail(f, PO_E_SYSTEM, "poll: %s", po_text_errno(errno));
	return true;
}

static bool take_remark(struct run *r, const struct po_message *m, struct po_fault *f)
{
	if (++r->remarks > PO_LIMIT_LOG_LINES)
		return po_fail(f, PO_E_WORKER, "the worker floods the log");
	r->login->ui->remark(r->login->ui->ctx, m->level, m->log.text);
	return true;
}

/* A message that arrived: false if it ends the login. Remarks are dealt with here. */
static bool accept(struct run *r, struct po_message *m, struct po_fault *f)
{
	if (!is_due(r, m->kind)) {
		po_fail(f, PO_E_WORKER, "the worker sent message %d out of order", (int)m->kind);
		po_message_free(m);
		return false;
	}
	if (m->kind == PO_KIND_FAULT)
		return po_report_take(&m->fault, r->login->shown, f);
	return m->kind != PO_KIND_LOG || take_remark(r, m, f);
}

/* Waits for the message that is due next. True: *m is that message. */
static bool await(struct run *r, enum po_kind wanted, struct po_message *m, struct po_fault *f)
{
	for (;;) {
		switch (po_wire_recv(r->child.fd, m, f)) {
		case PO_RECV_AGAIN:
			if (!wait_slice(r, f))
				return false;
			break;
		case PO_RECV_EOF:
			return po_fail(f, PO_E_WORKER, "the worker ended without an answer");
		case PO_RECV_FAULT:
			return false;
		case PO_RECV_OK:
			if (!accept(r, m, f))
				return false;
			if (m->kind == wanted)
				return true;
			if (m->kind != PO_KIND_LOG) {
				po_message_free(m);
				return po_fail(f, PO_E_WORKER, "the worker sent two answers");
			}
		}
	}
}

/* What came while the prompt was open, judged by the stage it came in. */
static bool drain(struct run *r, struct po_fault *f)
{
	struct po_message m = {0};

	for (;;) {
		switch (po_wire_recv(r->child.fd, &m, f)) {
		case PO_RECV_AGAIN:
			return true;
		case PO_RECV_EOF:
			return po_fail(f, PO_E_WORKER, "the worker ended without an answer");
		case PO_RECV_FAULT:
			return false;
		case PO_RECV_OK:
			if (!accept(r, &m, f))
				return false;
			po_message_free(&m);
		}
	}
}

/*
 * Sends. A worker that is gone has left its reason in the queue; one that is still there, and knows
 * nothing of a failure on this side, is not waited for.
 */
static bool send_message(struct run *r, struct po_message *m, struct po_fault *f)
{
	struct po_fault why;

	if (po_wire_send(r->child.fd, m, &why))
		return true;
	if (drain(r, f))
		*f = why;
	return false;
}

static bool send_request(struct run *r, struct po_fault *f)
{
	const struct po_config *c = r->login->config;
	struct po_request *request = r->login->request;
	struct po_message m = {.kind = PO_KIND_REQUEST};
	bool ok;

	request->task = PO_TASK_LOGIN;
	request->remaining_ms = (uint32_t)po_clock_left(r->deadline);
	request->qr_side_max = po_qrtext_side_max(po_screen_qr(c), c->qr_columns, c->qr_lines);
	m.request = *request;
	ok = send_message(r, &m, f);
	po_request_forget_secrets(request); /* the module has no more use for them */
	return ok;
}

static unsigned long seconds_left(const struct run *r, const struct po_challenge *ch)
{
	unsigned long left = (unsigned long)po_clock_left(r->deadline) / 1000;

	return ch->expires_in_s < left ? ch->expires_in_s : left;
}

/* Of the challenge, and of the question below it. */
static unsigned language(const struct po_login *l)
{
	return po_screen_language(l->config, l->service, l->config->display == PO_DISPLAY_PROMPT);
}

/* The whole text as the service's display mode wants it: with the prompt line, or without. */
static char *compose(const struct run *r, const struct po_challenge *ch, struct po_fault *f)
{
	const struct po_login *l = r->login;
	bool sshd = po_screen_is_sshd(l->service);
	char host[HOST_NAME_SIZE] = "";
	const struct po_presentation p = {
	        .config = l->config,
	        .challenge = ch,
	        .host = host,
	        .service = l->service,
	        .account = l->account,
	        .left_s = seconds_left(r, ch),
	        .language = language(l),
	        .utf8 = po_screen_qr(l->config) == PO_QR_UTF8,
	        .text_first = sshd && l->config->display != PO_DISPLAY_PROMPT,
	        .newline_first = sshd,
	};

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0'; /* cppcheck-suppress unreadVariable; p reads it */
	return po_present(&p, f);
}

static bool show_prompt(const struct po_ui *ui, const char *text, struct po_fault *f)
{
	bool go_on = false;

	if (!ui->prompt(ui->ctx, text, &go_on, f))
		return false;
	return go_on || po_fail(f, PO_E_CANCELLED, "cancelled at the prompt");
}

/* display = prompt: everything in one message (SSH-6). */
static bool show_in_prompt(const struct po_ui *ui, const char *text, const char *question,
                           struct po_fault *f)
{
	char *all = NULL;
	bool ok;

	if (asprintf(&all, "%s%s", text, question) < 0)
		return po_fail_memory(f);
	ok = show_prompt(ui, all, f);
	explicit_bzero(all, strlen(all));
	free(all);
	return ok;
}

static bool show(const struct run *r, const char *text, struct po_fault *f)
{
	const struct po_ui *ui = r->login->ui;
	const char *question = po_language_text(language(r->login), PO_SAY_PROMPT);

	r->login->shown = true;
	switch (r->login->config->display) {
	case PO_DISPLAY_PROMPT:
		return show_in_prompt(ui, text, question, f);
	case PO_DISPLAY_INFO:
		return ui->info(ui->ctx, text, f);
	case PO_DISPLAY_INFO_PROMPT:
		return ui->info(ui->ctx, text, f) && show_prompt(ui, question, f);
	}
	return po_fail(f, PO_E_SYSTEM, "unknown display mode");
}

static bool challenge_fits(const struct run *r, const struct po_challenge *ch, struct po_fault *f)
{
	if (!po_challenge_valid(ch, f))
		return false;
	return ch->qr_side <= r->login->request->qr_side_max ||
	       po_fail(f, PO_E_WORKER, "challenge: QR symbol larger than was asked for");
}

static bool take_challenge(struct run *r, struct po_fault *f)
{
	struct po_message m = {0};
	char *text = NULL;
	bool ok = await(r, PO_KIND_CHALLENGE, &m, f) && challenge_fits(r, &m.challenge, f);

	if (ok) {
		r->stage = CHALLENGED;
		text = compose(r, &m.challenge, f);
		ok = text && show(r, text, f);
	}
	po_wipe_str(text);
	po_message_free(&m);
	return ok;
}

static bool proceed(struct run *r, struct po_fault *f)
{
	struct po_message m = {.kind = PO_KIND_PROCEED};

	if (!drain(r, f))
		return false;
	r->stage = PROCEEDED;
	return send_message(r, &m, f);
}

static bool take_identity(struct run *r, struct po_identity *who, struct po_fault *f)
{
	struct po_message m = {0};

	if (!await(r, PO_KIND_IDENTITY, &m, f))
		return false;
	if (!po_identity_valid(&m.identity, r->login->request, f)) {
		po_message_free(&m);
		return false;
	}
	*who = m.identity;
	return true;
}

bool po_login_run(struct po_login *l, struct po_identity *who, struct po_fault *f)
{
	struct run r = {
	        .login = l,
	        .child = PO_CHILD_NONE,
	};
	bool ok;

	if (l->begun == INT64_MAX)
		return po_fail(f, PO_E_SYSTEM, "no clock");
	r.deadline = l->begun + (int64_t)l->config->max_wait_s * 1000;
	if (po_clock_left(r.deadline) == 0)
		return po_fail(f, PO_E_TIMED_OUT, "no time is left of max_wait");
	ok = po_launch(&r.child, l->pamh, f) && send_request(&r, f) && take_challenge(&r, f) &&
	     proceed(&r, f) && take_identity(&r, who, f);
	po_launch_end(&r.child);
	if (!ok)
		po_report_judge(l->shown, f);
	return ok;
}
