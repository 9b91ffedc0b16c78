/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by both sides: what the worker found, the module judges once more. */
#include "po_tenant.h"

#include <string.h>

#define VERSION_PART "/v2.0"

static const char *const shared_parts[] = {"/common", "/organizations"};

static bool ends_with(const char *s, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len >= n && memcmp(s + len - n, end, n) == 0;
}

/* How much of a shared issuer stands before its shared part, slash included; 0 = not shared. */
static size_t base_len(const char *issuer)
{
	size_t len = strlen(issuer);

	if (!ends_with(issuer, len, VERSION_PART))
		return 0;
	len -= strlen(VERSION_PART);
	for (size_t i = 0; i < sizeof(shared_parts) / sizeof(shared_parts[0]); i++)
		if (ends_with(issuer, len, shared_parts[i]))
			return len - strlen(shared_parts[i]) + 1;
	return 0;
}

bool po_tenant_shared(const char *issuer)
{
	return base_len(issuer) > 0;
}

bool po_tenant_issuer_is(const char *text, const char *issuer, const char *tenant)
{
	size_t base = base_len(issuer);
	size_t len = strlen(tenant);

	return base > 0 && strncmp(text, issuer, base) == 0 &&
	       strncmp(text + base, tenant, len) == 0 &&
	       strcmp(text + base + len, VERSION_PART) == 0;
}

bool po_request_issuer_ok(const struct po_request *r, const char *issuer)
{
	if (!issuer || !r->issuer)
		return false;
	if (r->tenants.count == 0)
		return strcmp(issuer, r->issuer) == 0;
	for (size_t i = 0; i < r->tenants.count; i++)
		if (po_tenant_issuer_is(issuer, r->issuer, r->tenants.items[i]))
			return true;
	return false;
}
