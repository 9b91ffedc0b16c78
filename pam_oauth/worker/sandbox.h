/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The worker's own chains, put on after the request was read and before the first packet
 * (architecture: "The worker"). What must hold on every kernel is a fault when it fails; Landlock
 * is best effort, and the level reached is a remark.
 */
#ifndef PO_SANDBOX_H
#define PO_SANDBOX_H

#include <stdbool.h>

#include "note.h"
#include "po_err.h"
#include "ports.h"

struct po_sandbox {
	const char *ca_file; /* readable besides the system's folders; NULL = none */
	const char *ca_path; /* likewise */
	const struct po_ports *ports;
};

/*
 * The part that cannot wait for the request, whose secret others of this uid must not read out of
 * our memory: no new privileges, no dumps. False with PO_E_SYSTEM.
 */
bool po_sandbox_begin(struct po_fault *f);

/* Locks this process down for good. PO_E_SYSTEM if what is required cannot be had. */
bool po_sandbox_enter(const struct po_sandbox *s, const struct po_note *note, struct po_fault *f);

#endif
