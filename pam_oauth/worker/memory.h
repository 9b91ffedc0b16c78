/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a worker holds while it waits for a person: as little as glibc's malloc lets it. Elsewhere
 * these do nothing. doc/PERFORMANCE.md has what each of them is worth.
 */
#ifndef PO_MEMORY_H
#define PO_MEMORY_H

/* At the start: one arena, also for libcurl's resolver thread. */
void po_memory_begin(void);

/* Before a long wait: what has been freed goes back to the kernel. */
void po_memory_settle(void);

#endif
