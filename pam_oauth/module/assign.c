/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a value as it is written to the field that the key table names: the one walker over it.
 * Called by settings.c; never keeps half a value, and quotes none.
 */
#include "assign.h"

#include <stdlib.h>
#include <string.h>

#include "po_buf.h"
#include "po_text.h"

static void *field_of(struct po_config *c, const struct po_key *key)
{
	return (char *)c + key->offset;
}

static bool set_text(char **field, const struct po_key *key, const char *value, struct po_fault *f)
{
	char *copy;

	if (key->empty && strcmp(key->empty, value) == 0)
		value = "";
	else if (!po_value_ok(key->value, value))
		return po_fail(f, PO_E_CONFIG, "%s: expected %s", key->name,
		               po_value_expects(key->value));
	copy = strdup(value);
	if (!copy)
		return po_fail_memory(f);
	free(*field);
	*field = copy;
	return true;
}

static bool items_ok(const struct po_list *list, const struct po_key *key, struct po_fault *f)
{
	if (list->count == 0)
		return po_fail(f, PO_E_CONFIG, "%s: expected at least one item", key->name);
	for (size_t i = 0; i < list->count; i++) {
		if (key->empty && strcmp(list->items[i], key->empty) == 0)
			return po_fail(f, PO_E_CONFIG, "%s: '%s' stands alone", key->name,
			               key->empty);
		if (!po_value_ok(key->value, list->items[i]))
			return po_fail(f, PO_E_CONFIG, "%s: expected %s as item %zu", key->name,
			               po_value_expects(key->value), i + 1);
	}
	return true;
}

static bool set_list(struct po_list *field, const struct po_key *key, const char *value,
                     struct po_fault *f)
{
	struct po_list list = {0};
	bool ok = false;

	if (key->empty && strcmp(value, key->empty) == 0) {
		po_list_free(field);
		return true;
	}
	if (!po_list_add_words(&list, value, PO_LIMIT_LIST_OPTION)) {
		if (list.count == PO_LIMIT_LIST_OPTION)
			po_fail(f, PO_E_CONFIG, "%s: more than %d items", key->name,
			        PO_LIMIT_LIST_OPTION);
		else
			po_fail_memory(f);
		goto out;
	}
	if (!items_ok(&list, key, f))
		goto out;
	po_list_free(field);
	*field = list;
	list = (struct po_list){0};
	ok = true;
out:
	po_list_free(&list);
	return ok;
}

static bool word_index(const struct po_key *key, const char *value, unsigned *index,
                       struct po_fault *f)
{
	struct po_buf all;

	for (unsigned i = 0; key->words[i]; i++)
		if (strcmp(key->words[i], value) == 0) {
			*index = i;
			return true;
		}
	po_buf_init(&all, PO_LIMIT_FAULT_TEXT);
	for (unsigned i = 0; key->words[i]; i++)
		po_buf_addf(&all, "%s%s", i ? ", " : "", key->words[i]);
	po_fail(f, PO_E_CONFIG, "%s: expected one of %s", key->name, po_buf_str(&all));
	po_buf_free(&all);
	return false;
}

static bool set_word(void *field, const struct po_key *key, const char *value, struct po_fault *f)
{
	unsigned index;

	_Static_assert(sizeof(enum po_display) == sizeof(unsigned), "enums are stored by size");
	if (!word_index(key, value, &index, f))
		return false;
	if (key->type == PO_KEY_FLAG)
		*(bool *)field = index == 1;
	else
		memcpy(field, &index, sizeof(index));
	return true;
}

static bool is_none(const struct po_key *key, const char *value)
{
	return key->empty && strcmp(value, key->empty) == 0;
}

static bool set_rate(struct po_rate *field, const struct po_key *key, const char *value,
                     struct po_fault *f)
{
	const char *slash = strchr(value, '/');
	unsigned long seconds = 0;
	unsigned long count = 0;
	char first[8] = "";

	if (slash && (size_t)(slash - value) < sizeof(first))
		memcpy(first, value, (size_t)(slash - value));
	if (!is_none(key, value) && (!po_text_uint(first, key->min, key->max, &count) ||
	                             !po_text_uint(slash + 1, 1, PO_RATE_SECONDS_MAX, &seconds)))
		return po_fail(f, PO_E_CONFIG,
		               "%s: expected COUNT/SECONDS, %lu to %lu in 1 to %d, "
		               "or %s",
		               key->name, key->min, key->max, PO_RATE_SECONDS_MAX, key->empty);
	*field = (struct po_rate){(uint32_t)count, (uint32_t)seconds};
	return true;
}

static bool set_number(void *field, const struct po_key *key, const char *value, struct po_fault *f)
{
	unsigned long number = 0;

	if (!is_none(key, value) && !po_text_uint(value, key->min, key->max, &number))
		return po_fail(f, PO_E_CONFIG, "%s: expected a number from %lu to %lu%s%s",
		               key->name, key->min, key->max, key->empty ? ", or " : "",
		               key->empty ? key->empty : "");
	if (key->type == PO_KEY_U32)
		*(uint32_t *)field = (uint32_t)number;
	else
		*(unsigned long *)field = number;
	return true;
}

static bool set_conditions(struct po_conditions *field, const struct po_key *key, const char *value,
                           struct po_fault *f)
{
	struct po_conditions conditions = {0};

	if (!po_conditions_read(value, &conditions, f))
		return po_fail_context(f, key->name);
	po_conditions_free(field);
	*field = conditions;
	return true;
}

bool po_key_set(struct po_config *c, const struct po_key *key, const char *value,
                struct po_fault *f)
{
	void *field = field_of(c, key);

	switch (key->type) {
	case PO_KEY_TEXT:
		return set_text(field, key, value, f);
	case PO_KEY_LIST:
		return set_list(field, key, value, f);
	case PO_KEY_WORD:
	case PO_KEY_FLAG:
		return set_word(field, key, value, f);
	case PO_KEY_NUMBER:
	case PO_KEY_U32:
		return set_number(field, key, value, f);
	case PO_KEY_RATE:
		return set_rate(field, key, value, f);
	case PO_KEY_CONDITIONS:
		return set_conditions(field, key, value, f);
	}
	return po_fail(f, PO_E_SYSTEM, "%s: a key without a type", key->name);
}

bool po_key_check(const struct po_key *key, const char *value, struct po_fault *f)
{
	struct po_config scratch = {0};
	bool ok = po_key_set(&scratch, key, value, f);

	po_key_clear(&scratch, key);
	return ok;
}

void po_key_clear(struct po_config *c, const struct po_key *key)
{
	void *field = field_of(c, key);

	if (key->type == PO_KEY_LIST)
		po_list_free(field);
	if (key->type == PO_KEY_CONDITIONS)
		po_conditions_free(field);
	if (key->type != PO_KEY_TEXT)
		return;
	free(*(char **)field);
	*(char **)field = NULL;
}
