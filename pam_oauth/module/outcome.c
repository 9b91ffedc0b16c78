/* SPDX-License-Identifier: BSD-2-Clause */
/* How an attempt ends. Called by pam_oauth.c, once, on every path. */
#include "outcome.h"

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "decision.h"
#include "language.h"
#include "log.h"
#include "screen.h"
#include "watch.h"

#define FAIL_DELAY_US 2000000U /* PAM-42 */
#define LINE_SIZE     (PO_LIMIT_PHRASE + PO_REFERENCE_SIZE)

/* SSH-12, SUD-4: after a flow that a person saw, no second one by itself. */
static int final_code(const struct po_attempt *a, const struct po_fault *f)
{
	int code = po_code_pam(f->code);

	if (f->code == PO_E_CANCELLED && po_watch_interrupted())
		return code; /* sudo looks at its pending signals and quits by itself (SUD-3) */
	if (f->code == PO_E_CANCELLED && a->config.cancel_aborts)
		return po_code_pam(PO_E_ABORTED);
	if (code != PAM_AUTH_ERR || !a->config.no_retry || !a->shown)
		return code;
	return strncmp(a->service, "sudo", 4) == 0 ? PAM_ABORT : PAM_MAXTRIES;
}

/* Who cancelled needs nobody's help. */
static bool has_reference(enum po_code code)
{
	return code != PO_E_CANCELLED && code != PO_E_ABORTED;
}

/* PAM-11, PAM-12: the reason, generic. An application that wants silence gets it with the question
 * of its next round, if there is one: whoever is asked to try again has to know why. */
static void tell(const struct po_attempt *a, const struct po_fault *f)
{
	const unsigned language = po_screen_language(&a->config, a->service, false);
	const char *const names[] = {a->reference, NULL};
	bool known = has_reference(f->code);
	char sentence[LINE_SIZE];
	char reference[LINE_SIZE];
	char text[2 * LINE_SIZE];

	if (po_code_sentence(f->code) == PO_SAY_NOTHING || f->code == PO_E_CONV)
		return;
	po_code_say(sentence, sizeof(sentence), f->code, language, a->start.again_in);
	po_language_say(reference, sizeof(reference), language, PO_SAY_REFERENCE, names);
	snprintf(text, sizeof(text), "%s%s%s", sentence, known ? "\n" : "", known ? reference : "");
	if (a->silent)
		po_decision_owe(a->pamh, text);
	else
		pam_error(a->pamh, "%s", text);
}

/* The place among the running flows is free before anybody reads the last sentence. */
static void end_start(struct po_attempt *a, bool success)
{
	struct po_fault f;

	po_quota_end(&a->start);
	if (success && !po_quota_give_back(&a->start, &f))
		po_log_line(a->pamh, LOG_WARNING, "limits", f.text);
}

int po_outcome_finish(struct po_attempt *a, const struct po_fault *f)
{
	char acr[PO_CLAIM_TEXT_SIZE];
	struct po_outcome outcome = po_attempt_record(a, acr);
	int code = f->code == PO_OK ? PAM_SUCCESS : final_code(a, f);

	outcome.fault = f;
	outcome.detail = f->text;
	end_start(a, code == PAM_SUCCESS);
	po_log_outcome(a->pamh, &outcome);
	if (code != PAM_SUCCESS && code != PAM_IGNORE) {
		tell(a, f);
		/* PAM-42, SUD-3: who leaves guesses nothing */
		if (!a->talk.waited && f->code != PO_E_CANCELLED)
			pam_fail_delay(a->pamh, FAIL_DELAY_US);
	}
	po_attempt_free(a);
	return code;
}
