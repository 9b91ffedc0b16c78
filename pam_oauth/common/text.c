/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters and validators: bytes in, yes or no out; nothing is repaired (UIX-4, UIX-5). */
#include "po_text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "po_limits.h"

bool po_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool po_is_alnum(char c)
{
	return po_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool po_is_print(char c)
{
	return c >= 0x20 && c <= 0x7e;
}

static bool is_graph(char c)
{
	return po_is_print(c) && c != ' ';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool po_text_equal_fold(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

const char *po_text_errno(int error)
{
#ifdef HAVE_STRERRORDESC_NP
	const char *text = strerrordesc_np(error);

	return text ? text : "unknown error";
#else
	return strerror(error);
#endif
}

bool po_text_user_code_ok(const char *s)
{
	size_t len = s ? strlen(s) : 0;

	if (len == 0 || len > PO_LIMIT_USER_CODE || s[0] == ' ' || s[len - 1] == ' ')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_graph(s[i]) && !(s[i] == ' ' && s[i + 1] != ' '))
			return false;
	return true;
}

bool po_text_uri_ok(const char *s, size_t most)
{
	static const char scheme[] = "https://";
	const size_t start = sizeof(scheme) - 1;
	size_t len = s ? strlen(s) : 0;
	size_t host;

	if (len <= start || len > most || strncmp(s, scheme, start) != 0)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_graph(s[i]) || strchr("\"<>\\`{}|^", s[i]))
			return false;
	host = strcspn(s + start, "/?#");
	return host > 0 && s[start] != ':' && !memchr(s + start, '@', host);
}

/* The length of the well-formed UTF-8 character at p, 0 if there is none (RFC 3629). */
static size_t utf8_length(const unsigned char *p, size_t left)
{
	size_t n = p[0] < 0x80   ? 1
	           : p[0] < 0xc2 ? 0
	           : p[0] < 0xe0 ? 2
	           : p[0] < 0xf0 ? 3
	           : p[0] < 0xf5 ? 4
	                         : 0;

	if (n == 0 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

bool po_text_utf8_ok(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = utf8_length(p, len);
		if (n == 0)
			return false;
	}
	return true;
}

bool po_text_value_ok(const char *s)
{
	size_t len = s ? strlen(s) : 0;

	if (len == 0 || len > PO_LIMIT_CLAIM_VALUE || !po_text_utf8_ok(s, len))
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		/* C0, DEL, and C1, which UTF-8 writes as C2 80 to C2 9F */
		if (c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)s[i + 1] < 0xa0))
			return false;
	}
	return true;
}

bool po_text_derived_name_ok(const char *s)
{
	size_t len = s ? strlen(s) : 0;

	if (len == 0 || len > PO_LIMIT_DERIVED_NAME || s[len - 1] == '.')
		return false;
	if (!(s[0] >= 'a' && s[0] <= 'z') && s[0] != '_')
		return false;
	for (size_t i = 1; i < len; i++)
		if (!(s[i] >= 'a' && s[i] <= 'z') && !po_is_digit(s[i]) && !strchr("_.-", s[i]))
			return false;
	return true;
}

bool po_text_account_ok(const char *s)
{
	size_t len = s ? strlen(s) : 0;

	if (len == 0 || len > PO_LIMIT_ACCOUNT_NAME || s[0] == '-' || strcmp(s, ".") == 0 ||
	    strstr(s, "..") || strpbrk(s, "/:"))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return false;
	return true;
}

static bool is_hex(char c)
{
	return po_is_digit(c) || (c >= 'A' && c <= 'F');
}

static bool is_plain(const char *s)
{
	if (*s == '\\')
		return s[1] == 'x' && is_hex(s[2]) && is_hex(s[3]);
	return po_is_print(*s) && *s != '"';
}

char *po_text_escape(char *dst, size_t size, const char *src)
{
	static const char more[] = "...";
	size_t n = 0;
	size_t mark = 0; /* where the dots go if the rest does not fit */

	if (size == 0)
		return dst;
	dst[0] = '\0';
	for (; src && *src; src++) {
		bool plain = is_plain(src);
		size_t need = plain ? 1 : 4;

		if (n + need + 1 > size) {
			if (size >= sizeof(more))
				memcpy(dst + mark, more, sizeof(more));
			return dst;
		}
		if (plain)
			dst[n] = *src;
		else
			snprintf(dst + n, size - n, "\\x%02X", (unsigned)(unsigned char)*src);
		n += need;
		dst[n] = '\0';
		if (n + sizeof(more) <= size)
			mark = n;
	}
	return dst;
}

bool po_text_uint(const char *s, unsigned long min, unsigned long max, unsigned long *value)
{
	unsigned long v = 0;

	if (!s || !*s)
		return false;
	for (; *s; s++) {
		if (!po_is_digit(*s) || __builtin_mul_overflow(v, 10UL, &v) ||
		    __builtin_add_overflow(v, (unsigned long)(*s - '0'), &v))
			return false;
	}
	if (v < min || v > max)
		return false;
	*value = v;
	return true;
}
