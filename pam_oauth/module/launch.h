/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starting and ending the worker: its own uid, an empty environment, three descriptors, default
 * signals, and no way to outlive the login. Nothing of the host process is changed (PAM-33).
 */
#ifndef PO_LAUNCH_H
#define PO_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "po_err.h"

struct po_child {
	pid_t pid; /* 0 = none */
	int fd;    /* our end of the socket; -1 = none */
};

#define PO_CHILD_NONE              \
	{                          \
		.pid = 0, .fd = -1 \
	}

/*
 * Starts the worker. pamh is the handle that libpam's descriptor clean-up wants. A failed exec
 * arrives as an ordinary FAULT on the socket. PO_E_CONFIG (no such user), PO_E_SYSTEM or
 * PO_E_MEMORY otherwise.
 */
bool po_launch(struct po_child *c, void *pamh, struct po_fault *f);

/*
 * Closes the socket (the worker reads that as cancelled), waits PO_REAP_GRACE_MS, kills by pid,
 * reaps. A host that ignores SIGCHLD is no error. Idempotent.
 */
void po_launch_end(struct po_child *c);

#endif
