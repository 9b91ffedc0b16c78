/* SPDX-License-Identifier: BSD-2-Clause */
/* The way to syslog: one line per event, every field escaped (PAM-45). */
#ifndef PO_LOG_H
#define PO_LOG_H

#include <security/pam_appl.h>
#include <stdbool.h>

#include "po_err.h"

/* PAM result, syslog priority and sentence of a code: the module's columns of PO_ERR_TABLE. */
int po_code_pam(enum po_code code);
int po_code_priority(enum po_code code);
const char *po_code_sentence(enum po_code code);

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

/* A line at debug level if debug is on. */
void po_log_debug(pam_handle_t *pamh, bool debug, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));

/* A line of the administrator's concern at this priority. */
void po_log_notice(pam_handle_t *pamh, int priority, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));

#endif
