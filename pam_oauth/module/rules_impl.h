/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of a rule set: shared by rules_parse.c, which makes it, and rules.c, which asks it. */
#ifndef PO_RULES_IMPL_H
#define PO_RULES_IMPL_H

#include "pattern.h"
#include "po_list.h"

struct po_rule {
	unsigned line;
	size_t issuer;              /* its number in the set's list */
	size_t claim;               /* likewise */
	char *value;                /* of a table line; NULL in a pattern rule */
	struct po_list accounts;    /* of a table line */
	struct po_pattern *pattern; /* of a pattern rule; NULL in a table line */
};

struct po_rules {
	struct po_list issuers;
	struct po_list claims; /* LIM-20 bounds them */
	struct po_rule *rules; /* in the order of the file */
	size_t count;
	size_t room;
};

/* Frees what a rule owns. */
void po_rule_free(struct po_rule *rule);

#endif
