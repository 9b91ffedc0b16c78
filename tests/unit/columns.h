/* SPDX-License-Identifier: BSD-2-Clause */
/* How wide a terminal shows a text: libc's opinion, which is not that of po/catalogue.py. */
#ifndef PO_TEST_COLUMNS_H
#define PO_TEST_COLUMNS_H

#include "table.h"

#include <locale.h>
#include <wchar.h>

#define NOT_PRINTABLE 10000

/* The columns of a line of UTF-8 (len bytes); NOT_PRINTABLE if there is anything in it that a
 * terminal does not show in a place of its own. */
static inline size_t columns_of(const char *text, size_t len)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = uselocale(utf8);
	mbstate_t state = {0};
	size_t columns = 0;

	assert_non_null(utf8);
	while (len > 0) {
		wchar_t c;
		size_t n = mbrtowc(&c, text, len, &state);

		if (n == 0 || n > len || wcwidth(c) < 1) {
			columns = NOT_PRINTABLE;
			break;
		}
		columns += (size_t)wcwidth(c);
		text += n;
		len -= n;
	}
	uselocale(before);
	freelocale(utf8);
	return columns;
}

#endif
