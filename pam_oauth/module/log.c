/* SPDX-License-Identifier: BSD-2-Clause */
/* From fault to PAM result and to one syslog line, by the one table (10.1). */
#include "log.h"

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "po_text.h"

struct columns {
	int pam;
	int priority;
	const char *sentence;
};

static struct columns columns_of(enum po_code code)
{
	switch (code) {
#define PO_ERR_COLUMNS(c, name, pam, priority, sentence) \
	case c:                                          \
		return (struct columns){pam, priority, sentence};
		PO_ERR_TABLE(PO_ERR_COLUMNS)
#undef PO_ERR_COLUMNS
	case PO_CODE_COUNT:
		break;
	}
	return (struct columns){PAM_SYSTEM_ERR, LOG_CRIT, ""};
}

int po_code_pam(enum po_code code)
{
	return columns_of(code).pam;
}

int po_code_priority(enum po_code code)
{
	return columns_of(code).priority;
}

const char *po_code_sentence(enum po_code code)
{
	return columns_of(code).sentence;
}

const char *po_sentence(char *out, size_t size, enum po_code code, unsigned minutes)
{
	const char *text = po_code_sentence(code);
	size_t before = strcspn(text, "#");

	if (!text[before])
		snprintf(out, size, "%s", text);
	else
		snprintf(out, size, "%.*s%u %s%s", (int)before, text, minutes ? minutes : 1,
		         minutes > 1 ? "minutes" : "minute", text + before + 1);
	return out;
}

#define FIELD 300 /* an escaped value of LIM-9, or most of it */

void po_log_outcome(pam_handle_t *pamh, const struct po_outcome *o)
{
	char user[FIELD];
	char rhost[FIELD];
	char issuer[FIELD];
	char subject[FIELD];
	char reason[PO_LIMIT_FAULT_TEXT];

	po_text_escape(user, sizeof(user), o->user);
	po_text_escape(rhost, sizeof(rhost), o->rhost);
	po_text_escape(issuer, sizeof(issuer), o->issuer);
	po_text_escape(subject, sizeof(subject), o->subject);
	po_text_escape(reason, sizeof(reason),
	               o->fault->code == PO_OK ? o->detail : o->fault->text);
	pam_syslog(pamh, po_code_priority(o->fault->code),
	           "user=\"%s\" rhost=\"%s\" issuer=\"%s\" sub=\"%s\" result=%s reason=\"%s\"",
	           user, rhost, issuer, subject, po_code_name(o->fault->code), reason);
}

void po_log_start(pam_handle_t *pamh, const char *user, const char *rhost, const char *issuer)
{
	char u[FIELD];
	char r[FIELD];
	char i[FIELD];

	pam_syslog(pamh, LOG_INFO, "start: user=\"%s\" rhost=\"%s\" issuer=\"%s\"",
	           po_text_escape(u, sizeof(u), user), po_text_escape(r, sizeof(r), rhost),
	           po_text_escape(i, sizeof(i), issuer));
}

void po_log_line(pam_handle_t *pamh, int priority, const char *what, const char *text)
{
	char clean[PO_LIMIT_FAULT_TEXT];

	pam_syslog(pamh, priority, "%s: %s", what, po_text_escape(clean, sizeof(clean), text));
}
