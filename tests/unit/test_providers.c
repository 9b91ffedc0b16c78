/* SPDX-License-Identifier: BSD-2-Clause */
/* PRV-2: presets of providers are defaults that could have been written, and that what is written
 * replaces. Their values: pam_oauth.conf(5), which test_manual.py compares. */
#include "table.h"

#include "assign.h"
#include "config.h"
#include "providers.h"
#include "settings.h"

static void every_preset_could_have_been_written(void **state)
{
	struct table t = {0};
	size_t set = 0;

	(void)state;
	for (size_t p = 0; po_provider_names[p]; p++) {
		t.row = po_provider_names[p];
		ROW(&t, strncmp(po_provider_place(t.row), "provider ", 9) == 0);
		ROW_TEXT(&t, po_provider_place(t.row) + 9, t.row);
		ROW(&t, !po_provider_value(t.row, "provider"));
		for (size_t i = 0; i < po_key_count(); i++) {
			const char *value = po_provider_value(t.row, po_key_at(i)->name);
			struct po_fault f = {.code = PO_OK};

			if (!value)
				continue;
			set++;
			ROW(&t, po_key_check(po_key_at(i), value, &f));
		}
	}
	t.row = "there are presets";
	ROW(&t, set > 20);
	table_end(&t);
	assert_null(po_provider_value("nobody", "pkce"));
	assert_null(po_provider_place("nobody"));
}

static void put(struct po_settings *s, const char *service, const char *key, const char *value)
{
	struct po_fault f = {.code = PO_OK};
	size_t section;

	assert_true(po_settings_section(s, service, &section, &f));
	assert_true(po_settings_put(s, section, key, value,
	                            (struct po_place){po_settings_file(s, "/x"), 7}, &f));
}

static void what_is_written_replaces_it(void **state)
{
	struct po_settings s = {0};
	struct po_config c = {0};
	struct po_fault f = {.code = PO_OK};

	(void)state;
	put(&s, "", "provider", "google");
	put(&s, "su", "provider", "github");
	put(&s, "", "iss_aliases", "none");
	assert_true(po_settings_apply(&s, "sshd", &c, &f));
	assert_string_equal(c.provider.issuer, "https://accounts.google.com");
	assert_int_equal(c.provider.client_auth, PO_AUTH_POST);
	assert_int_equal(c.provider.iss_aliases.count, 0);
	assert_int_equal(c.display, PO_DISPLAY_PROMPT); /* the preset of the service, as ever */
	assert_string_equal(po_settings_place(&s, "issuer")->file, "provider google");
	assert_int_equal(po_settings_place(&s, "iss_aliases")->line, 7);
	assert_string_equal(po_settings_place(&s, "display")->file, PO_PLACE_PRESET);
	assert_string_equal(po_settings_value(&s, "sshd", po_key_find("client_auth")), "post");
	po_config_free(&c);
	assert_true(po_settings_apply(&s, "su", &c, &f));
	assert_string_equal(c.provider.issuer, "https://github.com");
	assert_int_equal(c.provider.identity_source, PO_FROM_API);
	assert_string_equal(po_settings_value(&s, "su", po_key_find("scope")), "none");
	assert_null(po_settings_value(&s, "su", po_key_find("jwks_uri")));
	po_config_free(&c);
	po_settings_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_preset_could_have_been_written),
	        cmocka_unit_test(what_is_written_replaces_it),
	};

	return cmocka_run_group_tests_name("providers", tests, NULL, NULL);
}
