/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The claims that rules and conditions need. Called by rules.c, conditions.c and policy.c; wants
 * and claims are parallel lists, and this is the only place that knows.
 */
#include "claims.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static size_t index_of(const struct po_request *r, const char *name, enum po_claim_read read)
{
	size_t i = 0;

	while (i < r->want_count &&
	       (r->wants[i].read != read || strcmp(r->wants[i].name, name) != 0))
		i++;
	return i;
}

static size_t values_of(const struct po_request *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->want_count; i++)
		n += r->wants[i].values.count;
	return n;
}

static bool want_values(struct po_request *r, struct po_claim_want *want,
                        const struct po_list *values, struct po_fault *f)
{
	for (size_t i = 0; values && i < values->count; i++) {
		if (po_list_has(&want->values, values->items[i]))
			continue;
		if (values_of(r) >= PO_LIMIT_CLAIM_VALUES)
			return po_fail(f, PO_E_CONFIG,
			               "rules and conditions name more than %d values of lists",
			               PO_LIMIT_CLAIM_VALUES);
		if (!po_list_add(&want->values, values->items[i]))
			return po_fail_memory(f);
	}
	return true;
}

bool po_claims_want(struct po_request *request, const char *name, enum po_claim_read read,
                    const struct po_list *values, struct po_fault *f)
{
	size_t i = index_of(request, name, read);

	if (read == PO_READ_VALUE && strcmp(name, "sub") == 0)
		return true;
	if (i < request->want_count)
		return want_values(request, &request->wants[i], values, f);
	if (request->want_count >= PO_LIMIT_CLAIMS)
		return po_fail(f, PO_E_CONFIG, "rules and conditions read more than %d claims",
		               PO_LIMIT_CLAIMS);
	if (!po_request_add_want(request, name, read))
		return po_fail_memory(f);
	return want_values(request, &request->wants[i], values, f);
}

const struct po_claim *po_claims_get(const struct po_evidence *e, const char *name,
                                     enum po_claim_read read)
{
	size_t i = index_of(e->request, name, read);

	if (!e->who || i >= e->request->want_count || i >= e->who->claim_count)
		return NULL;
	return &e->who->claims[i];
}

const char *po_claims_text(const struct po_evidence *e, const char *name,
                           char decimal[PO_CLAIM_TEXT_SIZE])
{
	const struct po_claim *claim;

	if (strcmp(name, "sub") == 0)
		return e->who ? e->who->subject : NULL;
	claim = po_claims_get(e, name, PO_READ_VALUE);
	if (claim && claim->kind == PO_CLAIM_STRING)
		return claim->string;
	if (!claim || claim->kind != PO_CLAIM_INTEGER)
		return NULL;
	snprintf(decimal, PO_CLAIM_TEXT_SIZE, "%" PRId64, claim->integer);
	return decimal;
}
