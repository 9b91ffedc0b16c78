/* SPDX-License-Identifier: BSD-2-Clause */
/* Included before pam_oauth/worker/main.c, with -Dmain=worker_main: a prototype for its new name.
 */
#ifndef PO_INJECT_WORKER_MAIN_H
#define PO_INJECT_WORKER_MAIN_H

int worker_main(void);

#endif
