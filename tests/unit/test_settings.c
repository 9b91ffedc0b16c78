/* SPDX-License-Identifier: BSD-2-Clause */
/* Sections, what replaces what, and where a value came from; without files and parser. */
#include "settings.h"

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "assign.h"

struct fixture {
	struct po_settings settings;
	struct po_fault fault;
};

static bool put(struct fixture *x, const char *file, unsigned line, const char *service,
                const char *key, const char *value)
{
	size_t section;

	assert_true(po_settings_section(&x->settings, service, &section, &x->fault));
	return po_settings_put(&x->settings, section, key, value, (struct po_place){file, line},
	                       &x->fault);
}

static unsigned long max_wait_of(struct fixture *x, const char *service)
{
	struct po_config c = {0};
	unsigned long seconds;

	assert_true(po_settings_apply(&x->settings, service, &c, &x->fault));
	seconds = c.max_wait_s;
	for (size_t i = 0; i < po_key_count(); i++)
		po_key_clear(&c, po_key_at(i));
	return seconds;
}

static void the_place_follows_the_value(void **state)
{
	struct fixture x = {0};
	const char *one = po_settings_file(&x.settings, "/one");
	const char *two = po_settings_file(&x.settings, "/two");

	(void)state;
	assert_int_equal(max_wait_of(&x, "other"), 100);
	assert_string_equal(po_settings_place(&x.settings, "max_wait")->file, PO_PLACE_DEFAULT);
	assert_int_equal(max_wait_of(&x, "su"), 120);
	assert_string_equal(po_settings_place(&x.settings, "max_wait")->file, PO_PLACE_PRESET);

	assert_true(put(&x, one, 3, "", "max_wait", "30"));
	assert_int_equal(max_wait_of(&x, "su"), 30);
	assert_ptr_equal(po_settings_place(&x.settings, "max_wait")->file, one);
	assert_int_equal(po_settings_place(&x.settings, "max_wait")->line, 3);

	assert_true(put(&x, one, 5, "su", "max_wait", "40"));
	assert_int_equal(max_wait_of(&x, "su"), 40);
	assert_int_equal(po_settings_place(&x.settings, "max_wait")->line, 5);
	assert_int_equal(max_wait_of(&x, "su-l"), 30);

	assert_true(put(&x, two, 1, "", "max_wait", "50"));
	assert_int_equal(max_wait_of(&x, "su-l"), 50);
	assert_ptr_equal(po_settings_place(&x.settings, "max_wait")->file, two);
	assert_int_equal(max_wait_of(&x, "su"), 40);
	po_settings_free(&x.settings);
}

static void what_is_refused_changes_nothing(void **state)
{
	struct fixture x = {0};
	const char *one = po_settings_file(&x.settings, "/one");
	const char *two = po_settings_file(&x.settings, "/two");

	(void)state;
	assert_true(put(&x, one, 3, "su", "max_wait", "30"));
	assert_false(put(&x, one, 4, "su", "max_wait", "40"));
	assert_string_equal(x.fault.text, "max_wait: given before, in line 3");
	assert_false(put(&x, two, 4, "su", "max_wait", "4"));
	assert_string_equal(x.fault.text, "max_wait: expected a number from 10 to 900");
	assert_false(put(&x, one, 4, "su", "max_weight", "40"));
	assert_string_equal(x.fault.text, "unknown key 'max_weight'");
	assert_int_equal(x.fault.code, PO_E_CONFIG);
	assert_int_equal(max_wait_of(&x, "su"), 30);
	assert_int_equal(po_settings_place(&x.settings, "max_wait")->line, 3);
	po_settings_free(&x.settings);
}

static void sections_are_found_again(void **state)
{
	struct fixture x = {0};
	size_t first, second, again;

	(void)state;
	assert_true(po_settings_section(&x.settings, "", &first, &x.fault));
	assert_true(po_settings_section(&x.settings, "su", &second, &x.fault));
	assert_int_not_equal(first, second);
	for (char service[] = "a"; service[0] <= 'z'; service[0]++)
		assert_true(po_settings_section(&x.settings, service, &again, &x.fault));
	assert_true(po_settings_section(&x.settings, "", &again, &x.fault));
	assert_int_equal(again, first);
	assert_true(po_settings_section(&x.settings, "su", &again, &x.fault));
	assert_int_equal(again, second);
	assert_int_equal(x.settings.section_count, 28);
	po_settings_free(&x.settings);
	assert_int_equal(x.settings.section_count, 0);
	po_settings_free(&x.settings);
	po_settings_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_place_follows_the_value),
	        cmocka_unit_test(what_is_refused_changes_nothing),
	        cmocka_unit_test(sections_are_found_again),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
