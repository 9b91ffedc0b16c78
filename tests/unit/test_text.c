/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What may meet a terminal or a log (UIX-4, UIX-5, PAM-45): yes or no for each text, limits to the
 * byte, and the same under every locale.
 */
#include "text_rows.h"

#include <errno.h>
#include <locale.h>

static const struct text_row user_codes[] = {
        {"UIX-4 usual", "WDJB-MJHT", true},
        {"UIX-4 digits", "123456789", true},
        {"UIX-4 lower case is kept", "wdjb-mjht", true},
        {"UIX-4 one character", "X", true},
        {"UIX-4 single blank inside", "WDJB MJHT", true},
        {"UIX-4 several single blanks", "A B C", true},
        {"SRV-64 an instruction of ASCII", "call +1-555-0100 now", true},
        {"UIX-4 first and last of 0x21-0x7E", "!~", true},
        {"UIX-4 markup is only text", "<b>&amp;\"'\\", true},
        {"none", NULL, false},
        {"SRV-62 empty", "", false},
        {"SRV-62 one blank", " ", false},
        {"SRV-62 only blanks", "   ", false},
        {"UIX-4 leading blank", " WDJB", false},
        {"UIX-4 trailing blank", "WDJB ", false},
        {"UIX-4 two blanks inside", "WDJB  MJHT", false},
        {"SRV-61 ESC [2J", "WDJB\x1b[2J", false},
        {"SRV-61 OSC 52", "\x1b]52;c;cm0gLXJm\x07", false},
        {"SRV-61 OSC 8", "\x1b]8;;https://evil.example/\x1b\\WDJB", false},
        {"SRV-61 DCS", "\x1bP0;1|41/41\x1b\\", false},
        {"SRV-61 C1 CSI",
         "WDJB\x9b"
         "2J",
         false},
        {"SRV-61 C1 CSI in UTF-8",
         "WDJB\xc2\x9b"
         "2J",
         false},
        {"SRV-61 BEL", "WDJB\a", false},
        {"SRV-61 BS", "WDJB\b\b\b\bMJHT", false},
        {"SRV-61 CR", "WDJB\rMJHT", false},
        {"SRV-61 LF adds a line", "WDJB\nPassword:", false},
        {"SRV-61 tab", "WDJB\tMJHT", false},
        {"UIX-4 DEL", "WDJB\x7f", false},
        {"SRV-63 U+202E", "WDJB\xe2\x80\xaeMJHT", false},
        {"SRV-63 zero-width", "WDJB\xe2\x80\x8bMJHT", false},
        {"SRV-63 full-width letters", "\xef\xbc\xa1\xef\xbc\xa2", false},
        {"SRV-63 Cyrillic homograph", "WD\xd0\x88", false},
        {"SRV-63 emoji", "\xf0\x9f\x94\x91", false},
        {"SRV-63 Latin-1 byte", "WDJB\xe9", false},
        {"SRV-63 no-break space", "WDJB\xc2\xa0MJHT", false},
};

static void user_codes_are_plain_ascii(void **state)
{
	(void)state;
	walk(user_codes, COUNT(user_codes), po_text_user_code_ok);
	walk_lengths(po_text_user_code_ok, "", 'W', PO_LIMIT_USER_CODE);
}

static bool uri_ok(const char *s)
{
	return po_text_uri_ok(s, PO_LIMIT_SHOWN_URI);
}

static const struct text_row uris[] = {
        {"UIX-5 usual", "https://sso.example.org/device", true},
        {"UIX-5 shortest", "https://h", true},
        {"UIX-5 query and fragment", "https://h/d?a=b&c=d#e", true},
        {"UIX-5 port", "https://h:8443/", true},
        {"UIX-5 IPv6", "https://[::1]:8443/d", true},
        {"UIX-5 at-sign in the path", "https://h/@alice", true},
        {"UIX-5 at-sign in the query", "https://h?to=a@b", true},
        {"SRV-69 percent-encoded controls", "https://h/%0a%1b", true},
        {"SRV-70 punycode", "https://xn--80ak6aa92e.com/", true},
        {"none", NULL, false},
        {"empty", "", false},
        {"scheme only", "https://", false},
        {"SRV-65 http", "http://sso.example.org/device", false},
        {"SRV-65 javascript", "javascript:alert(1)", false},
        {"SRV-65 file", "file:///etc/passwd", false},
        {"SRV-65 data", "data:text/html,hi", false},
        {"SRV-65 tel", "tel:+15550100", false},
        {"SRV-65 smb", "smb://h/share", false},
        {"SRV-65 intent", "intent://h#Intent;end", false},
        {"SRV-65 https inside another", "javascript:https://h/", false},
        {"UIX-5 scheme in upper case", "HTTPS://sso.example.org/", false},
        {"UIX-5 one slash", "https:/sso.example.org", false},
        {"UIX-5 three slashes: no host", "https:///device", false},
        {"UIX-5 port without a host", "https://:443/", false},
        {"UIX-5 query without a host", "https://?x", false},
        {"UIX-5 fragment without a host", "https://#x", false},
        {"SRV-66 user-info", "https://accounts.example@evil.example/", false},
        {"SRV-66 user and password", "https://a:b@evil.example/", false},
        {"SRV-66 empty user-info", "https://@evil.example/", false},
        {"SRV-66 user-info, no path", "https://a@h?q", false},
        {"SRV-67 relative", "/device", false},
        {"SRV-67 no scheme", "example.org/device", false},
        {"SRV-67 network path", "//example.org/device", false},
        {"SRV-68 blank", "https://h/a b", false},
        {"SRV-68 leading blank", " https://h/", false},
        {"SRV-68 trailing newline", "https://h/\n", false},
        {"SRV-68 CR LF", "https://h/\r\nX: y", false},
        {"SRV-68 tab", "https://h/\t", false},
        {"SRV-68 ESC", "https://h/\x1b[2J", false},
        {"SRV-68 DEL", "https://h/\x7f", false},
        {"SRV-68 double quote", "https://h/\"", false},
        {"SRV-68 less-than", "https://h/<", false},
        {"SRV-68 greater-than", "https://h/>", false},
        {"SRV-68 backslash", "https://h\\@evil.example/", false},
        {"SRV-68 back-tick", "https://h/`id`", false},
        {"SRV-68 brace", "https://h/{", false},
        {"SRV-68 brace", "https://h/}", false},
        {"SRV-68 vertical bar", "https://h/|", false},
        {"SRV-68 caret", "https://h/^", false},
        {"SRV-68 host not ASCII", "https://ex\xc3\xa4mple.org/", false},
        {"SRV-68 path not ASCII", "https://h/\xe2\x80\xae", false},
};

static void uris_are_https_and_printable(void **state)
{
	(void)state;
	walk(uris, COUNT(uris), uri_ok);
	walk_lengths(uri_ok, "https://h/", 'a', PO_LIMIT_SHOWN_URI);
}

static const struct {
	const char *name;
	const char *text;
	size_t size;
	const char *escaped;
} escapes[] = {
        {"PAM-45 plain", "alice", 32, "alice"},
        {"PAM-45 none", NULL, 32, ""},
        {"PAM-45 newline", "a\nb", 32, "a\\x0Ab"},
        {"PAM-45 CR LF", "a\r\n", 32, "a\\x0D\\x0A"},
        {"PAM-45 ESC", "\x1b[2J", 32, "\\x1B[2J"},
        {"PAM-45 DEL and high bytes", "\x7f\x80\xff", 32, "\\x7F\\x80\\xFF"},
        {"an escape of the worker's stays as it is", "a\\x0A", 32, "a\\x0A"},
        {"a backslash that begins none", "a\\x0g\\y\\", 32, "a\\x5Cx0g\\x5Cy\\x5C"},
        {"PAM-45 a quote cannot end its field", "x\" sub=\"y", 32, "x\\x22 sub=\\x22y"},
        {"fits exactly", "abcdef", 7, "abcdef"},
        {"one too many", "abcdefg", 7, "abc..."},
        {"escape that fits exactly", "ab\n", 7, "ab\\x0A"},
        {"no half escapes", "abc\n", 7, "abc..."},
        {"cut inside an escape", "abcd\nefgh", 9, "abcd..."},
        {"room for dots only", "abcdef", 4, "..."},
        {"no room for dots", "abcdef", 3, "ab"},
        {"room for the end only", "abcdef", 1, ""},
};

static void log_text_is_one_printable_line(void **state)
{
	struct table t = {0};
	char none = 'x';

	(void)state;
	for (size_t i = 0; i < COUNT(escapes); i++) {
		char *dst = malloc(escapes[i].size); /* of its size: a write beyond it shows */

		t.row = escapes[i].name;
		memset(dst, '#', escapes[i].size);
		ROW(&t, po_text_escape(dst, escapes[i].size, escapes[i].text) == dst);
		ROW_TEXT(&t, dst, escapes[i].escaped);
		free(dst);
	}
	po_text_escape(&none, 0, "abc");
	assert_int_equal(none, 'x');
	table_end(&t);
}

static const struct {
	const char *name;
	const char *text;
	unsigned long min, max;
	bool ok;
	unsigned long value;
} numbers[] = {
        {"zero", "0", 0, 10, true, 0},
        {"leading zeros", "007", 0, 10, true, 7},
        {"min", "5", 5, 10, true, 5},
        {"min - 1", "4", 5, 10, false, 0},
        {"max", "10", 5, 10, true, 10},
        {"max + 1", "11", 5, 10, false, 0},
        {"2^64 - 1", "18446744073709551615", 0, ~0UL, true, ~0UL},
        {"2^64", "18446744073709551616", 0, ~0UL, false, 0},
        {"40 digits", "1111111111111111111111111111111111111111", 0, ~0UL, false, 0},
        {"none", NULL, 0, 10, false, 0},
        {"empty", "", 0, 10, false, 0},
        {"minus", "-1", 0, ~0UL, false, 0},
        {"plus", "+1", 0, 10, false, 0},
        {"blank before", " 1", 0, 10, false, 0},
        {"blank after", "1 ", 0, 10, false, 0},
        {"unit", "1s", 0, 10, false, 0},
        {"hexadecimal", "0x1", 0, 10, false, 0},
        {"fraction", "1.0", 0, 10, false, 0},
        {"Arabic digit", "\xd9\xa1", 0, 10, false, 0},
};

static void numbers_are_digits_within_a_range(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		unsigned long value = 77;

		t.row = numbers[i].name;
		ROW(&t, po_text_uint(numbers[i].text, numbers[i].min, numbers[i].max, &value) ==
		                numbers[i].ok);
		ROW(&t, value == (numbers[i].ok ? numbers[i].value : 77));
	}
	table_end(&t);
}

static void classes_are_those_of_ascii(void **state)
{
	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	for (int i = -128; i < 128; i++) {
		char c = (char)i;

		assert_int_equal(po_is_digit(c), i >= '0' && i <= '9');
		assert_int_equal(po_is_alnum(c), (i >= '0' && i <= '9') || (i >= 'a' && i <= 'z') ||
		                                         (i >= 'A' && i <= 'Z'));
		assert_int_equal(po_is_print(c), i >= 0x20 && i <= 0x7e);
	}
	setlocale(LC_ALL, "C");
}

/* The log is English: sudo and su bring their caller's locale. */
static void an_errno_has_its_english_text(void **state)
{
	(void)state;
	assert_string_equal(po_text_errno(ENOENT), "No such file or directory");
	assert_string_equal(po_text_errno(EACCES), "Permission denied");
	assert_non_null(po_text_errno(99999));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(user_codes_are_plain_ascii),
	        cmocka_unit_test(uris_are_https_and_printable),
	        cmocka_unit_test(log_text_is_one_printable_line),
	        cmocka_unit_test(numbers_are_digits_within_a_range),
	        cmocka_unit_test(classes_are_those_of_ascii),
	        cmocka_unit_test(an_errno_has_its_english_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
