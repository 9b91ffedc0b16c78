/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a service demands besides the rules, and which verdicts a pin is for: SRV-146, IDT-18 to
 * IDT-20, XDV-1, XDV-2, IDN-12, IDN-14, PAM-32, MAP-11. Accounts and root are test_policy.c's.
 */
#include "policy.h"

#include "assign.h"
#include "config.h"
#include "demands.h"
#include "rules.h"
#include "table.h"

#define ISSUER "https://sso.example.org"
#define NOW    INT64_C(1800000000)

#define RULES                             \
	"issuer " ISSUER "\n"             \
	"allow sub=by-subject as alice\n" \
	"allow nick=by-value as alice\n"  \
	"allow upn~([a-z]+) as \\1\n"     \
	"allow groups has ops as alice\n"

struct demand {
	const char *key;
	const char *value;
	const char *claim; /* what the identity has of it; NULL: the circumstances decide */
	const char *good;
	const char *bad; /* NULL: absent is the only bad one */
};

/* "#": a time, "!": unreadable */
static const struct demand demands[] = {
        {"require_acr", "gold silver", "acr", "silver", "bronze"},
        {"require_acr", "gold", "acr", "gold", NULL},
        {"require_amr", "mfa otp", "amr", "otp,mfa", "mfa"},
        {"require_amr", "mfa", "amr", "mfa", "!"},
        {"max_age", "600", "auth_time", "#1799999400", "#1799999300"},
        {"max_age", "600", "auth_time", "#1800000000", NULL},
        {"require_prior", "publickey", NULL, "publickey", "password"},
        {"allow_from", "192.0.2.0/24", NULL, "192.0.2.7", "198.51.100.1"},
        {"allow_from", "192.0.2.0/24", NULL, "192.0.2.7", NULL},
};

static void set(struct po_config *c, const char *name, const char *value)
{
	struct po_fault f = {.code = PO_OK};

	for (size_t i = 0; i < po_key_count(); i++)
		if (strcmp(po_key_at(i)->name, name) == 0)
			assert_true(po_key_set(c, po_key_at(i), value, &f));
}

static void begin(struct po_config *c)
{
	struct po_fault f = {.code = PO_OK};

	*c = (struct po_config){.min_uid = 1000, .max_uid = 60000, .issuer_is_exclusive = true};
	c->provider.issuer = strdup(ISSUER);
	c->rules = po_rules_parse("map", RULES, strlen(RULES), "sub", &f);
	assert_non_null(c->rules);
}

static void fill(struct po_claim *claim, const char *value)
{
	if (!value)
		return;
	claim->kind = *value == '!' ? PO_CLAIM_INVALID : PO_CLAIM_STRING;
	if (*value == '#') {
		claim->kind = PO_CLAIM_INTEGER;
		claim->integer = strtoll(value + 1, NULL, 10);
	} else if (claim->kind == PO_CLAIM_STRING) {
		claim->string = strdup(value);
	}
}

/* The claim of this name gets the value; a list its words. */
static void make_identity(struct po_identity *who, const struct po_request *r, const char *subject,
                          const char *name, const char *value)
{
	*who = (struct po_identity){.issuer = strdup(ISSUER), .subject = strdup(subject)};
	assert_true(po_identity_set_claims(who, r->want_count));
	for (size_t i = 0; name && i < r->want_count; i++) {
		struct po_claim *claim = &who->claims[i];

		if (strcmp(r->wants[i].name, name) != 0)
			continue;
		if (value && *value != '!' && r->wants[i].read == PO_READ_LIST) {
			claim->kind = PO_CLAIM_LIST;
			assert_true(po_list_add_words(&claim->list, value, 9));
		} else {
			fill(claim, value);
		}
	}
}

static bool allows(const struct demand *d, const char *value, struct po_fault *f)
{
	char local[] = "alice";
	const struct po_account a = {.name = local, .local = local, .uid = 1000};
	struct po_evidence e = {.service = "sshd", .now = NOW};
	struct po_identity who;
	struct po_config c;
	const char *key;
	bool pinnable;
	bool allowed;

	begin(&c);
	set(&c, d->key, d->value);
	assert_true(po_demands_make(&c, &key, f) && po_policy_wants(&c, &c.provider, f));
	make_identity(&who, &c.provider, "by-subject", d->claim, value);
	e.request = &c.provider;
	e.address = strcmp(d->key, "allow_from") == 0 ? value : NULL;
	e.prior = strcmp(d->key, "require_prior") == 0 ? value : NULL;
	if (!d->claim) {
		bool admitted = po_policy_admits(&c, &e, f); /* before anybody signs in */

		assert_int_equal(admitted, value && strcmp(value, d->good) == 0);
	}
	e.who = &who;
	allowed = po_policy_allows(&c, &e, &a, &pinnable, f);
	po_identity_free(&who);
	po_config_free(&c);
	return allowed;
}

static void a_demand_binds_whoever_a_rule_lets_in(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(demands); i++) {
		struct po_fault f = {.code = PO_OK};

		t.row = demands[i].key;
		ROW(&t, allows(&demands[i], demands[i].good, &f));
		ROW(&t, !allows(&demands[i], demands[i].bad, &f));
		ROW_NUMBER(&t, f.code, PO_E_NOT_ALLOWED);
		ROW(&t, strstr(f.text, demands[i].key) != NULL);
	}
	table_end(&t);
}

struct pin {
	const char *name;
	const char *subject;
	const char *claim;
	const char *value;
	bool pinnable;
};

static const struct pin pins[] = {
        {"sub never changes hands", "by-subject", NULL, NULL, false},
        {"a value may", "x", "nick", "by-value", true},
        {"a pattern, too", "x", "upn", "alice", true},
        {"a group is many people", "x", "groups", "ops", false},
};

static void a_pin_is_for_one_person(void **state)
{
	char local[] = "alice";
	const struct po_account a = {.name = local, .local = local, .uid = 1000};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(pins); i++) {
		struct po_evidence e = {.service = "sshd", .now = NOW};
		struct po_fault f = {.code = PO_OK};
		bool pinnable = !pins[i].pinnable;
		struct po_identity who;
		struct po_config c;

		t.row = pins[i].name;
		begin(&c);
		assert_true(po_policy_wants(&c, &c.provider, &f));
		make_identity(&who, &c.provider, pins[i].subject, pins[i].claim, pins[i].value);
		e.request = &c.provider;
		e.who = &who;
		ROW(&t, po_policy_allows(&c, &e, &a, &pinnable, &f));
		ROW_NUMBER(&t, pinnable, pins[i].pinnable);
		po_identity_free(&who);
		po_config_free(&c);
	}
	table_end(&t);
}

/* PAM-32, IDN-12 */
static void what_is_exported_is_asked_for(void **state)
{
	struct po_fault f = {.code = PO_OK};
	struct po_config c;
	size_t before;

	(void)state;
	begin(&c);
	assert_true(po_policy_wants(&c, &c.provider, &f));
	before = c.provider.want_count;
	c.export_identity = true;
	assert_true(po_policy_wants(&c, &c.provider, &f));
	assert_int_equal(c.provider.want_count, before + 1);
	assert_string_equal(c.provider.wants[before].name, PO_LABEL_CLAIM);
	po_config_free(&c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_demand_binds_whoever_a_rule_lets_in),
	        cmocka_unit_test(a_pin_is_for_one_person),
	        cmocka_unit_test(what_is_exported_is_asked_for),
	};

	return cmocka_run_group_tests_name("policy_service", tests, NULL, NULL);
}
