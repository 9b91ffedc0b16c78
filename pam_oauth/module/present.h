/* SPDX-License-Identifier: BSD-2-Clause */
/* From challenge to the one text that the person reads (UIX-1 to UIX-18). */
#ifndef PO_PRESENT_H
#define PO_PRESENT_H

#include <stdbool.h>

#include "config.h"
#include "po_types.h"

/* The last line under `prompt` and `info + prompt`. */
#define PO_PROMPT_TEXT "Press Enter after approving, q to cancel: "

/* What confirm_start asks before anything is sent (DEV-10), and what a second round asks (SUD-4).
 */
#define PO_CONFIRM_TEXT "Press Enter to start web sign-in, q to cancel: "
#define PO_AGAIN_TEXT   "Press Enter to try again, q to cancel: "

struct po_presentation {
	const struct po_config *config;
	const struct po_challenge *challenge;
	const char *host;    /* this machine's name */
	const char *service; /* PAM_SERVICE */
	const char *account;
	unsigned long left_s; /* what is left for the person (UIX-10) */
	bool utf8;            /* what qr = auto resolves to */
	bool text_first;      /* display = info under sshd: old clients cut at 1023 bytes (SSH-6) */
	bool newline_first;   /* PAM-17 */
};

/* The whole text without the prompt line; malloc'd. NULL with f filled (memory). */
char *po_present(const struct po_presentation *p, struct po_fault *f);

#endif
