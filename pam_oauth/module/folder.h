/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A folder of root's alone, and the files in it (PAM-38): 0700 and 0600, no links followed, and
 * believed only after fstat. A fault is PO_E_STATE, or PO_E_SYSTEM where this process has run out
 * of descriptors or memory.
 */
#ifndef PO_FOLDER_H
#define PO_FOLDER_H

#include <stdbool.h>

#include "po_err.h"

struct po_folder {
	const char *path; /* borrowed */
	int fd;           /* -1 = not open */
};

#define PO_FOLDER_CLOSED       \
	{                      \
		NULL, .fd = -1 \
	}

/* Opens the folder, which is made if it is not there; its parent must exist. */
bool po_folder_open(struct po_folder *d, const char *path, struct po_fault *f);

/* Opens a file of it with these flags (O_RDWR | O_CREAT, ...). -1: *f. */
int po_folder_file(const struct po_folder *d, const char *name, int flags, struct po_fault *f);

/* The same for reading a file that need not be there: *fd is then -1, and that is no fault. */
bool po_folder_read(const struct po_folder *d, const char *name, int *fd, struct po_fault *f);

/* The fault of a system call on a file of it, with errno, or of what was found there. False. */
bool po_folder_fail(const struct po_folder *d, const char *name, int error, struct po_fault *f);
bool po_folder_refuse(const struct po_folder *d, const char *name, const char *why,
                      struct po_fault *f);

/* Idempotent. */
void po_folder_close(struct po_folder *d);

#endif
