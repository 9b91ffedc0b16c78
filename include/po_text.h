/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a text may hold before it meets a terminal, a log or a name. All tests
 * are about bytes and do not depend on a locale.
 */
#ifndef PO_TEXT_H
#define PO_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* ASCII classes that no locale can change. */
bool po_is_digit(char c);
bool po_is_alnum(char c);
bool po_is_print(char c); /* 0x20 to 0x7E */

/* Equal but for the case of A to Z, whatever the locale (IDN-10). */
bool po_text_equal_fold(const char *a, const char *b);

/* UIX-4: 1 to 64 bytes of 0x21 to 0x7E, single blanks inside only. */
bool po_text_user_code_ok(const char *s);

/*
 * UIX-5, the half that needs no URL parser: "https://", a byte after it, only 0x21 to 0x7E without
 * the characters that UIX-5 names, at most `most` bytes, no user-info in the authority.
 */
bool po_text_uri_ok(const char *s, size_t most);

/* An identity value: 1 to 255 bytes of UTF-8 without control characters (IDT-16, LIM-9). */
bool po_text_value_ok(const char *s);

/* Well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong, nothing above U+10FFFF). */
bool po_text_utf8_ok(const char *s, size_t len);

/* MAP-1: a name derived from a claim. */
bool po_text_derived_name_ok(const char *s);

/* MAP-2: a name that the application gave us (directory users may have unusual ones). */
bool po_text_account_ok(const char *s);

/* What an errno means, in English whatever the application's locale is: for the log. Static text.
 */
const char *po_text_errno(int error);

/*
 * Writes src into dst (size bytes, always terminated) with every byte outside 0x20 to 0x7E, the
 * double quote and the backslash as \xHH, so that one event stays one log line of key="value"
 * fields (PAM-45). A backslash that begins such an escape is left alone: what the worker escaped
 * is not escaped again. Ends in "..." where it was cut. src may be NULL: "". Returns dst.
 */
char *po_text_escape(char *dst, size_t size, const char *src);

/*
 * Reads all of s as a decimal number of min to max; false for anything else (sign, blank, empty,
 * trailing bytes, overflow). *value is written on success only.
 */
bool po_text_uint(const char *s, unsigned long min, unsigned long max, unsigned long *value);

#endif
