/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The six entry points of the module, and the whole login as one readable page (authenticate).
 * Runs inside sshd, sudo, login and su, as root: touches nothing that belongs to them (PAM-33).
 */
#include <poll.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "attempt.h"
#include "decision.h"
#include "export.h"
#include "grace.h"
#include "language.h"
#include "log.h"
#include "login.h"
#include "outcome.h"
#include "pins.h"
#include "po_clock.h"
#include "po_text.h"
#include "screen.h"

#define DENY_LATE_MIN 1000 /* ms, PAM-40 */
#define DENY_LATE_MAX 3000
#define AGAIN_SIZE    (4 * PO_LIMIT_PHRASE) /* two lines of what is owed, and the question */

/* A question of our own, in this service's language. */
static const char *question(const struct po_attempt *a, enum po_sentence sentence)
{
	return po_language_text(po_screen_language(&a->config, a->service, true), sentence);
}

static bool ask_again(struct po_attempt *a, struct po_fault *f)
{
	const char *owed = po_decision_owed(a->pamh);
	char text[AGAIN_SIZE];

	snprintf(text, sizeof(text), "%s%s%s", owed, *owed ? "\n" : "", question(a, PO_SAY_AGAIN));
	po_decision_owe(a->pamh, NULL);
	return po_conversation_ask(&a->talk, text, f);
}

/*
 * GEN-7, SUD-4: an application that calls again by itself (sudo, up to passwd_tries) starts
 * nothing new without a key of the person's.
 */
static bool confirm(struct po_attempt *a, struct po_fault *f)
{
	bool again;

	if (!po_decision_round(a->pamh, &again, f))
		return false;
	if (again)
		return ask_again(a, f);
	return !a->config.confirm_start ||
	       po_conversation_ask(&a->talk, question(a, PO_SAY_CONFIRM), f);
}

/* PAM-41: for every account alike, also one that is refused next. */
static bool count_start(struct po_attempt *a, struct po_fault *f)
{
	struct po_origin origin = po_attempt_origin(a);
	char source[PO_SOURCE_SIZE];
	bool ok;

	origin.caller = a->start.apart = po_source_caller(&origin);
	po_source_name(&origin, source);
	ok = po_quota_start(&a->config, a->user, source, &a->start, f);
	if (a->start.anew)
		po_log_line(a->pamh, LOG_WARNING, "limits", "the record was damaged; begun anew");
	if (ok || f->code != PO_E_STATE || !a->config.limits_open)
		return ok;
	po_log_line(a->pamh, LOG_ERR, "limits are off", f->text);
	return true;
}

/* XDV-1, XDV-2: what the service demands of the connection, before anything is sent. */
static bool admitted(const struct po_attempt *a, struct po_fault *f)
{
	char address[PO_SOURCE_SIZE];
	const struct po_evidence e = po_attempt_evidence(a, NULL, address);

	return po_policy_admits(&a->config, &e, f);
}

static bool allowed(struct po_attempt *a, const struct po_identity *who, struct po_fault *f)
{
	char address[PO_SOURCE_SIZE];
	const struct po_evidence e = po_attempt_evidence(a, who, address);

	return po_policy_allows(&a->config, &e, &a->account, &a->pinnable, f);
}

/* MAP-11: the last thing that can say no; nobody is bound by grace. */
static bool pinned(struct po_attempt *a, struct po_fault *f)
{
	struct po_fault why = {.code = PO_OK};
	bool bound = false;

	if (!a->config.pin_subject || !a->pinnable)
		return true;
	if (!(a->graced ? po_pin_holds(&a->account, &a->who, &why)
	                : po_pin_hold(&a->account, &a->who, &bound, &why))) {
		*f = why; /* else what the log says of the verdict stays */
		return false;
	}
	if (bound)
		po_log_line(a->pamh, LOG_NOTICE, "pin: the account is bound from now on to sub",
		            po_attempt_log_subject(a));
	return true;
}

/* What grace rests on. */
static struct po_evidence presence(const struct po_attempt *a, const struct po_identity *who,
                                   char *address)
{
	const struct po_origin origin = po_attempt_origin(a);
	struct po_evidence e = po_attempt_evidence(a, who, address);

	e.caller = po_source_caller(&origin);
	return e;
}

/* PAM-39: who was approved a moment ago, judged like anybody who signs in now. */
static bool graced(struct po_attempt *a, struct po_fault *f)
{
	char address[PO_SOURCE_SIZE];
	struct po_fault why = {.code = PO_OK};
	struct po_evidence e;

	if (a->config.grace_minutes == 0)
		return false;
	e = presence(a, NULL, address);
	a->graced = po_grace_find(&a->config, &a->account, &e, &a->who, &why);
	if (!a->graced) {
		if (why.text[0])
			po_log_line(a->pamh, LOG_WARNING, a->reference, why.text);
		return false;
	}
	if (allowed(a, &a->who, f) && pinned(a, f)) {
		po_log_line(a->pamh, LOG_INFO, a->reference, why.text);
		return true;
	}
	po_log_line(a->pamh, LOG_INFO, "grace: not any more", f->text);
	po_identity_free(&a->who);
	return a->graced = false;
}

/* After success only: whoever was let in by grace does not prolong it. */
static void keep_grace(struct po_attempt *a)
{
	char address[PO_SOURCE_SIZE];
	struct po_fault f = {.code = PO_OK};
	struct po_evidence e;

	if (a->graced || a->config.grace_minutes == 0)
		return;
	e = presence(a, &a->who, address);
	if (!po_grace_keep(&a->config, &a->account, &e, &f))
		po_log_line(a->pamh, LOG_WARNING, "grace", f.text);
}

/* PAM-32 */
static bool exported(const struct po_attempt *a, struct po_fault *f)
{
	const struct po_evidence e = {.request = a->request, .who = &a->who};

	return !a->config.export_identity || po_export_identity(a->pamh, &e, f);
}

static void wait_randomly(struct po_attempt *a)
{
	const struct po_ui ui = po_conversation_ui(&a->talk);
	int64_t until = po_clock_after(po_clock_jitter(DENY_LATE_MIN, DENY_LATE_MAX));

	while (po_clock_left(until) > 0 && ui.still_there(ui.ctx, NULL))
		poll(NULL, 0,
		     po_clock_left(until) < PO_WATCH_SLICE_MS ? po_clock_left(until)
		                                              : PO_WATCH_SLICE_MS);
}

/* PAM-40: an account that nobody can open is refused without network where the service says so. */
static bool refuse_early(struct po_attempt *a, struct po_fault *f)
{
	if (!a->account.doomed || a->config.unknown_user == PO_UNKNOWN_FLOW)
		return true;
	if (a->config.unknown_user == PO_UNKNOWN_DENY_LATE)
		wait_randomly(a);
	return allowed(a, NULL, f);
}

/* DEV-7: whoever connects chose that name; one that no identity could have is not sent. */
static bool hint(struct po_attempt *a, struct po_fault *f)
{
	if (a->config.login_hint != PO_HINT_ACCOUNT || !po_text_derived_name_ok(a->user))
		return true;
	a->request->login_hint = strdup(a->user);
	return a->request->login_hint || po_fail_memory(f);
}

static bool run_flow(struct po_attempt *a, struct po_fault *f)
{
	char acr[PO_CLAIM_TEXT_SIZE];
	const struct po_outcome record = po_attempt_record(a, acr);
	const struct po_ui ui = po_conversation_ui(&a->talk);
	struct po_login login = {
	        .config = &a->config,
	        .request = a->request,
	        .ui = &ui,
	        .pamh = a->pamh,
	        .service = a->service,
	        .account = a->user,
	        .begun = a->begun,
	};
	bool ok;

	if (a->config.mutable_claim)
		po_log_line(a->pamh, LOG_NOTICE,
		            "rules compare a claim that may change hands (IDN-3)",
		            a->config.mutable_claim);
	po_log_start(a->pamh, &record);
	ok = po_login_run(&login, &a->who, f);
	a->shown = login.shown;
	return ok;
}

/* Everything before a person is asked: whose login it is, and whether it may be tried at all. */
static bool prepare(struct po_attempt *a, int argc, const char **argv, struct po_fault *f)
{
	po_decision_forget(a->pamh);
	if (!po_attempt_arguments(a, argc, argv, f) || !po_attempt_items(a, f) ||
	    !po_config_load(&a->config, a->conf, a->service, f))
		return false;
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): po_attempt_free() frees what *a holds */
	a->request = &a->config.provider;
	if (!po_attempt_user(a, f) ||
	    !po_policy_precheck(&a->config, a->service, a->user, &a->account, f))
		return false;
	a->user = a->account.name;
	return admitted(a, f) && po_policy_wants(&a->config, a->request, f);
}

static bool sign_in(struct po_attempt *a, struct po_fault *f)
{
	return confirm(a, f) && count_start(a, f) && refuse_early(a, f) && hint(a, f) &&
	       run_flow(a, f);
}

/* GEN-2: the account that was judged is still the one that is being opened. */
static bool same_user(const struct po_attempt *a, struct po_fault *f)
{
	const char *now = po_attempt_item(a, PAM_USER);

	return (now && strcmp(now, a->user) == 0) ||
	       po_fail(f, PO_E_NOT_ALLOWED, "PAM_USER was changed during the login");
}

static bool authenticate(struct po_attempt *a, int argc, const char **argv, struct po_fault *f)
{
	return prepare(a, argc, argv, f) && (graced(a, f) || sign_in(a, f)) && same_user(a, f) &&
	       allowed(a, &a->who, f) && pinned(a, f) && exported(a, f) &&
	       po_decision_keep(a->pamh, a->user, a->account.uid, &a->who, f);
}

int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct po_attempt a = po_attempt_new(pamh, flags);
	struct po_fault f = {.code = PO_E_SYSTEM, .text = "failed without a reason"};

	if (authenticate(&a, argc, argv, &f)) {
		f.code = PO_OK; /* its text names the rule */
		keep_grace(&a);
	} else if (f.code == PO_OK) {
		po_fail(&f, PO_E_SYSTEM, "a failure without a code");
	}
	return po_outcome_finish(&a, &f);
}

/* PAM-2: anything else lets a stack fall through to pam_deny. */
int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}

/* PAM-3, for a login that this module has not seen: keys, cron, another process of sshd. */
static int judge_foreign(struct po_attempt *a, int argc, const char **argv)
{
	struct po_fault f = {.code = PO_E_SYSTEM, .text = "no PAM_SERVICE"};
	int code = PAM_IGNORE;

	if (!po_attempt_copy_item(a, PAM_SERVICE, &a->service, &f) || !a->service ||
	    !po_attempt_arguments(a, argc, argv, &f) ||
	    !po_config_load_keys(&a->config, a->conf, a->service, &f)) {
		po_log_line(a->pamh, LOG_ERR, "account", f.text);
		code = po_code_pam(f.code); /* GEN-1: whether it may pass cannot be known */
		goto out;
	}
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): po_attempt_free() frees what *a holds */
	if (a->config.account == PO_ACCOUNT_REQUIRE &&
	    !po_list_has(&a->config.skip_users, a->user)) {
		po_fail(&f, PO_E_NOT_ALLOWED, "%s did not sign in here", a->user);
		po_log_line(a->pamh, LOG_NOTICE, "account", f.text);
		code = PAM_PERM_DENIED;
	}
out:
	po_attempt_free(a);
	return code;
}

int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct po_attempt a = po_attempt_new(pamh, flags);
	struct po_fault f;

	a.user = po_attempt_item(&a, PAM_USER);
	if (!a.user)
		return PAM_SYSTEM_ERR;
	switch (po_decision_for(pamh, a.user)) {
	case PO_DECISION_SAME:
		return PAM_SUCCESS;
	case PO_DECISION_NONE:
		return judge_foreign(&a, argc, argv);
	case PO_DECISION_OTHER:
		break;
	}
	po_fail(&f, PO_E_NOT_ALLOWED, "%s is not the account that signed in", a.user);
	po_log_line(pamh, LOG_ERR, "account", f.text);
	return PAM_PERM_DENIED;
}

int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_IGNORE;
}

int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_IGNORE;
}

/* PAM-4: never success, or a stack could claim that a password was changed. */
int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_IGNORE;
}
