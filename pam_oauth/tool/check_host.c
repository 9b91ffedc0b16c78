/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by verb_check.c: what the package should have left on this host. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "checks.h"

#define ACCOUNT_BUFFER 16384

static void check_worker(struct po_findings *all)
{
	const char *path = po_build_worker();
	struct stat st;

	if (stat(path, &st) != 0) {
		po_find(all, PO_ERROR, "without the worker every login is refused",
		        "install the package again", "worker: %s: %s", path, strerror(errno));
		return;
	}
	if (st.st_uid != po_build_owner() || st.st_mode & (S_IWGRP | S_IWOTH)) {
		po_find(all, PO_ERROR, "whoever can write it can name any identity",
		        "chown root: and chmod 0711 on it", "worker: %s: owner or mode", path);
		return;
	}
	if (!(st.st_mode & S_IXOTH))
		po_find(all, PO_ERROR, "the worker's user has to run it", "chmod 0711 on it",
		        "worker: %s: not executable for others", path);
	else
		po_find(all, PO_GOOD, NULL, NULL, "worker: %s", path);
}

static void check_user(struct po_findings *all)
{
	const char *name = po_build_worker_user();
	char buffer[ACCOUNT_BUFFER];
	struct passwd found;
	struct passwd *user = NULL;

	if (getpwnam_r(name, &found, buffer, sizeof(buffer), &user) != 0 || !user)
		po_find(all, PO_ERROR, "the worker runs as this user and no other",
		        "systemd-sysusers, or useradd --system --no-create-home pam-oauth",
		        "user %s: not there", name);
	else if (user->pw_uid == 0)
		po_find(all, PO_ERROR, "the worker must not be root", "give it a uid of its own",
		        "user %s: is uid 0", name);
	else
		po_find(all, PO_GOOD, NULL, NULL, "user %s: uid %lu", name,
		        (unsigned long)user->pw_uid);
}

static void check_folder(struct po_findings *all, const char *path, const char *use)
{
	struct stat st;

	if (lstat(path, &st) != 0) {
		if (errno == ENOENT)
			po_find(all, PO_GOOD, NULL, NULL,
			        "%s: not there yet, made when it is needed", path);
		else
			po_find(all, PO_ERROR, use, "run it as root, or mend the folder above it",
			        "%s: %s", path, strerror(errno));
		return;
	}
	if (!S_ISDIR(st.st_mode) || st.st_uid != po_build_owner() ||
	    st.st_mode & (S_IRWXG | S_IRWXO))
		po_find(all, PO_ERROR, use, "chown root: and chmod 0700 on it",
		        "%s: not a folder of root's alone", path);
	else
		po_find(all, PO_GOOD, NULL, NULL, "%s", path);
}

void po_check_host(struct po_findings *all)
{
	if (geteuid() != 0)
		po_find(all, PO_WARNING, "files of root's alone cannot be read", "run it as root",
		        "running as uid %lu", (unsigned long)geteuid());
	check_worker(all);
	check_user(all);
	check_folder(all, po_build_state_dir(),
	             "limits and grace do not work, logins may be refused");
	check_folder(all, po_build_pin_dir(), "pins do not work");
}
