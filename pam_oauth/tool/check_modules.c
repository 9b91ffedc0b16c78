/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Called by verb_check.c: lines that name a module which is not there, such as one whose name is
 * misspelt. libpam then refuses everybody, and says so in its own words only.
 */
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "stack.h"

/* Where libpam may look: which of them, its build decided. */
static const char *const places[] = {"/usr/lib/*/security", "/lib/*/security", "/usr/lib*/security",
                                     "/lib*/security", "/usr/local/lib/security"};

static bool exists(const char *folder_pattern, const char *name)
{
	char pattern[1024];
	glob_t found;
	bool there;

	snprintf(pattern, sizeof(pattern), "%s/%s", folder_pattern, name);
	there = glob(pattern, GLOB_NOSORT, NULL, &found) == 0;
	if (there)
		globfree(&found);
	return there;
}

static bool is_there(const char *module)
{
	if (*module == '/')
		return access(module, F_OK) == 0;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (exists(places[i], module))
			return true;
	return false;
}

static void look(void *ctx, const char *where, const struct po_stack_line *l)
{
	struct po_findings *all = ctx;
	bool asked = strcmp(l->type, "auth") == 0 || strcmp(l->type, "account") == 0;

	if (!asked || l->may_be_missing || strcmp(l->control, "optional") == 0 ||
	    strcmp(l->control, "include") == 0 || strcmp(l->control, "substack") == 0 ||
	    is_there(l->module))
		return;
	po_find(all, PO_ERROR, "libpam refuses everybody where a module is missing",
	        "the name in that line, or install what brings the module",
	        "%s: there is no module %s", where, l->module);
}

void po_check_modules(struct po_findings *all, const char *folder, const char *service)
{
	if (is_there("pam_deny.so")) /* else libpam looks in a place that nobody knows here */
		po_stack_walk(folder, service, look, all);
}
