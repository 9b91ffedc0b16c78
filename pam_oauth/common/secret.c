/* SPDX-License-Identifier: BSD-2-Clause */
/* Owned bytes that are wiped before they are freed. */
#include "po_secret.h"

#include <stdlib.h>
#include <string.h>

bool po_secret_set(struct po_secret *s, const void *data, size_t len)
{
	char *copy = malloc(len + 1);

	if (!copy)
		return false;
	memcpy(copy, data, len);
	copy[len] = '\0';
	s->data = copy;
	s->len = len;
	return true;
}

void po_secret_free(struct po_secret *s)
{
	if (!s || !s->data)
		return;
	explicit_bzero(s->data, s->len);
	free(s->data);
	s->data = NULL;
	s->len = 0;
}

void po_wipe_str(char *s)
{
	if (!s)
		return;
	explicit_bzero(s, strlen(s));
	free(s);
}
