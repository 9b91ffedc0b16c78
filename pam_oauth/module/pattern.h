/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pattern of a rule: a POSIX extended regular expression with exactly one group, anchored at
 * both ends, the same in every locale (MAP-5). Outside the group only literal characters may
 * stand, so that two values never give the same account (MAP-6, MAP-10): "([a-z]+)@example\.org"
 * names its domain, "([a-z]+)@.*" is refused. Inside the group any ERE may stand, but no further
 * group. No back-references, no repetition of the group.
 */
#ifndef PO_PATTERN_H
#define PO_PATTERN_H

#include <stdbool.h>

#include "po_err.h"

struct po_pattern;

/* NULL with f filled (PO_E_CONFIG, why) if the text is no such expression. */
struct po_pattern *po_pattern_compile(const char *text, struct po_fault *f);
void po_pattern_free(struct po_pattern *p);

/*
 * Does the pattern match all of the subject, its group being a possible derived name (MAP-1) and
 * equal to the account? *starved (may be NULL) becomes true where it could not be tried for want of
 * memory; it is never made false.
 */
bool po_pattern_gives(const struct po_pattern *p, const char *subject, const char *account,
                      bool *starved);

#endif
