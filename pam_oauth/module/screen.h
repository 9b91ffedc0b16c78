/* SPDX-License-Identifier: BSD-2-Clause */
/* What the screen of a service can take: of pictures, and of characters beyond ASCII. */
#ifndef PO_SCREEN_H
#define PO_SCREEN_H

#include <stdbool.h>

#include "options.h"

/* What `qr` comes to in this process: `auto` is never returned (UIX-13). */
enum po_qr_mode po_screen_qr(const struct po_config *c);

/* sshd, whose texts travel to another host; service may be NULL. */
bool po_screen_is_sshd(const char *service);

/*
 * The language (language.h) of what is put on this service's screen (UIX-12): the configured one
 * where the screen is known to take UTF-8, else English. Under sshd only a prompt arrives whole:
 * clients before OpenSSH 10.3 turn each other byte of a text into \ooo (SSH-5).
 */
unsigned po_screen_language(const struct po_config *c, const char *service, bool in_prompt);

#endif
