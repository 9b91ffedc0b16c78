/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading files that only root may have written (MAP-13, CAU-10). */
#ifndef PO_SAFEFILE_H
#define PO_SAFEFILE_H

#include <stdbool.h>

#include "po_buf.h"
#include "po_err.h"
#include "po_list.h"

enum po_safefile { PO_FILE_PUBLIC, PO_FILE_SECRET };

/*
 * Reads the whole regular file at an absolute path into *out, whose limit is the file's. Opened
 * with O_NOFOLLOW and O_CLOEXEC, checked by fstat after open: owned by po_build_owner(), not
 * writable by group or others; PO_FILE_SECRET: no right at all for group or others. A fault
 * names path and reason: PO_E_CONFIG, or PO_E_SYSTEM and PO_E_MEMORY where the file is not to
 * blame; *out is empty then.
 */
bool po_safefile_read(const char *path, enum po_safefile kind, struct po_buf *out,
                      struct po_fault *f);

/*
 * Appends the paths of the entries of an absolute folder whose names end in suffix, in byte order,
 * hidden ones left out. The folder must be owned by po_build_owner() and not writable by group or
 * others; one that is not there has no entries. What the entries are is po_safefile_read's to
 * check.
 */
bool po_safefile_list(const char *folder, const char *suffix, struct po_list *paths,
                      struct po_fault *f);

/*
 * Checks without reading, for a file that the worker opens (ca_file): regular, not empty, owned by
 * po_build_owner(), not writable by group or others. Links are followed: certificate stores are
 * made of them. PO_E_CONFIG names path and reason.
 */
bool po_safefile_check(const char *path, struct po_fault *f);

/* The same for a folder (ca_path); what is in it is its owner's business. */
bool po_safefile_check_folder(const char *path, struct po_fault *f);

#endif
