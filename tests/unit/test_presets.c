/* SPDX-License-Identifier: BSD-2-Clause */
/* Every row of protocol.md 11.4, PAM-37 and PAM-40, as the effective values of that service. */
#include "presets.h"

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "config.h"
#include "keys.h"
#include "settings.h"

struct row {
	const char *service;
	enum po_display display;
	unsigned long max_wait;
	enum po_qr_mode qr;
	unsigned long qr_lines;
	bool no_retry;
	enum po_unknown_user unknown_user;
};

static const struct row rows[] = {
        {"sshd", PO_DISPLAY_PROMPT, 100, PO_QR_UTF8, 40, true, PO_UNKNOWN_FLOW},
        {"login", PO_DISPLAY_INFO, 50, PO_QR_AUTO, 20, false, PO_UNKNOWN_DENY_LATE},
        {"remote", PO_DISPLAY_INFO, 50, PO_QR_AUTO, 20, false, PO_UNKNOWN_DENY_LATE},
        {"sudo", PO_DISPLAY_INFO, 180, PO_QR_AUTO, 40, false, PO_UNKNOWN_DENY_LATE},
        {"sudo-i", PO_DISPLAY_INFO, 180, PO_QR_AUTO, 40, false, PO_UNKNOWN_DENY_LATE},
        {"su", PO_DISPLAY_INFO, 120, PO_QR_AUTO, 40, false, PO_UNKNOWN_DENY_LATE},
        {"su-l", PO_DISPLAY_INFO, 120, PO_QR_AUTO, 40, false, PO_UNKNOWN_DENY_LATE},
        {"polkit-1", PO_DISPLAY_INFO_PROMPT, 120, PO_QR_NONE, 40, false, PO_UNKNOWN_FLOW},
        {"gdm-password", PO_DISPLAY_INFO_PROMPT, 120, PO_QR_NONE, 40, false, PO_UNKNOWN_FLOW},
        {"gdm-", PO_DISPLAY_INFO_PROMPT, 120, PO_QR_NONE, 40, false, PO_UNKNOWN_FLOW},
        {"gdm", PO_DISPLAY_INFO_PROMPT, 100, PO_QR_NONE, 40, false, PO_UNKNOWN_FLOW},
        {"sshd2", PO_DISPLAY_INFO_PROMPT, 100, PO_QR_NONE, 40, false, PO_UNKNOWN_FLOW},
        {"ssh", PO_DISPLAY_INFO_PROMPT, 100, PO_QR_NONE, 40, false, PO_UNKNOWN_FLOW},
        {"*", PO_DISPLAY_INFO_PROMPT, 100, PO_QR_NONE, 40, false, PO_UNKNOWN_FLOW},
        {"", PO_DISPLAY_INFO_PROMPT, 100, PO_QR_NONE, 40, false, PO_UNKNOWN_FLOW},
};

static void services_have_their_presets(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct po_settings settings = {0};
		struct po_config c = {0};
		struct po_fault f = {0};

		if (!po_settings_apply(&settings, row->service, &c, &f))
			fail_msg("%s: %s", row->service, f.text);
		if (c.display != row->display || c.max_wait_s != row->max_wait || c.qr != row->qr ||
		    c.qr_lines != row->qr_lines || c.no_retry != row->no_retry ||
		    c.unknown_user != row->unknown_user)
			fail_msg("%s", row->service);
		assert_int_equal(c.provider.qr_content, PO_QR_COMPLETE);
		po_settings_free(&settings);
		po_config_free(&c);
	}
}

static void presets_touch_only_their_keys(void **state)
{
	(void)state;
	assert_null(po_preset_value("sshd", "issuer"));
	assert_null(po_preset_value("sshd", "allow_root"));
	assert_null(po_preset_value("sshd", "skip_users"));
	assert_null(po_preset_value("sshd", ""));
	assert_null(po_preset_value("other", "max_wait"));
	assert_string_equal(po_preset_value("sudo", "max_wait"), "180");
	assert_null(po_preset_value("sudo", "no_retry"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(services_have_their_presets),
	        cmocka_unit_test(presets_touch_only_their_keys),
	};

	return cmocka_run_group_tests_name("presets", tests, NULL, NULL);
}
