/* SPDX-License-Identifier: BSD-2-Clause */
/* What PAM says of a login. Called by pam_oauth.c. Every item is untrusted text (PAM-19). */
#include "attempt.h"

#include <security/pam_modules.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "po_clock.h"
#include "watch.h"

struct po_attempt po_attempt_new(pam_handle_t *pamh, int flags)
{
	struct po_attempt a = {
	        .pamh = pamh,
	        .talk = {.pamh = pamh, .text_style = PAM_TEXT_INFO, .client_fd = -1},
	        .silent = ((unsigned)flags & PAM_SILENT) != 0,
	        .start = PO_START_NONE,
	        .begun = po_clock_now(),
	};

	po_reference_make(a.reference);
	return a;
}

void po_attempt_free(struct po_attempt *a)
{
	po_quota_end(&a->start);
	po_identity_free(&a->who);
	po_account_free(&a->account);
	po_config_free(&a->config);
	free(a->service);
	free(a->rhost);
}

bool po_attempt_arguments(struct po_attempt *a, int argc, const char **argv, struct po_fault *f)
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

const char *po_attempt_item(const struct po_attempt *a, int item)
{
	const void *value = NULL;

	return pam_get_item(a->pamh, item, &value) == PAM_SUCCESS ? value : NULL;
}

bool po_attempt_copy_item(const struct po_attempt *a, int item, char **copy, struct po_fault *f)
{
	const char *text = po_attempt_item(a, item);

	*copy = text ? strdup(text) : NULL;
	return *copy || !text || po_fail_memory(f);
}

bool po_attempt_items(struct po_attempt *a, struct po_fault *f)
{
	if (!po_attempt_copy_item(a, PAM_SERVICE, &a->service, f) ||
	    !po_attempt_copy_item(a, PAM_RHOST, &a->rhost, f))
		return false;
	if (geteuid() != po_build_owner())
		return po_fail(f, PO_E_PRIVILEGE, "not called by root");
	if (!a->service)
		return po_fail(f, PO_E_SYSTEM, "no PAM_SERVICE");
	if (!po_attempt_item(a, PAM_CONV))
		return po_fail(f, PO_E_SYSTEM, "no PAM_CONV");
	if (strcmp(a->service, "sshd") == 0)
		a->talk.client_fd = po_watch_find_client(pam_getenv(a->pamh, "SSH_CONNECTION"));
	/* sudo keeps other texts in a buffer where standard output is no terminal (SUD-2) */
	if (strncmp(a->service, "sudo", 4) == 0)
		a->talk.text_style = PAM_ERROR_MSG;
	a->talk.terminal = po_watch_terminal() == PO_TERMINAL_THERE;
	return true;
}

bool po_attempt_user(struct po_attempt *a, struct po_fault *f)
{
	int rc = pam_get_user(a->pamh, &a->user, NULL);

	if (rc != PAM_SUCCESS || !a->user)
		return po_fail(f, PO_E_CONV, "no PAM_USER: %s", pam_strerror(a->pamh, rc));
	return true;
}

const char *po_attempt_log_subject(const struct po_attempt *a)
{
	return a->config.provider.hash_subject ? a->who.subject_hash : a->who.subject;
}

struct po_outcome po_attempt_record(const struct po_attempt *a, char acr[PO_CLAIM_TEXT_SIZE])
{
	const struct po_evidence e = {.request = a->request, .who = &a->who};

	return (struct po_outcome){
	        .reference = a->reference,
	        .user = a->user,
	        .service = a->service,
	        .rhost = a->rhost,
	        .issuer = a->who.issuer ? a->who.issuer
	                  : a->request  ? a->request->issuer
	                                : NULL,
	        .subject = po_attempt_log_subject(a),
	        .acr = a->who.subject ? po_claims_text(&e, "acr", acr) : NULL,
	};
}

struct po_origin po_attempt_origin(const struct po_attempt *a)
{
	return (struct po_origin){
	        .service = a->service,
	        .ssh_connection = pam_getenv(a->pamh, "SSH_CONNECTION"),
	        .rhost = a->rhost,
	        .ruser = po_attempt_item(a, PAM_RUSER),
	};
}

struct po_evidence po_attempt_evidence(const struct po_attempt *a, const struct po_identity *who,
                                       char *address)
{
	const struct po_origin origin = po_attempt_origin(a);
	bool sshd = strcmp(a->service, "sshd") == 0; /* XDV-1: nobody else sets the variable */

	return (struct po_evidence){
	        .request = a->request,
	        .who = who,
	        .service = a->service,
	        .address = po_source_address(&origin, address) ? address : NULL,
	        .prior = sshd ? pam_getenv(a->pamh, "SSH_AUTH_INFO_0") : NULL,
	        .now = po_clock_wall(),
	};
}
