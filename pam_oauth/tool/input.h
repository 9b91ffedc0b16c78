/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that an administrator names on the command line. */
#ifndef PO_INPUT_H
#define PO_INPUT_H

#include <stdbool.h>

#include "po_buf.h"
#include "po_err.h"

/* Appends a whole file, "-" being standard input, to *out, which has its limit already. False:
 * PO_E_CONFIG, it cannot be read or is too large. */
bool po_input_read(const char *path, struct po_buf *out, struct po_fault *f);

#endif
