/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The six entry points of the module, and the whole login as one readable page (authenticate).
 * Runs inside sshd, sudo, login and su, as root: touches nothing that belongs to them (PAM-33).
 */
#include <poll.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "build.h"
#include "config.h"
#include "conversation.h"
#include "decision.h"
#include "log.h"
#include "login.h"
#include "po_clock.h"
#include "policy.h"
#include "present.h"
#include "quota.h"
#include "source.h"
#include "watch.h"

#define FAIL_DELAY_US 2000000U /* PAM-42 */
#define DENY_LATE_MIN 1000     /* ms, PAM-40 */
#define DENY_LATE_MAX 3000
#define SENTENCE_SIZE 160

/* One call of authenticate. */
struct attempt {
	pam_handle_t *pamh;
	struct po_conversation talk;
	bool silent;
	const char *conf; /* module argument; NULL = the built-in path */
	const char *user; /* PAM_USER, from the precheck on account.name */
	char *service;    /* copies: a conversation may change the items */
	char *rhost;
	struct po_config config;
	struct po_account account;
	struct po_request *request; /* into config */
	struct po_identity who;
	struct po_start start;
	bool shown; /* a code was put before a person */
};

/* PAM-6: two arguments exist. */
static bool read_arguments(struct attempt *a, int argc, const char **argv, struct po_fault *f)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "debug") == 0)
			a->talk.debug = true;
		else if (strncmp(argv[i], "conf=/", 6) == 0)
			a->conf = argv[i] + 5;
		else
			return po_fail(f, PO_E_CONFIG, "unknown module argument '%s'", argv[i]);
	}
	return true;
}

static const char *text_item(pam_handle_t *pamh, int item)
{
	const void *value = NULL;

	return pam_get_item(pamh, item, &value) == PAM_SUCCESS ? value : NULL;
}

/* NULL in *copy where there is no such item; false when out of memory. */
static bool copy_item(pam_handle_t *pamh, int item, char **copy, struct po_fault *f)
{
	const char *text = text_item(pamh, item);

	*copy = text ? strdup(text) : NULL;
	return *copy || !text || po_fail_memory(f);
}

/* PAM-19, PAM-36 */
static bool read_items(struct attempt *a, struct po_fault *f)
{
	if (!copy_item(a->pamh, PAM_SERVICE, &a->service, f) ||
	    !copy_item(a->pamh, PAM_RHOST, &a->rhost, f))
		return false;
	if (geteuid() != po_build_owner())
		return po_fail(f, PO_E_PRIVILEGE, "not called by root");
	if (!a->service)
		return po_fail(f, PO_E_SYSTEM, "no PAM_SERVICE");
	if (!text_item(a->pamh, PAM_CONV))
		return po_fail(f, PO_E_SYSTEM, "no PAM_CONV");
	if (strcmp(a->service, "sshd") == 0)
		a->talk.client_fd = po_watch_find_client(pam_getenv(a->pamh, "SSH_CONNECTION"));
	a->talk.terminal = po_watch_terminal() == PO_TERMINAL_THERE;
	return true;
}

static bool read_user(struct attempt *a, struct po_fault *f)
{
	int rc = pam_get_user(a->pamh, &a->user, NULL);

	if (rc != PAM_SUCCESS || !a->user)
		return po_fail(f, PO_E_CONV, "no PAM_USER: %s", pam_strerror(a->pamh, rc));
	return true;
}

/*
 * GEN-7, SUD-4: an application that calls again by itself (sudo, up to passwd_tries) starts
 * nothing new without a key of the person's.
 */
static bool confirm(struct attempt *a, struct po_fault *f)
{
	bool again;

	if (!po_decision_round(a->pamh, &again, f))
		return false;
	if (again)
		return po_conversation_ask(&a->talk, PO_AGAIN_TEXT, f);
	return !a->config.confirm_start || po_conversation_ask(&a->talk, PO_CONFIRM_TEXT, f);
}

/* PAM-41: for every account alike, also one that is refused next. */
static bool count_start(struct attempt *a, struct po_fault *f)
{
	struct po_origin origin = {
	        .service = a->service,
	        .ssh_connection = pam_getenv(a->pamh, "SSH_CONNECTION"),
	        .rhost = a->rhost,
	        .ruser = text_item(a->pamh, PAM_RUSER),
	};
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

static void wait_randomly(struct attempt *a)
{
	const struct po_ui ui = po_conversation_ui(&a->talk);
	int64_t until = po_clock_after(po_clock_jitter(DENY_LATE_MIN, DENY_LATE_MAX));

	while (po_clock_left(until) > 0 && ui.still_there(ui.ctx, NULL))
		poll(NULL, 0,
		     po_clock_left(until) < PO_WATCH_SLICE_MS ? po_clock_left(until)
		                                              : PO_WATCH_SLICE_MS);
}

/* PAM-40: an account that nobody can open is refused without network where the service says so. */
static bool refuse_early(struct attempt *a, struct po_fault *f)
{
	if (!a->account.doomed || a->config.unknown_user == PO_UNKNOWN_FLOW)
		return true;
	if (a->config.unknown_user == PO_UNKNOWN_DENY_LATE)
		wait_randomly(a);
	return po_policy_allows(&a->config, a->request, NULL, &a->account, f);
}

static bool run_flow(struct attempt *a, struct po_fault *f)
{
	const struct po_ui ui = po_conversation_ui(&a->talk);
	struct po_login login = {
	        .config = &a->config,
	        .request = a->request,
	        .ui = &ui,
	        .pamh = a->pamh,
	        .service = a->service,
	        .account = a->user,
	};
	bool ok;

	if (a->config.mutable_claim)
		po_log_line(a->pamh, LOG_NOTICE,
		            "rules compare a claim that may change hands (IDN-3)",
		            a->config.mutable_claim);
	po_log_start(a->pamh, a->user, a->rhost, a->request->issuer);
	ok = po_login_run(&login, &a->who, f);
	a->shown = login.shown;
	return ok;
}

/* Everything before the network: whose login it is, and whether it may be tried at all. */
static bool prepare(struct attempt *a, int argc, const char **argv, struct po_fault *f)
{
	po_decision_forget(a->pamh);
	if (!read_arguments(a, argc, argv, f) || !read_items(a, f) ||
	    !po_config_load(&a->config, a->conf, a->service, f))
		return false;
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): free_attempt() frees what *a holds */
	a->request = &a->config.provider;
	if (!read_user(a, f) ||
	    !po_policy_precheck(&a->config, a->service, a->user, &a->account, f))
		return false;
	a->user = a->account.name;
	return confirm(a, f) && count_start(a, f) && refuse_early(a, f) &&
	       po_policy_wants(&a->config, a->request, f);
}

/* GEN-2: the account that was judged is still the one that is being opened. */
static bool same_user(const struct attempt *a, struct po_fault *f)
{
	const char *now = text_item(a->pamh, PAM_USER);

	return (now && strcmp(now, a->user) == 0) ||
	       po_fail(f, PO_E_NOT_ALLOWED, "PAM_USER was changed during the login");
}

static bool authenticate(struct attempt *a, int argc, const char **argv, struct po_fault *f)
{
	return prepare(a, argc, argv, f) && run_flow(a, f) && same_user(a, f) &&
	       po_policy_allows(&a->config, a->request, &a->who, &a->account, f) &&
	       po_decision_keep(a->pamh, a->user, a->account.uid, &a->who, f);
}

/* SSH-12, SUD-4: after a flow that a person saw, no second one by itself. */
static int final_code(const struct attempt *a, const struct po_fault *f)
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

/* PAM-11, PAM-12: the reason, generic, unless the application wants silence. */
static void tell(const struct attempt *a, const struct po_fault *f)
{
	char sentence[SENTENCE_SIZE];

	po_sentence(sentence, sizeof(sentence), f->code, a->start.again_in);
	if (!a->silent && *sentence && f->code != PO_E_CONV)
		pam_error(a->pamh, "%s", sentence);
}

static void free_attempt(struct attempt *a)
{
	po_quota_end(&a->start);
	po_identity_free(&a->who);
	po_account_free(&a->account);
	po_config_free(&a->config);
	free(a->service);
	free(a->rhost);
}

/* The place among the running flows is free before anybody reads the last sentence. */
static void end_start(struct attempt *a, bool success)
{
	struct po_fault f;

	po_quota_end(&a->start);
	if (success && !po_quota_give_back(&a->start, &f))
		po_log_line(a->pamh, LOG_WARNING, "limits", f.text);
}

static int finish(struct attempt *a, const struct po_fault *f)
{
	const struct po_outcome outcome = {
	        .user = a->user,
	        .rhost = a->rhost,
	        .issuer = a->request ? a->request->issuer : NULL,
	        .subject = a->who.subject,
	        .detail = f->text,
	        .fault = f,
	};
	int code = f->code == PO_OK ? PAM_SUCCESS : final_code(a, f);

	end_start(a, code == PAM_SUCCESS);
	po_log_outcome(a->pamh, &outcome);
	if (code != PAM_SUCCESS && code != PAM_IGNORE) {
		tell(a, f);
		/* PAM-42, SUD-3: who leaves guesses nothing */
		if (!a->talk.waited && f->code != PO_E_CANCELLED)
			pam_fail_delay(a->pamh, FAIL_DELAY_US);
	}
	free_attempt(a);
	return code;
}

static struct attempt new_attempt(pam_handle_t *pamh, int flags)
{
	return (struct attempt){
	        .pamh = pamh,
	        .talk = {.pamh = pamh, .client_fd = -1},
	        .silent = ((unsigned)flags & PAM_SILENT) != 0,
	        .start = PO_START_NONE,
	};
}

int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct attempt a = new_attempt(pamh, flags);
	struct po_fault f = {.code = PO_E_SYSTEM, .text = "failed without a reason"};

	if (authenticate(&a, argc, argv, &f))
		f.code = PO_OK; /* its text names the rule */
	else if (f.code == PO_OK)
		po_fail(&f, PO_E_SYSTEM, "a failure without a code");
	return finish(&a, &f);
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
static int judge_foreign(struct attempt *a, int argc, const char **argv)
{
	struct po_fault f = {.code = PO_E_SYSTEM, .text = "no PAM_SERVICE"};
	int code = PAM_IGNORE;

	if (!copy_item(a->pamh, PAM_SERVICE, &a->service, &f) || !a->service ||
	    !read_arguments(a, argc, argv, &f) ||
	    !po_config_load_keys(&a->config, a->conf, a->service, &f)) {
		po_log_line(a->pamh, LOG_ERR, "account", f.text);
		code = po_code_pam(f.code); /* GEN-1: whether it may pass cannot be known */
		goto out;
	}
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): free_attempt() frees what *a holds */
	if (a->config.account == PO_ACCOUNT_REQUIRE &&
	    !po_list_has(&a->config.skip_users, a->user)) {
		po_fail(&f, PO_E_NOT_ALLOWED, "%s did not sign in here", a->user);
		po_log_line(a->pamh, LOG_NOTICE, "account", f.text);
		code = PAM_PERM_DENIED;
	}
out:
	free_attempt(a);
	return code;
}

int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct attempt a = new_attempt(pamh, flags);
	struct po_fault f;

	a.user = text_item(pamh, PAM_USER);
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
