/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes by number and birth: a number alone comes back for another process (PAM-39). */
#ifndef PO_PROCESS_H
#define PO_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct po_process {
	pid_t pid;
	uint64_t start; /* in clock ticks since boot, as /proc says */
};

#define PO_BOOT_ID_SIZE 40

/* Which boot this is, as the kernel names it; false if /proc does not say. */
bool po_process_boot(char id[PO_BOOT_ID_SIZE]);

/* This process, or its parent; false if /proc does not say, or the parent is init. */
bool po_process_self(struct po_process *p);
bool po_process_parent(struct po_process *p);

/* The leader of the kernel's session; false if that is neither this process nor its parent. */
bool po_process_leader(struct po_process *p);

/* Is this process, of that very birth, among the ancestors of the calling one? */
bool po_process_is_ancestor(const struct po_process *p);

#endif
