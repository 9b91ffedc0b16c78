/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PAM-41: how often sign-ins may start, and how many may run at once. Counted on this host over
 * all services, whatever the account: nothing here knows whether it exists.
 */
#ifndef PO_QUOTA_H
#define PO_QUOTA_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "options.h"
#include "po_err.h"

/*
 * One start that was let through, or why it was not. Whoever can stop this process at any moment
 * could hold a place, or the lock, for ever: so people on this host count apart, each by himself
 * and with all of the limits, and get in nobody's way.
 */
struct po_start {
	uid_t apart;       /* in: the person on this host (po_source_caller); 0 = with all others */
	int flow;          /* holds this flow's place among those that run; -1 = none */
	bool counted;      /* id names a row that success gives back */
	bool anew;         /* the record was damaged and has begun anew: worth a log line */
	uint64_t id;       /* of the row */
	unsigned again_in; /* with PO_E_LIMITED: minutes, rounded up */
};

#define PO_START_NONE       \
	{                   \
		.flow = -1, \
	}

/*
 * Takes a place among the running flows and counts one start of this account from this source
 * (po_source_name). *s must be PO_START_NONE but for `apart`; the place is held until po_quota_end.
 * False: PO_E_LIMITED, whose text names the limit, or what state.h says; nothing is held or counted
 * then.
 */
bool po_quota_start(const struct po_config *c, const char *user, const char *source,
                    struct po_start *s, struct po_fault *f);

/* The sign-in succeeded: it does not count. False with the fault of state.h, and it does. */
bool po_quota_give_back(struct po_start *s, struct po_fault *f);

/* The flow is over: gives its place back. NULL-safe, idempotent. */
void po_quota_end(struct po_start *s);

#endif
