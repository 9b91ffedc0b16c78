/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one fault type of both programs, and the one table from fault to PAM
 * result, log priority and the sentence that the person reads (protocol.md
 * 10.1). The log learns why, the person learns what to do next, and neither
 * learns a secret.
 */
#ifndef PO_ERR_H
#define PO_ERR_H

#include <stdarg.h>
#include <stdbool.h>

#include "po_limits.h"

/*
 * X(code, name in the log, PAM result, syslog priority, sentence)
 *
 * The PAM and syslog columns and the sentence (sentences.h there) are names that
 * only pam_oauth/module expands, so the worker needs none of their headers.
 * ACCESS_DENIED covers the unknown, the unmapped and the forbidden alike
 * (PAM-46): it must not tell a stranger which accounts exist. The order is the
 * wire's numbering: append, never insert.
 */
#define PO_ERR_TABLE(X)                                                                          \
	X(PO_OK, "success", PAM_SUCCESS, LOG_INFO, PO_SAY_NOTHING)                               \
	X(PO_E_SKIPPED, "skipped", PAM_IGNORE, LOG_INFO, PO_SAY_NOTHING)                         \
	X(PO_E_SERVICE, "service_refused", PAM_CONV_ERR, LOG_NOTICE, PO_SAY_NOTHING)             \
	X(PO_E_DENIED, "denied", PAM_AUTH_ERR, LOG_NOTICE, PO_SAY_DENIED)                        \
	X(PO_E_EXPIRED, "expired", PAM_AUTH_ERR, LOG_NOTICE, PO_SAY_EXPIRED)                     \
	X(PO_E_TIMED_OUT, "timed_out", PAM_AUTH_ERR, LOG_NOTICE, PO_SAY_TIMED_OUT)               \
	X(PO_E_UNREACHABLE, "provider_unreachable", PAM_AUTHINFO_UNAVAIL, LOG_ERR,               \
	  PO_SAY_UNREACHABLE)                                                                    \
	X(PO_E_PROVIDER, "provider_answer", PAM_AUTHINFO_UNAVAIL, LOG_ERR, PO_SAY_PROVIDER)      \
	X(PO_E_CLIENT, "client_refused", PAM_AUTHINFO_UNAVAIL, LOG_ERR, PO_SAY_CLIENT)           \
	X(PO_E_ANSWER, "token_answer", PAM_AUTH_ERR, LOG_ERR, PO_SAY_ANSWER)                     \
	X(PO_E_CLIENT_LATE, "client_refused_late", PAM_AUTH_ERR, LOG_ERR, PO_SAY_CLIENT)         \
	X(PO_E_TOKEN, "token_invalid", PAM_AUTH_ERR, LOG_ERR, PO_SAY_UNVERIFIED)                 \
	X(PO_E_NOT_ALLOWED, "not_allowed", PAM_AUTH_ERR, LOG_NOTICE, PO_SAY_ACCESS_DENIED)       \
	X(PO_E_USER_UNKNOWN, "user_unknown", PAM_USER_UNKNOWN, LOG_NOTICE, PO_SAY_ACCESS_DENIED) \
	X(PO_E_CANCELLED, "cancelled", PAM_AUTH_ERR, LOG_NOTICE, PO_SAY_CANCELLED)               \
	X(PO_E_ABORTED, "cancelled", PAM_ABORT, LOG_NOTICE, PO_SAY_CANCELLED)                    \
	X(PO_E_GONE, "client_gone", PAM_AUTH_ERR, LOG_NOTICE, PO_SAY_NOTHING)                    \
	X(PO_E_CONV, "no_conversation", PAM_CONV_ERR, LOG_NOTICE, PO_SAY_NOTHING)                \
	X(PO_E_CONFIG, "misconfigured", PAM_SERVICE_ERR, LOG_ERR, PO_SAY_MISCONFIGURED)          \
	X(PO_E_PRIVILEGE, "insufficient_privilege", PAM_CRED_INSUFFICIENT, LOG_ERR,              \
	  PO_SAY_PRIVILEGE)                                                                      \
	X(PO_E_WORKER, "worker", PAM_AUTHINFO_UNAVAIL, LOG_ERR, PO_SAY_HOST_FAILED)              \
	X(PO_E_MEMORY, "out_of_memory", PAM_BUF_ERR, LOG_CRIT, PO_SAY_MEMORY)                    \
	X(PO_E_SYSTEM, "system_error", PAM_SYSTEM_ERR, LOG_CRIT, PO_SAY_HOST_FAILED)             \
	X(PO_E_LIMITED, "limited", PAM_AUTH_ERR, LOG_NOTICE, PO_SAY_LIMITED)                     \
	X(PO_E_STATE, "state_unusable", PAM_AUTHINFO_UNAVAIL, LOG_ERR, PO_SAY_HOST_FAILED)       \
	X(PO_E_WORKER_LATE, "worker_late", PAM_AUTH_ERR, LOG_ERR, PO_SAY_HOST_FAILED)            \
	X(PO_E_PIN, "pin_unusable", PAM_AUTH_ERR, LOG_ERR, PO_SAY_HOST_FAILED)

enum po_code {
#define PO_ERR_ENUM(code, name, pam, priority, sentence) code,
	PO_ERR_TABLE(PO_ERR_ENUM)
#undef PO_ERR_ENUM
	        PO_CODE_COUNT
};

/* Crosses the wire as it is; holds no pointer, so it can be copied and dropped. */
struct po_fault {
	enum po_code code;
	char text[PO_LIMIT_FAULT_TEXT]; /* for the log: why, where, what the other side said */
};

/* Two kinds of remarks that are no faults: what a curious and what every administrator reads. */
enum po_remark { PO_REMARK_DEBUG, PO_REMARK_WARNING };

/*
 * Fills *f and returns false, always, so that a failure is one line:
 *	return po_fail(f, PO_E_PROVIDER, "discovery: HTTP status %ld", status);
 * A text that does not fit is cut. f may be NULL.
 */
bool po_fail(struct po_fault *f, enum po_code code, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of the text of *f and returns false. */
bool po_fail_context(struct po_fault *f, const char *context);

/* The fault of an allocation that failed; returns false. */
bool po_fail_memory(struct po_fault *f);

/* The stable name of a code in log lines; "unknown" for a number outside the table. */
const char *po_code_name(enum po_code code);

/* True for a number of the table: what came over the wire is checked with it. */
bool po_code_known(unsigned number);

#endif
