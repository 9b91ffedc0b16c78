/* SPDX-License-Identifier: BSD-2-Clause */
/* The way to syslog: one line per event, every field escaped (PAM-45). */
#ifndef PO_LOG_H
#define PO_LOG_H

#include <security/pam_appl.h>
#include <stdbool.h>
#include <stddef.h>

#include "po_err.h"

/* PAM result, syslog priority and sentence of a code: the module's columns of PO_ERR_TABLE. */
int po_code_pam(enum po_code code);
int po_code_priority(enum po_code code);
const char *po_code_sentence(enum po_code code);

/*
 * The sentence as a person reads it: minutes, at least 1, in the place of its '#' if it has one.
 * Written into out (size bytes, always terminated), which is returned.
 */
const char *po_sentence(char *out, size_t size, enum po_code code, unsigned minutes);

struct po_outcome {
	const char *user;             /* PAM_USER */
	const char *rhost;            /* PAM_RHOST; may be NULL */
	const char *issuer;           /* may be NULL */
	const char *subject;          /* may be NULL; only after verification (IDT-25) */
	const char *detail;           /* of a success: which rule */
	const struct po_fault *fault; /* code PO_OK = success */
};

/* The outcome line: pam_oauth(...): user=... rhost=... issuer=... sub=... result=... reason="..."
 */
void po_log_outcome(pam_handle_t *pamh, const struct po_outcome *o);

/* PAM-45: the line that says that a flow begins. rhost may be NULL. */
void po_log_start(pam_handle_t *pamh, const char *user, const char *rhost, const char *issuer);

/* Any other line, "what: text", the text escaped. */
void po_log_line(pam_handle_t *pamh, int priority, const char *what, const char *text);

#endif
