/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host for the module's own objects: configuration, rules, a person, a client's connection, a
 * real libpam, a journal. The worker is a script in the forked child, in the place of exec, so that
 * a login takes milliseconds. Linked with inject.c, inject_module.c, module_log.c,
 * tests/lib/host_state.c and --wrap=fork, --wrap=execve.
 */
#ifndef PO_INJECT_MODULE_WORLD_H
#define PO_INJECT_MODULE_WORLD_H

#include "../unit/scratch.h"

#include <security/pam_appl.h>
#include <time.h>

/* What the entry for the journal allocates: without it syslog is told. */
#define MEMORY_OF_THE_LOG "memory of the log"

/* What the worker does with its request. */
enum script { APPROVES, DENIES, CANNOT_REACH, DIES, NAMES_ANOTHER, STAYS };

struct world {
	struct scratch files;
	pam_handle_t *pamh;
	int client[2]; /* a TCP connection: sshd's end, the person's */
	int journal;   /* where journald's socket would be, bound in the folder */
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

/* For module_world.c: where lines are counted from here on, and the journal that takes some. */
void world_listen(struct seen *seen);
void world_open_journal(struct world *w);
void world_read_journal(const struct world *w);

/* One authenticate and acct_mgmt on a handle of its own; the armed plan holds for the first. */
void world_login(struct world *w, struct seen *seen);

/* acct_mgmt of a login that the module has not seen, the armed plan holds for it. */
void world_account(struct world *w, struct seen *seen);

/* The record of starts can be read, or is not there; nobody holds a lock. */
bool world_state_is_whole(struct world *w, char *why, size_t size);

#endif
