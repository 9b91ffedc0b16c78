/* SPDX-License-Identifier: BSD-2-Clause */
/* A login that is only asked about: configuration, account and circumstances, and the verdict. */
#ifndef PO_CASE_H
#define PO_CASE_H

#include "config.h"
#include "policy.h"
#include "tool.h"

struct po_case {
	struct po_config config;
	struct po_account account;
	struct po_identity who;
	const char *service;
	const char *address;
	const char *prior;
};

/* Loads, and looks the account up; false: *f. Free it in any case. */
bool po_case_load(struct po_case *c, const struct po_tool *t, struct po_fault *f);
void po_case_free(struct po_case *c);

/* Says what each rule and condition makes of c->who; true if the account would be opened. */
bool po_case_judge(struct po_case *c, struct po_output *out);

#endif
