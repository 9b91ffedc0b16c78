/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said, in which language. Called by everything that speaks to a person. */
#include "language.h"

#include <stdio.h>
#include <string.h>

#include "catalogue.h"

static struct po_phrase phrase(unsigned language, enum po_sentence sentence)
{
	if (sentence <= PO_SAY_NOTHING || sentence >= PO_SENTENCE_COUNT)
		return (struct po_phrase){"", 0};
	return po_catalogue[language < po_language_count ? language : PO_ENGLISH][sentence];
}

const char *po_language_text(unsigned language, enum po_sentence sentence)
{
	return phrase(language, sentence).text;
}

size_t po_language_columns(unsigned language, enum po_sentence sentence)
{
	return phrase(language, sentence).columns;
}

/* Not printf: what stands in the table is no format to the compiler, so nothing would check it. */
const char *po_language_say(char *out, size_t size, unsigned language, enum po_sentence sentence,
                            const char *const *values)
{
	const char *text = po_language_text(language, sentence);
	size_t n = 0;

	for (out[0] = '\0'; *text && n + 1 < size; n += strlen(out + n)) {
		const char *place = strstr(text, "%s");
		size_t plain = place ? (size_t)(place - text) : strlen(text);

		snprintf(out + n, size - n, "%.*s%s", (int)plain, text,
		         place && values && *values ? *values : "");
		text += plain + (place ? 2 : 0);
		if (place && values && *values)
			values++;
	}
	return out;
}
