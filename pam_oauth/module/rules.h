/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rule file: which identity may open which account (protocol.md chapter 9). A predicate only:
 * it never names an account to switch to (MAP-3).
 *
 *	# who                                         may open
 *	issuer https://sso.example.org/realms/main
 *	allow sub=f1c8e2d4-0000-4a7e-9d3b-1b2c3d4e5f60 as alice
 *	allow sub="9b2 with a blank"                   as bob, deploy   # a shared account
 *	allow "9b2 of the claim identity_claim"        as bob
 *	deny  groups has contractors                   as deploy
 *	allow groups has admins, ops                   as deploy if amr has mfa and from 10.0.0.0/8
 *	allow preferred_username~([a-z][a-z0-9]*)      as \1
 *
 * Rules belong to the issuer line above them (IDN-9). '=' compares bytes, an integer by its
 * decimal text; '~' is a POSIX extended regular expression (pattern.h) whose one group must equal
 * the account byte for byte; such a rule, and only it, takes "as \1"; `has` looks into a list. No
 * blanks around '=' and '~'. Words that hold blanks stand in double quotes, with \" and \\ inside.
 * A value alone, always quoted, is compared with the claim that identity_claim names. Behind `if`
 * stand conditions (conditions.h), without which the rule is as if it were not there. First match
 * decides, no match denies (MAP-4). A `deny` without `as` is about every account; it also decides
 * where a claim that it reads is absent or cannot be read (IDN-14).
 */
#ifndef PO_RULES_H
#define PO_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "evidence.h"

struct po_rules;

/* Parses a whole rule file (text of len bytes; path is for messages): any error refuses all of it
 * (MAP-13). default_claim names the claim of rules that give a value alone. NULL with f filled. */
struct po_rules *po_rules_parse(const char *path, const char *text, size_t len,
                                const char *default_claim, struct po_fault *f);
void po_rules_free(struct po_rules *r);

/*
 * Appends to the request each claim that a rule for its issuer reads, once: `email` together with
 * `email_verified`, without which it says nothing (IDN-4), and `sub` not at all, since every
 * identity has it. False: memory or LIM-20 (PO_E_CONFIG).
 */
bool po_rules_wants(const struct po_rules *r, struct po_request *request, struct po_fault *f);

/* The claims by which rules of the request's issuers (po_tenant.h) tell who somebody is, for the
 * cross-checks of the configuration (IDN-3, IDN-4): calls each once per claim name, with the first
 * line that does; stops and returns false when it returns false. */
bool po_rules_each_claim(const struct po_rules *r, const struct po_request *request,
                         bool (*each)(void *ctx, const char *claim, unsigned line), void *ctx);

/* Is there any rule of one of these issuers under which some identity could open this account by
 * this service? With explicit_only: one that names the account (PAM-40, MAP-7, MAP-8). */
bool po_rules_name_account(const struct po_rules *r, const struct po_request *request,
                           const char *account, const char *service, bool explicit_only);

struct po_rules_match {
	unsigned line;      /* of the rule that decided; 0: none did */
	const char *claim;  /* that it compared; borrowed from the rules */
	bool denied;        /* it was a `deny` */
	bool explicit_line; /* it names the account, and is no pattern (MAP-7, MAP-8) */
	bool by_value;      /* it names one person by a value or pattern, not a group (MAP-11) */
	bool starved;       /* a rule could not be asked for want of memory */
	unsigned near_line; /* the last rule that only a condition kept from deciding; 0: none */
	const char *near;   /* that condition, as it is written; borrowed */
};

/* May this identity, e->who, open this account? *m is filled in any case. */
bool po_rules_allow(const struct po_rules *r, const struct po_evidence *e, const char *account,
                    struct po_rules_match *m);

#endif
