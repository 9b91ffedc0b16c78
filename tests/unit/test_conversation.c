/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What reaches the application's conversation, through the real libpam (PAM-10 to PAM-16): one
 * message a call, text as data, and every kind of answer that an application may give.
 */
#include "table.h"

#include <security/pam_appl.h>
#include <security/pam_ext.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "conversation.h"
#include "scratch.h"

/* The application. */
struct app {
	int code;           /* what its conversation returns */
	const char *answer; /* NULL = resp->resp stays NULL */
	bool no_response;   /* *resp stays NULL as well (PAM-14) */
	unsigned calls;
	int messages, style;
	char text[200];
};

static struct {
	unsigned lines;
	int priority;
	char text[1024];
} logged;

/* In the place of libpam's: what this program logs. */
void pam_syslog(const pam_handle_t *pamh, int priority, const char *fmt, ...)
{
	va_list ap;

	(void)pamh;
	logged.lines++;
	logged.priority = priority;
	va_start(ap, fmt);
	vsnprintf(logged.text, sizeof(logged.text), fmt, ap);
	va_end(ap);
}

static int converse(int n, const struct pam_message **msg, struct pam_response **resp, void *ctx)
{
	struct app *app = ctx;

	app->calls++;
	app->messages = n;
	app->style = msg[0]->msg_style;
	snprintf(app->text, sizeof(app->text), "%s", msg[0]->msg);
	*resp = NULL;
	if (app->no_response)
		return app->code;
	*resp = calloc(1, sizeof(**resp));
	(*resp)->resp = app->answer ? strdup(app->answer) : NULL;
	return app->code;
}

struct world {
	struct app app;
	struct pam_conv conv;
	struct po_conversation talk;
	struct po_ui ui;
	struct scratch dir;
};

static void world_begin(struct world *w, const struct app *app)
{
	*w = (struct world){.app = *app};
	scratch_make(&w->dir);
	scratch_text(&w->dir, "po_test", "auth required pam_permit.so\n"); /* never run */
	w->conv = (struct pam_conv){converse, &w->app};
	w->talk.client_fd = -1;
	w->talk.text_style = PAM_TEXT_INFO;
	assert_int_equal(pam_start_confdir("po_test", "alice", &w->conv, w->dir.dir, &w->talk.pamh),
	                 PAM_SUCCESS);
	w->ui = po_conversation_ui(&w->talk);
}

static void world_end(struct world *w)
{
	assert_int_equal(pam_end(w->talk.pamh, PAM_SUCCESS), PAM_SUCCESS);
	scratch_remove(&w->dir);
}

struct answer_row {
	const char *name;
	struct app app;
	enum po_code code; /* PO_OK: the prompt was answered */
	bool go_on;
};

/* clang-format off */
static const struct answer_row prompts[] = {
	{"PAM-14 Enter", {.answer = ""}, PO_OK, true},
	{"PAM-14 anything", {.answer = "yes"}, PO_OK, true},
	{"PAM-14 a word that begins with q", {.answer = "quite"}, PO_OK, true},
	{"PAM-14 q and a blank", {.answer = "q "}, PO_OK, true},
	{"PAM-14 a blank and q", {.answer = " q"}, PO_OK, true},
	{"PAM-14 qq", {.answer = "qq"}, PO_OK, true},
	{"PAM-14 another letter", {.answer = "x"}, PO_OK, true},
	{"PAM-14 q", {.answer = "q"}, PO_OK, false},
	{"PAM-14 Q", {.answer = "Q"}, PO_OK, false},
	{"PAM-14 c", {.answer = "c"}, PO_OK, false},
	{"PAM-14 C", {.answer = "C"}, PO_OK, false},
	{"PAM-14 Ctrl-D: no text", {.answer = NULL}, PO_OK, false},
	{"PAM-14 no response at all", {.no_response = true}, PO_OK, false},
	{"PAM-13 sshd's password method", {.code = PAM_CONV_ERR, .no_response = true}, PO_E_CONV, false},
	{"PAM-16 event-driven", {.code = PAM_CONV_AGAIN, .no_response = true}, PO_E_CONV, false},
	{"any other failure", {.code = PAM_BUF_ERR, .no_response = true}, PO_E_CONV, false},
	{"a failure that leaves an answer behind", {.code = PAM_CONV_ERR, .answer = "x"}, PO_E_CONV, false},
};
/* clang-format on */

static void prompts_are_answered_cancelled_or_impossible(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(prompts); i++) {
		struct po_fault f = {.code = PO_OK};
		bool go_on = false;
		struct world w;

		t.row = prompts[i].name;
		world_begin(&w, &prompts[i].app);
		ROW(&t, w.ui.prompt(w.ui.ctx, "Go on? %s%n ", &go_on, &f) ==
		                (prompts[i].code == PO_OK));
		ROW_NUMBER(&t, f.code, prompts[i].code);
		ROW(&t, go_on == prompts[i].go_on);
		ROW_NUMBER(&t, w.app.calls, 1);
		ROW_NUMBER(&t, w.app.messages, 1);                    /* PAM-10 */
		ROW_NUMBER(&t, w.app.style, PAM_PROMPT_ECHO_ON);      /* PAM-13 */
		ROW_TEXT(&t, w.app.text, "Go on? %s%n ");             /* PAM-15 */
		ROW(&t, w.talk.waited == (prompts[i].code == PO_OK)); /* PAM-42 */
		world_end(&w);
	}
	table_end(&t);
}

/* DEV-10, SUD-4: the question before the start. */
static void a_question_is_a_prompt_that_may_be_declined(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(prompts); i++) {
		struct po_fault f = {.code = PO_OK};
		struct world w;

		t.row = prompts[i].name;
		world_begin(&w, &prompts[i].app);
		ROW(&t, po_conversation_ask(&w.talk, "Start?", &f) == prompts[i].go_on);
		if (!prompts[i].go_on)
			ROW_NUMBER(&t, f.code,
			           prompts[i].code == PO_OK ? PO_E_CANCELLED : prompts[i].code);
		world_end(&w);
	}
	table_end(&t);
}

/* clang-format off */
static const struct answer_row texts[] = {
	{"usual", {.no_response = true}, PO_OK, false},
	{"an empty response", {.answer = NULL}, PO_OK, false},
	{"SSH-3 an answer to a text", {.answer = "x"}, PO_OK, false},
	{"NIN-1 no conversation", {.code = PAM_CONV_ERR, .no_response = true}, PO_E_CONV, false},
	{"PAM-16 event-driven", {.code = PAM_CONV_AGAIN, .no_response = true}, PO_E_CONV, false},
};
/* clang-format on */

static void texts_are_shown_as_one_message(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct po_fault f = {.code = PO_OK};
		struct world w;

		t.row = texts[i].name;
		world_begin(&w, &texts[i].app);
		ROW(&t, w.ui.info(w.ui.ctx, "a\nb%s", &f) == (texts[i].code == PO_OK));
		ROW_NUMBER(&t, f.code, texts[i].code);
		ROW_NUMBER(&t, w.app.calls, 1);
		ROW_NUMBER(&t, w.app.messages, 1);
		ROW_NUMBER(&t, w.app.style, PAM_TEXT_INFO);
		ROW_TEXT(&t, w.app.text, "a\nb%s");
		ROW(&t, !w.talk.waited);
		world_end(&w);
	}
	table_end(&t);
}

/* In a session of its own: one that never had a terminal waits, one that had it does not. */
static void without_a_terminal(struct world *w)
{
	struct po_fault f = {.code = PO_OK};
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (setsid() < 0 || !w->ui.still_there(w->ui.ctx, &f))
			_exit(1);
		w->talk.terminal = true;
		_exit(w->ui.still_there(w->ui.ctx, &f) || f.code != PO_E_GONE ? 2 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* SUD-3, SSH-13 */
static void who_waits_sees_interrupt_and_disconnect(void **state)
{
	static const struct timespec now;
	struct po_fault f = {.code = PO_OK};
	const struct app app = {.answer = ""};
	struct world w;
	sigset_t set;
	int sv[2];

	(void)state;
	world_begin(&w, &app);
	assert_true(w.ui.still_there(w.ui.ctx, &f));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
	w.talk.client_fd = sv[0];
	assert_true(w.ui.still_there(w.ui.ctx, &f));
	close(sv[1]);
	assert_false(w.ui.still_there(w.ui.ctx, &f));
	assert_int_equal(f.code, PO_E_GONE);
	close(sv[0]);
	w.talk.client_fd = -1;
	without_a_terminal(&w);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	assert_int_equal(sigprocmask(SIG_BLOCK, &set, NULL), 0);
	raise(SIGINT);
	assert_false(w.ui.still_there(w.ui.ctx, &f));
	assert_int_equal(f.code, PO_E_CANCELLED);
	assert_int_equal(sigtimedwait(&set, NULL, &now), SIGINT);
	assert_int_equal(sigprocmask(SIG_UNBLOCK, &set, NULL), 0);
	assert_int_equal(w.app.calls, 0); /* DEV-54 */
	world_end(&w);
}

static void remarks_go_to_the_log_by_their_level(void **state)
{
	const struct app app = {.answer = ""};
	struct world w;

	(void)state;
	world_begin(&w, &app);
	logged.lines = 0;
	w.ui.remark(w.ui.ctx, PO_REMARK_DEBUG, "quiet");
	assert_int_equal(logged.lines, 0);
	w.ui.remark(w.ui.ctx, PO_REMARK_WARNING, "loud\n");
	assert_int_equal(logged.lines, 1);
	assert_int_equal(logged.priority, LOG_WARNING);
	assert_string_equal(logged.text, "worker: loud\\x0A");
	w.talk.debug = true;
	w.ui.remark(w.ui.ctx, PO_REMARK_DEBUG, "now");
	assert_int_equal(logged.lines, 2);
	assert_int_equal(logged.priority, LOG_DEBUG);
	assert_int_equal(w.app.calls, 0); /* UIX-17: never to the person */
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(prompts_are_answered_cancelled_or_impossible),
	        cmocka_unit_test(a_question_is_a_prompt_that_may_be_declined),
	        cmocka_unit_test(texts_are_shown_as_one_message),
	        cmocka_unit_test(who_waits_sees_interrupt_and_disconnect),
	        cmocka_unit_test(remarks_go_to_the_log_by_their_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
