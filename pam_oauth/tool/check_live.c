/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by verb_check.c: one real device authorization, dropped. */
#include <string.h>

#include "checks.h"
#include "po_text.h"
#include "policy.h"
#include "probe.h"

/* What usually mends a fault of this kind. */
static const char *mend_for(enum po_code code)
{
	switch (code) {
	case PO_E_UNREACHABLE:
		return "look at DNS, route, proxy and certificates from this host; ca_file for an "
		       "authority of your own";
	case PO_E_PROVIDER:
		return "compare issuer byte for byte with the provider's metadata; see whether it "
		       "offers the device grant";
	case PO_E_CLIENT:
		return "client_id, secret or key, and whether this client may use the device grant";
	case PO_E_CONFIG:
		return "the file that the fault names";
	case PO_E_WORKER:
	case PO_E_PRIVILEGE:
		return "the worker's path, mode and user above";
	default:
		return "the log of the provider says more";
	}
}

static void say_remarks(struct po_findings *all, const struct po_probe *p)
{
	for (size_t i = 0; i < p->remarks.count; i++)
		po_find(all, PO_GOOD, NULL, NULL, "provider: %s", p->remarks.items[i]);
	for (size_t i = 0; i < p->warnings.count; i++)
		po_find(all, PO_WARNING, "the provider does something unusual; the login goes on",
		        "the provider's settings", "provider: %s", p->warnings.items[i]);
}

void po_check_provider_live(struct po_findings *all, struct po_config *c)
{
	struct po_fault f = {.code = PO_OK};
	struct po_probe p = {.accepted = false};

	if (!po_policy_wants(c, &c->provider, &f) || !po_probe_run(&p, &c->provider, &f)) {
		po_find(all, PO_ERROR, "no login can start", mend_for(f.code), "worker: %s",
		        f.text);
		po_probe_free(&p);
		return;
	}
	say_remarks(all, &p);
	if (p.accepted)
		po_find(all, PO_GOOD, NULL, NULL,
		        "provider: discovery, issuer, endpoints and client are good; people go to "
		        "%s",
		        p.challenge.verification_uri);
	else
		po_find(all, PO_ERROR, "no login can start", mend_for(p.fault.code), "provider: %s",
		        p.fault.text);
	po_probe_free(&p);
}
