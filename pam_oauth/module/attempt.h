/* SPDX-License-Identifier: BSD-2-Clause */
/* One call of authenticate or acct_mgmt: what the application gave, and what became of it. */
#ifndef PO_ATTEMPT_H
#define PO_ATTEMPT_H

#include <security/pam_appl.h>
#include <stdbool.h>

#include "claims.h"
#include "config.h"
#include "conversation.h"
#include "evidence.h"
#include "log.h"
#include "policy.h"
#include "quota.h"
#include "reference.h"
#include "source.h"

struct po_attempt {
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
	int64_t begun; /* PAM-37: when the application called */
	char reference[PO_REFERENCE_SIZE];
	bool shown;    /* a code was put before a person */
	bool graced;   /* nobody was asked: an earlier approval counts (PAM-39) */
	bool pinnable; /* of the rule that decided (MAP-11) */
};

/* An attempt that has not begun; po_attempt_free wipes and frees what it owns in the end. */
struct po_attempt po_attempt_new(pam_handle_t *pamh, int flags);
void po_attempt_free(struct po_attempt *a);

/* The module's arguments: `debug` and `conf=/PATH`, anything else is PO_E_CONFIG (PAM-6). */
bool po_attempt_arguments(struct po_attempt *a, int argc, const char **argv, struct po_fault *f);

/* PAM_SERVICE, PAM_RHOST, the client's connection; PO_E_PRIVILEGE for a caller who is not root
 * (PAM-36), PO_E_SYSTEM for an application without service or conversation. */
bool po_attempt_items(struct po_attempt *a, struct po_fault *f);

/* PAM_USER, asked for if the application has not set it (PAM-19); PO_E_CONV if there is none. */
bool po_attempt_user(struct po_attempt *a, struct po_fault *f);

/* What its log lines say, fault and detail left to the caller; acr is room for an integer. */
struct po_outcome po_attempt_record(const struct po_attempt *a, char acr[PO_CLAIM_TEXT_SIZE]);

/* Who signed in, as a log may have it (PAM-45); NULL = nobody yet. Borrowed. */
const char *po_attempt_log_subject(const struct po_attempt *a);

/* An item that is a text, borrowed, or a copy of it to free; NULL if it is not set. False: memory.
 */
const char *po_attempt_item(const struct po_attempt *a, int item);
bool po_attempt_copy_item(const struct po_attempt *a, int item, char **copy, struct po_fault *f);

/* Where the login comes from; borrowed from *a and its handle. */
struct po_origin po_attempt_origin(const struct po_attempt *a);

/* What the verdict on *who (NULL: nobody yet) rests on. address has PO_SOURCE_SIZE bytes and must
 * live as long. */
struct po_evidence po_attempt_evidence(const struct po_attempt *a, const struct po_identity *who,
                                       char *address);

#endif
