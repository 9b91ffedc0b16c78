/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What may be an identity value or a name (IDT-16, MAP-1, MAP-2, SRV-180 to SRV-187): yes or no for
 * each text, limits to the byte.
 */
#include "text_rows.h"

static const struct text_row values[] = {
        {"usual", "f1c8e2d4-0000-4a7e-9d3b-1b2c3d4e5f60", true},
        {"Auth0's bar", "auth0|5f00", true},
        {"blanks", "  ", true},
        {"UTF-8 of two, three and four bytes", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x91", true},
        {"U+00A0 is no control", "a\xc2\xa0", true},
        {"none", NULL, false},
        {"SRV-185 empty", "", false},
        {"SRV-142 newline", "alice\nroot", false},
        {"NUL's neighbour U+0001", "\x01", false},
        {"U+001F", "a\x1f", false},
        {"DEL", "a\x7f", false},
        {"C1 U+0080", "a\xc2\x80", false},
        {"C1 U+009F", "a\xc2\x9f", false},
        {"bare C1 byte", "a\x9f", false},
        {"SRV-36 overlong slash", "a\xc0\xaf", false},
        {"SRV-36 surrogate", "\xed\xa0\x80", false},
        {"SRV-36 cut at the end", "a\xe2\x82", false},
};

static void identity_values_are_utf8_without_controls(void **state)
{
	(void)state;
	walk(values, COUNT(values), po_text_value_ok);
	walk_lengths(po_text_value_ok, "", 'v', PO_LIMIT_CLAIM_VALUE);
}

static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	bool ok;
} encodings[] = {
        {"empty", "", 0, true},
        {"NUL is a character", "a\0b", 3, true},
        {"U+007F", "\x7f", 1, true},
        {"U+0080", "\xc2\x80", 2, true},
        {"U+07FF", "\xdf\xbf", 2, true},
        {"U+0800", "\xe0\xa0\x80", 3, true},
        {"U+D7FF", "\xed\x9f\xbf", 3, true},
        {"U+E000", "\xee\x80\x80", 3, true},
        {"U+FFFF", "\xef\xbf\xbf", 3, true},
        {"U+10000", "\xf0\x90\x80\x80", 4, true},
        {"U+10FFFF", "\xf4\x8f\xbf\xbf", 4, true},
        {"continuation alone", "\x80", 1, false},
        {"overlong U+0000", "\xc0\x80", 2, false},
        {"overlong U+007F", "\xc1\xbf", 2, false},
        {"overlong U+07FF", "\xe0\x9f\xbf", 3, false},
        {"overlong U+FFFF", "\xf0\x8f\xbf\xbf", 4, false},
        {"U+D800", "\xed\xa0\x80", 3, false},
        {"U+DFFF", "\xed\xbf\xbf", 3, false},
        {"U+110000", "\xf4\x90\x80\x80", 4, false},
        {"F5", "\xf5\x80\x80\x80", 4, false},
        {"FE", "\xfe", 1, false},
        {"two bytes, cut", "\xc3", 1, false},
        {"three bytes, cut", "\xe2\x82", 2, false},
        {"four bytes, cut", "\xf0\x9f\x94", 3, false},
        {"continuation missing",
         "\xc3"
         "a",
         2, false},
        {"third byte wrong",
         "\xe2\x82"
         "a",
         3, false},
        {"fourth byte wrong",
         "\xf0\x9f\x94"
         "a",
         4, false},
        {"good, then bad", "ok\xff", 3, false},
};

static void utf8_is_that_of_rfc_3629(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++) {
		char *copy = malloc(encodings[i].len + 1); /* of its size: a read beyond it shows */

		t.row = encodings[i].name;
		memcpy(copy, encodings[i].bytes, encodings[i].len);
		ROW(&t, po_text_utf8_ok(copy, encodings[i].len) == encodings[i].ok);
		free(copy);
	}
	table_end(&t);
}

static const struct text_row derived[] = {
        {"MAP-1 usual", "alice", true},
        {"MAP-1 all of the alphabet", "_a-z.09_-x", true},
        {"MAP-1 one character", "a", true},
        {"none", NULL, false},
        {"SRV-185 empty", "", false},
        {"SRV-181 0", "0", false},
        {"SRV-181 1000", "1000", false},
        {"SRV-181 -1", "-1", false},
        {"SRV-181 +1", "+1", false},
        {"SRV-182 -h", "-h", false},
        {"SRV-182 --help", "--help", false},
        {"SRV-182 .", ".", false},
        {"SRV-182 ..", "..", false},
        {"SRV-182 .ssh", ".ssh", false},
        {"SRV-182 a/b", "a/b", false},
        {"SRV-182 a:b", "a:b", false},
        {"SRV-182 a,b", "a,b", false},
        {"SRV-182 blank", "a b", false},
        {"SRV-182 newline", "a\nb", false},
        {"SRV-182 newline at the end", "alice\n", false},
        {"SRV-182 command", "$(id)", false},
        {"SRV-182 back-ticks", "`id`", false},
        {"SRV-182 format", "%s%n", false},
        {"SRV-183 a domain", "alice@evil.example", false},
        {"SRV-184 capital", "Alice", false},
        {"SRV-184 capital inside", "aLice", false},
        {"SRV-184 Cyrillic", "\xd0\xb0lice", false},
        {"SRV-184 zero-width", "alice\xe2\x80\x8b", false},
        {"SRV-187 dollar at the end", "alice$", false},
        {"SRV-187 dot at the end", "alice.", false},
        {"MAP-1 digit first", "1alice", false},
        {"MAP-1 backslash", "dom\\alice", false},
        {"MAP-1 DEL", "alice\x7f", false},
};

static void derived_names_are_of_the_safe_core(void **state)
{
	(void)state;
	walk(derived, COUNT(derived), po_text_derived_name_ok);
	walk_lengths(po_text_derived_name_ok, "", 'a', PO_LIMIT_DERIVED_NAME);
}

static const struct text_row accounts[] = {
        {"MAP-2 usual", "alice", true},
        {"MAP-2 directory user", "DOM\\alice@example.org", true},
        {"MAP-2 not ASCII", "\xc3\xa9lise", true},
        {"MAP-2 blank", "alice smith", true},
        {"MAP-2 dot at the end", "alice.", true},
        {"MAP-2 digits", "1000", true},
        {"none", NULL, false},
        {"MAP-2 empty", "", false},
        {"MAP-2 slash", "a/b", false},
        {"MAP-2 colon", "a:b", false},
        {"MAP-2 newline", "alice\nroot", false},
        {"MAP-2 ESC", "\x1b[2J", false},
        {"MAP-2 DEL", "a\x7f", false},
        {"MAP-2 leading -", "-oProxyCommand=x", false},
        {"MAP-2 ..", "..", false},
        {"MAP-2 .. inside", "a..b", false},
        {"a lone dot", ".", false},
};

static void account_names_cannot_leave_their_field(void **state)
{
	(void)state;
	walk(accounts, COUNT(accounts), po_text_account_ok);
	walk_lengths(po_text_account_ok, "", 'a', PO_LIMIT_ACCOUNT_NAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(identity_values_are_utf8_without_controls),
	        cmocka_unit_test(utf8_is_that_of_rfc_3629),
	        cmocka_unit_test(derived_names_are_of_the_safe_core),
	        cmocka_unit_test(account_names_cannot_leave_their_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
