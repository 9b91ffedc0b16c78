/* SPDX-License-Identifier: BSD-2-Clause */
/* Which characters a person will see as they were sent. The locale is read and never changed. */
#include "screen.h"

#include <langinfo.h>
#include <string.h>

#include "language.h"

static bool locale_is_utf8(void)
{
	const char *codeset = nl_langinfo(CODESET);

	return codeset && strcmp(codeset, "UTF-8") == 0;
}

enum po_qr_mode po_screen_qr(const struct po_config *c)
{
	if (c->qr != PO_QR_AUTO)
		return c->qr;
	return locale_is_utf8() ? PO_QR_UTF8 : PO_QR_NONE;
}

bool po_screen_is_sshd(const char *service)
{
	return service && strcmp(service, "sshd") == 0;
}

unsigned po_screen_language(const struct po_config *c, const char *service, bool in_prompt)
{
	if (po_screen_qr(c) != PO_QR_UTF8)
		return PO_ENGLISH;
	if (po_screen_is_sshd(service) && !in_prompt)
		return PO_ENGLISH;
	return c->language;
}
