/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PAM module that hands its calls to the program that loaded libpam. libpam lets only a module
 * use pam_set_data, and a module that is loaded has no calls to wrap: so what runs are the archives
 * that the program is linked with, as a module.
 */
#include <dlfcn.h>
#include <security/pam_modules.h>
#include <string.h>

static int hand_on(const char *name, pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	int (*function)(pam_handle_t *, int, int, const char **) = NULL;
	void *symbol = dlsym(RTLD_DEFAULT, name);

	memcpy(&function, &symbol, sizeof(function));
	return function ? function(pamh, flags, argc, argv) : PAM_SYMBOL_ERR;
}

int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return hand_on("inject_authenticate", pamh, flags, argc, argv);
}

int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return hand_on("inject_acct_mgmt", pamh, flags, argc, argv);
}

int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}
