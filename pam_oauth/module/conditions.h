/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Conditions, the same for a rule (after `if`) and for a service (`require`), joined by `and`:
 *
 *	acr=gold, silver             the claim has one of these values (IDT-19)
 *	email_verified=true          the claim is the truth value
 *	groups has admins, ops       the list holds one of these (IDT-20, IDN-13)
 *	scp has word ssh             the same, of words in one string
 *	roles has key admin          the same, of the members of an object
 *	email at example.org         verified, and of this domain (IDN-4)
 *	from 10.0.0.0/8, local       the client's address (XDV-2)
 *	service sudo, su             PAM_SERVICE
 *	prior publickey              what sshd has seen before (XDV-1)
 *	max_age 900                  seconds since the person signed in (IDT-18)
 */
#ifndef PO_CONDITIONS_H
#define PO_CONDITIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "evidence.h"
#include "words.h"

enum po_condition_kind {
	PO_CONDITION_EQUALS,
	PO_CONDITION_IS, /* a truth value */
	PO_CONDITION_HAS,
	PO_CONDITION_EMAIL_AT,
	PO_CONDITION_FROM,
	PO_CONDITION_SERVICE,
	PO_CONDITION_PRIOR,
	PO_CONDITION_MAX_AGE,
};

struct po_condition {
	enum po_condition_kind kind;
	char *text;              /* as it was written: for the log */
	char *claim;             /* EQUALS, IS, HAS */
	enum po_claim_read read; /* HAS */
	struct po_list values;   /* any of them */
	bool truth;              /* IS */
	unsigned long seconds;   /* MAX_AGE */
};

struct po_conditions {
	struct po_condition *items;
	size_t count;
};

/*
 * Takes conditions from *at up to where no `and` follows. False: PO_E_CONFIG, why; *c must be
 * empty and stays so.
 */
bool po_conditions_parse(struct po_cursor *at, struct po_conditions *c, struct po_fault *f);

/* The same for a whole text: nothing may be left. */
bool po_conditions_read(const char *text, struct po_conditions *c, struct po_fault *f);

/* Makes room for one more, empty; the caller fills it, its text included. NULL: *f. */
struct po_condition *po_conditions_append(struct po_conditions *c, struct po_fault *f);

/* Asks for the claims that they read (po_claims_want). */
bool po_conditions_want(const struct po_conditions *c, struct po_request *request,
                        struct po_fault *f);

/*
 * Do all of them hold? NO if one does not, else UNKNOWN if one cannot be known (a claim that is
 * absent or of the wrong type), else YES; *unmet is then the first of them that does not hold, or
 * NULL. With e->who = NULL only those are judged that need nobody: the others count as held.
 */
enum po_truth po_conditions_judge(const struct po_conditions *c, const struct po_evidence *e,
                                  const struct po_condition **unmet);

/* Does SSH_AUTH_INFO_0 (NULL: not set) show that this method was accepted? (XDV-1) */
bool po_conditions_prior(const char *prior, const char *method);

/* Is this service one that the conditions do not exclude? (PAM-40) */
bool po_conditions_admit_service(const struct po_conditions *c, const char *service);

/* NULL-safe, idempotent. */
void po_conditions_free(struct po_conditions *c);

#endif
