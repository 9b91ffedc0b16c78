/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decision: MAP-2, MAP-7 to MAP-9, PAM-40, IDN-4, chapter 13.7 and the risks of 9.2 that a
 * value of a claim can bring. Linked with --wrap=getpwnam_r: the account data base is the table
 * below, so that the verdicts do not depend on the host.
 */
#include "policy.h"

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "policy_rows.h"
#include "rules.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct entry {
	const char *name;
	uid_t uid;
	const char *spelled; /* pw_name; NULL: as asked for */
	size_t needs;        /* bytes of buffer before it stops saying ERANGE */
	int error;           /* what the data base answers instead */
};

static const struct entry entries[] = {
        {"root", 0, NULL, 0, 0},
        {"toor", 0, NULL, 0, 0},
        {"ROOT", 0, "root", 0, 0},
        {"daemon", 1, NULL, 0, 0},
        {"sshd", 105, NULL, 0, 0},
        {"system999", 999, NULL, 0, 0},
        {"alice", 1000, NULL, 0, 0},
        {"ALICE", 1000, "alice", 0, 0},
        {"Alice", 1000, "alice", 0, 0},
        {"al", 1000, "alice", 0, 0},
        {"alicf", 1000, "alice", 0, 0},
        {"alice ", 1000, "alice", 0, 0},
        {"bob", 1001, NULL, 0, 0},
        {"DOM\\dave", 70001, NULL, 0, 0},
        {LONG_32 "g", 1002, NULL, 0, 0},
        {"0", 1003, NULL, 0, 0},
        {"1000", 1004, NULL, 0, 0},
        {"ann\xc3\xa9", 1005, NULL, 0, 0},
        {"alice$", 1006, NULL, 0, 0},
        {"alice.", 1007, NULL, 0, 0},
        {"+1", 1008, NULL, 0, 0},
        {"a b", 1009, NULL, 0, 0},
        {"below", 61183, NULL, 0, 0},
        {"dynfirst", 61184, NULL, 0, 0},
        {"dyn", 61200, NULL, 0, 0},
        {"dynlast", 65519, NULL, 0, 0},
        {"above", 65520, NULL, 0, 0},
        {"nobody", 65534, NULL, 0, 0},
        {"overflow", 65535, NULL, 0, 0},
        {"past", 65536, NULL, 0, 0},
        {"last", 4294967293U, NULL, 0, 0},
        {"minustwo", 4294967294U, NULL, 0, 0},
        {"minusone", 4294967295U, NULL, 0, 0},
        {"bulky", 1010, NULL, 100000, 0},
        {"endless", 1011, NULL, SIZE_MAX, 0},
        {"broken", 0, NULL, 0, EIO},
        {"absent2", 0, NULL, 0, ENOENT},
        {"absent3", 0, NULL, 0, ESRCH},
};

int __wrap_getpwnam_r(const char *name, struct passwd *pw, char *text, size_t size,
                      struct passwd **result);

int __wrap_getpwnam_r(const char *name, struct passwd *pw, char *text, size_t size,
                      struct passwd **result)
{
	*result = NULL;
	for (size_t i = 0; i < COUNT(entries); i++) {
		const struct entry *e = &entries[i];

		if (strcmp(e->name, name) != 0)
			continue;
		if (e->error)
			return e->error;
		if (size < e->needs || size < 300)
			return ERANGE;
		snprintf(text, size, "%s", e->spelled ? e->spelled : e->name);
		*pw = (struct passwd){.pw_name = text, .pw_uid = e->uid};
		*result = pw;
		return 0;
	}
	return 0;
}

static void make_config(struct po_config *c, const struct setup *s)
{
	char text[1024];
	struct po_fault f = {0};

	snprintf(text, sizeof(text), "issuer " ISSUER "\n%s", s->rules);
	*c = (struct po_config){.provider.issuer = strdup(ISSUER),
	                        .min_uid = s->min_uid ? s->min_uid : 1000,
	                        .max_uid = s->max_uid ? s->max_uid : 4294967293UL,
	                        .allow_root = s->allow_root,
	                        .nss_case_insensitive = s->nss_case_insensitive,
	                        .issuer_is_exclusive = !s->not_exclusive,
	                        .reveal_unknown = s->reveal_unknown};
	c->rules = po_rules_parse("/m", text, strlen(text), "sub", &f);
	if (!c->rules)
		fail_msg("%s: %s", s->rules, f.text);
	if (s->system_accounts)
		assert_true(po_list_add_words(&c->system_accounts, s->system_accounts, 9));
	if (s->skip_users)
		assert_true(po_list_add_words(&c->skip_users, s->skip_users, 9));
	assert_true(po_list_add_words(&c->refuse_services, "cron vsftpd", 9));
	assert_true(po_list_add_words(&c->email_domains,
	                              s->email_domains ? s->email_domains : "example.org", 9));
	if (s->require && !po_conditions_read(s->require, &c->require, &f))
		fail_msg("%s: %s", s->require, f.text);
	assert_true(po_policy_wants(c, &c->provider, &f));
}

static void make_identity(struct po_identity *who, const struct po_request *request,
                          const struct approval *a)
{
	*who = (struct po_identity){.issuer = strdup(a->issuer ? a->issuer : ISSUER),
	                            .subject = strdup(a->subject ? a->subject : "s")};
	assert_true(po_identity_set_claims(who, request->want_count));
	for (size_t i = 0; i < request->want_count; i++) {
		struct po_claim *claim = &who->claims[i];

		if (strcmp(request->wants[i].name, "email_verified") == 0) {
			claim->kind = a->verified_kind;
			claim->boolean = a->verified;
			claim->integer = a->verified;
			if (claim->kind == PO_CLAIM_STRING)
				claim->string = strdup("true");
		} else if (a->claim && strcmp(request->wants[i].name, a->claim) == 0) {
			claim->kind = a->kind;
			claim->string = a->value ? strdup(a->value) : NULL;
			claim->integer = 1000;
			if (claim->kind == PO_CLAIM_LIST)
				assert_true(po_list_add(&claim->list, a->value));
		}
	}
}

static bool allows(const struct po_config *c, const struct po_request *request,
                   const struct po_identity *who, const struct po_account *a, struct po_fault *f)
{
	const struct po_evidence e = {
	        .request = request, .who = who, .service = "sshd", .address = "192.0.2.7"};
	bool by_value;

	return po_policy_allows(c, &e, a, &by_value, f);
}

/* The whole decision for one account, as pam_oauth.c takes it. */
static bool decide(const struct setup *s, const char *user, const struct approval *approval,
                   struct po_account *a, struct po_fault *f)
{
	struct po_config c;
	struct po_identity who;
	bool allowed;

	make_config(&c, s);
	*a = (struct po_account){0};
	*f = (struct po_fault){0};
	if (!po_policy_precheck(&c, "sshd", user, a, f)) {
		assert_null(a->name);
		po_config_free(&c);
		return false;
	}
	make_identity(&who, &c.provider, approval);
	allowed = allows(&c, &c.provider, &who, a, f);
	po_identity_free(&who);
	po_config_free(&c);
	return allowed;
}

static void check_row(const struct row *row)
{
	struct po_account a;
	struct po_fault f;
	bool allowed = decide(&row->setup, row->user, &row->approval, &a, &f);

	if (allowed != row->allowed)
		fail_msg("%s: %s (%s)", row->name, allowed ? "allowed" : "refused", f.text);
	if (a.doomed != row->doomed)
		fail_msg("%s: %s", row->name, a.doomed ? a.reason : "not doomed");
	if (!allowed && f.code != PO_E_NOT_ALLOWED)
		fail_msg("%s: %s", row->name, po_code_name(f.code));
	if (!allowed && !strstr(f.text, row->reason))
		fail_msg("%s: \"%s\" instead of \"%s\"", row->name, f.text, row->reason);
	po_account_free(&a);
}

static void verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

static void mail_conditions(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mail_rows); i++)
		check_row(&mail_rows[i]);
}

struct early {
	const char *name;
	const char *service;
	const char *user;
	enum po_code code; /* PO_OK: the login goes on */
};

static void what_is_settled_before_the_network(void **state)
{
	static const struct early cases[] = {
	        {"an ordinary login", "sshd", "alice", PO_OK},
	        {"no service", NULL, "alice", PO_OK},
	        {"break-glass account", "login", "admin", PO_E_SKIPPED},
	        {"and root", "login", "root", PO_E_SKIPPED},
	        {"skipping comes first", "cron", "admin", PO_E_SKIPPED},
	        {"exact name only", "login", "Admin", PO_OK},
	        {"no prefix", "login", "adm", PO_OK},
	        {"NIN-1", "cron", "alice", PO_E_SERVICE},
	        {"NIN-1, whoever it is", "vsftpd", "ghost", PO_E_SERVICE},
	        {"MAP-2: no name", "sshd", NULL, PO_E_NOT_ALLOWED},
	        {"MAP-2: empty", "sshd", "", PO_E_NOT_ALLOWED},
	        {"MAP-2: option", "sshd", "-x", PO_E_NOT_ALLOWED},
	        {"MAP-2: control byte", "sshd", "a\x01", PO_E_NOT_ALLOWED},
	        {"data base out of order", "sshd", "broken", PO_E_SYSTEM},
	        {"entry without an end", "sshd", "endless", PO_E_SYSTEM},
	};
	const struct setup s = {.rules = "allow sub=a as alice\n", .skip_users = "admin root"};
	struct po_config c;

	(void)state;
	make_config(&c, &s);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct early *e = &cases[i];
		struct po_account a = {0};
		struct po_fault f = {0};
		bool on = po_policy_precheck(&c, e->service, e->user, &a, &f);

		if (on != (e->code == PO_OK) || f.code != e->code)
			fail_msg("%s: %s %s", e->name, po_code_name(f.code), f.text);
		if (on)
			assert_string_equal(a.name, e->user);
		else
			assert_null(a.name);
		po_account_free(&a);
	}
	po_config_free(&c);
}

/* MAP-2: 255 bytes, as PAM_USER may come from a directory. */
static void name_limit_is_exact(void **state)
{
	const struct setup s = {.rules = "allow sub=a as alice\n"};
	char name[PO_LIMIT_ACCOUNT_NAME + 2] = "";
	struct po_config c;
	struct po_account a = {0};
	struct po_fault f = {0};

	(void)state;
	make_config(&c, &s);
	memset(name, 'x', PO_LIMIT_ACCOUNT_NAME + 1);
	assert_false(po_policy_precheck(&c, "sshd", name, &a, &f));
	assert_int_equal(f.code, PO_E_NOT_ALLOWED);
	name[PO_LIMIT_ACCOUNT_NAME] = '\0';
	assert_true(po_policy_precheck(&c, "sshd", name, &a, &f));
	assert_true(a.doomed && a.unknown);
	po_account_free(&a);
	po_account_free(&a);
	po_account_free(NULL);
	po_config_free(&c);
}

/* 10.1: PAM_USER_UNKNOWN only where the administrator asked for it, and for nothing else. */
static void unknown_names_are_revealed_on_request_only(void **state)
{
	const struct setup hidden = {.rules = ANYBODY};
	const struct setup shown = {.rules = ANYBODY, .reveal_unknown = true};
	const struct approval who = NICK("ghost");
	const struct approval root = NICK("root");
	struct po_account a;
	struct po_fault f;

	(void)state;
	assert_false(decide(&hidden, "ghost", &who, &a, &f));
	assert_int_equal(f.code, PO_E_NOT_ALLOWED);
	po_account_free(&a);
	assert_false(decide(&shown, "ghost", &who, &a, &f));
	assert_int_equal(f.code, PO_E_USER_UNKNOWN);
	po_account_free(&a);
	assert_false(decide(&shown, "root", &root, &a, &f));
	assert_int_equal(f.code, PO_E_NOT_ALLOWED);
	po_account_free(&a);
}

/* refuse_early of pam_oauth.c: nobody has signed in, whatever the account. */
static void nobody_opens_nothing(void **state)
{
	static const char *const users[] = {"alice", "root", "ghost"};
	const struct setup s = {.rules = "allow sub=a as alice\n"};
	struct po_config c;

	(void)state;
	make_config(&c, &s);
	for (size_t i = 0; i < COUNT(users); i++) {
		struct po_account a = {0};
		struct po_fault f = {0};

		assert_true(po_policy_precheck(&c, "sshd", users[i], &a, &f));
		assert_false(allows(&c, &c.provider, NULL, &a, &f));
		assert_int_equal(f.code, PO_E_NOT_ALLOWED);
		po_account_free(&a);
	}
	po_config_free(&c);
}

/* The verdict looks at the number again and does not take the caller's word for the range. */
static void numbers_count_in_the_verdict_too(void **state)
{
	const struct setup s = {.rules = ANYBODY "allow sub=a as bob\n"};
	const struct approval approval = NICK("alice");
	static const uid_t uids[] = {0, 105, 999, 61200, 65534};
	struct po_config c;
	struct po_identity who;
	struct po_account a = {0};
	struct po_fault f;

	(void)state;
	make_config(&c, &s);
	make_identity(&who, &c.provider, &approval);
	assert_true(po_policy_precheck(&c, "sshd", "alice", &a, &f));
	assert_true(allows(&c, &c.provider, &who, &a, &f));
	for (size_t i = 0; i < COUNT(uids); i++) {
		a.uid = uids[i];
		assert_false(a.doomed);
		if (allows(&c, &c.provider, &who, &a, &f))
			fail_msg("uid %lu", (unsigned long)uids[i]);
	}
	/* an explicit line is not enough either */
	free(a.local);
	a.local = strdup("bob");
	free(who.subject);
	who.subject = strdup("a");
	for (size_t i = 0; i < COUNT(uids); i++) {
		a.uid = uids[i];
		if (allows(&c, &c.provider, &who, &a, &f))
			fail_msg("uid %lu by an explicit line", (unsigned long)uids[i]);
	}
	a.uid = 1000;
	assert_true(allows(&c, &c.provider, &who, &a, &f));
	a.doomed = true;
	snprintf(a.reason, sizeof(a.reason), "said before");
	assert_false(allows(&c, &c.provider, &who, &a, &f));
	assert_string_equal(f.text, "said before");
	po_account_free(&a);
	po_identity_free(&who);
	po_config_free(&c);
}

/* GEN-5: identity, request and configuration speak of one issuer, whichever two agree. */
static void issuers_are_all_the_same(void **state)
{
	const struct setup s = {.rules = "allow sub=a as alice\nissuer " OTHER
	                                 "\nallow sub=a as alice\n"};
	const struct approval ours = {.subject = "a"};
	const struct approval theirs = {.issuer = OTHER, .subject = "a"};
	struct po_request other = {.issuer = strdup(OTHER)};
	struct po_identity who;
	struct po_account a = {0};
	struct po_config c;
	struct po_fault f;

	(void)state;
	make_config(&c, &s);
	assert_true(po_policy_precheck(&c, "sshd", "alice", &a, &f));
	make_identity(&who, &c.provider, &ours);
	assert_true(allows(&c, &c.provider, &who, &a, &f));
	assert_false(allows(&c, &other, &who, &a, &f));
	free(who.issuer);
	who.issuer = NULL;
	assert_false(allows(&c, &c.provider, &who, &a, &f));
	po_identity_free(&who);
	make_identity(&who, &c.provider, &theirs);
	assert_false(allows(&c, &c.provider, &who, &a, &f));
	assert_false(allows(&c, &other, &who, &a, &f));
	po_identity_free(&who);
	po_account_free(&a);
	po_request_free(&other);
	po_config_free(&c);
}

/* IDN-4: nor does an address count where nobody asked whether it was verified. */
static void mail_without_the_question_is_not_verified(void **state)
{
	const struct setup s = {.rules = BY_MAIL};
	const struct approval mail = {
	        .claim = "email", .value = "carol@example.org", .kind = PO_CLAIM_STRING};
	struct po_request careless = {.issuer = strdup(ISSUER)};
	struct po_identity who;
	struct po_account a = {0};
	struct po_config c;
	struct po_fault f;

	(void)state;
	make_config(&c, &s);
	assert_non_null(po_request_add_want(&careless, "email", PO_READ_VALUE));
	assert_true(po_policy_precheck(&c, "sshd", "alice", &a, &f));
	make_identity(&who, &careless, &mail);
	assert_false(allows(&c, &careless, &who, &a, &f));
	assert_non_null(strstr(f.text, "email_verified"));
	po_identity_free(&who);
	po_account_free(&a);
	po_request_free(&careless);
	po_config_free(&c);
}

/* A rule on e-mail brings email_verified into the request; asking twice changes nothing. */
static void mail_rules_ask_for_email_verified(void **state)
{
	const struct setup s = {.rules = BY_MAIL "allow sub=a as alice\nallow nick=x as alice\n"};
	const struct setup plain = {.rules = "allow sub=a as alice\nallow nick=x as alice\n"};
	struct po_config c;
	struct po_fault f;

	(void)state;
	make_config(&c, &s);
	assert_true(po_policy_wants(&c, &c.provider, &f));
	assert_int_equal(c.provider.want_count, 3);
	assert_string_equal(c.provider.wants[0].name, "email_verified");
	assert_string_equal(c.provider.wants[1].name, "email");
	assert_string_equal(c.provider.wants[2].name, "nick");
	po_config_free(&c);
	make_config(&c, &plain);
	assert_int_equal(c.provider.want_count, 1);
	po_config_free(&c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(verdicts),
	        cmocka_unit_test(mail_conditions),
	        cmocka_unit_test(what_is_settled_before_the_network),
	        cmocka_unit_test(name_limit_is_exact),
	        cmocka_unit_test(unknown_names_are_revealed_on_request_only),
	        cmocka_unit_test(nobody_opens_nothing),
	        cmocka_unit_test(numbers_count_in_the_verdict_too),
	        cmocka_unit_test(issuers_are_all_the_same),
	        cmocka_unit_test(mail_without_the_question_is_not_verified),
	        cmocka_unit_test(mail_rules_ask_for_email_verified),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
