/* SPDX-License-Identifier: BSD-2-Clause */
/* The data that authenticate leaves in the PAM handle, wiped with it. */
#include "decision.h"

#include <security/pam_modules.h>
#include <stdlib.h>
#include <string.h>

#include "po_clock.h"
#include "po_secret.h"

#define DATA_DECISION "pam_oauth"
#define DATA_ROUND    "pam_oauth_round"
#define DATA_OWED     "pam_oauth_owed"

struct decision {
	char *user;
	uid_t uid;
	char *issuer;
	char *subject;
	int64_t when;
};

static void free_decision(pam_handle_t *pamh, void *data, int status)
{
	struct decision *d = data;

	(void)pamh;
	(void)status;
	if (!d)
		return;
	po_wipe_str(d->user);
	po_wipe_str(d->issuer);
	po_wipe_str(d->subject);
	free(d);
}

static void free_text(pam_handle_t *pamh, void *data, int status)
{
	(void)pamh;
	(void)status;
	free(data);
}

bool po_decision_keep(pam_handle_t *pamh, const char *user, uid_t uid,
                      const struct po_identity *who, struct po_fault *f)
{
	struct decision *d = calloc(1, sizeof(*d));

	if (!d)
		return po_fail_memory(f);
	d->user = strdup(user);
	d->issuer = strdup(who->issuer);
	d->subject = strdup(who->subject);
	d->uid = uid;
	d->when = po_clock_now();
	if (d->user && d->issuer && d->subject &&
	    pam_set_data(pamh, DATA_DECISION, d, free_decision) == PAM_SUCCESS)
		return true;
	free_decision(pamh, d, 0);
	return po_fail_memory(f);
}

void po_decision_forget(pam_handle_t *pamh)
{
	pam_set_data(pamh, DATA_DECISION, NULL, NULL);
}

enum po_decision po_decision_for(pam_handle_t *pamh, const char *user)
{
	const struct decision *d;
	const void *data = NULL;

	if (pam_get_data(pamh, DATA_DECISION, &data) != PAM_SUCCESS || !data)
		return PO_DECISION_NONE;
	d = data;
	return strcmp(d->user, user) == 0 ? PO_DECISION_SAME : PO_DECISION_OTHER;
}

bool po_decision_round(pam_handle_t *pamh, bool *again, struct po_fault *f)
{
	const void *data = NULL;
	char *mark;

	*again = pam_get_data(pamh, DATA_ROUND, &data) == PAM_SUCCESS && data;
	if (*again)
		return true;
	mark = calloc(1, 1);
	if (mark && pam_set_data(pamh, DATA_ROUND, mark, free_text) == PAM_SUCCESS)
		return true;
	free(mark);
	return po_fail_memory(f);
}

void po_decision_owe(pam_handle_t *pamh, const char *text)
{
	char *copy = text ? strdup(text) : NULL;

	if (pam_set_data(pamh, DATA_OWED, copy, free_text) != PAM_SUCCESS)
		free(copy);
}

const char *po_decision_owed(pam_handle_t *pamh)
{
	const void *data = NULL;

	return pam_get_data(pamh, DATA_OWED, &data) == PAM_SUCCESS && data ? data : "";
}
