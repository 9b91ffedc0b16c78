/* SPDX-License-Identifier: BSD-2-Clause */
/* The PAM conversation as po_ui: one message for each call, text as data (PAM-10 to PAM-17). */
#ifndef PO_CONVERSATION_H
#define PO_CONVERSATION_H

#include <security/pam_appl.h>
#include <stdbool.h>

#include "ui.h"

struct po_conversation {
	pam_handle_t *pamh;
	int text_style; /* of what is no prompt: PAM_TEXT_INFO or PAM_ERROR_MSG */
	int client_fd;  /* sshd: the client's connection, borrowed; -1 = unknown */
	bool terminal;  /* there was one when it began */
	bool debug;
	bool waited; /* out: a person's time has passed at a prompt */
};

/* The interface of ui.h over *c, which must outlive it. */
struct po_ui po_conversation_ui(struct po_conversation *c);

/* Prompts; false with PO_E_CANCELLED (q, c, no answer) or PO_E_CONV. */
bool po_conversation_ask(struct po_conversation *c, const char *text, struct po_fault *f);

#endif
