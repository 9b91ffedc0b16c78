/* SPDX-License-Identifier: BSD-2-Clause */
/* The identity in the PAM environment. Called by pam_oauth.c after the verdict, on request only. */
#include "export.h"

#include <stdio.h>
#include <stdlib.h>

#include "claims.h"
#include "options.h"
#include "po_text.h"

static bool set(pam_handle_t *pamh, const char *name, const char *value, struct po_fault *f)
{
	char *text = NULL;
	bool ok;

	if (!value || !po_text_value_ok(value)) {
		if (pam_getenv(pamh, name))     /* else libpam logs an error */
			pam_putenv(pamh, name); /* without '=': unset */
		return true;
	}
	if (asprintf(&text, "%s=%s", name, value) < 0)
		return po_fail_memory(f);
	ok = pam_putenv(pamh, text) == PAM_SUCCESS;
	free(text);
	return ok || po_fail_memory(f);
}

bool po_export_identity(pam_handle_t *pamh, const struct po_evidence *e, struct po_fault *f)
{
	char decimal[PO_CLAIM_TEXT_SIZE];

	return set(pamh, "PAM_OAUTH_ISSUER", e->who->issuer, f) &&
	       set(pamh, "PAM_OAUTH_SUB", e->who->subject, f) &&
	       set(pamh, "PAM_OAUTH_USER", po_claims_text(e, PO_LABEL_CLAIM, decimal), f);
}
