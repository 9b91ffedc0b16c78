/* SPDX-License-Identifier: BSD-2-Clause */
/* Landlock: which files and TCP ports the worker may still reach. */
#ifndef PO_LANDLOCK_H
#define PO_LANDLOCK_H

#include "ports.h"

/*
 * Restricts this process to reading the system's files, ca_file and ca_path (NULL = none), and to
 * these ports; returns the ABI version in force, 0 where the kernel has no Landlock, -1 when a
 * kernel that has it refused. no_new_privs must be set before.
 */
int po_landlock_restrict(const char *ca_file, const char *ca_path, const struct po_ports *ports);

#endif
