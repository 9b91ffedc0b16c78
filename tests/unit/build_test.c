/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tests' own build.c: the owner of files is whoever runs the tests, and no path leads to this
 * host's configuration. A test that needs another path gives it by -D, or wraps the function.
 */
#include "build.h"

#include <unistd.h>

#ifndef PO_TEST_CONFIG_FILE
#	define PO_TEST_CONFIG_FILE "/nonexistent/pam_oauth.conf"
#endif
#ifndef PO_TEST_WORKER
#	define PO_TEST_WORKER "/nonexistent/pam_oauth_worker"
#endif
#ifndef PO_TEST_LOGIN_DEFS
#	define PO_TEST_LOGIN_DEFS "/nonexistent/login.defs"
#endif
#ifndef PO_TEST_STATE_DIR
#	define PO_TEST_STATE_DIR "/nonexistent/pam_oauth"
#endif
#ifndef PO_TEST_WORKER_USER
#	define PO_TEST_WORKER_USER "nobody"
#endif

const char *po_build_config_file(void)
{
	return PO_TEST_CONFIG_FILE;
}

const char *po_build_worker(void)
{
	return PO_TEST_WORKER;
}

const char *po_build_login_defs(void)
{
	return PO_TEST_LOGIN_DEFS;
}

const char *po_build_state_dir(void)
{
	return PO_TEST_STATE_DIR;
}

const char *po_build_pin_dir(void)
{
	return "pins"; /* in the folder of the test */
}

const char *po_build_journal(void)
{
	return "journal"; /* in the folder of the test */
}

const char *po_build_worker_user(void)
{
	return PO_TEST_WORKER_USER;
}

uid_t po_build_owner(void)
{
	return geteuid();
}

bool po_build_drops_uid(void)
{
	return false;
}
