/* SPDX-License-Identifier: BSD-2-Clause */
/* A list of owned strings. */
#include "po_list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool add_span(struct po_list *l, const char *s, size_t len)
{
	char **items = reallocarray(l->items, l->count + 1, sizeof(*items));

	if (!items)
		return false;
	l->items = items;
	items[l->count] = strndup(s, len);
	if (!items[l->count])
		return false;
	l->count++;
	return true;
}

bool po_list_add(struct po_list *l, const char *s)
{
	return add_span(l, s, strlen(s));
}

bool po_list_has(const struct po_list *l, const char *s)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->items[i], s) == 0)
			return true;
	return false;
}

bool po_list_add_words(struct po_list *l, const char *text, size_t most)
{
	static const char separators[] = " \t,";

	for (text += strspn(text, separators); *text; text += strspn(text, separators)) {
		size_t len = strcspn(text, separators);

		if (l->count >= most || !add_span(l, text, len))
			return false;
		text += len;
	}
	return true;
}

void po_list_free(struct po_list *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->count; i++)
		free(l->items[i]);
	free(l->items);
	l->items = NULL;
	l->count = 0;
}
