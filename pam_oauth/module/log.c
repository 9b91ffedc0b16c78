/* SPDX-License-Identifier: BSD-2-Clause */
/* From fault to PAM result and to one syslog line, by the one table (10.1). */
#include "log.h"

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <security/pam_modutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "journal.h"
#include "language.h"
#include "po_text.h"

struct columns {
	int pam;
	int priority;
	enum po_sentence sentence;
};

static struct columns columns_of(enum po_code code)
{
	switch (code) {
#define PO_ERR_COLUMNS(c, name, pam, priority, sentence) \
	case c:                                          \
		return (struct columns){pam, priority, sentence};
		/* NOLINTNEXTLINE(bugprone-branch-clone): rows of the table may agree */
		PO_ERR_TABLE(PO_ERR_COLUMNS)
#undef PO_ERR_COLUMNS
	case PO_CODE_COUNT:
		break;
	}
	return (struct columns){PAM_SYSTEM_ERR, LOG_CRIT, PO_SAY_NOTHING};
}

int po_code_pam(enum po_code code)
{
	return columns_of(code).pam;
}

int po_code_priority(enum po_code code)
{
	return columns_of(code).priority;
}

enum po_sentence po_code_sentence(enum po_code code)
{
	return columns_of(code).sentence;
}

const char *po_code_say(char *out, size_t size, enum po_code code, unsigned language,
                        unsigned minutes)
{
	enum po_sentence sentence = po_code_sentence(code);
	char number[16];
	const char *const values[] = {number, NULL};

	if (sentence == PO_SAY_LIMITED && minutes > 1)
		sentence = PO_SAY_LIMITED_LONGER;
	snprintf(number, sizeof(number), "%u", minutes);
	return po_language_say(out, size, language, sentence, values);
}

#define FIELD      300 /* an escaped value of LIM-9, or most of it */
#define LINE_LIMIT 4096

#define AUDIT_TRUSTED_APP 1121 /* a number of libaudit.h, which is one library more */

/* The fields of an attempt, escaped. */
struct fields {
	char user[FIELD];
	char service[FIELD];
	char rhost[FIELD];
	char issuer[FIELD];
	char subject[FIELD];
	char acr[FIELD];
	char reason[PO_LIMIT_FAULT_TEXT];
};

static void escape(struct fields *x, const struct po_outcome *o)
{
	po_text_escape(x->user, sizeof(x->user), o->user);
	po_text_escape(x->service, sizeof(x->service), o->service);
	po_text_escape(x->rhost, sizeof(x->rhost), o->rhost);
	po_text_escape(x->issuer, sizeof(x->issuer), o->issuer);
	po_text_escape(x->subject, sizeof(x->subject), o->subject);
	po_text_escape(x->acr, sizeof(x->acr), o->acr);
	x->reason[0] = '\0';
	if (o->fault)
		po_text_escape(x->reason, sizeof(x->reason),
		               o->fault->code == PO_OK ? o->detail : o->fault->text);
}

/* journald shows MESSAGE as syslog would: with the module's name in front. */
static bool to_journal(const struct po_outcome *o, const struct fields *x, const char *line)
{
	const char *result = po_code_name(o->fault->code);
	struct po_buf entry;
	char *message = NULL;
	bool ok;

	if (asprintf(&message, "pam_oauth(%s:auth): %s", x->service, line) < 0)
		return false;
	po_buf_init(&entry, 3 * LINE_LIMIT);
	po_journal_begin(&entry, po_code_priority(o->fault->code), message);
	po_journal_add(&entry, "PAM_OAUTH_REF", o->reference);
	po_journal_add(&entry, "PAM_OAUTH_USER", x->user);
	po_journal_add(&entry, "PAM_OAUTH_SERVICE", x->service);
	po_journal_add(&entry, "PAM_OAUTH_RHOST", x->rhost);
	po_journal_add(&entry, "PAM_OAUTH_ISSUER", x->issuer);
	po_journal_add(&entry, "PAM_OAUTH_SUB", x->subject);
	po_journal_add(&entry, "PAM_OAUTH_ACR", x->acr);
	po_journal_add(&entry, "PAM_OAUTH_RESULT", result);
	po_journal_add(&entry, "PAM_OAUTH_REASON", x->reason);
	ok = po_journal_send(&entry);
	po_buf_free(&entry);
	free(message);
	return ok;
}

/* libpam keeps 64 bytes of it: the reference leads to the rest. */
static void to_audit(pam_handle_t *pamh, const struct po_outcome *o)
{
	char text[48];

	snprintf(text, sizeof(text), "pam_oauth ref=%s", o->reference ? o->reference : "");
	pam_modutil_audit_write(pamh, AUDIT_TRUSTED_APP, text, po_code_pam(o->fault->code));
}

void po_log_outcome(pam_handle_t *pamh, const struct po_outcome *o)
{
	char line[LINE_LIMIT];
	struct fields x;

	escape(&x, o);
	snprintf(line, sizeof(line),
	         "user=\"%s\" service=\"%s\" rhost=\"%s\" issuer=\"%s\" sub=\"%s\" result=%s "
	         "ref=%s acr=\"%s\" reason=\"%s\"",
	         x.user, x.service, x.rhost, x.issuer, x.subject, po_code_name(o->fault->code),
	         o->reference ? o->reference : "", x.acr, x.reason);
	if (!to_journal(o, &x, line))
		pam_syslog(pamh, po_code_priority(o->fault->code), "%s", line);
	to_audit(pamh, o);
}

void po_log_start(pam_handle_t *pamh, const struct po_outcome *o)
{
	struct fields x;

	escape(&x, o);
	pam_syslog(pamh, LOG_INFO,
	           "start: user=\"%s\" service=\"%s\" rhost=\"%s\" issuer=\"%s\" ref=%s", x.user,
	           x.service, x.rhost, x.issuer, o->reference ? o->reference : "");
}

void po_log_line(pam_handle_t *pamh, int priority, const char *what, const char *text)
{
	char clean[PO_LIMIT_FAULT_TEXT];

	pam_syslog(pamh, priority, "%s: %s", what, po_text_escape(clean, sizeof(clean), text));
}
