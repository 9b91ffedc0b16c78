/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From fault to PAM result, priority and sentence: the table of 10.1, written down here once more
 * from the paper. And the outcome line: one event, one line, no field that can fake another
 * (PAM-45, PAM-46). The test brings its own pam_syslog.
 */
#include "scratch.h"
#include "table.h"

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <security/pam_modutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "catalogue.h"
#include "language.h"
#include "log.h"

static struct {
	unsigned lines;
	int priority;
	char text[4096];
} logged;

void pam_syslog(const pam_handle_t *pamh, int priority, const char *fmt, ...)
{
	va_list ap;

	(void)pamh;
	logged.lines++;
	logged.priority = priority;
	va_start(ap, fmt);
	assert_in_range(vsnprintf(logged.text, sizeof(logged.text), fmt, ap), 1,
	                sizeof(logged.text) - 1);
	va_end(ap);
}

/* libpam wants one; our own functions above never look at it. */
static int no_handle;
#define HANDLE ((pam_handle_t *)(void *)&no_handle)

/* What the Linux audit was told. */
static struct {
	unsigned calls;
	int type;
	int result;
	char text[64]; /* as much as libpam keeps */
} audited;

int pam_modutil_audit_write(pam_handle_t *pamh, int type, const char *message, int retval)
{
	(void)pamh;
	audited.calls++;
	audited.type = type;
	audited.result = retval;
	assert_in_range(strlen(message), 1, sizeof(audited.text) - 17);
	strncpy(audited.text, message, sizeof(audited.text) - 1);
	return PAM_SUCCESS;
}

/* What kind of sentence the person reads. */
enum told { SILENCE, DENIED_ALIKE, TRY_AGAIN, ADMINISTRATOR, OTHER };

static const struct {
	enum po_code code;
	int pam;
	int priority;
	enum told told;
	const char *why; /* the row of 10.1 or the rule */
} codes[] = {
        {PO_OK, PAM_SUCCESS, LOG_INFO, SILENCE, "identity validated and mapped"},
        {PO_E_SKIPPED, PAM_IGNORE, LOG_INFO, SILENCE, "explicitly configured to skip"},
        {PO_E_SERVICE, PAM_CONV_ERR, LOG_NOTICE, SILENCE, "NIN-1 refuse_services"},
        {PO_E_DENIED, PAM_AUTH_ERR, LOG_NOTICE, TRY_AGAIN, "user refused at the AS"},
        {PO_E_EXPIRED, PAM_AUTH_ERR, LOG_NOTICE, TRY_AGAIN, "expired"},
        {PO_E_TIMED_OUT, PAM_AUTH_ERR, LOG_NOTICE, TRY_AGAIN, "timed out"},
        {PO_E_UNREACHABLE, PAM_AUTHINFO_UNAVAIL, LOG_ERR, ADMINISTRATOR, "AS unreachable"},
        {PO_E_PROVIDER, PAM_AUTHINFO_UNAVAIL, LOG_ERR, ADMINISTRATOR, "malformed, before"},
        {PO_E_CLIENT, PAM_AUTHINFO_UNAVAIL, LOG_ERR, ADMINISTRATOR, "device endpoint error"},
        {PO_E_ANSWER, PAM_AUTH_ERR, LOG_ERR, ADMINISTRATOR, "malformed, afterwards"},
        {PO_E_CLIENT_LATE, PAM_AUTH_ERR, LOG_ERR, ADMINISTRATOR, "TOK-13 at the token endpoint"},
        {PO_E_TOKEN, PAM_AUTH_ERR, LOG_ERR, ADMINISTRATOR, "token validation failed"},
        {PO_E_NOT_ALLOWED, PAM_AUTH_ERR, LOG_NOTICE, DENIED_ALIKE, "identity not mapped"},
        {PO_E_USER_UNKNOWN, PAM_USER_UNKNOWN, LOG_NOTICE, DENIED_ALIKE, "reveal_unknown"},
        {PO_E_CANCELLED, PAM_AUTH_ERR, LOG_NOTICE, OTHER, "cancel answer"},
        {PO_E_ABORTED, PAM_ABORT, LOG_NOTICE, OTHER, "cancel_aborts"},
        {PO_E_GONE, PAM_AUTH_ERR, LOG_NOTICE, SILENCE, "SSH-13 nobody reads it"},
        {PO_E_CONV, PAM_CONV_ERR, LOG_NOTICE, SILENCE, "conversation fails"},
        {PO_E_CONFIG, PAM_SERVICE_ERR, LOG_ERR, ADMINISTRATOR, "bad configuration"},
        {PO_E_PRIVILEGE, PAM_CRED_INSUFFICIENT, LOG_ERR, OTHER, "insufficient privilege"},
        {PO_E_WORKER, PAM_AUTHINFO_UNAVAIL, LOG_ERR, ADMINISTRATOR, "worker out of order"},
        {PO_E_MEMORY, PAM_BUF_ERR, LOG_CRIT, OTHER, "out of memory"},
        {PO_E_SYSTEM, PAM_SYSTEM_ERR, LOG_CRIT, ADMINISTRATOR, "system call failure"},
        {PO_E_LIMITED, PAM_AUTH_ERR, LOG_NOTICE, OTHER, "PAM-41 exceeded"},
        {PO_E_STATE, PAM_AUTHINFO_UNAVAIL, LOG_ERR, ADMINISTRATOR, "PAM-41 folder unusable"},
        {PO_E_WORKER_LATE, PAM_AUTH_ERR, LOG_ERR, ADMINISTRATOR, "10.1 malformed, afterwards"},
        {PO_E_PIN, PAM_AUTH_ERR, LOG_ERR, ADMINISTRATOR, "MAP-11 somebody has approved"},
};

static bool sentence_is(const char *s, enum told told)
{
	switch (told) {
	case SILENCE:
		return strcmp(s, "") == 0;
	case DENIED_ALIKE: /* PAM-46: the same words for all of them */
		return strcmp(s, "Access denied.") == 0;
	case TRY_AGAIN:
		return strstr(s, "Log in again") && !strstr(s, "administrator");
	case ADMINISTRATOR:
		return strstr(s, "administrator.") != NULL;
	case OTHER:
		return *s && !strstr(s, "administrator") && !strstr(s, "Access denied");
	}
	return false;
}

static void every_code_has_the_result_of_the_paper(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		const char *s = po_language_text(PO_ENGLISH, po_code_sentence(codes[i].code));

		t.row = codes[i].why;
		ROW_NUMBER(&t, codes[i].code, i); /* none is left out */
		ROW_NUMBER(&t, po_code_pam(codes[i].code), codes[i].pam);
		ROW_NUMBER(&t, po_code_priority(codes[i].code), codes[i].priority);
		ROW(&t, sentence_is(s, codes[i].told));
		/* a line of its own on any terminal (UIX-18) */
		ROW(&t, strlen(s) < 80 && (!*s || s[strlen(s) - 1] == '.'));
	}
	t.row = "the table is complete";
	ROW_NUMBER(&t, PO_CODE_COUNT, COUNT(codes));
	table_end(&t);
}

static const struct {
	const char *name;
	enum po_code code;
	unsigned minutes;
	const char *text;
} sentences[] = {
        {"several", PO_E_LIMITED, 10, "Too many sign-ins, try again in 10 minutes."},
        {"two", PO_E_LIMITED, 2, "Too many sign-ins, try again in 2 minutes."},
        {"one", PO_E_LIMITED, 1, "Too many sign-ins, try again in 1 minute."},
        {"none is not said", PO_E_LIMITED, 0, "Too many sign-ins, try again in 1 minute."},
        {"a sentence without a time", PO_E_NOT_ALLOWED, 7, "Access denied."},
        {"silence", PO_E_GONE, 7, ""},
};

static void a_sentence_says_its_minutes(void **state)
{
	struct table t = {0};
	char out[PO_LIMIT_PHRASE];
	char small[12];

	(void)state;
	for (size_t i = 0; i < COUNT(sentences); i++) {
		t.row = sentences[i].name;
		ROW_TEXT(&t,
		         po_code_say(out, sizeof(out), sentences[i].code, PO_ENGLISH,
		                     sentences[i].minutes),
		         sentences[i].text);
	}
	t.row = "no directive is left for a person to wonder about";
	for (unsigned language = 0; language < po_language_count; language++)
		for (int code = 0; code <= PO_CODE_COUNT; code++)
			ROW(&t, !strchr(po_code_say(out, sizeof(out), (enum po_code)code, language,
			                            (unsigned)code % 3),
			                '%'));
	t.row = "cut";
	ROW_TEXT(&t, po_code_say(small, sizeof(small), PO_E_LIMITED, PO_ENGLISH, 1), "Too many si");
	table_end(&t);
}

/* GEN-1: whatever number it is, nothing but PO_OK is success and nothing but SKIPPED is ignored. */
static void an_unknown_code_is_a_failure(void **state)
{
	(void)state;
	for (int i = 1; i < 300; i++) {
		assert_int_not_equal(po_code_pam((enum po_code)i), PAM_SUCCESS);
		if (i != PO_E_SKIPPED)
			assert_int_not_equal(po_code_pam((enum po_code)i), PAM_IGNORE);
	}
	assert_int_equal(po_code_pam(PO_CODE_COUNT), PAM_SYSTEM_ERR);
}

struct line_row {
	const char *name;
	struct po_outcome outcome;
	struct po_fault fault;
	int priority;
	const char *text;
};

/* clang-format off */
static const struct line_row lines[] = {
	{"success", {.reference = "K7QF3M2P", .user = "alice", .service = "sshd",
	 .rhost = "192.0.2.1", .issuer = "https://h", .subject = "f1c8", .acr = "gold",
	 .detail = "line 7"}, {PO_OK, ""}, LOG_INFO,
	 "user=\"alice\" service=\"sshd\" rhost=\"192.0.2.1\" issuer=\"https://h\" sub=\"f1c8\" "
	 "result=success ref=K7QF3M2P acr=\"gold\" reason=\"line 7\""},
	{"failure", {.user = "alice"}, {PO_E_DENIED, "access_denied"}, LOG_NOTICE,
	 "user=\"alice\" service=\"\" rhost=\"\" issuer=\"\" sub=\"\" result=denied ref= acr=\"\" "
	 "reason=\"access_denied\""},
	{"nothing known", {0}, {PO_E_SYSTEM, ""}, LOG_CRIT,
	 "user=\"\" service=\"\" rhost=\"\" issuer=\"\" sub=\"\" result=system_error ref= "
	 "acr=\"\" reason=\"\""},
	{"PAM-45 newline and escapes", {.user = "a\nb", .service = "s\t", .rhost = "h\r",
	 .issuer = "i\x1b[2J", .subject = "s\x7f\xc3\xa9", .acr = "\n"}, {PO_E_TOKEN, "x\ny"}, LOG_ERR,
	 "user=\"a\\x0Ab\" service=\"s\\x09\" rhost=\"h\\x0D\" issuer=\"i\\x1B[2J\" "
	 "sub=\"s\\x7F\\xC3\\xA9\" result=token_invalid ref= acr=\"\\x0A\" reason=\"x\\x0Ay\""},
	{"PAM-45 a field cannot fake another",
	 {.user = "x\" result=success reason=\"", .rhost = "\" sub=\"root", .subject = "s\""},
	 {PO_E_NOT_ALLOWED, "no \"rule\""}, LOG_NOTICE,
	 "user=\"x\\x22 result=success reason=\\x22\" service=\"\" rhost=\"\\x22 sub=\\x22root\" "
	 "issuer=\"\" sub=\"s\\x22\" result=not_allowed ref= acr=\"\" "
	 "reason=\"no \\x22rule\\x22\""},
	{"MAP-14 a format is text", {.user = "%s%n", .rhost = "%d"}, {PO_E_DENIED, "%x"}, LOG_NOTICE,
	 "user=\"%s%n\" service=\"\" rhost=\"%d\" issuer=\"\" sub=\"\" result=denied ref= acr=\"\" "
	 "reason=\"%x\""},
};
/* clang-format on */

static void an_outcome_is_one_line_of_fields(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct po_outcome o = lines[i].outcome;

		t.row = lines[i].name;
		o.fault = &lines[i].fault;
		logged.lines = 0;
		po_log_outcome(HANDLE, &o);
		ROW_NUMBER(&t, logged.lines, 1);
		ROW_NUMBER(&t, logged.priority, lines[i].priority);
		ROW_TEXT(&t, logged.text, lines[i].text);
	}
	table_end(&t);
}

/* A long name is cut, but the line is complete: the result is always there. */
static void long_fields_do_not_push_the_result_out(void **state)
{
	const struct po_fault fault = {.code = PO_E_NOT_ALLOWED, .text = "no rule"};
	char name[3000];
	const struct po_outcome o = {.user = name,
	                             .service = name,
	                             .rhost = name,
	                             .issuer = name,
	                             .subject = name,
	                             .acr = name,
	                             .fault = &fault};

	(void)state;
	memset(name, '\n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	po_log_outcome(HANDLE, &o);
	assert_non_null(strstr(logged.text, " reason=\"no rule\""));
	assert_non_null(strstr(logged.text, " result=not_allowed ref= "));
	assert_null(strchr(logged.text, '\n'));
}

/* The audit record is short and of libaudit's own kind; the log line has the rest. */
static void the_audit_hears_of_each_outcome(void **state)
{
	const struct po_fault fault = {.code = PO_E_NOT_ALLOWED, .text = "no rule"};
	const struct po_outcome o = {.reference = "K7QF3M2P", .user = "x\ny", .fault = &fault};

	(void)state;
	audited.calls = 0;
	po_log_outcome(HANDLE, &o);
	assert_int_equal(audited.calls, 1);
	assert_int_equal(audited.type, 1121);
	assert_int_equal(audited.result, PAM_AUTH_ERR);
	assert_string_equal(audited.text, "pam_oauth ref=K7QF3M2P");
}

static void other_lines_are_escaped(void **state)
{
	const struct po_outcome start = {.reference = "K7QF3M2P",
	                                 .user = "x\" rhost=\"10.0.0.1",
	                                 .service = "su",
	                                 .issuer = "https://sso.example.org"};

	(void)state;
	po_log_line(NULL, LOG_DEBUG, "worker", "step 1\n\x1b");
	assert_int_equal(logged.priority, LOG_DEBUG);
	assert_string_equal(logged.text, "worker: step 1\\x0A\\x1B");
	po_log_start(NULL, &start);
	assert_int_equal(logged.priority, LOG_INFO);
	assert_string_equal(logged.text,
	                    "start: user=\"x\\x22 rhost=\\x2210.0.0.1\" service=\"su\" rhost=\"\" "
	                    "issuer=\"https://sso.example.org\" ref=K7QF3M2P");
}

/* PAM-12: the same with a name for each field, by which a reference leads to its entry; no syslog.
 */
static void the_journal_has_each_field(void **state)
{
	static const char *const fields[] = {
	        "\nPAM_OAUTH_REF=K7QF3M2P\n",     "\nPAM_OAUTH_USER=alice\n",
	        "\nPAM_OAUTH_SERVICE=sshd\n",     "\nPAM_OAUTH_RHOST=192.0.2.7\n",
	        "\nPAM_OAUTH_SUB=248\n",          "\nPAM_OAUTH_ACR=gold\n",
	        "\nPAM_OAUTH_ISSUER=https://h\n", "\nPAM_OAUTH_RESULT=not_allowed\n",
	        "\nPAM_OAUTH_REASON=no rule\n"};
	const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "journal"};
	const struct po_fault fault = {.code = PO_E_NOT_ALLOWED, .text = "no rule"};
	const struct po_outcome o = {"K7QF3M2P",  "alice", "sshd", "192.0.2.7",
	                             "https://h", "248",   "gold", .fault = &fault};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	char entry[4096] = "";

	(void)state;
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	logged.lines = 0;
	po_log_outcome(HANDLE, &o);
	assert_true(recv(fd, entry, sizeof(entry) - 1, 0) > 0);
	for (size_t i = 0; i < COUNT(fields); i++)
		assert_non_null(strstr(entry, fields[i]));
	assert_int_equal(logged.lines, 0);
	close(fd);
	unlink("journal");
}

/* In a folder of its own: in that of the build another test may be journald. */
static int begin(void **state)
{
	static struct scratch files;

	scratch_make(&files);
	*state = &files;
	return chdir(files.dir);
}

static int end(void **state)
{
	scratch_remove(*state);
	return chdir("/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_code_has_the_result_of_the_paper),
	        cmocka_unit_test(a_sentence_says_its_minutes),
	        cmocka_unit_test(an_unknown_code_is_a_failure),
	        cmocka_unit_test(an_outcome_is_one_line_of_fields),
	        cmocka_unit_test(long_fields_do_not_push_the_result_out),
	        cmocka_unit_test(the_audit_hears_of_each_outcome),
	        cmocka_unit_test(other_lines_are_escaped),
	        cmocka_unit_test(the_journal_has_each_field),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
