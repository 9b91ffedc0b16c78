/* SPDX-License-Identifier: BSD-2-Clause */
/* A drop-in that is tried before it is written. */
#ifndef PO_TRIAL_H
#define PO_TRIAL_H

#include "finding.h"
#include "po_err.h"

/*
 * What would be in force if the drop-in NAME beside the file conf had this text: read whole, with
 * all that other files say, and then the provider is asked. It is not asked, and each place is a
 * finding of its own, where another file says something about a client or an issuer that would
 * stay in force: a secret goes to its own provider alone. False: *f; true says that it could be
 * tried, and all->errors whether it is good.
 */
bool po_trial_run(struct po_findings *all, const char *conf, const char *name, const char *text,
                  struct po_fault *f);

#endif
