/* SPDX-License-Identifier: BSD-2-Clause */
/* Is the person still there? What a waiting module can see without touching anything. */
#ifndef PO_WATCH_H
#define PO_WATCH_H

#include <stdbool.h>

/* SUD-3: is a SIGINT or SIGQUIT pending (sudo blocks both while PAM runs)? */
bool po_watch_interrupted(void);

/*
 * SSH-13: the descriptor of this process whose peer is the client of SSH_CONNECTION ("address port
 * address port"); -1 if there is none or the text is no such value. Borrowed: never closed.
 */
int po_watch_find_client(const char *ssh_connection);

/* True when that peer has closed or reset the connection. fd = -1: never. */
bool po_watch_client_gone(int fd);

/* The controlling terminal of this process. One that was closed is none; unknown: try again. */
enum po_terminal { PO_TERMINAL_UNKNOWN, PO_TERMINAL_NONE, PO_TERMINAL_THERE };
enum po_terminal po_watch_terminal(void);

#endif
