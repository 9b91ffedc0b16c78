/* SPDX-License-Identifier: BSD-2-Clause */
/* What the person is told and asked, through the application's conversation and nothing else. */
#include "conversation.h"

#include <security/pam_ext.h>
#include <string.h>
#include <syslog.h>

#include "log.h"
#include "po_secret.h"
#include "watch.h"

static bool info(void *ctx, const char *text, struct po_fault *f)
{
	struct po_conversation *c = ctx;
	char *answer = NULL;
	int rc = pam_prompt(c->pamh, c->text_style, &answer, "%s", text);

	po_wipe_str(answer);
	return rc == PAM_SUCCESS || po_fail(f, PO_E_CONV, "the application cannot show text: %s",
	                                    pam_strerror(c->pamh, rc));
}

/* PAM-14: q or c, alone on the line, or no answer at all. */
static bool is_cancel(const char *answer)
{
	return !answer || (strlen(answer) == 1 && strchr("qQcC", answer[0]));
}

static bool prompt(void *ctx, const char *text, bool *go_on, struct po_fault *f)
{
	struct po_conversation *c = ctx;
	char *answer = NULL;
	int rc = pam_prompt(c->pamh, PAM_PROMPT_ECHO_ON, &answer, "%s", text);

	if (rc != PAM_SUCCESS) {
		po_wipe_str(answer); /* some applications leave one with a failure */
		return po_fail(f, PO_E_CONV, "the application cannot prompt: %s",
		               pam_strerror(c->pamh, rc));
	}
	c->waited = true;
	*go_on = !is_cancel(answer);
	po_wipe_str(answer);
	return true;
}

static bool still_there(void *ctx, struct po_fault *f)
{
	const struct po_conversation *c = ctx;

	if (po_watch_interrupted())
		return po_fail(f, PO_E_CANCELLED, "interrupted at the keyboard");
	if (po_watch_client_gone(c->client_fd))
		return po_fail(f, PO_E_GONE, "the client has left");
	if (c->terminal && po_watch_terminal() == PO_TERMINAL_NONE)
		return po_fail(f, PO_E_GONE, "the terminal was closed");
	return true;
}

static void remark(void *ctx, enum po_remark level, const char *text)
{
	const struct po_conversation *c = ctx;

	if (level == PO_REMARK_WARNING)
		po_log_line(c->pamh, LOG_WARNING, "worker", text);
	else if (c->debug)
		po_log_line(c->pamh, LOG_DEBUG, "worker", text);
}

struct po_ui po_conversation_ui(struct po_conversation *c)
{
	return (struct po_ui){c, info, prompt, still_there, remark};
}

bool po_conversation_ask(struct po_conversation *c, const char *text, struct po_fault *f)
{
	bool go_on = false;

	if (!prompt(c, text, &go_on, f))
		return false;
	return go_on || po_fail(f, PO_E_CANCELLED, "cancelled before the start");
}
