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
 *	allow email=carol@example.org                  as carol
 *	allow preferred_username~([a-z][a-z0-9]*)      as \1
 *
 * Rules belong to the issuer line above them (IDN-9). '=' compares bytes, an integer by its
 * decimal text; '~' is a POSIX extended regular expression (pattern.h) whose one group must equal
 * the account byte for byte; such a rule, and only it, takes "as \1". No blanks around '=' and '~'.
 * Words that hold blanks stand in double quotes, with \" and \\ inside. A value alone, always
 * quoted, is compared with the claim that identity_claim names. First match decides, no match
 * denies (MAP-4).
 */
#ifndef PO_RULES_H
#define PO_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "po_types.h"

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

/* The claims that rules of this issuer compare, for the cross-checks of the configuration
 * (IDN-3, IDN-4): calls each once per claim name, with the first line that compares it; stops and
 * returns false when it returns false. */
bool po_rules_each_claim(const struct po_rules *r, const char *issuer,
                         bool (*each)(void *ctx, const char *claim, unsigned line), void *ctx);

/* Is there any rule of this issuer under which some identity could open this account? With
 * explicit_only: any table line that names it (PAM-40, MAP-7, MAP-8). */
bool po_rules_name_account(const struct po_rules *r, const char *issuer, const char *account,
                           bool explicit_only);

struct po_rules_match {
	unsigned line;      /* of the rule that decided */
	const char *claim;  /* that it compared; borrowed from the rules */
	bool explicit_line; /* a table line that names the account, not a pattern (MAP-7, MAP-8) */
	bool starved;       /* no rule said so, but one could not be asked for want of memory */
};

/* May this identity open this account? True and *m filled if a rule says so; else only its
 * `starved` means something. The claims of *who are in the order of the request's wants. */
bool po_rules_allow(const struct po_rules *r, const struct po_request *request,
                    const struct po_identity *who, const char *account, struct po_rules_match *m);

#endif
