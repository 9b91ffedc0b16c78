/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * May this person open this account? Everything that holds on every path stands here: root, uid
 * range, the conditions of the service, the rules, the e-mail conditions. The worker only says who
 * approved; this decides.
 */
#ifndef PO_POLICY_H
#define PO_POLICY_H

#include <stdbool.h>
#include <sys/types.h>

#include "evidence.h"
#include "options.h"

/* The local account that is being opened, as found before the flow starts. */
struct po_account {
	char *name;  /* PAM_USER, owned */
	char *local; /* the same as the account data base spells it: what rules name (MAP-9). Owned;
	              * NULL if there is no such account */
	uid_t uid;   /* (uid_t)-1 if there is no such account */
	bool unknown;      /* there is no such account */
	bool system_range; /* outside min_uid to max_uid or reserved: explicit lines only */
	bool doomed;       /* no identity can open it (PAM-40): refused whatever comes back */
	char reason[128];  /* why, for the log */
};

/*
 * Before any network traffic, in this order: PO_E_SKIPPED for skip_users, PO_E_SERVICE for
 * refuse_services, PO_E_NOT_ALLOWED for a name that MAP-2 refuses; PO_E_SYSTEM when the account
 * data base fails. True: *a is filled, doomed or not. Free it with po_account_free.
 */
bool po_policy_precheck(const struct po_config *c, const char *service, const char *user,
                        struct po_account *a, struct po_fault *f);

/*
 * Completes the request's wants with every claim that the verdict needs: those of the rules
 * (po_rules_wants) and of the service's conditions, each once, whether or not it is already there.
 * False: memory or LIM-20.
 */
bool po_policy_wants(const struct po_config *c, struct po_request *request, struct po_fault *f);

/*
 * The conditions of the service that need nobody (network, prior method, service): false with
 * PO_E_NOT_ALLOWED where one does not hold. Asked before any network traffic (XDV-1, XDV-2), and
 * po_policy_allows asks again.
 */
bool po_policy_admits(const struct po_config *c, const struct po_evidence *e, struct po_fault *f);

/*
 * The predicate. True only if this identity, e->who, may open this account; otherwise
 * PO_E_NOT_ALLOWED (PO_E_USER_UNKNOWN for a name that does not exist, with reveal_unknown) and the
 * log's reason. A doomed account is refused here, last (PAM-40). On success the text of *f names
 * the rule, and *pinnable says whether it is one that a pin is for: it names one person by another
 * claim than sub (MAP-11). e->who = NULL: nobody has
 * signed in; refused too.
 */
bool po_policy_allows(const struct po_config *c, const struct po_evidence *e,
                      const struct po_account *a, bool *pinnable, struct po_fault *f);

/* NULL-safe, idempotent. */
void po_account_free(struct po_account *a);

#endif
