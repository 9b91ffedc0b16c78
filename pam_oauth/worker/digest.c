/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by identify.c. */
#include "digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "po_limits.h"

char *po_digest_subject(const char *subject, struct po_fault *f)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	size_t len = 0;
	char *text = malloc(PO_SUBJECT_HASH_LEN + 1);

	if (!text) {
		po_fail_memory(f);
		return NULL;
	}
	if (EVP_Q_digest(NULL, "SHA256", NULL, subject, strlen(subject), digest, &len) != 1) {
		po_fail(f, PO_E_SYSTEM, "identity: SHA-256 is not to be had");
		free(text);
		return NULL;
	}
	for (size_t i = 0; i < PO_SUBJECT_HASH_LEN / 2; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	return text;
}
