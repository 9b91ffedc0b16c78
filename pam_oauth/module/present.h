/* SPDX-License-Identifier: BSD-2-Clause */
/* From challenge to the one text that the person reads (UIX-1 to UIX-18). */
#ifndef PO_PRESENT_H
#define PO_PRESENT_H

#include <stdbool.h>

#include "config.h"
#include "po_types.h"

struct po_presentation {
	const struct po_config *config;
	const struct po_challenge *challenge;
	const char *host;    /* this machine's name */
	const char *service; /* PAM_SERVICE */
	const char *account;
	unsigned long left_s; /* what is left for the person (UIX-10) */
	unsigned language;    /* language.h */
	bool utf8;            /* what qr = auto resolves to */
	bool text_first;      /* display = info under sshd: old clients cut at 1023 bytes (SSH-6) */
	bool newline_first;   /* PAM-17 */
};

/* The whole text without the prompt line; malloc'd. NULL with f filled (memory). */
char *po_present(const struct po_presentation *p, struct po_fault *f);

#endif
