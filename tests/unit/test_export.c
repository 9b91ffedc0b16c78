/* SPDX-License-Identifier: BSD-2-Clause */
/* PAM-32: what goes into the session's environment; the test brings its own pam_putenv and
 * pam_getenv. */
#include "table.h"

#include <security/pam_appl.h>
#include <stdio.h>

#include "export.h"

/* libpam wants one; pam_putenv below never looks at it. */
static int no_handle;
#define HANDLE ((pam_handle_t *)(void *)&no_handle)

static char put[512]; /* what was set or unset, each followed by '|' */
static bool no_memory;
static const char *there; /* the one variable that is set before */

int pam_putenv(pam_handle_t *pamh, const char *text)
{
	size_t n = strlen(put);

	(void)pamh;
	if (no_memory && strchr(text, '='))
		return PAM_BUF_ERR;
	snprintf(put + n, sizeof(put) - n, "%s|", text);
	return PAM_SUCCESS;
}

/* What the session has already: unsetting anything else is an error to libpam, and logged. */
const char *pam_getenv(pam_handle_t *pamh, const char *name)
{
	(void)pamh;
	return there && strcmp(there, name) == 0 ? "set before" : NULL;
}

static const struct {
	const char *name;
	const char *subject;
	enum po_claim_kind kind;
	const char *label;
	const char *put;
	const char *there;
} rows[] = {
        {"all three", "f1c8", PO_CLAIM_STRING, "alice",
         "PAM_OAUTH_ISSUER=https://i|PAM_OAUTH_SUB=f1c8|PAM_OAUTH_USER=alice|", NULL},
        {"a provider without names", "f1c8", PO_CLAIM_ABSENT, NULL,
         "PAM_OAUTH_ISSUER=https://i|PAM_OAUTH_SUB=f1c8|", NULL},
        {"a provider without names, and a name of before", "f1c8", PO_CLAIM_ABSENT, NULL,
         "PAM_OAUTH_ISSUER=https://i|PAM_OAUTH_SUB=f1c8|PAM_OAUTH_USER|", "PAM_OAUTH_USER"},
        {"a name of a wrong type", "f1c8", PO_CLAIM_INVALID, NULL,
         "PAM_OAUTH_ISSUER=https://i|PAM_OAUTH_SUB=f1c8|PAM_OAUTH_USER|", "PAM_OAUTH_USER"},
        {"a name with an equals sign", "a=b", PO_CLAIM_STRING, "c=d",
         "PAM_OAUTH_ISSUER=https://i|PAM_OAUTH_SUB=a=b|PAM_OAUTH_USER=c=d|", NULL},
        {"control characters are not exported", "f1\nc8", PO_CLAIM_STRING, "al\x1b[2Jice",
         "PAM_OAUTH_ISSUER=https://i|PAM_OAUTH_SUB|", "PAM_OAUTH_SUB"},
};

static void what_is_exported(void **state)
{
	char claim_name[] = "preferred_username";
	char issuer[] = "https://i";
	struct table t = {.row = ""};
	struct po_fault f;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_claim_want want = {.name = claim_name};
		struct po_claim claim = {.kind = rows[i].kind,
		                         .string = (char *)(uintptr_t)rows[i].label};
		struct po_request request = {.wants = &want, .want_count = 1};
		struct po_identity who = {.issuer = issuer,
		                          .subject = (char *)(uintptr_t)rows[i].subject,
		                          .claims = &claim,
		                          .claim_count = 1};
		const struct po_evidence e = {.request = &request, .who = &who};

		t.row = rows[i].name;
		there = rows[i].there;
		put[0] = '\0';
		ROW(&t, po_export_identity(HANDLE, &e, &f));
		ROW_TEXT(&t, put, rows[i].put);
		no_memory = true;
		ROW(&t, !po_export_identity(HANDLE, &e, &f) && f.code == PO_E_MEMORY);
		no_memory = false;
	}
	table_end(&t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_is_exported),
	};

	return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
