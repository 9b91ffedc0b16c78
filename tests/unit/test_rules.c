/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the rules: MAP-4 to MAP-14, IDN-9 to IDN-13, SRV-180 to SRV-188. What depends on uids or
 * on e-mail domains is in test_policy.c, what a file may look like in test_rules_parse.c.
 */
#include "rules.h"

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ISSUER   "https://sso.example.org/realms/main"
#define ISSUED   "issuer " ISSUER "\n"
#define OTHER    "https://sso.example.org/realms/other"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A request to this issuer. */
#define OF(text) (&(const struct po_request){.issuer = (char[]){text}})

static struct po_rules *parse(const char *text, struct po_fault *f)
{
	return po_rules_parse("/etc/map", text, strlen(text), "sub", f);
}

static struct po_rules *must_parse(const char *text)
{
	struct po_fault f = {0};
	struct po_rules *r = parse(text, &f);

	if (!r)
		fail_msg("%s: %s", text, f.text);
	return r;
}

static void wants_are_those_of_the_issuer_once(void **state)
{
	static const char *const expected[] = {"oid", "email_verified", "email", "/a/b"};
	struct po_request request = {.issuer = strdup(ISSUER)};
	struct po_fault f = {0};
	struct po_rules *r = must_parse(ISSUED "allow oid=1 as alice\n"
	                                       "allow sub=1 as alice\n"
	                                       "allow email=a@b as alice\n"
	                                       "allow \"x\" as alice\n"
	                                       "allow oid=2 as alice\n"
	                                       "allow /a/b~([a-z]+) as \\1\n"
	                                       "issuer " OTHER "\n"
	                                       "allow upn=x as alice\n");

	(void)state;
	for (int twice = 0; twice < 2; twice++) {
		assert_true(po_rules_wants(r, &request, &f));
		assert_int_equal(request.want_count, COUNT(expected));
		for (size_t i = 0; i < COUNT(expected); i++) {
			assert_string_equal(request.wants[i].name, expected[i]);
			assert_int_equal(request.wants[i].read, PO_READ_VALUE);
			assert_int_equal(request.wants[i].values.count, 0);
		}
	}
	po_rules_free(r);
	po_request_free(&request);
}

/* IDN-4: what email_ok() needs is asked for, whatever form the rule itself reads. */
static void a_list_of_addresses_is_vouched_for(void **state)
{
	struct po_request request = {.issuer = strdup(ISSUER)};
	struct po_fault f = {0};
	struct po_rules *r = must_parse(ISSUED "allow email has a@b as alice\n");

	(void)state;
	assert_true(po_rules_wants(r, &request, &f));
	assert_int_equal(request.want_count, 3);
	assert_string_equal(request.wants[0].name, "email_verified");
	assert_string_equal(request.wants[1].name, "email");
	assert_int_equal(request.wants[1].read, PO_READ_VALUE);
	assert_string_equal(request.wants[2].name, "email");
	assert_int_equal(request.wants[2].read, PO_READ_LIST);
	po_rules_free(r);
	po_request_free(&request);
}

struct noted {
	char text[200];
	unsigned stop_at; /* the line whose call returns false */
};

static bool note(void *ctx, const char *claim, unsigned line)
{
	struct noted *n = ctx;
	size_t len = strlen(n->text);

	snprintf(n->text + len, sizeof(n->text) - len, "%s:%u ", claim, line);
	return line != n->stop_at;
}

static void each_claim_is_told_with_its_first_line(void **state)
{
	struct po_rules *r =
	        must_parse(ISSUED "allow sub=1 as alice\n"
	                          "allow email=x as alice\n"
	                          "allow email=y as alice\n"
	                          "issuer " OTHER "\n"
	                          "allow upn=x as alice\n" ISSUED "allow upn=x as alice\n");
	struct noted all = {.stop_at = 0};
	struct noted some = {.stop_at = 3};
	struct noted none = {.stop_at = 0};

	(void)state;
	assert_true(po_rules_each_claim(r, OF(ISSUER), note, &all));
	assert_string_equal(all.text, "sub:2 email:3 upn:8 ");
	assert_false(po_rules_each_claim(r, OF(ISSUER), note, &some));
	assert_string_equal(some.text, "sub:2 email:3 ");
	assert_true(po_rules_each_claim(r, OF("https://nobody.example"), note, &none));
	assert_string_equal(none.text, "");
	po_rules_free(r);
}

struct name_case {
	const char *account;
	bool any;
	bool explicit_only;
};

static void accounts_that_rules_could_give(void **state)
{
	static const struct name_case table[] = {
	        {"alice", true, true}, {"bob", true, true}, {"carol", false, false},
	        {"al", false, false},  {"", false, false},  {"mallory", false, false},
	};
	static const struct name_case patterns[] = {
	        {"alice", true, true},   {"anybody", true, false}, {"root", true, false},
	        {"Alice", false, false}, {"a b", false, false},    {"1000", false, false},
	};
	struct po_rules *r = must_parse(ISSUED "allow sub=x as alice, bob\n"
	                                       "issuer " OTHER "\nallow sub=x as mallory\n");
	struct po_rules *p = must_parse(ISSUED "allow sub=x as alice\nallow sub~(.*) as \\1\n");

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct name_case *c = &table[i];

		if (po_rules_name_account(r, OF(ISSUER), c->account, "sshd", false) != c->any ||
		    po_rules_name_account(r, OF(ISSUER), c->account, "sshd", true) !=
		            c->explicit_only)
			fail_msg("table, %s", c->account);
	}
	for (size_t i = 0; i < COUNT(patterns); i++) {
		const struct name_case *c = &patterns[i];

		if (po_rules_name_account(p, OF(ISSUER), c->account, "sshd", false) != c->any ||
		    po_rules_name_account(p, OF(ISSUER), c->account, "sshd", true) !=
		            c->explicit_only)
			fail_msg("patterns, %s", c->account);
	}
	assert_false(po_rules_name_account(p, OF(OTHER), "alice", "sshd", false));
	po_rules_free(r);
	po_rules_free(p);
}

/* An identity with one claim, as it comes from the worker. */
struct person {
	const char *name;
	const char *issuer;  /* NULL: the usual one */
	const char *subject; /* NULL: "subject" */
	const char *claim;
	enum po_claim_kind kind;
	const char *string;
	int64_t integer;
	const char *account;
	unsigned line; /* that decides; 0: none does */
	bool explicit_line;
};

#define MAP                                                                    \
	"# who may open what\n"                                                \
	"issuer " ISSUER "\n"                                                  \
	"allow sub=f1c8 as alice\n"                                            \
	"allow sub=\"9b2 with \\\"\\\\ blanks\"   as bob, deploy   # shared\n" \
	"allow id=583231 as carol\n"                                           \
	"\t allow \"bare\" as \"DOM\\\\dave\"\n"                               \
	"allow upn~([a-z_][a-z0-9_.-]*)@example\\.org as \\1\n"                \
	"allow \"/a~1b/c\"=v as erin\n"                                        \
	"allow sub=f1c8 as frank\n"                                            \
	"allow nick~\"([a-z]+) x\" as \\1\n"                                   \
	"allow any~(.*) as \\1\n"                                              \
	"allow upn=frank@example.org as frank\n"                               \
	"issuer " OTHER "\n"                                                   \
	"allow sub=other as alice\n"

static const struct person people[] = {
        {"table line", .subject = "f1c8", .account = "alice", .line = 3, .explicit_line = true},
        {"second line of one value", .subject = "f1c8", .account = "frank", .line = 9,
         .explicit_line = true},
        {"quoted value, first account", .subject = "9b2 with \"\\ blanks", .account = "bob",
         .line = 4, .explicit_line = true},
        {"quoted value, second account", .subject = "9b2 with \"\\ blanks", .account = "deploy",
         .line = 4, .explicit_line = true},
        {"value alone, quoted account", .subject = "bare", .account = "DOM\\dave", .line = 6,
         .explicit_line = true},
        {"quoted claim name", .claim = "/a~1b/c", .kind = PO_CLAIM_STRING, .string = "v",
         .account = "erin", .line = 8, .explicit_line = true},
        {"quoted pattern", .claim = "nick", .kind = PO_CLAIM_STRING, .string = "gil x",
         .account = "gil", .line = 10},
        {"pattern", .claim = "upn", .kind = PO_CLAIM_STRING, .string = "zoe@example.org",
         .account = "zoe", .line = 7},
        {"MAP-4: first match decides", .claim = "upn", .kind = PO_CLAIM_STRING,
         .string = "frank@example.org", .account = "frank", .line = 7},
        {"IDN-13: integer as its decimal text", .claim = "id", .kind = PO_CLAIM_INTEGER,
         .integer = 583231, .account = "carol", .line = 5, .explicit_line = true},
        {"the same as a string", .claim = "id", .kind = PO_CLAIM_STRING, .string = "583231",
         .account = "carol", .line = 5, .explicit_line = true},

        {"SRV-188: right identity, another account", .subject = "f1c8", .account = "bob"},
        {"unknown subject", .subject = "f1c9", .account = "alice"},
        {"prefix of a subject", .subject = "f1c", .account = "alice"},
        {"subject with more behind", .subject = "f1c88", .account = "alice"},
        {"subject in capitals", .subject = "F1C8", .account = "alice"},
        {"subject of another value's account", .subject = "bare", .account = "alice"},
        {"IDN-9: subject of another issuer", .issuer = OTHER, .subject = "f1c8",
         .account = "alice"},
        {"IDN-9: its own rule is another issuer's", .subject = "other", .account = "alice"},
        {"issuer that no rule knows", .issuer = ISSUER "/", .subject = "f1c8", .account = "alice"},
        {"claim absent", .claim = "id", .kind = PO_CLAIM_ABSENT, .account = "carol"},
        {"SRV-185: claim of the wrong type", .claim = "id", .kind = PO_CLAIM_INVALID,
         .account = "carol"},
        {"boolean is no identity", .claim = "id", .kind = PO_CLAIM_BOOLEAN, .account = "carol"},
        {"SRV-185: array", .claim = "id", .kind = PO_CLAIM_LIST, .account = "carol"},
        {"another integer", .claim = "id", .kind = PO_CLAIM_INTEGER, .integer = -583231,
         .account = "carol"},
        {"the value in another claim", .claim = "upn", .kind = PO_CLAIM_STRING, .string = "583231",
         .account = "carol"},

        {"SRV-183: foreign domain", .claim = "upn", .kind = PO_CLAIM_STRING,
         .string = "alice@evil.example", .account = "alice"},
        {"SRV-183: domain as a prefix", .claim = "upn", .kind = PO_CLAIM_STRING,
         .string = "alice@example.org.evil.example", .account = "alice"},
        {"SRV-183: two domains", .claim = "upn", .kind = PO_CLAIM_STRING,
         .string = "alice@evil.example@example.org", .account = "alice"},
        {"SRV-188: pattern gives somebody else", .claim = "any", .kind = PO_CLAIM_STRING,
         .string = "alice", .account = "bob"},
        {"SRV-185: number under a pattern", .claim = "any", .kind = PO_CLAIM_INTEGER,
         .integer = 1000, .account = "1000"},
};

static bool allowed(const struct po_rules *r, const struct person *p, struct po_rules_match *m)
{
	static char *const wants[] = {"id", "upn", "/a~1b/c", "nick", "any"};
	struct po_claim_want want_list[COUNT(wants)];
	struct po_claim claims[COUNT(wants)];
	const char *issuer = p->issuer ? p->issuer : ISSUER;
	struct po_request request = {.issuer = (char *)(uintptr_t)issuer,
	                             .wants = want_list,
	                             .want_count = COUNT(wants)};
	struct po_identity who = {.issuer = (char *)(uintptr_t)issuer,
	                          .subject =
	                                  (char *)(uintptr_t)(p->subject ? p->subject : "subject"),
	                          .claims = claims,
	                          .claim_count = COUNT(wants)};
	const struct po_evidence evidence = {.request = &request, .who = &who, .service = "sshd"};

	for (size_t i = 0; i < COUNT(wants); i++) {
		want_list[i] = (struct po_claim_want){.name = wants[i]};
		claims[i] = (struct po_claim){.kind = PO_CLAIM_ABSENT};
		if (!p->claim || strcmp(wants[i], p->claim) != 0)
			continue;
		claims[i].kind = p->kind;
		claims[i].string = (char *)(uintptr_t)p->string;
		claims[i].integer = p->integer;
		claims[i].boolean = true;
	}
	return po_rules_allow(r, &evidence, p->account, m);
}

static void verdicts(void **state)
{
	struct po_rules *r = must_parse(MAP);

	(void)state;
	for (size_t i = 0; i < COUNT(people); i++) {
		const struct person *p = &people[i];
		struct po_rules_match m;

		if (allowed(r, p, &m) != (p->line != 0))
			fail_msg("%s: %s", p->name, p->line ? "refused" : "allowed");
		if (m.line != p->line || m.explicit_line != p->explicit_line)
			fail_msg("%s: line %u%s", p->name, m.line,
			         m.explicit_line ? ", explicit" : "");
		if (p->line)
			assert_string_equal(m.claim, p->claim ? p->claim : "sub");
	}
	po_rules_free(r);
}

struct value_case {
	const char *id;
	const char *value;
};

/*
 * Under the widest pattern there is, each of these values tries to open the account of its own
 * name. Accounts that exist under such a name are test_policy.c's.
 */
static void values_that_never_become_a_name(void **state)
{
	static const struct value_case cases[] = {
	        {"SRV-180", "ROOT"},
	        {"SRV-181", "0"},
	        {"SRV-181", "1000"},
	        {"SRV-181", "-1"},
	        {"SRV-181", "+1"},
	        {"SRV-182", "-h"},
	        {"SRV-182", "--help"},
	        {"SRV-182", "."},
	        {"SRV-182", ".."},
	        {"SRV-182", ".ssh"},
	        {"SRV-182", "a/b"},
	        {"SRV-182", "a:b"},
	        {"SRV-182", "a,b"},
	        {"SRV-182", "a b"},
	        {"SRV-182", "a\nb"},
	        {"SRV-182", "$(id)"},
	        {"SRV-182", "`id`"},
	        {"SRV-182", "%s%n"},
	        {"9.2 risk 1", "-oProxyCommand=x"},
	        {"9.2 risk 1", "../etc"},
	        {"9.2 risk 1", "alice\nroot"},
	        {"SRV-184", "Alice"},
	        {"SRV-184", "ALICE"},
	        {"SRV-184, Cyrillic", "\xd0\xb0lice"},
	        {"SRV-184, zero width", "alice\xe2\x80\x8b"},
	        {"SRV-184, NFC", "andr\xc3\xa9"},
	        {"SRV-184, NFD", "andre\xcc\x81"},
	        {"9.2 risk 5, Kelvin sign", "\xe2\x84\xaa"
	                                    "ate"},
	        {"9.2 risk 5, dotless i", "al\xc4\xb1"
	                                  "ce"},
	        {"SRV-185", ""},
	        {"SRV-185", "   "},
	        {"SRV-186, 33 bytes", "abcdefghijklmnopqrstuvwxyzabcdefg"},
	        {"SRV-187", "alice$"},
	        {"SRV-187", "alice."},
	};
	struct po_rules *r = must_parse(ISSUED "allow any~(.*) as \\1\n");

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct person p = {.claim = "any", .kind = PO_CLAIM_STRING};
		struct po_rules_match m;

		p.string = cases[i].value;
		p.account = cases[i].value;
		if (allowed(r, &p, &m))
			fail_msg("%s: \"%s\" opened its account", cases[i].id, cases[i].value);
		p.account = "alice";
		if (allowed(r, &p, &m))
			fail_msg("%s: \"%s\" opened alice", cases[i].id, cases[i].value);
		if (po_rules_name_account(r, OF(ISSUER), cases[i].value, "sshd", false))
			fail_msg("%s: \"%s\" counts as within reach", cases[i].id, cases[i].value);
	}
	po_rules_free(r);
}

/* SRV-186: 256 and 100,000 bytes, though the worker would have refused them before. */
static void long_values_never_match(void **state)
{
	static const size_t sizes[] = {33, 256, 100000};
	struct po_rules *r = must_parse(ISSUED "allow any~(.*) as \\1\nallow any=aaa as aaa\n");

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		char *value = malloc(sizes[i] + 1);
		struct person p = {.claim = "any", .kind = PO_CLAIM_STRING};
		struct po_rules_match m;

		assert_non_null(value);
		memset(value, 'a', sizes[i]);
		value[sizes[i]] = '\0';
		p.string = value;
		p.account = value;
		assert_false(allowed(r, &p, &m));
		p.account = "aaa";
		assert_false(allowed(r, &p, &m));
		free(value);
	}
	po_rules_free(r);
}

/* Who is in which groups, what the circumstances are, and which line decides. */
struct verdict {
	const char *name;
	const char *groups; /* members, separated by blanks; NULL: absent; "!": cannot be read */
	const char *acr;    /* NULL: absent */
	const char *service;
	const char *account;
	bool allowed;
	unsigned line;      /* that decided; 0: none */
	unsigned near_line; /* that only a condition stopped */
};

#define GROUP_MAP                                                      \
	"issuer " ISSUER "\n"                                          \
	"deny groups has contractors as deploy, root\n"                \
	"allow groups has admins, ops as deploy\n"                     \
	"allow groups has admins as root if acr=gold and service su\n" \
	"allow sub=subject as alice if acr=gold\n"                     \
	"deny sub=subject as bob if acr=bronze\n"                      \
	"allow sub=subject as bob\n"                                   \
	"deny roles has key banned as carol\n"                         \
	"allow sub=subject as carol, dave\n"                           \
	"deny groups has leavers\n"                                    \
	"allow sub=subject as erin\n"                                  \
	"allow roles has key staff as gina\n"                          \
	"deny nick=banned as hank\n"                                   \
	"allow sub=subject as hank\n"

static const struct verdict group_rows[] = {
        {"MAP-4 c: a group opens a named account", "ops", NULL, "sshd", "deploy", true, 3, 0},
        {"one of several groups", "x ops y", NULL, "sshd", "deploy", true, 3, 0},
        {"no such group", "x", NULL, "sshd", "deploy", false, 0, 0},
        {"IDN-14: no groups at all: the denial holds", NULL, NULL, "sshd", "deploy", false, 2, 0},
        {"SRV-149: groups that cannot be read", "!", NULL, "sshd", "deploy", false, 2, 0},
        {"first match decides: a denial before", "contractors admins", NULL, "sshd", "deploy",
         false, 2, 0},
        {"an account that the group is not given", "ops", NULL, "sshd", "frank", false, 0, 0},
        {"a condition holds", "admins", "gold", "su", "root", true, 4, 0},
        {"another service", "admins", "gold", "sshd", "root", false, 0, 4},
        {"a lower acr", "admins", "silver", "su", "root", false, 0, 4},
        {"no acr", "admins", NULL, "su", "root", false, 0, 4},
        {"a rule whose condition fails is passed over", "x", NULL, "sshd", "alice", false, 0, 5},
        {"and decides when it holds", "x", "gold", "sshd", "alice", true, 5, 0},
        {"a denial with a condition that holds", "x", "bronze", "sshd", "bob", false, 6, 0},
        {"one that does not", "x", "gold", "sshd", "bob", true, 7, 0},
        {"one that cannot be known denies", "x", NULL, "sshd", "bob", false, 6, 0},
        {"a claim nobody has: carol is denied", "x", "gold", "sshd", "carol", false, 8, 0},
        {"which is about carol only", "x", "gold", "sshd", "dave", true, 9, 0},
        {"a denial of every account", "leavers", "gold", "sshd", "erin", false, 10, 0},
        {"is not about others", "x", "gold", "sshd", "erin", true, 11, 0},
        {"SRV-149: nobody is in a list that is not there", "x", "gold", "sshd", "gina", false, 0,
         0},
        {"IDN-14: a value that is not there may be the one denied", "x", "gold", "sshd", "hank",
         false, 13, 0},
        {"and holds for an unknown list", NULL, "gold", "sshd", "erin", false, 10, 0},
};

static void fill_claim(struct po_claim *claim, const struct po_claim_want *want,
                       const struct verdict *v)
{
	if (strcmp(want->name, "acr") == 0 && v->acr) {
		claim->kind = PO_CLAIM_STRING;
		claim->string = strdup(v->acr);
	}
	if (strcmp(want->name, "groups") != 0 || !v->groups)
		return;
	claim->kind = v->groups[0] == '!' ? PO_CLAIM_INVALID : PO_CLAIM_LIST;
	if (claim->kind == PO_CLAIM_LIST)
		assert_true(po_list_add_words(&claim->list, v->groups, 9));
}

static void groups_denials_and_conditions(void **state)
{
	struct po_rules *r = must_parse(GROUP_MAP);

	(void)state;
	for (size_t i = 0; i < COUNT(group_rows); i++) {
		const struct verdict *v = &group_rows[i];
		struct po_request request = {.issuer = strdup(ISSUER)};
		struct po_identity who = {.issuer = strdup(ISSUER), .subject = strdup("subject")};
		const struct po_evidence e = {
		        .request = &request, .who = &who, .service = v->service};
		struct po_rules_match m;
		struct po_fault f;

		assert_true(po_rules_wants(r, &request, &f));
		assert_true(po_identity_set_claims(&who, request.want_count));
		for (size_t n = 0; n < request.want_count; n++)
			fill_claim(&who.claims[n], &request.wants[n], v);
		if (po_rules_allow(r, &e, v->account, &m) != v->allowed || m.line != v->line)
			fail_msg("%s: line %u", v->name, m.line);
		if (!v->allowed && (m.denied != (v->line != 0) || m.near_line != v->near_line))
			fail_msg("%s: near line %u", v->name, m.near_line);
		po_identity_free(&who);
		po_request_free(&request);
	}
	po_rules_free(r);
}

/* PAM-40: what no identity can open by this service counts as named by no rule. */
static void a_condition_on_the_service_bounds_the_reach(void **state)
{
	struct po_rules *r = must_parse(ISSUED "deny sub=x as alice\n"
	                                       "allow groups has g as bob if service su, sudo\n"
	                                       "allow nick~([a-z]+) as \\1 if service login\n");

	(void)state;
	assert_false(po_rules_name_account(r, OF(ISSUER), "alice", "sshd", false));
	assert_false(po_rules_name_account(r, OF(ISSUER), "bob", "sshd", false));
	assert_true(po_rules_name_account(r, OF(ISSUER), "bob", "su", true));
	assert_true(po_rules_name_account(r, OF(ISSUER), "alice", "login", false));
	assert_false(po_rules_name_account(r, OF(ISSUER), "alice", "login", true));
	po_rules_free(r);
}

/* IDN-13, LIM-20: of a list only what some rule names is asked for. */
static void groups_are_asked_for_by_value(void **state)
{
	struct po_request request = {.issuer = strdup(ISSUER)};
	struct po_fault f;
	struct po_rules *r = must_parse(GROUP_MAP);

	(void)state;
	assert_true(po_rules_wants(r, &request, &f));
	assert_int_equal(request.want_count, 4);
	assert_string_equal(request.wants[0].name, "groups");
	assert_int_equal(request.wants[0].read, PO_READ_LIST);
	assert_int_equal(request.wants[0].values.count, 4);
	assert_string_equal(request.wants[1].name, "acr");
	assert_string_equal(request.wants[2].name, "roles");
	assert_int_equal(request.wants[2].read, PO_READ_KEYS);
	assert_int_equal(request.wants[2].values.count, 2);
	assert_string_equal(request.wants[3].name, "nick");
	po_rules_free(r);
	po_request_free(&request);
}

/* Wants and claims that do not belong together must not be read across each other. */
static void missing_wants_are_absent_claims(void **state)
{
	struct po_rules *r = must_parse(ISSUED "allow id=1 as alice\n");
	struct po_claim_want want = {.name = (char *)(uintptr_t) "id"};
	struct po_claim claim = {.kind = PO_CLAIM_INTEGER, .integer = 1};
	struct po_request request = {.issuer = (char *)(uintptr_t)ISSUER};
	struct po_identity who = {.issuer = (char *)(uintptr_t)ISSUER,
	                          .subject = (char *)(uintptr_t) "s"};
	const struct po_evidence evidence = {.request = &request, .who = &who};
	struct po_rules_match m;

	(void)state;
	assert_false(po_rules_allow(r, &evidence, "alice", &m));
	request.wants = &want;
	request.want_count = 1;
	assert_false(po_rules_allow(r, &evidence, "alice", &m));
	who.claims = &claim;
	who.claim_count = 1;
	assert_true(po_rules_allow(r, &evidence, "alice", &m));
	request.wants = NULL;
	request.want_count = 0;
	assert_false(po_rules_allow(r, &evidence, "alice", &m));
	po_rules_free(r);
}

static void empty_files_allow_nobody(void **state)
{
	/* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): ISSUED is two literals */
	static const char *const texts[] = {"", "\n", "# nothing\n", ISSUED, "   \t\n#x"};
	struct person p = {.subject = "x", .account = "alice"};
	struct po_rules_match m;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct po_rules *r = must_parse(texts[i]);

		assert_false(allowed(r, &p, &m));
		assert_false(po_rules_name_account(r, OF(ISSUER), "alice", "sshd", false));
		po_rules_free(r);
	}
	po_rules_free(NULL);
}

/* The claim that identity_claim names stands behind a value alone, checks included. */
static void value_alone_uses_the_default_claim(void **state)
{
	static const char text[] = ISSUED "allow \"a@b\" as alice\n";
	struct po_fault f = {0};
	struct po_rules *r = po_rules_parse("/m", text, strlen(text), "email", &f);
	struct noted all = {.stop_at = 0};

	(void)state;
	assert_non_null(r);
	assert_true(po_rules_each_claim(r, OF(ISSUER), note, &all));
	assert_string_equal(all.text, "email:2 ");
	po_rules_free(r);
}

/* IDN-7, IDN-9: rules belong to one tenant, and those of tenants that may not come are nobody's. */
static void each_tenant_has_rules_of_its_own(void **state)
{
#define CLOUD "https://login.example/"
	char *listed[] = {(char[]){"t-1"}, (char[]){"t-2"}};
	char shared[] = CLOUD "organizations/v2.0";
	const struct po_request request = {.issuer = shared, .tenants = {listed, 2}};
	struct po_rules *r = must_parse("issuer " CLOUD "t-1/v2.0\nallow oid=1 as alice\n"
	                                "issuer " CLOUD "t-3/v2.0\nallow upn=1 as bob\n"
	                                "issuer " CLOUD "organizations/v2.0\nallow x=1 as carol\n");
	struct po_identity who = {.issuer = (char[]){CLOUD "t-2/v2.0"}, .subject = (char[]){"s"}};
	struct po_request wants = request;
	const struct po_evidence e = {.request = &wants, .who = &who};
	struct po_fault f = {0};
	struct po_rules_match m;
	struct noted all = {0};

	(void)state;
	assert_true(po_rules_name_account(r, &request, "alice", "sshd", false));
	assert_false(po_rules_name_account(r, &request, "bob", "sshd", false));
	assert_false(po_rules_name_account(r, &request, "carol", "sshd", false));
	assert_true(po_rules_each_claim(r, &request, note, &all));
	assert_string_equal(all.text, "oid:2 ");
	assert_true(po_rules_wants(r, &wants, &f));
	assert_int_equal(wants.want_count, 1);
	assert_true(po_identity_set_claims(&who, 1));
	who.claims[0] = (struct po_claim){.kind = PO_CLAIM_STRING, .string = strdup("1")};
	assert_false(po_rules_allow(r, &e, "alice", &m)); /* the same oid, but of another tenant */
	who.issuer[strlen(CLOUD "t-")] = '1';
	assert_true(po_rules_allow(r, &e, "alice", &m));
	free(who.claims[0].string);
	free(who.claims);
	free(wants.wants[0].name);
	free(wants.wants);
	po_rules_free(r);
#undef CLOUD
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(wants_are_those_of_the_issuer_once),
	        cmocka_unit_test(a_list_of_addresses_is_vouched_for),
	        cmocka_unit_test(each_claim_is_told_with_its_first_line),
	        cmocka_unit_test(accounts_that_rules_could_give),
	        cmocka_unit_test(verdicts),
	        cmocka_unit_test(values_that_never_become_a_name),
	        cmocka_unit_test(long_values_never_match),
	        cmocka_unit_test(groups_denials_and_conditions),
	        cmocka_unit_test(a_condition_on_the_service_bounds_the_reach),
	        cmocka_unit_test(groups_are_asked_for_by_value),
	        cmocka_unit_test(missing_wants_are_absent_claims),
	        cmocka_unit_test(empty_files_allow_nobody),
	        cmocka_unit_test(value_alone_uses_the_default_claim),
	        cmocka_unit_test(each_tenant_has_rules_of_its_own),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
