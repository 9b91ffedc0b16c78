/* SPDX-License-Identifier: BSD-2-Clause */
/* The form of conditions: what is not understood is refused, never taken for no condition (PAM-6).
 */
#include "conditions.h"

#include "table.h"

#include <stdio.h>

struct good {
	const char *text;
	size_t count;
	enum po_condition_kind kind; /* of the last one */
	const char *claim;
	enum po_claim_read read;
	const char *values; /* joined by '|' */
};

static const struct good goods[] = {
        {"acr=gold", 1, PO_CONDITION_EQUALS, "acr", PO_READ_VALUE, "gold"},
        {"acr=gold, silver,bronze", 1, PO_CONDITION_EQUALS, "acr", PO_READ_VALUE,
         "gold|silver|bronze"},
        {"acr=\"a, b\" , c", 1, PO_CONDITION_EQUALS, "acr", PO_READ_VALUE, "a, b|c"},
        {"/realm/level=1", 1, PO_CONDITION_EQUALS, "/realm/level", PO_READ_VALUE, "1"},
        {"\"https://x.example/a b\"=c", 1, PO_CONDITION_EQUALS, "https://x.example/a b",
         PO_READ_VALUE, "c"},
        {"email_verified=true", 1, PO_CONDITION_IS, "email_verified", PO_READ_VALUE, "true"},
        {"blocked=false", 1, PO_CONDITION_IS, "blocked", PO_READ_VALUE, "false"},
        {"x=\"true\"", 1, PO_CONDITION_EQUALS, "x", PO_READ_VALUE, "true"},
        {"x=true, false", 1, PO_CONDITION_EQUALS, "x", PO_READ_VALUE, "true|false"},
        {"x=True", 1, PO_CONDITION_EQUALS, "x", PO_READ_VALUE, "True"},
        {"groups has admins", 1, PO_CONDITION_HAS, "groups", PO_READ_LIST, "admins"},
        {"groups has admins,ops", 1, PO_CONDITION_HAS, "groups", PO_READ_LIST, "admins|ops"},
        {"/realm_access/roles  has\t\"a b\"", 1, PO_CONDITION_HAS, "/realm_access/roles",
         PO_READ_LIST, "a b"},
        {"scp has word ssh", 1, PO_CONDITION_HAS, "scp", PO_READ_WORDS, "ssh"},
        {"roles has key admin", 1, PO_CONDITION_HAS, "roles", PO_READ_KEYS, "admin"},
        {"roles has key", 1, PO_CONDITION_HAS, "roles", PO_READ_LIST, "key"},
        {"service has x", 1, PO_CONDITION_HAS, "service", PO_READ_LIST, "x"},
        {"from=x", 1, PO_CONDITION_EQUALS, "from", PO_READ_VALUE, "x"},
        {"email at example.org, example.com", 1, PO_CONDITION_EMAIL_AT, NULL, PO_READ_VALUE,
         "example.org|example.com"},
        {"from 192.0.2.0/24, 2001:db8::/32, local", 1, PO_CONDITION_FROM, NULL, PO_READ_VALUE,
         "192.0.2.0/24|2001:db8::/32|local"},
        {"service sudo, su", 1, PO_CONDITION_SERVICE, NULL, PO_READ_VALUE, "sudo|su"},
        {"prior publickey", 1, PO_CONDITION_PRIOR, NULL, PO_READ_VALUE, "publickey"},
        {"max_age 900", 1, PO_CONDITION_MAX_AGE, NULL, PO_READ_VALUE, "900"},
        {"max_age 1", 1, PO_CONDITION_MAX_AGE, NULL, PO_READ_VALUE, "1"},
        {"max_age 31536000", 1, PO_CONDITION_MAX_AGE, NULL, PO_READ_VALUE, "31536000"},
        {"a=1 and groups has and and prior publickey", 3, PO_CONDITION_PRIOR, NULL, PO_READ_VALUE,
         "publickey"},
        {"groups has a and\tgroups has b", 2, PO_CONDITION_HAS, "groups", PO_READ_LIST, "b"},
};

static void joined(char *out, size_t size, const struct po_list *l)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < l->count; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", i ? "|" : "", l->items[i]);
}

static void what_they_mean(void **state)
{
	char values[512];

	(void)state;
	for (size_t i = 0; i < COUNT(goods); i++) {
		const struct good *g = &goods[i];
		struct po_conditions c = {0};
		const struct po_condition *last;
		struct po_fault f = {0};

		if (!po_conditions_read(g->text, &c, &f))
			fail_msg("%s: %s", g->text, f.text);
		last = &c.items[c.count - 1];
		joined(values, sizeof(values), &last->values);
		if (c.count != g->count || last->kind != g->kind || strcmp(values, g->values) != 0)
			fail_msg("%s: %zu, kind %d, %s", g->text, c.count, (int)last->kind, values);
		if (g->claim)
			assert_string_equal(last->claim, g->claim);
		else
			assert_null(last->claim);
		if (g->kind == PO_CONDITION_HAS)
			assert_int_equal(last->read, g->read);
		if (g->kind == PO_CONDITION_IS)
			assert_int_equal(last->truth, strcmp(g->values, "true") == 0);
		if (g->count == 1)
			assert_string_equal(last->text, g->text);
		po_conditions_free(&c);
		po_conditions_free(&c);
	}
}

static const struct {
	const char *text;
	const char *fault;
} bads[] = {
        {"", "condition: expected CLAIM=VALUE"},
        {"acr", "condition: expected CLAIM=VALUE"},
        {"acr gold", "condition: expected CLAIM=VALUE"},
        {"acr =gold", "condition: expected CLAIM=VALUE"},
        {"acr= gold", "condition: expected a value"},
        {"acr=", "condition: expected a value"},
        {"acr=gold,", "condition: expected a value"},
        {"acr=gold,,x", "condition: expected a value"},
        {"acr=gold silver", "condition: expected 'and' or the end"},
        {"acr=gold or acr=silver", "condition: expected 'and' or the end"},
        {"acr=gold and", "condition: expected 'and' or the end"},
        {"acr=gold and ", "condition: expected CLAIM=VALUE"},
        {"and acr=gold", "condition: expected CLAIM=VALUE"},
        {"acr=gold AND amr has x", "condition: expected 'and' or the end"},
        {"=gold", "condition: expected the name of a claim"},
        {"/email=x", "condition: expected the name of a claim"},
        {"/a/~2=x", "condition: expected the name of a claim"},
        {"acr=\"gold", "quote without an end"},
        {"acr=go\"ld", "quote inside a word"},
        {"acr=\"gold\"x", "condition: expected 'and' or the end"},
        {"groups has", "condition: expected CLAIM=VALUE"},
        {"groups has ", "condition: expected a value"},
        {"groups Has x", "condition: expected CLAIM=VALUE"},
        {"groups has word ", "condition: expected a value"},
        {"groups hasx", "condition: expected CLAIM=VALUE"},
        {"has x", "condition: expected CLAIM=VALUE"},
        {"email at", "condition: expected CLAIM=VALUE"},
        {"email at @example.org", "condition: expected a mail domain"},
        {"email at .org", "condition: expected a mail domain"},
        {"upn at example.org", "condition: expected CLAIM=VALUE"},
        {"\"email\" at example.org", "condition: expected CLAIM=VALUE"},
        {"from", "condition: expected an address"},
        {"from 10.0.0.1/8", "condition: expected an address"},
        {"from host.example.org", "condition: expected an address"},
        {"From 10.0.0.0/8", "condition: expected CLAIM=VALUE"},
        {"\"from\" 10.0.0.0/8", "condition: expected CLAIM=VALUE"},
        {"service Sudo", "condition: expected the name of a PAM service"},
        {"service sudo su", "condition: expected 'and' or the end"},
        {"prior public key", "condition: expected 'and' or the end"},
        {"prior", "condition: expected a method"},
        {"max_age 0", "max_age: expected seconds"},
        {"max_age 31536001", "max_age: expected seconds"},
        {"max_age 15m", "max_age: expected seconds"},
        {"max_age -1", "max_age: expected seconds"},
        {"max_age 1, 2", "max_age: expected seconds"},
        {"max_age", "condition: expected printable ASCII"},
        {"require_mfa", "condition: expected CLAIM=VALUE"},
};

static void slips_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bads); i++) {
		struct po_conditions c = {0};
		struct po_fault f = {0};

		if (po_conditions_read(bads[i].text, &c, &f))
			fail_msg("taken: %s", bads[i].text);
		assert_int_equal(f.code, PO_E_CONFIG);
		if (strncmp(f.text, bads[i].fault, strlen(bads[i].fault)) != 0)
			fail_msg("%s: \"%s\" instead of \"%s\"", bads[i].text, f.text,
			         bads[i].fault);
		assert_null(c.items);
		assert_int_equal(c.count, 0);
	}
}

static bool so_many(unsigned count, const char *first, const char *more)
{
	char text[8192];
	size_t n = (size_t)snprintf(text, sizeof(text), "%s", first);
	struct po_conditions c = {0};
	struct po_fault f;
	bool ok;

	for (unsigned i = 1; i < count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", more);
	ok = po_conditions_read(text, &c, &f);
	po_conditions_free(&c);
	return ok;
}

static void their_number_is_bounded(void **state)
{
	(void)state;
	assert_true(so_many(32, "a=b", " and a=b"));
	assert_false(so_many(33, "a=b", " and a=b"));
	assert_true(so_many(PO_LIMIT_LIST_OPTION, "a=b", ",b"));
	assert_false(so_many(PO_LIMIT_LIST_OPTION + 1, "a=b", ",b"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_they_mean),
	        cmocka_unit_test(slips_are_refused),
	        cmocka_unit_test(their_number_is_bounded),
	};

	return cmocka_run_group_tests_name("conditions_parse", tests, NULL, NULL);
}
