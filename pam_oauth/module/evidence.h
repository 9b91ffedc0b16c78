/* SPDX-License-Identifier: BSD-2-Clause */
/* What a verdict rests on: who approved, and the circumstances that the module saw itself. */
#ifndef PO_EVIDENCE_H
#define PO_EVIDENCE_H

#include <stdint.h>
#include <sys/types.h>

#include "po_types.h"

struct po_evidence {
	const struct po_request *request; /* its wants name the claims of *who, in their order */
	const struct po_identity *who;    /* NULL: nobody has signed in (yet) */
	const char *service;              /* PAM_SERVICE */
	const char *address; /* numeric, of the client; "local" (network.h); NULL: not known */
	const char *prior;   /* SSH_AUTH_INFO_0, under sshd only (XDV-1); NULL: nothing */
	int64_t now;         /* wall clock */
	uid_t caller;        /* who called su or sudo, by po_source_caller; filled for grace.h */
};

/* Three answers: what cannot be known must be told apart from "no" where a rule denies. */
enum po_truth { PO_NO, PO_YES, PO_UNKNOWN };

#endif
