/* SPDX-License-Identifier: BSD-2-Clause */
/* Judging conditions: IDT-18 to IDT-20, IDT-23, IDN-4, IDN-13, IDN-14, XDV-1, XDV-2, SRV-146 to
 * 149. */
#include "conditions.h"

#include "table.h"

#define NOW  1700000000
#define SKEW 60

/* One claim of the identity; a second condition's claims are absent. */
struct row {
	const char *name;
	const char *text;
	enum po_claim_kind kind;
	const char *string; /* a string, or members joined by '|' */
	int64_t integer;
	enum po_truth result;
};

#define STRING(s) PO_CLAIM_STRING, (s), 0
#define LIST(s)   PO_CLAIM_LIST, (s), 0
#define NUMBER(n) PO_CLAIM_INTEGER, NULL, (n)
#define TRUTH(b)  PO_CLAIM_BOOLEAN, NULL, (b)
#define NOTHING   PO_CLAIM_ABSENT, NULL, 0
#define INVALID   PO_CLAIM_INVALID, NULL, 0

static const struct row rows[] = {
        {"IDT-19: the level", "acr=gold", STRING("gold"), PO_YES},
        {"IDT-19: one of two", "acr=silver, gold", STRING("gold"), PO_YES},
        {"SRV-147: a lower level", "acr=gold", STRING("silver"), PO_NO},
        {"SRV-147: case", "acr=gold", STRING("Gold"), PO_NO},
        {"SRV-147: a prefix", "acr=gold", STRING("goldish"), PO_NO},
        {"SRV-147: no level", "acr=gold", NOTHING, PO_UNKNOWN},
        {"SRV-147: a level of a wrong type", "acr=gold", INVALID, PO_UNKNOWN},
        {"SRV-147: a list", "acr=gold", LIST("gold"), PO_UNKNOWN},
        {"SRV-147: a truth value", "acr=true", STRING("true"), PO_UNKNOWN},
        {"integers by their digits", "level=2", NUMBER(2), PO_YES},
        {"another integer", "level=2", NUMBER(20), PO_NO},
        {"IDN-4: tid", "tid=9188040d", STRING("9188040d"), PO_YES},
        {"hd of another tenant", "hd=example.org", STRING("evil.example"), PO_NO},

        {"IDT-23: verified", "email_verified=true", TRUTH(true), PO_YES},
        {"IDT-23: not verified", "email_verified=true", TRUTH(false), PO_NO},
        {"IDT-23: the string is no truth", "email_verified=true", STRING("true"), PO_UNKNOWN},
        {"IDT-23: nor is the number", "email_verified=true", NUMBER(1), PO_UNKNOWN},
        {"IDT-23: absent", "email_verified=true", NOTHING, PO_UNKNOWN},
        {"a truth that must be false", "blocked=false", TRUTH(false), PO_YES},
        {"and is not", "blocked=false", TRUTH(true), PO_NO},
        {"nor is absence false", "blocked=false", NOTHING, PO_UNKNOWN},
        {"a quoted word is a string", "x=\"true\"", STRING("true"), PO_YES},
        {"a quoted word is no truth value", "x=\"true\"", TRUTH(true), PO_UNKNOWN},

        {"IDT-20: among others", "amr has mfa", LIST("pwd|mfa"), PO_YES},
        {"SRV-147: not there", "amr has mfa", LIST("pwd"), PO_NO},
        {"SRV-147: an empty list", "amr has mfa", LIST(""), PO_NO},
        {"IDN-14: no list", "groups has admins", NOTHING, PO_UNKNOWN},
        {"SRV-149: an unreadable list", "groups has admins", INVALID, PO_UNKNOWN},
        {"a string where a list is due", "groups has admins", STRING("admins"), PO_UNKNOWN},
        {"case of a group", "groups has admins", LIST("Admins"), PO_NO},
        {"any of two", "groups has admins, ops", LIST("ops"), PO_YES},
        {"words", "scp has word ssh", LIST("ssh"), PO_YES},
        {"keys", "roles has key admin", LIST("admin"), PO_YES},

        {"IDT-18: now", "max_age 900", NUMBER(NOW), PO_YES},
        {"IDT-18: just in time", "max_age 900", NUMBER(NOW - 900 - SKEW), PO_YES},
        {"SRV-146: one second too old", "max_age 900", NUMBER(NOW - 901 - SKEW), PO_NO},
        {"SRV-146: no auth_time", "max_age 900", NOTHING, PO_UNKNOWN},
        {"SRV-146: no number", "max_age 900", INVALID, PO_UNKNOWN},
        {"SRV-146: a string", "max_age 900", STRING("1700000000"), PO_UNKNOWN},
        {"IDT-18: within the skew ahead", "max_age 900", NUMBER(NOW + SKEW), PO_YES},
        {"IDT-18: of the future", "max_age 900", NUMBER(NOW + SKEW + 1), PO_NO},
        {"IDT-18: negative", "max_age 900", NUMBER(-1), PO_UNKNOWN},
        {"IDT-18: the smallest number", "max_age 900", NUMBER(INT64_MIN), PO_UNKNOWN},
        {"IDT-18: the largest number", "max_age 900", NUMBER(INT64_MAX), PO_NO},

        {"sub", "sub=subject", NOTHING, PO_YES},
        {"another sub", "sub=other", NOTHING, PO_NO},

        {"XDV-2: inside", "from 192.0.2.0/24", NOTHING, PO_YES},
        {"XDV-2: outside", "from 198.51.100.0/24", NOTHING, PO_NO},
        {"the service", "service su, sshd", NOTHING, PO_YES},
        {"another service", "service su", NOTHING, PO_NO},
        {"XDV-1: a key came first", "prior publickey", NOTHING, PO_YES},
        {"XDV-1: the second of two methods", "prior hostbased", NOTHING, PO_YES},
        {"XDV-1: another method", "prior gssapi-with-mic", NOTHING, PO_NO},
        {"XDV-1: a prefix of a method", "prior public", NOTHING, PO_NO},
        {"XDV-1: a word behind the method", "prior ssh-ed25519", NOTHING, PO_NO},

        {"all of them", "service sshd and from 192.0.2.0/24 and prior publickey", NOTHING, PO_YES},
        {"all but the last", "service sshd and from 192.0.2.0/24 and prior x", NOTHING, PO_NO},
        {"all but the first", "service su and from 192.0.2.0/24", NOTHING, PO_NO},
        {"no is stronger than unknown", "acr=gold and service su", NOTHING, PO_NO},
        {"unknown is stronger than yes", "service sshd and acr=gold", NOTHING, PO_UNKNOWN},
};

static void fill(struct po_claim *claim, const struct row *row)
{
	*claim = (struct po_claim){
	        .kind = row->kind, .integer = row->integer, .boolean = row->integer != 0};
	if (row->kind == PO_CLAIM_STRING)
		claim->string = strdup(row->string);
	for (const char *s = row->string; row->kind == PO_CLAIM_LIST && *s;) {
		size_t len = strcspn(s, "|");
		char *member = strndup(s, len);

		assert_true(po_list_add(&claim->list, member));
		free(member);
		s += len + (s[len] == '|');
	}
}

static void check(const struct row *row)
{
	struct po_request request = {.issuer = strdup("https://i"), .clock_skew_s = SKEW};
	struct po_identity who = {.issuer = strdup("https://i"), .subject = strdup("subject")};
	const struct po_evidence e = {.request = &request,
	                              .who = &who,
	                              .service = "sshd",
	                              .address = "192.0.2.7",
	                              .prior = "publickey ssh-ed25519 AAAA\nhostbased\n",
	                              .now = NOW};
	const struct po_condition *unmet;
	struct po_conditions c = {0};
	struct po_fault f = {0};
	enum po_truth t;

	if (!po_conditions_read(row->text, &c, &f))
		fail_msg("%s: %s", row->text, f.text);
	assert_true(po_conditions_want(&c, &request, &f));
	assert_true(po_identity_set_claims(&who, request.want_count));
	if (request.want_count)
		fill(&who.claims[0], row);
	t = po_conditions_judge(&c, &e, &unmet);
	if (t != row->result)
		fail_msg("%s: %d", row->name, (int)t);
	assert_true((unmet == NULL) == (t == PO_YES));
	po_conditions_free(&c);
	po_identity_free(&who);
	po_request_free(&request);
}

static void verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check(&rows[i]);
}

struct mail_row {
	const char *name;
	const char *address;
	enum po_claim_kind verified_kind;
	bool verified;
	enum po_truth result;
};

static const struct mail_row mails[] = {
        {"verified, of the domain", "a@example.org", PO_CLAIM_BOOLEAN, true, PO_YES},
        {"of the second domain, in capitals", "a@EXAMPLE.com", PO_CLAIM_BOOLEAN, true, PO_YES},
        {"not verified", "a@example.org", PO_CLAIM_BOOLEAN, false, PO_NO},
        {"SRV-148: a string", "a@example.org", PO_CLAIM_STRING, true, PO_UNKNOWN},
        {"SRV-148: absent", "a@example.org", PO_CLAIM_ABSENT, true, PO_UNKNOWN},
        {"another domain", "a@evil.example", PO_CLAIM_BOOLEAN, true, PO_NO},
        {"a sub-domain", "a@x.example.org", PO_CLAIM_BOOLEAN, true, PO_NO},
        {"two at-signs", "a@evil@example.org", PO_CLAIM_BOOLEAN, true, PO_NO},
        {"no address", NULL, PO_CLAIM_BOOLEAN, true, PO_UNKNOWN},
};

/* IDN-4 */
static void mail_domains(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mails); i++) {
		struct po_request request = {.issuer = NULL};
		struct po_identity who = {.subject = NULL};
		const struct po_evidence e = {.request = &request, .who = &who};
		const struct po_condition *unmet;
		struct po_conditions c = {0};
		struct po_fault f;

		assert_true(po_conditions_read("email at example.org, example.com", &c, &f));
		assert_true(po_conditions_want(&c, &request, &f));
		assert_int_equal(request.want_count, 2);
		assert_string_equal(request.wants[0].name, "email_verified");
		assert_true(po_identity_set_claims(&who, 2));
		who.claims[0].kind = mails[i].verified_kind;
		who.claims[0].boolean = mails[i].verified;
		if (mails[i].verified_kind == PO_CLAIM_STRING)
			who.claims[0].string = strdup("true");
		if (mails[i].address) {
			who.claims[1].kind = PO_CLAIM_STRING;
			who.claims[1].string = strdup(mails[i].address);
		}
		if (po_conditions_judge(&c, &e, &unmet) != mails[i].result)
			fail_msg("%s", mails[i].name);
		po_conditions_free(&c);
		po_identity_free(&who);
		po_request_free(&request);
	}
}

/* IDN-4: however an address is compared, somebody must vouch for it. */
static void mail_compared_by_value(void **state)
{
	static const char *const texts[] = {"email=a@b", "email has a@b"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct po_request request = {.issuer = NULL};
		struct po_identity who = {.subject = NULL};
		const struct po_evidence e = {.request = &request, .who = &who};
		const struct po_condition *unmet;
		struct po_conditions c = {0};
		struct po_fault f;

		assert_true(po_conditions_read(texts[i], &c, &f));
		assert_true(po_conditions_want(&c, &request, &f));
		assert_int_equal(request.want_count, 2);
		assert_string_equal(request.wants[0].name, "email_verified");
		assert_true(po_identity_set_claims(&who, 2));
		who.claims[1].kind = i == 0 ? PO_CLAIM_STRING : PO_CLAIM_LIST;
		who.claims[1].string = strdup("a@b");
		assert_true(po_list_add(&who.claims[1].list, "a@b"));
		assert_int_equal(po_conditions_judge(&c, &e, &unmet), PO_UNKNOWN);
		who.claims[0].kind = PO_CLAIM_BOOLEAN;
		assert_int_equal(po_conditions_judge(&c, &e, &unmet), PO_UNKNOWN);
		who.claims[0].boolean = true;
		assert_int_equal(po_conditions_judge(&c, &e, &unmet), PO_YES);
		po_conditions_free(&c);
		po_identity_free(&who);
		po_request_free(&request);
	}
}

/* Before anybody has signed in, only what needs nobody is judged. */
static void early_judgement(void **state)
{
	static const struct {
		const char *text;
		const char *address;
		const char *prior;
		enum po_truth result;
	} cases[] = {
	        {"acr=gold and amr has mfa and max_age 5 and email at x", "192.0.2.7", NULL,
	         PO_YES},
	        {"from 192.0.2.0/24", "192.0.2.7", NULL, PO_YES},
	        {"from 192.0.2.0/24", "198.51.100.1", NULL, PO_NO},
	        {"from 192.0.2.0/24", NULL, NULL, PO_UNKNOWN},
	        {"from local", "local", NULL, PO_YES},
	        {"acr=gold and prior publickey", "192.0.2.7", NULL, PO_NO},
	        {"prior publickey", "192.0.2.7", "", PO_NO},
	        {"prior publickey", "192.0.2.7", "publickey", PO_YES},
	        {"prior publickey", "192.0.2.7", "password\npublickey x", PO_YES},
	        {"prior publickey", "192.0.2.7", "password publickey", PO_NO},
	        {"prior publickey", "192.0.2.7", "publickey2", PO_NO},
	        {"prior publickey", "192.0.2.7", "gssapi-xx publickey", PO_NO},
	};
	struct po_request request = {.issuer = NULL};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct po_evidence e = {.request = &request,
		                              .service = "sshd",
		                              .address = cases[i].address,
		                              .prior = cases[i].prior};
		const struct po_condition *unmet;
		struct po_conditions c = {0};
		struct po_fault f;

		assert_true(po_conditions_read(cases[i].text, &c, &f));
		if (po_conditions_judge(&c, &e, &unmet) != cases[i].result)
			fail_msg("%s from %s", cases[i].text,
			         cases[i].address ? cases[i].address : "nowhere");
		po_conditions_free(&c);
	}
}

static void the_log_hears_which_condition_failed(void **state)
{
	struct po_request request = {.issuer = NULL};
	const struct po_evidence e = {.request = &request, .service = "su"};
	const struct po_condition *unmet;
	struct po_conditions c = {0};
	struct po_fault f;

	(void)state;
	assert_true(po_conditions_read("service su and service sudo, sshd and prior x", &c, &f));
	assert_int_equal(po_conditions_judge(&c, &e, &unmet), PO_NO);
	assert_string_equal(unmet->text, "service sudo, sshd");
	assert_false(po_conditions_admit_service(&c, "su"));
	assert_false(po_conditions_admit_service(&c, NULL));
	po_conditions_free(&c);
	assert_true(po_conditions_read("from local and service su", &c, &f));
	assert_true(po_conditions_admit_service(&c, "su"));
	po_conditions_free(&c);
	assert_true(po_conditions_admit_service(&c, "su"));
	assert_int_equal(po_conditions_judge(&c, &e, &unmet), PO_YES);
}

/* IDN-13: of a list the values are asked for that a condition names, each once. */
static void lists_are_asked_for_by_value(void **state)
{
	struct po_request request = {.issuer = NULL};
	struct po_conditions c = {0};
	struct po_fault f;

	(void)state;
	assert_true(po_conditions_read("amr has mfa, otp and amr has mfa and max_age 5", &c, &f));
	assert_true(po_conditions_want(&c, &request, &f));
	assert_int_equal(request.want_count, 2);
	assert_string_equal(request.wants[0].name, "amr");
	assert_int_equal(request.wants[0].read, PO_READ_LIST);
	assert_int_equal(request.wants[0].values.count, 2);
	assert_string_equal(request.wants[0].values.items[1], "otp");
	assert_string_equal(request.wants[1].name, "auth_time");
	assert_int_equal(request.wants[1].read, PO_READ_TIME);
	po_conditions_free(&c);
	po_request_free(&request);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(verdicts),
	        cmocka_unit_test(mail_domains),
	        cmocka_unit_test(mail_compared_by_value),
	        cmocka_unit_test(early_judgement),
	        cmocka_unit_test(the_log_hears_which_condition_failed),
	        cmocka_unit_test(lists_are_asked_for_by_value),
	};

	return cmocka_run_group_tests_name("conditions", tests, NULL, NULL);
}
