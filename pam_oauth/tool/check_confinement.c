/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by verb_check.c: does the host's policy confine the worker, or does it stand in its way?
 */
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

#include "build.h"
#include "checks.h"

#define WORD        16
#define PROFILED    "/usr/libexec/pam_oauth_worker" /* packaging/apparmor */
#define LABEL_SIZE  256
#define WORKER_TYPE "pam_oauth_worker_exec_t" /* packaging/selinux/pam_oauth.fc */
#define LINE        4352                      /* a profile's name may be a path */

static bool says(const char *path, const char *word)
{
	FILE *file = fopen(path, "re");
	char text[WORD] = "";
	bool same = file && fgets(text, sizeof(text), file) && strncmp(text, word, 1) == 0;

	if (file)
		fclose(file);
	return same;
}

/* The file's label, such as system_u:object_r:TYPE:s0; the type leads to the domain. */
static bool has_own_type(const char *path)
{
	char label[LABEL_SIZE] = "";

	return getxattr(path, "security.selinux", label, sizeof(label) - 1) > 0 &&
	       strstr(label, ":" WORKER_TYPE);
}

static void check_selinux(struct po_findings *all)
{
	if (!says("/sys/fs/selinux/enforce", "1"))
		po_find(all, PO_GOOD, NULL, NULL, "SELinux: not enforcing");
	else if (has_own_type(po_build_worker()))
		po_find(all, PO_GOOD, NULL, NULL, "SELinux: enforcing, the worker is " WORKER_TYPE);
	else
		po_find(all, PO_WARNING,
		        "without the policy module the login may not use the network",
		        "install pam_oauth-selinux or load pam_oauth.pp, then restorecon on the "
		        "worker",
		        "SELinux: enforcing, the worker is not " WORKER_TYPE);
}

/* What the kernel says of the worker's profile, which has the worker's name: "enforce", "complain",
 * …; empty if it has none. False where that cannot be read, as by whoever is not root. */
static bool profile_mode(char mode[WORD])
{
	FILE *file = fopen("/sys/kernel/security/apparmor/profiles", "re");
	char line[LINE];

	mode[0] = '\0';
	if (!file)
		return false;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "pam_oauth_worker (%15[a-z])", mode) == 1)
			break;
	fclose(file);
	return true;
}

static void check_apparmor(struct po_findings *all)
{
	char mode[WORD];

	if (!says("/sys/module/apparmor/parameters/enabled", "Y"))
		po_find(all, PO_GOOD, NULL, NULL, "AppArmor: off");
	else if (!profile_mode(mode))
		po_find(all, PO_GOOD, NULL, NULL, "AppArmor: on");
	else if (!mode[0] || strcmp(po_build_worker(), PROFILED) != 0)
		po_find(all, PO_WARNING, "its own sandbox is all that confines it",
		        "apparmor_parser -r /etc/apparmor.d/usr.libexec.pam_oauth_worker",
		        "AppArmor: no profile of the worker is loaded");
	else if (strcmp(mode, "enforce") != 0)
		po_find(all, PO_WARNING, "what the profile does not allow happens all the same",
		        "aa-enforce /etc/apparmor.d/usr.libexec.pam_oauth_worker",
		        "AppArmor: the worker's profile is in mode %s", mode);
	else
		po_find(all, PO_GOOD, NULL, NULL, "AppArmor: the worker is confined");
}

void po_check_confinement(struct po_findings *all)
{
	check_selinux(all);
	check_apparmor(all);
}
