/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any text through the filters of po_text.h, each held against a second opinion: jansson's UTF-8,
 * libc's numbers, the escaping undone.
 */
#include <errno.h>
#include <jansson.h>
#include <limits.h>

#include "fuzz_escape.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"

/* Neither C0 nor DEL. */
static bool no_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

/* None of C1 as UTF-8 writes it. */
static bool no_c1(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)s[0] == 0xc2 && (unsigned char)s[1] < 0xa0)
			return false;
	return true;
}

static void check_bounds(const char *s)
{
	size_t len = strlen(s);

	if (po_text_user_code_ok(s))
		must(len > 0 && len <= PO_LIMIT_USER_CODE && fuzz_printable(s) &&
		     !strstr(s, "  ") && s[0] != ' ' && s[len - 1] != ' ');
	if (po_text_uri_ok(s, PO_LIMIT_SHOWN_URI))
		must(len <= PO_LIMIT_SHOWN_URI && fuzz_printable(s) && !strchr(s, ' ') &&
		     strncmp(s, "https://", 8) == 0 && !strpbrk(s, "\"<>\\`{}|^") &&
		     !memchr(s + 8, '@', strcspn(s + 8, "/?#")));
	if (po_text_derived_name_ok(s))
		must((po_text_account_ok(s) || strstr(s, "..")) && len <= PO_LIMIT_DERIVED_NAME &&
		     strspn(s, LOWER "0123456789_.-") == len && strspn(s, LOWER "_") > 0 &&
		     s[len - 1] != '.');
	if (po_text_account_ok(s))
		must(len > 0 && len <= PO_LIMIT_ACCOUNT_NAME && no_control(s) &&
		     !strpbrk(s, "/:") && s[0] != '-' && strcmp(s, ".") && !strstr(s, ".."));
	if (po_text_value_ok(s))
		must(len > 0 && len <= PO_LIMIT_CLAIM_VALUE && po_text_utf8_ok(s, len) &&
		     no_control(s) && no_c1(s));
}

static void check_utf8(const char *s, size_t len)
{
	json_t *string = json_stringn(s, len);
	char *bytes = fuzz_exactly(s, len);

	must(po_text_utf8_ok(bytes, len) == (string != NULL));
	json_decref(string);
	free(bytes);
}

/* strtoul takes blanks and signs as well; we never do. */
static void check_number(const char *s)
{
	unsigned long value = 77;
	unsigned long other;
	char *end;

	errno = 0;
	other = strtoul(s, &end, 10);
	must(po_text_uint(s, 0, ULONG_MAX, &value) == (fuzz_is_digit(s[0]) && !*end && errno == 0));
	must(value == (fuzz_is_digit(s[0]) && !*end && errno == 0 ? other : 77));
	if (value != 77)
		must((value == ULONG_MAX || !po_text_uint(s, value + 1, ULONG_MAX, &other)) &&
		     (value == 0 || !po_text_uint(s, 0, value - 1, &other)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	size_t len = 0;
	char *s = fuzz_record(&in, &len);

	if (!s)
		return 0;
	check_utf8(s, len);
	check_bounds(s);
	check_number(s);
	check_escape(s, in.size ? in.data[0] : len);
	free(s);
	return 0;
}
