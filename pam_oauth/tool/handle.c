/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by verb_login.c and probe.c. */
#include "handle.h"

#include <stddef.h>

static int converse(int count, const struct pam_message **messages, struct pam_response **answers,
                    void *ctx)
{
	(void)count;
	(void)messages;
	(void)answers;
	(void)ctx;
	return PAM_CONV_ERR;
}

pam_handle_t *po_handle_open(struct po_fault *f)
{
	static const struct pam_conv conv = {converse, NULL};
	pam_handle_t *pamh = NULL;

	if (pam_start("pam-oauth", "root", &conv, &pamh) == PAM_SUCCESS)
		return pamh;
	po_fail(f, PO_E_SYSTEM, "libpam does not start");
	return NULL;
}

void po_handle_close(pam_handle_t *pamh)
{
	pam_end(pamh, PAM_SUCCESS);
}
