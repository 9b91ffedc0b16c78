/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of a rule set: shared by rules_parse.c, which makes it, and rules.c, which asks it. */
#ifndef PO_RULES_IMPL_H
#define PO_RULES_IMPL_H

#include "conditions.h"
#include "pattern.h"
#include "po_list.h"

/* How a rule says whom it is about. */
enum po_rule_who {
	PO_RULE_VALUE,   /* a table line: the claim is this value */
	PO_RULE_PATTERN, /* the pattern's group is the account */
	PO_RULE_MEMBER,  /* the list holds one of these */
};

struct po_rule {
	unsigned line;
	bool deny;
	size_t issuer; /* its number in the set's list */
	size_t claim;  /* likewise */
	enum po_rule_who who;
	enum po_claim_read read;    /* MEMBER */
	struct po_list values;      /* VALUE: one; MEMBER: any of them */
	struct po_pattern *pattern; /* PATTERN */
	struct po_list accounts;    /* VALUE, MEMBER; with deny, none stands for all */
	struct po_conditions conditions;
};

struct po_rules {
	struct po_list issuers;
	struct po_list claims; /* LIM-20 bounds them */
	struct po_rule *rules; /* in the order of the file */
	size_t count;
	size_t room;
};

/*
 * True if no table line says what another one says, and none gives without a condition what another
 * gives with one. Otherwise *line is the later of the two and *f names the earlier.
 */
bool po_rules_consistent(const struct po_rules *r, unsigned *line, struct po_fault *f);

/* Frees what a rule owns. */
void po_rule_free(struct po_rule *rule);

#endif
