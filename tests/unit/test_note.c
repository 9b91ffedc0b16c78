/* SPDX-License-Identifier: BSD-2-Clause */
/* Remarks are one printable line whatever a server put into them (PAM-45, TOK-12). */
#include "table.h"

#include <string.h>

#include "note.h"
#include "po_limits.h"

struct heard {
	unsigned lines;
	enum po_remark level;
	char text[2 * PO_LIMIT_FAULT_TEXT];
};

static void hear(void *ctx, enum po_remark level, const char *text)
{
	struct heard *h = ctx;

	h->lines++;
	h->level = level;
	assert_true(strlen(text) < sizeof(h->text));
	memcpy(h->text, text, strlen(text) + 1);
}

static void a_remark_is_formatted_and_escaped(void **state)
{
	struct heard h = {0};
	const struct po_note note = {hear, &h};

	(void)state;
	po_note(&note, "%s: %d", "a\r\n\x1b[2J\\", 7);
	assert_int_equal(h.lines, 1);
	assert_int_equal(h.level, PO_REMARK_DEBUG);
	po_warn(&note, "%s", "b");
	assert_int_equal(h.level, PO_REMARK_WARNING);
	assert_string_equal(h.text, "b");
	po_note(&note, "%s: %d", "a\r\n\x1b[2J\\", 7);
	assert_string_equal(h.text, "a\\x0D\\x0A\\x1B[2J\\x5C: 7");
}

static void a_long_remark_is_cut(void **state)
{
	struct heard h = {0};
	const struct po_note note = {hear, &h};
	char text[3000];

	(void)state;
	memset(text, '\n', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	po_note(&note, "%s", text);
	assert_int_equal(h.lines, 1);
	assert_in_range(strlen(h.text), PO_LIMIT_FAULT_TEXT - 8, PO_LIMIT_FAULT_TEXT - 1);
	assert_string_equal(h.text + strlen(h.text) - 3, "...");
}

static void nobody_needs_to_listen(void **state)
{
	const struct po_note deaf = {NULL, NULL};

	(void)state;
	po_note(NULL, "%s", "x"); /* a crash is the failure */
	po_note(&deaf, "%s", "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_remark_is_formatted_and_escaped),
	        cmocka_unit_test(a_long_remark_is_cut),
	        cmocka_unit_test(nobody_needs_to_listen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
