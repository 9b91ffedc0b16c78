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

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ISSUER   "https://sso.example.org/realms/main"
#define OTHER    "https://sso.example.org/realms/other"
#define LONG_32  "abcdefghijklmnopqrstuvwxyzabcdef"

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

/* What an administrator wrote; NULL and 0 stand for the defaults. */
struct setup {
	const char *rules;
	bool allow_root;
	const char *system_accounts;
	bool nss_case_insensitive;
	const char *skip_users;
	bool not_exclusive;
	bool reveal_unknown;
	const char *email_domains;
	unsigned long min_uid;
	unsigned long max_uid;
};

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
	assert_true(po_policy_wants(c, &c->provider, &f));
}

/* Who approved. */
struct approval {
	const char *issuer;  /* NULL: the configured one */
	const char *subject; /* NULL: "s" */
	const char *claim;   /* NULL: none */
	enum po_claim_kind kind;
	const char *value;
	enum po_claim_kind verified_kind; /* of email_verified */
	bool verified;
};

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
	allowed = po_policy_allows(&c, &c.provider, &who, a, f);
	po_identity_free(&who);
	po_config_free(&c);
	return allowed;
}

struct row {
	const char *name;
	struct setup setup;
	const char *user;
	struct approval approval;
	bool allowed;
	bool doomed;
	const char *reason; /* in the log, of a refusal */
};

#define SUB(s)                 \
	{                      \
		.subject = (s) \
	}
#define NICK(v)                                                        \
	{                                                              \
		.claim = "nick", .kind = PO_CLAIM_STRING, .value = (v) \
	}
#define ANYBODY  "allow nick~(.*) as \\1\n"
#define NO_REACH "no rule of the configured issuer can give the account"
#define NO_TABLE "no table line of the configured issuer names the account"

/* clang-format off */
static const struct row rows[] = {
	/* the ordinary case, and SRV-188 */
	{"table line", {.rules = "allow sub=a as alice\n"}, "alice", SUB("a"), true, false, NULL},
	{"pattern", {.rules = ANYBODY}, "alice", NICK("alice"), true, false, NULL},
	{"uid above 65535", {.rules = "allow sub=a as \"DOM\\\\dave\"\n"}, "DOM\\dave", SUB("a"),
	 true, false, NULL},
	{"SRV-188: table line of somebody else",
	 {.rules = "allow sub=a as alice\nallow sub=b as bob\n"}, "alice", SUB("b"), false, false,
	 "no rule gives the account to this identity"},
	{"SRV-188: pattern gives somebody else", {.rules = ANYBODY}, "alice", NICK("bob"), false,
	 false, "no rule gives the account to this identity"},
	{"no claim at all", {.rules = ANYBODY}, "alice", SUB("alice"), false, false,
	 "no rule gives"},

	/* SRV-180, 9.2 risk 1: names of power under the widest pattern */
	{"SRV-180: root", {.rules = ANYBODY}, "root", NICK("root"), false, true,
	 "uid 0, and allow_root"},
	{"SRV-180: root, allow_root", {.rules = ANYBODY, .allow_root = true}, "root", NICK("root"),
	 false, true, NO_TABLE},
	{"SRV-180: ROOT", {.rules = ANYBODY}, "ROOT", NICK("ROOT"), false, true,
	 "spells the name"},
	{"SRV-180: ROOT, case folded", {.rules = ANYBODY, .nss_case_insensitive = true}, "ROOT",
	 NICK("root"), false, true, "uid 0, and allow_root"},
	{"SRV-180: toor", {.rules = ANYBODY}, "toor", NICK("toor"), false, true,
	 "uid 0, and allow_root"},
	{"SRV-180: toor, allow_root", {.rules = ANYBODY, .allow_root = true}, "toor", NICK("toor"),
	 false, true, NO_TABLE},
	{"SRV-180: toor, system account", {.rules = ANYBODY, .system_accounts = "toor root"},
	 "toor", NICK("toor"), false, true, "uid 0, and allow_root"},
	{"SRV-180: daemon", {.rules = ANYBODY}, "daemon", NICK("daemon"), false, true,
	 "system_accounts"},
	{"SRV-180: sshd", {.rules = ANYBODY}, "sshd", NICK("sshd"), false, true,
	 "system_accounts"},
	{"SRV-180: sshd, listed", {.rules = ANYBODY, .system_accounts = "sshd"}, "sshd",
	 NICK("sshd"), false, true, NO_TABLE},
	{"SRV-180: nobody", {.rules = ANYBODY}, "nobody", NICK("nobody"), false, true,
	 "system_accounts"},

	/* SRV-181 to SRV-187: accounts of odd names exist, no pattern reaches them */
	{"SRV-181: 0", {.rules = ANYBODY}, "0", NICK("0"), false, true, NO_REACH},
	{"SRV-181: 1000", {.rules = ANYBODY}, "1000", NICK("1000"), false, true, NO_REACH},
	{"SRV-181: 1000 as an integer", {.rules = ANYBODY}, "1000", {.claim = "nick",
	 .kind = PO_CLAIM_INTEGER}, false, true, NO_REACH},
	{"SRV-181: -1", {.rules = ANYBODY}, "-1", NICK("-1"), false, false,
	 "impossible account name"},
	{"SRV-181: +1", {.rules = ANYBODY}, "+1", NICK("+1"), false, true, NO_REACH},
	{"SRV-182: -h", {.rules = ANYBODY}, "-h", NICK("-h"), false, false,
	 "impossible account name"},
	{"SRV-182: --help", {.rules = ANYBODY}, "--help", NICK("--help"), false, false,
	 "impossible"},
	{"SRV-182: .", {.rules = ANYBODY}, ".", NICK("."), false, false,
	 "impossible account name"},
	{"SRV-182: ..", {.rules = ANYBODY}, "..", NICK(".."), false, false,
	 "impossible account name"},
	{"SRV-182: .ssh", {.rules = ANYBODY}, ".ssh", NICK(".ssh"), false, true,
	 "no such account"},
	{"SRV-182: a/b", {.rules = ANYBODY}, "a/b", NICK("a/b"), false, false,
	 "impossible account name"},
	{"SRV-182: a:b", {.rules = ANYBODY}, "a:b", NICK("a:b"), false, false,
	 "impossible account name"},
	{"SRV-182: a,b", {.rules = ANYBODY}, "a,b", NICK("a,b"), false, true, "no such account"},
	{"SRV-182: a b", {.rules = ANYBODY}, "a b", NICK("a b"), false, true, NO_REACH},
	{"SRV-182: newline", {.rules = ANYBODY}, "a\nb", NICK("a\nb"), false, false, "impossible"},
	{"9.2 risk 1: newline and root", {.rules = ANYBODY}, "alice\nroot", NICK("alice\nroot"),
	 false, false, "impossible account name"},
	{"9.2 risk 1: option", {.rules = ANYBODY}, "-oProxyCommand=x", NICK("-oProxyCommand=x"),
	 false, false, "impossible account name"},
	{"9.2 risk 1: path", {.rules = ANYBODY}, "../etc", NICK("../etc"), false, false,
	 "impossible"},
	{"SRV-182: command", {.rules = ANYBODY}, "$(id)", NICK("$(id)"), false, true,
	 "no such account"},
	{"SRV-182: back-ticks", {.rules = ANYBODY}, "`id`", NICK("`id`"), false, true,
	 "no such account"},
	{"SRV-182: format", {.rules = ANYBODY}, "%s%n", NICK("%s%n"), false, true,
	 "no such account"},
	{"SRV-183: foreign domain", {.rules = "allow nick~([a-z]+)@example\\.org as \\1\n"},
	 "alice", NICK("alice@evil.example"), false, false, "no rule gives"},
	{"SRV-184: Alice opens alice", {.rules = ANYBODY}, "alice", NICK("Alice"), false, false,
	 "no rule"},
	{"SRV-184: alice opens Alice", {.rules = ANYBODY}, "Alice", NICK("alice"), false, true,
	 "spells"},
	{"SRV-184: Cyrillic", {.rules = ANYBODY}, "alice", NICK("\xd0\xb0lice"), false, false,
	 "no rule"},
	{"SRV-184: zero width", {.rules = ANYBODY}, "alice", NICK("alice\xe2\x80\x8b"), false,
	 false, "no rule gives"},
	{"SRV-184: NFC", {.rules = ANYBODY}, "ann\xc3\xa9", NICK("ann\xc3\xa9"), false, true,
	 NO_REACH},
	{"SRV-185: empty", {.rules = ANYBODY}, "alice", NICK(""), false, false, "no rule gives"},
	{"SRV-185: empty account", {.rules = ANYBODY}, "", NICK(""), false, false, "impossible"},
	{"9.2 risk 6: missing claim, empty account", {.rules = ANYBODY}, "", SUB("s"), false,
	 false, "impossible account name"},
	{"SRV-185: blanks", {.rules = ANYBODY}, "alice", NICK(" "), false, false, "no rule gives"},
	{"SRV-185: number", {.rules = ANYBODY}, "alice", {.claim = "nick",
	 .kind = PO_CLAIM_INTEGER}, false, false, "no rule gives"},
	{"SRV-185: wrong type", {.rules = ANYBODY}, "alice", {.claim = "nick",
	 .kind = PO_CLAIM_INVALID}, false, false, "no rule gives"},
	{"SRV-185: array with one string", {.rules = ANYBODY}, "alice", {.claim = "nick",
	 .kind = PO_CLAIM_LIST, .value = "alice"}, false, false, "no rule gives"},
	{"SRV-185: array against a table line", {.rules = "allow nick=alice as alice\n"}, "alice",
	 {.claim = "nick", .kind = PO_CLAIM_LIST, .value = "alice"}, false, false,
	 "no rule gives"},
	{"SRV-185: boolean", {.rules = "allow nick=true as alice\n"}, "alice", {.claim = "nick",
	 .kind = PO_CLAIM_BOOLEAN}, false, false, "no rule gives"},
	{"SRV-186: 33 characters", {.rules = ANYBODY}, LONG_32 "g", NICK(LONG_32 "g"), false, true,
	 NO_REACH},
	{"SRV-187: alice$", {.rules = ANYBODY}, "alice$", NICK("alice$"), false, true, NO_REACH},
	{"SRV-187: alice.", {.rules = ANYBODY}, "alice.", NICK("alice."), false, true, NO_REACH},
	{"SRV-187: alice$ opens alice", {.rules = ANYBODY}, "alice", NICK("alice$"), false, false,
	 "no rule"},

	/* MAP-7: root by number, whatever the name, by a table line and allow_root only */
	{"root, table line alone", {.rules = "allow sub=a as root\n"}, "root", SUB("a"), false,
	 true, "uid 0, and allow_root is not set"},
	{"root, both", {.rules = "allow sub=a as root\n", .allow_root = true}, "root", SUB("a"),
	 true, false, NULL},
	{"root, both, another person", {.rules = "allow sub=a as root\n", .allow_root = true},
	 "root", SUB("b"), false, false, "no rule gives"},
	{"toor, line of root", {.rules = "allow sub=a as root\n", .allow_root = true}, "toor",
	 SUB("a"), false, true, NO_TABLE},
	{"toor, its own line", {.rules = "allow sub=a as toor\n", .allow_root = true}, "toor",
	 SUB("a"), true, false, NULL},
	{"toor, its own line, no allow_root", {.rules = "allow sub=a as toor\n"}, "toor", SUB("a"),
	 false, true, "uid 0, and allow_root is not set"},
	{"root, system account but not allowed", {.rules = "allow sub=a as root\n",
	 .system_accounts = "root"}, "root", SUB("a"), false, true, "uid 0, and allow_root"},
	{"ROOT, case folded, table line of root", {.rules = "allow sub=a as root\n",
	 .allow_root = true, .nss_case_insensitive = true}, "ROOT", SUB("a"), true, false, NULL},
	/* the account is within reach of one person; a pattern is still no way to it (MAP-8) */
	{"root, pattern before the table line", {.rules = ANYBODY "allow sub=a as root\n",
	 .allow_root = true}, "root", NICK("root"), false, false, "line 2 may not open uid 0"},
	{"sshd, pattern before the table line", {.rules = ANYBODY "allow sub=a as sshd\n",
	 .system_accounts = "sshd"}, "sshd", NICK("sshd"), false, false,
	 "line 2 may not open uid 105"},

	/* MAP-7, MAP-8: the range */
	{"uid 999", {.rules = "allow sub=a as system999\n"}, "system999", SUB("a"), false, true,
	 "uid outside the allowed range, and not in system_accounts"},
	{"uid 999, listed, named", {.rules = "allow sub=a as system999\n",
	 .system_accounts = "system999"}, "system999", SUB("a"), true, false, NULL},
	{"uid 999, listed, not named", {.rules = ANYBODY, .system_accounts = "system999"},
	 "system999", NICK("system999"), false, true, NO_TABLE},
	{"min_uid lowered", {.rules = ANYBODY, .min_uid = 999}, "system999", NICK("system999"),
	 true, false, NULL},
	{"min_uid raised", {.rules = ANYBODY, .min_uid = 1001}, "alice", NICK("alice"), false,
	 true, "uid outside the allowed range"},
	{"max_uid at", {.rules = ANYBODY, .max_uid = 1000}, "alice", NICK("alice"), true, false,
	 NULL},
	{"max_uid below", {.rules = ANYBODY, .min_uid = 500, .max_uid = 999}, "alice",
	 NICK("alice"), false, true, "uid outside the allowed range"},
	{"root, min_uid 1", {.rules = ANYBODY, .min_uid = 1}, "root", NICK("root"), false, true,
	 "uid 0"},
	{"uid 61183", {.rules = ANYBODY}, "below", NICK("below"), true, false, NULL},
	{"uid 61184", {.rules = ANYBODY}, "dynfirst", NICK("dynfirst"), false, true,
	 "uid outside"},
	{"uid 61200", {.rules = ANYBODY}, "dyn", NICK("dyn"), false, true, "uid outside"},
	{"uid 61200, listed, named", {.rules = "allow sub=a as dyn\n", .system_accounts = "dyn"},
	 "dyn", SUB("a"), true, false, NULL},
	{"uid 65519", {.rules = ANYBODY}, "dynlast", NICK("dynlast"), false, true, "uid outside"},
	{"uid 65520", {.rules = ANYBODY}, "above", NICK("above"), true, false, NULL},
	{"uid 65534", {.rules = "allow sub=a as nobody\n"}, "nobody", SUB("a"), false, true,
	 "uid outside"},
	{"uid 65535", {.rules = ANYBODY}, "overflow", NICK("overflow"), false, true,
	 "uid outside"},
	{"uid 65536", {.rules = ANYBODY}, "past", NICK("past"), true, false, NULL},
	{"uid 4294967293", {.rules = ANYBODY}, "last", NICK("last"), true, false, NULL},
	{"uid -2", {.rules = ANYBODY}, "minustwo", NICK("minustwo"), false, true, "uid outside"},
	{"uid -1", {.rules = ANYBODY}, "minusone", NICK("minusone"), false, true, "uid outside"},
	{"uid -1, listed, named", {.rules = "allow sub=a as minusone\n",
	 .system_accounts = "minusone"}, "minusone", SUB("a"), false, false, "no such account"},

	/* MAP-9: rules see the name that the data base has */
	{"ALICE is alice", {.rules = "allow sub=a as alice\n", .nss_case_insensitive = true},
	 "ALICE", SUB("a"), true, false, NULL},
	{"ALICE, option off", {.rules = "allow sub=a as alice\n"}, "ALICE", SUB("a"), false, true,
	 "spells"},
	{"ALICE named by the rule", {.rules = "allow sub=a as ALICE\n",
	 .nss_case_insensitive = true}, "ALICE", SUB("a"), false, true, NO_REACH},
	{"al is no spelling of alice", {.rules = "allow sub=a as alice\n",
	 .nss_case_insensitive = true}, "al", SUB("a"), false, true,
	 "spells the name differently"},
	{"alicf is none", {.rules = "allow sub=a as alice\n", .nss_case_insensitive = true},
	 "alicf", SUB("a"), false, true, "spells the name differently"},
	{"nor is a trailing blank", {.rules = "allow sub=a as alice\n",
	 .nss_case_insensitive = true}, "alice ", SUB("a"), false, true,
	 "spells the name differently"},

	/* PAM-40: what is doomed stays refused, whatever comes back */
	{"unknown", {.rules = "allow sub=a as ghost\n"}, "ghost", SUB("a"), false, true,
	 "no such account"},
	{"unknown by ENOENT", {.rules = ANYBODY}, "absent2", NICK("absent2"), false, true,
	 "no such"},
	{"unknown by ESRCH", {.rules = ANYBODY}, "absent3", NICK("absent3"), false, true,
	 "no such"},
	{"named by no rule", {.rules = "allow sub=a as bob\n"}, "alice", SUB("a"), false, true,
	 NO_REACH},
	{"no rules", {.rules = ""}, "alice", SUB("a"), false, true, NO_REACH},
	{"9.2 risk 10: rules of another realm only",
	 {.rules = "issuer " OTHER "\nallow sub=a as alice\n"}, "alice", SUB("a"), false, true,
	 NO_REACH},
	{"entry of 100 kB", {.rules = ANYBODY}, "bulky", NICK("bulky"), true, false, NULL},

	/* GEN-2, 9.2 risk 10: another issuer, no subject */
	{"other issuer", {.rules = "allow sub=a as alice\n"}, "alice", {.issuer = OTHER,
	 .subject = "a"}, false, false, "not an identity of the configured issuer"},
	{"other issuer with a rule of its own",
	 {.rules = "allow sub=x as alice\nissuer " OTHER "\nallow sub=a as alice\n"}, "alice",
	 {.issuer = OTHER, .subject = "a"}, false, false, "not an identity of the configured"},
	{"issuer with one slash more", {"allow sub=a as alice\n"}, "alice", {.issuer = ISSUER "/",
	 .subject = "a"}, false, false, "not an identity of the"},
	{"empty subject", {.rules = ANYBODY}, "alice", {.subject = "", .claim = "nick",
	 .kind = PO_CLAIM_STRING, .value = "alice"}, false, false, "identity without a subject"},
	{"subject with a newline", {.rules = ANYBODY}, "alice", {.subject = "a\nb",
	 .claim = "nick", .kind = PO_CLAIM_STRING, .value = "alice"}, false, false,
	 "identity without a subject"},
};
/* clang-format on */

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

#define MAIL(v, k, b)                                                                          \
	{                                                                                      \
		.claim = "email", .kind = PO_CLAIM_STRING, .value = (v), .verified_kind = (k), \
		.verified = (b)                                                                \
	}
#define VOUCHED(v) MAIL(v, PO_CLAIM_BOOLEAN, true)
#define BY_MAIL    "allow email=carol@example.org as alice\n"
#define BY_NAME    "allow email~([a-z]+)@example\\.org as \\1\n"

/* IDN-4, IDN-5, IDT-23, 9.2 risk 3 */
/* clang-format off */
static const struct row mail_rows[] = {
	{"verified, listed", {.rules = BY_MAIL}, "alice", VOUCHED("carol@example.org"), true,
	 false, NULL},
	{"pattern", {.rules = BY_NAME}, "alice", VOUCHED("alice@example.org"), true, false, NULL},
	{"not verified", {.rules = BY_MAIL}, "alice", MAIL("carol@example.org", PO_CLAIM_BOOLEAN,
	 false), false, false, "email_verified is not true"},
	{"email_verified absent", {.rules = BY_MAIL}, "alice", MAIL("carol@example.org",
	 PO_CLAIM_ABSENT, true), false, false, "email_verified is not"},
	{"email_verified \"true\"", {.rules = BY_MAIL}, "alice", MAIL("carol@example.org",
	 PO_CLAIM_STRING, true), false, false, "email_verified is not"},
	{"email_verified 1", {.rules = BY_MAIL}, "alice", MAIL("carol@example.org",
	 PO_CLAIM_INTEGER, true), false, false, "email_verified is not true"},
	{"email_verified of a wrong type", {.rules = BY_MAIL}, "alice", MAIL("carol@example.org",
	 PO_CLAIM_INVALID, true), false, false, "email_verified is not"},
	{"domain not listed", {.rules = BY_MAIL, .email_domains = "example.com"}, "alice",
	 VOUCHED("carol@example.org"), false, false, "not in email_domains"},
	{"domain in other letters", {.rules = BY_MAIL, .email_domains = "other EXAMPLE.Org"},
	 "alice", VOUCHED("carol@example.org"), true, false, NULL},
	{"sub-domain", {.rules = "allow email=a@x.example.org as alice\n"}, "alice",
	 VOUCHED("a@x.example.org"), false, false, "not in email_domains"},
	{"suffix", {.rules = "allow email=a@notexample.org as alice\n"}, "alice",
	 VOUCHED("a@notexample.org"), false, false, "not in email_domains"},
	{"prefix", {.rules = "allow email=a@example.org.evil as alice\n"}, "alice",
	 VOUCHED("a@example.org.evil"), false, false, "not in email_domains"},
	{"two at-signs", {.rules = "allow email=a@evil@example.org as alice\n"}, "alice",
	 VOUCHED("a@evil@example.org"), false, false, "not in email_domains"},
	{"no at-sign", {.rules = "allow email=example.org as alice\n"}, "alice",
	 VOUCHED("example.org"), false, false, "not in email_domains"},
	{"nothing before it", {.rules = "allow email=@example.org as alice\n"}, "alice",
	 VOUCHED("@example.org"), false, false, "not in email_domains"},
	{"nothing behind it", {.rules = "allow email=a@ as alice\n"}, "alice", VOUCHED("a@"),
	 false, false, "not in email_domains"},
	{"address in other letters", {.rules = BY_MAIL}, "alice", VOUCHED("Carol@example.org"),
	 false, false, "no rule gives"},
	{"issuer not exclusive", {BY_MAIL, .not_exclusive = true}, "alice",
	 VOUCHED("carol@example.org"), false, false, "email without issuer_is_exclusive"},
	{"root by mail pattern", {.rules = BY_NAME, .allow_root = true}, "root",
	 VOUCHED("root@example.org"), false, true, NO_TABLE},
	{"the conditions are e-mail's only", {.rules = "allow sub=s as alice\n" BY_MAIL}, "alice",
	 MAIL("x", PO_CLAIM_ABSENT, false), true, false, NULL},
};
/* clang-format on */

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
		assert_false(po_policy_allows(&c, &c.provider, NULL, &a, &f));
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
	assert_true(po_policy_allows(&c, &c.provider, &who, &a, &f));
	for (size_t i = 0; i < COUNT(uids); i++) {
		a.uid = uids[i];
		assert_false(a.doomed);
		if (po_policy_allows(&c, &c.provider, &who, &a, &f))
			fail_msg("uid %lu", (unsigned long)uids[i]);
	}
	a.uid = 1000;
	a.doomed = true;
	snprintf(a.reason, sizeof(a.reason), "said before");
	assert_false(po_policy_allows(&c, &c.provider, &who, &a, &f));
	assert_string_equal(f.text, "said before");
	po_account_free(&a);
	po_identity_free(&who);
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
	        cmocka_unit_test(mail_rules_ask_for_email_verified),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
