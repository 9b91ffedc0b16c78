/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PO_WRITE_H
#define PO_WRITE_H

#include <stdbool.h>

#include "po_err.h"

/* A new file for all to read, whole or not at all; another one of this name is replaced. */
bool po_write_file(const char *path, const char *text, struct po_fault *f);

#endif
