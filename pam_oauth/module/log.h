/* SPDX-License-Identifier: BSD-2-Clause */
/* The way to syslog: one line per event, every field escaped (PAM-45). */
#ifndef PO_LOG_H
#define PO_LOG_H

#include <security/pam_appl.h>
#include <stdbool.h>
#include <stddef.h>

#include "po_err.h"
#include "sentences.h"

/* PAM result, syslog priority and sentence of a code: the module's columns of PO_ERR_TABLE. */
int po_code_pam(enum po_code code);
int po_code_priority(enum po_code code);
enum po_sentence po_code_sentence(enum po_code code);

/*
 * The sentence as a person reads it in this language (language.h); one that names a time says the
 * minutes, at least 1. Written into out (size bytes, always terminated), which is returned.
 */
const char *po_code_say(char *out, size_t size, enum po_code code, unsigned language,
                        unsigned minutes);

/* One attempt, for its lines. Each text may be NULL. */
struct po_outcome {
	const char *reference; /* reference.h */
	const char *user;      /* PAM_USER */
	const char *service;   /* PAM_SERVICE */
	const char *rhost;     /* PAM_RHOST */
	const char *issuer;
	const char *subject;          /* only after verification (IDT-25) */
	const char *acr;              /* likewise, where a rule or condition asked for it */
	const char *detail;           /* of a success: which rule */
	const struct po_fault *fault; /* code PO_OK = success */
};

/*
 * The outcome line: pam_oauth(...): user=... service=... rhost=... issuer=... sub=... result=...
 * ref=... acr=... reason="...". Where journald is, it goes there with the fields apart
 * (PAM_OAUTH_USER=... and so on), else to syslog; the Linux audit gets the reference.
 */
void po_log_outcome(pam_handle_t *pamh, const struct po_outcome *o);

/* PAM-45: the line that says that a flow begins. */
void po_log_start(pam_handle_t *pamh, const struct po_outcome *o);

/* Any other line, "what: text", the text escaped. */
void po_log_line(pam_handle_t *pamh, int priority, const char *what, const char *text);

#endif
