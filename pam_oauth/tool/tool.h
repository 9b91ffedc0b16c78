/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam-oauth(8): the administrator's command over the module's own archive and the real worker. Each
 * verb is one function that prints by output.h and returns the exit status.
 */
#ifndef PO_TOOL_H
#define PO_TOOL_H

#include <stdbool.h>

#include "output.h"

enum po_exit {
	PO_EXIT_GOOD = 0,
	PO_EXIT_NO = 1,      /* findings, or the login would be refused */
	PO_EXIT_TROUBLE = 2, /* the question could not be answered */
	PO_EXIT_USAGE = 64,
};

/* What the command line said; NULL = not. */
struct po_tool {
	const char *conf;
	const char *service;
	const char *account;
	const char *claims;
	const char *address;
	const char *prior;
	bool limits;                                                       /* of `revoke` */
	const char *uid;                                                   /* of `revoke` */
	const char *provider, *issuer, *client_id, *secret_file, *ca_file; /* of `setup` */
	const char *jwks, *audience, *now;                                 /* of `verify-token` */
	bool signature_only;
	const char *argument; /* behind the verb */
	struct po_output *out;
};

int po_verb_config(const struct po_tool *t);
int po_verb_check(const struct po_tool *t);
int po_verb_login(const struct po_tool *t);
int po_verb_explain(const struct po_tool *t);
int po_verb_sessions(const struct po_tool *t);
int po_verb_revoke(const struct po_tool *t);
int po_verb_qr(const struct po_tool *t);
int po_verb_verify_token(const struct po_tool *t);
int po_verb_setup(const struct po_tool *t);

#endif
