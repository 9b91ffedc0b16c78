/* SPDX-License-Identifier: BSD-2-Clause */
/* E-mail addresses. Called by conditions.c and policy.c: both must mean the same by "verified". */
#include "mail.h"

#include <string.h>

#include "claims.h"
#include "po_text.h"

/* The domain is what follows the first '@': an address with two of them has none that is listed. */
static bool domain_listed(const struct po_list *domains, const char *address)
{
	const char *at = strchr(address, '@');

	if (!at || at == address)
		return false;
	for (size_t i = 0; i < domains->count; i++)
		if (po_text_equal_fold(domains->items[i], at + 1))
			return true;
	return false;
}

enum po_truth po_mail_vouched(const struct po_evidence *e, const struct po_list *domains,
                              const char **why)
{
	const struct po_claim *email = po_claims_get(e, "email", PO_READ_VALUE);
	const struct po_claim *verified = po_claims_get(e, "email_verified", PO_READ_VALUE);
	const char *reason = "";
	enum po_truth t = PO_YES;

	if (!verified || verified->kind != PO_CLAIM_BOOLEAN || !verified->boolean) {
		reason = "email_verified is not true";
		t = verified && verified->kind == PO_CLAIM_BOOLEAN ? PO_NO : PO_UNKNOWN;
	} else if (!email || email->kind != PO_CLAIM_STRING) {
		reason = "no email";
		t = PO_UNKNOWN;
	} else if (!domain_listed(domains, email->string)) {
		reason = "domain of the email not in email_domains";
		t = PO_NO;
	}
	if (why)
		*why = reason;
	return t;
}
