/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who asks for what under which rules, and the verdict: the rows of test_policy.c. The accounts are
 * those of its fake data base.
 */
#ifndef PO_TEST_POLICY_ROWS_H
#define PO_TEST_POLICY_ROWS_H

#include "policy.h"

#define ISSUER  "https://sso.example.org/realms/main"
#define OTHER   "https://sso.example.org/realms/other"
#define LONG_32 "abcdefghijklmnopqrstuvwxyzabcdef"

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
	const char *require;
};

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

struct row {
	const char *name;
	struct setup setup;
	const char *user;
	struct approval approval;
	bool allowed;
	bool doomed;
	const char *reason; /* in the log, of a refusal */
};

/* clang-format off */
#define SUB(s)   {.subject = (s)}
#define NICK(v)  {.claim = "nick", .kind = PO_CLAIM_STRING, .value = (v)}
/* clang-format on */
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

	/* conditions of the service hold for every rule (XDV-2), denials come before later rules */
	{"require holds", {.rules = "allow sub=a as alice\n",
	 .require = "from 192.0.2.0/24 and service sshd"}, "alice", SUB("a"), true, false, NULL},
	{"require does not", {.rules = "allow sub=a as alice\n", .require = "from 10.0.0.0/8"},
	 "alice", SUB("a"), false, false, "the service requires: from 10.0.0.0/8"},
	{"require on a claim", {.rules = "allow sub=a as alice\n", .require = "nick=x"}, "alice",
	 {.subject = "a", .claim = "nick", .kind = PO_CLAIM_STRING, .value = "x"}, true, false, NULL},
	{"require on an absent claim", {.rules = "allow sub=a as alice\n", .require = "nick=x"},
	 "alice", SUB("a"), false, false, "the service requires: nick=x"},
	{"require does not give", {.rules = "allow sub=b as alice\n", .require = "nick=x"}, "alice",
	 {.subject = "a", .claim = "nick", .kind = PO_CLAIM_STRING, .value = "x"}, false, false,
	 "no rule gives"},
	{"a denial", {.rules = "deny sub=a as alice\nallow sub=a as alice\n"}, "alice", SUB("a"),
	 false, false, "line 2 denies it, claim sub"},
	{"a denial of all accounts", {.rules = "deny sub=a\n" ANYBODY}, "alice",
	 {.subject = "a", .claim = "nick", .kind = PO_CLAIM_STRING, .value = "alice"}, false, false,
	 "line 2 denies it"},
	{"a condition that failed is named", {.rules = "allow sub=a as alice if nick=x\n"}, "alice",
	 SUB("a"), false, false, "line 2 would if: nick=x"},
	{"9.2 risk 11: a group by name where rules give by id",
	 {.rules = "allow groups has 7f1c as alice\n"}, "alice", {.claim = "groups",
	 .kind = PO_CLAIM_LIST, .value = "admins"}, false, false, "no rule gives"},
	{"a group opens", {.rules = "allow groups has 7f1c as alice\n"}, "alice",
	 {.claim = "groups", .kind = PO_CLAIM_LIST, .value = "7f1c"}, true, false, NULL},
	{"a group and root, not allowed", {.rules = "allow groups has admins as root\n"}, "root",
	 {.claim = "groups", .kind = PO_CLAIM_LIST, .value = "admins"}, false, true, "uid 0"},
	{"a group and root, allowed", {.rules = "allow groups has admins as root\n",
	 .allow_root = true}, "root", {.claim = "groups", .kind = PO_CLAIM_LIST, .value = "admins"},
	 true, false, NULL},
	{"a group and uid 999", {.rules = "allow groups has admins as system999\n"}, "system999",
	 {.claim = "groups", .kind = PO_CLAIM_LIST, .value = "admins"}, false, true, "uid outside"},
	{"a condition on another service dooms", {.rules = "allow sub=a as alice if service su\n"},
	 "alice", SUB("a"), false, true, NO_REACH},

	/* GEN-2, 9.2 risk 10: another issuer, no subject */
	{"other issuer", {.rules = "allow sub=a as alice\n"}, "alice", {.issuer = OTHER,
	 .subject = "a"}, false, false, "not an identity of the configured issuer"},
	{"other issuer with a rule of its own",
	 {.rules = "allow sub=x as alice\nissuer " OTHER "\nallow sub=a as alice\n"}, "alice",
	 {.issuer = OTHER, .subject = "a"}, false, false, "not an identity of the configured"},
	{"issuer with one slash more", {.rules = "allow sub=a as alice\n"}, "alice", {.issuer = ISSUER "/",
	 .subject = "a"}, false, false, "not an identity of the"},
	{"empty subject", {.rules = ANYBODY}, "alice", {.subject = "", .claim = "nick",
	 .kind = PO_CLAIM_STRING, .value = "alice"}, false, false, "identity without a subject"},
	{"subject with a newline", {.rules = ANYBODY}, "alice", {.subject = "a\nb",
	 .claim = "nick", .kind = PO_CLAIM_STRING, .value = "alice"}, false, false,
	 "identity without a subject"},
};
/* clang-format on */

/* clang-format off */
#define MAIL(v, k, b) {.claim = "email", .kind = PO_CLAIM_STRING, .value = (v), \
		       .verified_kind = (k), .verified = (b)}
/* clang-format on */
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
	{"issuer not exclusive", {.rules = BY_MAIL, .not_exclusive = true}, "alice",
	 VOUCHED("carol@example.org"), false, false, "email without issuer_is_exclusive"},
	{"root by mail pattern", {.rules = BY_NAME, .allow_root = true}, "root",
	 VOUCHED("root@example.org"), false, true, NO_TABLE},
	{"the conditions are e-mail's only", {.rules = "allow sub=s as alice\n" BY_MAIL}, "alice",
	 MAIL("x", PO_CLAIM_ABSENT, false), true, false, NULL},
};
/* clang-format on */

#endif
