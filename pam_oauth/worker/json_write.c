/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by assertion.c. po_json_setup() made jansson wipe what it frees. */
#include "json_write.h"

#include <jansson.h>

static bool add(json_t *object, const struct po_json_member *m)
{
	if (m->text)
		return json_object_set_new(object, m->name, json_string(m->text)) == 0;
	return m->number == 0 || json_object_set_new(object, m->name, json_integer(m->number)) == 0;
}

static int append(const char *text, size_t len, void *out)
{
	return po_buf_add(out, text, len) ? 0 : -1;
}

bool po_json_write(struct po_buf *out, const struct po_json_member *members, size_t count)
{
	json_t *object = json_object();
	bool ok = object != NULL;

	for (size_t i = 0; i < count && ok; i++)
		ok = add(object, &members[i]);
	ok = ok && json_dump_callback(object, append, out, JSON_COMPACT) == 0;
	json_decref(object);
	return ok;
}
