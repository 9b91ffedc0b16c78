/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host for the module's own objects: configuration, rules, a person, a client's connection, a
 * real libpam. The worker is a script in the forked child, in the place of exec, so that a login
 * takes milliseconds. Linked with inject.c, inject_module.c, tests/lib/host_state.c and
 * --wrap=fork, --wrap=execve.
 */
#ifndef PO_INJECT_MODULE_WORLD_H
#define PO_INJECT_MODULE_WORLD_H

#include "../unit/scratch.h"

#include <security/pam_appl.h>
#include <time.h>

/* What the worker does with its request. */
enum script { APPROVES, DENIES, CANNOT_REACH, DIES, NAMES_ANOTHER, STAYS };

struct world {
	struct scratch files;
	pam_handle_t *pamh;
	int client[2]; /* a TCP connection: sshd's end, the person's */
	void *record;  /* of starts, before each login: one row in it */
	size_t record_len;
};

/* What one call came to. */
struct seen {
	int code;    /* what the module returned, not what libpam made of it */
	int account; /* acct_mgmt afterwards */
	double seconds;
	unsigned outcomes; /* lines with a result */
	unsigned warnings;
	char result[64]; /* of the last outcome, by its name in the log */
	char reason[512];
	char changed[512]; /* of the host's; empty = nothing */
};

void world_begin(struct world *w);
void world_end(struct world *w);

/* The worker of the next logins. */
void world_script(enum script script);

/* Ends the worker of the last login, where it is still there. */
void world_end_worker(void);

/* One authenticate and acct_mgmt on a handle of its own; the armed plan holds for the first. */
void world_login(struct world *w, struct seen *seen);

/* acct_mgmt of a login that the module has not seen, the armed plan holds for it. */
void world_account(struct world *w, struct seen *seen);

/* The record of starts can be read, or is not there; nobody holds a lock. */
bool world_state_is_whole(struct world *w, char *why, size_t size);

#endif
