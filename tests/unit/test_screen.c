/* SPDX-License-Identifier: BSD-2-Clause */
/* What may be put on which screen: UIX-12, UIX-13, SSH-5. */
#include "table.h"

#include <locale.h>

#include "screen.h"

#define CHOSEN 5U

static const struct {
	const char *name;
	const char *service;
	enum po_qr_mode qr;
	const char *locale;
	bool in_prompt;
	enum po_qr_mode shown;
	unsigned language;
} rows[] = {
        {"UIX-12 utf8", "su", PO_QR_UTF8, "C", true, PO_QR_UTF8, CHOSEN},
        {"UIX-12 utf8, a text", "su", PO_QR_UTF8, "C", false, PO_QR_UTF8, CHOSEN},
        {"UIX-12 ascii", "su", PO_QR_ASCII, "C.UTF-8", true, PO_QR_ASCII, 0},
        {"UIX-12 none", "su", PO_QR_NONE, "C.UTF-8", true, PO_QR_NONE, 0},
        {"UIX-13 auto in a UTF-8 locale", "su", PO_QR_AUTO, "C.UTF-8", true, PO_QR_UTF8, CHOSEN},
        {"UIX-13 auto in another", "su", PO_QR_AUTO, "C", true, PO_QR_NONE, 0},
        {"SSH-5 sshd, in a prompt", "sshd", PO_QR_UTF8, "C", true, PO_QR_UTF8, CHOSEN},
        {"SSH-5 sshd, a text", "sshd", PO_QR_UTF8, "C", false, PO_QR_UTF8, 0},
        {"SSH-5 sshd-something is not sshd", "sshd-x", PO_QR_UTF8, "C", false, PO_QR_UTF8, CHOSEN},
        {"no service", NULL, PO_QR_UTF8, "C", false, PO_QR_UTF8, CHOSEN},
};

static void a_language_is_for_screens_that_take_it(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct po_config c = {.qr = rows[i].qr, .language = CHOSEN};

		t.row = rows[i].name;
		assert_non_null(setlocale(LC_ALL, rows[i].locale));
		ROW_NUMBER(&t, po_screen_qr(&c), rows[i].shown);
		ROW_NUMBER(&t, po_screen_language(&c, rows[i].service, rows[i].in_prompt),
		           rows[i].language);
		setlocale(LC_ALL, "C");
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_language_is_for_screens_that_take_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
