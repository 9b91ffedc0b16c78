/* SPDX-License-Identifier: BSD-2-Clause */
/* What belongs to the program that loads a PAM module, as text that can be compared (PAM-33). */
#ifndef HOST_STATE_H
#define HOST_STATE_H

#include <stdbool.h>

/*
 * Signal dispositions, mask and pending signals, timers, locale, umask, working directory,
 * environment, limits, identity, open descriptors, children: one line for each item. malloc'd.
 */
char *host_state_take(void);

/* Calls each for every line that only one of the two has: with '-' for before, '+' for after. */
void host_state_compare(const char *before, const char *after,
                        void (*each)(void *ctx, char sign, const char *line), void *ctx);

#endif
