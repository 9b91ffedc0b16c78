/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys into conditions. Called by check.c. The text of each is what the log says if it fails. */
#include "demands.h"

#include <stdlib.h>
#include <string.h>

static bool copy_values(struct po_condition *one, const struct po_list *values, size_t from,
                        size_t to, struct po_fault *f)
{
	for (size_t i = from; i < to; i++)
		if (!po_list_add(&one->values, values->items[i]))
			return po_fail_memory(f);
	return true;
}

/* One condition that the values from..to of a key make. */
static bool add(struct po_conditions *all, const struct po_condition *model, const char *key,
                const struct po_list *values, size_t from, size_t to, struct po_fault *f)
{
	struct po_condition *one = po_conditions_append(all, f);

	if (!one)
		return false;
	one->kind = model->kind;
	one->read = model->read;
	one->text = strdup(key);
	one->claim = model->claim ? strdup(model->claim) : NULL;
	if (!one->text || (model->claim && !one->claim))
		return po_fail_memory(f);
	return copy_values(one, values, from, to, f);
}

static bool add_any(struct po_conditions *all, const struct po_condition *model, const char *key,
                    const struct po_list *values, struct po_fault *f)
{
	return values->count == 0 || add(all, model, key, values, 0, values->count, f);
}

static bool add_each(struct po_conditions *all, const struct po_condition *model, const char *key,
                     const struct po_list *values, struct po_fault *f)
{
	for (size_t i = 0; i < values->count; i++)
		if (!add(all, model, key, values, i, i + 1, f))
			return false;
	return true;
}

/* What a key demands: one of its values (add_any), or each of them (add_each). */
struct demand {
	const char *key;
	struct po_condition model;
	const struct po_list *values;
	bool (*add)(struct po_conditions *all, const struct po_condition *model, const char *key,
	            const struct po_list *values, struct po_fault *f);
};

static bool add_age(struct po_config *c, struct po_fault *f)
{
	const struct po_condition model = {.kind = PO_CONDITION_MAX_AGE};
	const struct po_list none = {0};

	if (c->provider.max_age_s == 0)
		return true;
	if (!add(&c->demands, &model, "max_age", &none, 0, 0, f))
		return false;
	c->demands.items[c->demands.count - 1].seconds = c->provider.max_age_s;
	return true;
}

bool po_demands_make(struct po_config *c, const char **key, struct po_fault *f)
{
	char acr[] = "acr";
	char amr[] = "amr";
	const struct demand demands[] = {
	        {"allow_from", {.kind = PO_CONDITION_FROM}, &c->allow_from, add_any},
	        {"require_prior", {.kind = PO_CONDITION_PRIOR}, &c->require_prior, add_each},
	        {"require_acr",
	         {.kind = PO_CONDITION_EQUALS, .claim = acr},
	         &c->require_acr,
	         add_any},
	        {"require_amr",
	         {.kind = PO_CONDITION_HAS, .claim = amr, .read = PO_READ_LIST},
	         &c->require_amr,
	         add_each},
	};

	for (size_t i = 0; i < sizeof(demands) / sizeof(demands[0]); i++) {
		const struct demand *d = &demands[i];

		*key = d->key;
		if (!d->add(&c->demands, &d->model, d->key, d->values, f))
			return false;
	}
	*key = "max_age";
	return add_age(c, f);
}
