/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys that are another way to write a condition: XDV-1, XDV-2, IDT-18, IDT-19, IDT-20. */
#include "demands.h"

#include "assign.h"
#include "po_buf.h"
#include "table.h"

struct demand_case {
	const char *name; /* key and value */
	const char *value;
	const char *conditions; /* kind:claim:values, one for each that it comes to */
};

static const struct demand_case cases[] = {
        {"allow_from", "10.0.0.0/8 local", "4:-:10.0.0.0/8,local allow_from"},
        {"allow_from", "any", ""},
        {"require_prior", "publickey", "6:-:publickey require_prior"},
        {"require_prior", "publickey password",
         "6:-:publickey require_prior; 6:-:password require_prior"},
        {"require_acr", "gold silver", "0:acr:gold,silver require_acr"},
        {"require_amr", "mfa otp", "2:amr:mfa require_amr; 2:amr:otp require_amr"},
        {"require_amr", "none", ""},
        {"max_age", "900", "7:-:900 max_age"},
        {"max_age", "none", ""},
};

_Static_assert(PO_CONDITION_EQUALS == 0 && PO_CONDITION_HAS == 2 && PO_CONDITION_FROM == 4 &&
                       PO_CONDITION_PRIOR == 6 && PO_CONDITION_MAX_AGE == 7,
               "the numbers of the table");

static const struct po_key *key_named(const char *name)
{
	for (size_t i = 0; i < po_key_count(); i++)
		if (strcmp(po_key_at(i)->name, name) == 0)
			return po_key_at(i);
	return NULL;
}

static void set(struct po_config *c, const char *name, const char *value)
{
	struct po_fault f = {.code = PO_OK};

	assert_non_null(key_named(name));
	assert_true(po_key_set(c, key_named(name), value, &f));
}

static void write_down(const struct po_conditions *all, struct po_buf *out)
{
	po_buf_init(out, 4096);
	for (size_t i = 0; i < all->count; i++) {
		const struct po_condition *c = &all->items[i];

		po_buf_addf(out, "%s%d:%s:", i ? "; " : "", (int)c->kind,
		            c->claim ? c->claim : "-");
		for (size_t k = 0; k < c->values.count; k++)
			po_buf_addf(out, "%s%s", k ? "," : "", c->values.items[k]);
		if (c->kind == PO_CONDITION_MAX_AGE)
			po_buf_addf(out, "%lu", c->seconds);
		po_buf_addf(out, " %s", c->text);
		if (c->kind == PO_CONDITION_HAS)
			assert_int_equal(c->read, PO_READ_LIST);
	}
}

static void clear(struct po_config *c)
{
	po_conditions_free(&c->demands);
	for (size_t i = 0; i < po_key_count(); i++)
		po_key_clear(c, po_key_at(i));
}

static void each_key_is_a_condition(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct po_config c = {.display = PO_DISPLAY_PROMPT};
		struct po_fault f = {.code = PO_OK};
		struct po_buf text;
		const char *key;

		t.row = cases[i].name;
		set(&c, cases[i].name, cases[i].value);
		ROW(&t, po_demands_make(&c, &key, &f));
		write_down(&c.demands, &text);
		ROW_TEXT(&t, po_buf_str(&text), cases[i].conditions);
		po_buf_free(&text);
		clear(&c);
	}
	table_end(&t);
}

/* All of them together, what needs nobody first. */
static void all_keys_add_up(void **state)
{
	struct po_config c = {.display = PO_DISPLAY_PROMPT};
	struct po_fault f = {.code = PO_OK};
	const char *key;

	(void)state;
	set(&c, "max_age", "1");
	set(&c, "require_amr", "mfa");
	set(&c, "require_acr", "gold");
	set(&c, "require_prior", "publickey");
	set(&c, "allow_from", "local");
	assert_true(po_demands_make(&c, &key, &f));
	assert_int_equal(c.demands.count, 5);
	assert_int_equal(c.demands.items[0].kind, PO_CONDITION_FROM);
	assert_int_equal(c.demands.items[1].kind, PO_CONDITION_PRIOR);
	assert_int_equal(c.demands.items[4].kind, PO_CONDITION_MAX_AGE);
	clear(&c);
}

/* LIM-20: more than a verdict may read is a fault of the configuration. */
static void there_may_be_so_many(void **state)
{
	struct po_config c = {.display = PO_DISPLAY_PROMPT};
	struct po_fault f = {.code = PO_OK};
	const char *key;

	(void)state;
	set(&c, "require_prior", "a b c d e f g h i j k l m n o p q");
	set(&c, "require_amr", "a b c d e f g h i j k l m n o p");
	assert_false(po_demands_make(&c, &key, &f));
	assert_int_equal(f.code, PO_E_CONFIG);
	assert_string_equal(key, "require_amr");
	assert_non_null(strstr(f.text, "conditions"));
	clear(&c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_key_is_a_condition),
	        cmocka_unit_test(all_keys_add_up),
	        cmocka_unit_test(there_may_be_so_many),
	};

	return cmocka_run_group_tests_name("demands", tests, NULL, NULL);
}
