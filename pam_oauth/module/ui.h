/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The human side of a login as the flow sees it; conversation.c implements it over the PAM
 * conversation, tests over a list.
 */
#ifndef PO_UI_H
#define PO_UI_H

#include <stdbool.h>

#include "po_err.h"

struct po_ui {
	void *ctx;

	/* One PAM_TEXT_INFO. False with PO_E_CONV. */
	bool (*info)(void *ctx, const char *text, struct po_fault *f);

	/*
	 * One PAM_PROMPT_ECHO_ON (PAM-13); returns when the person answered. *go_on: Enter or
	 * anything else; false: q, c, or no answer at all (PAM-14). False with PO_E_CONV.
	 */
	bool (*prompt)(void *ctx, const char *text, bool *go_on, struct po_fault *f);

	/* Asked in every slice of waiting (DEV-43): false with PO_E_CANCELLED when a SIGINT or
	 * SIGQUIT is pending (SUD-3), or PO_E_GONE when the client has left (SSH-13). */
	bool (*still_there)(void *ctx, struct po_fault *f);

	/* A remark of the worker's, for the log. */
	void (*remark)(void *ctx, enum po_remark level, const char *text);
};

#endif
