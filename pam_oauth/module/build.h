/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What this build was told at compile time. The only file that the tests replace: they link the
 * very objects that ship, with a build.c of their own, so that no test mode exists in production.
 */
#ifndef PO_BUILD_H
#define PO_BUILD_H

#include <stdbool.h>
#include <sys/types.h>

/* Absolute paths. */
const char *po_build_config_file(void); /* SYSCONFDIR/pam_oauth/pam_oauth.conf */
const char *po_build_worker(void);      /* LIBEXECDIR/pam_oauth_worker */
const char *po_build_login_defs(void);  /* /etc/login.defs */
const char *po_build_state_dir(void);   /* /run/pam_oauth (PAM-38) */

const char *po_build_pin_dir(void); /* /var/lib/pam_oauth (PAM-38) */
const char *po_build_journal(void); /* journald's socket */

/* The dedicated account that the worker runs as. */
const char *po_build_worker_user(void);

/* Who must own configuration, rules and secrets, and be the effective user: root. */
uid_t po_build_owner(void);

/* False only in tests that run without root: the worker then keeps the caller's uid. */
bool po_build_drops_uid(void);

#endif
