/* SPDX-License-Identifier: BSD-2-Clause */
/* pam-oauth check: everything that can be seen before the first login (--service: one service). */
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "tool.h"

#define STACKS "/etc/pam.d"

/* Services that are looked at when none is named, if their stacks name the module. */
static const char *const services[] = {"sshd", "sudo", "sudo-i", "login", "su", "su-l"};

static bool load(struct po_findings *all, const struct po_tool *t, const char *service,
                 struct po_config *c)
{
	struct po_fault f = {.code = PO_OK};

	if (po_config_load(c, t->conf, service, &f)) {
		po_find(all, PO_GOOD, NULL, NULL, "configuration of %s: read, with its files",
		        service);
		return true;
	}
	po_find(all, PO_ERROR, "every login through the module is refused until it is put right",
	        "the line or file that is named; pam_oauth.conf(5) says what may stand there",
	        "configuration of %s: %s", service, f.text);
	return false;
}

/* The provider is asked once for each issuer and client, which services mostly share. */
static void check_service(struct po_findings *all, const struct po_tool *t, const char *service,
                          char *asked, size_t size)
{
	char who[1024];
	struct po_config c;

	if (!load(all, t, service, &c))
		return;
	if (po_check_stack(all, STACKS, service, &c))
		po_check_callers(all, &c, service);
	else
		po_find(all, PO_WARNING, "the service does not ask the module",
		        "pam_oauth(8) shows the lines", "%s/%s: does not name the module", STACKS,
		        service);
	po_check_modules(all, STACKS, service);
	if (strcmp(service, "sshd") == 0)
		po_check_sshd(all, &c);
	snprintf(who, sizeof(who), "%s %s", c.provider.issuer, c.provider.client_id);
	if (strcmp(who, asked) != 0) {
		po_check_provider_live(all, &c);
		snprintf(asked, size, "%s", who);
	}
	po_check_rules(all, &c, service); /* behind the provider, who knows whose issuer is right */
	po_config_free(&c);
}

int po_verb_check(const struct po_tool *t)
{
	struct po_findings all = {.out = t->out};
	char asked[1024] = "";
	unsigned looked = 0;

	po_check_host(&all);
	po_check_confinement(&all);
	po_check_common_stacks(&all, STACKS);
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]) && !t->service; i++)
		if (po_stack_names_module(STACKS, services[i])) {
			check_service(&all, t, services[i], asked, sizeof(asked));
			looked++;
		}
	if (t->service || looked == 0) /* not switched on yet: as for sshd */
		check_service(&all, t, t->service ? t->service : "sshd", asked, sizeof(asked));
	po_output_line(t->out, "summary", "%u errors, %u warnings", all.errors, all.warnings);
	return all.errors ? PO_EXIT_NO : PO_EXIT_GOOD;
}
