/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One login: start the worker, send the request, show the challenge, wait for the identity. Owns
 * the deadline (PAM-37). Decides nothing: that is policy.c.
 */
#ifndef PO_LOGIN_H
#define PO_LOGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "po_types.h"
#include "ui.h"

struct po_login {
	const struct po_config *config;
	struct po_request *request; /* with wants filled; its secret is wiped once sent */
	const struct po_ui *ui;
	void *pamh; /* for launch.c only */
	const char *service;
	const char *account;
	int64_t begun; /* po_clock_now of the attempt: max_wait includes what was asked before */
	bool shown;    /* out: the code was put before a person */
};

/* True: *who is validated (po_identity_valid). False: *f. No worker is left in either case. */
bool po_login_run(struct po_login *l, struct po_identity *who, struct po_fault *f);

#endif
