/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the module remembers between logins: small files in folders of root's alone (folder.h,
 * PAM-38). A folder is made if it is not there. A fault is that of folder.h.
 */
#ifndef PO_STATE_H
#define PO_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "po_buf.h"
#include "po_err.h"

struct po_state_file {
	const char *folder; /* NULL = po_build_state_dir() */
	const char *name;   /* in the folder; NAME.lock and NAME.new belong to it */
	size_t limit;       /* of its content, in bytes */
	bool durable;       /* it must survive the end of power, too */
};

/* What is there before a change: no bytes if there was no file yet. */
struct po_state_old {
	bool exists; /* an empty file is one, too */
	const unsigned char *data;
	size_t len;
	bool too_large; /* above the limit, and not read: damaged */
};

enum po_state_verdict {
	PO_STATE_FAIL, /* the fault says why; nothing is changed */
	PO_STATE_KEEP, /* nothing is to be changed */
	PO_STATE_WRITE /* *content takes the place of the old one */
};

/* Reads *old and fills *content, whose limit is the file's. Quick: everybody else waits. */
typedef enum po_state_verdict po_state_change(void *ctx, const struct po_state_old *old,
                                              struct po_buf *content, struct po_fault *f);

/*
 * One read-modify-write under the file's lock. Whoever dies at any instant leaves the old content
 * or the new one.
 */
bool po_state_update(const struct po_state_file *file, po_state_change *change, void *ctx,
                     struct po_fault *f);

/*
 * Removes the file under its lock, so that nobody who has read it writes it back. NAME.lock stays:
 * whoever waits for it holds it open already, and a new one would be another lock. *removed is
 * false if there was no file.
 */
bool po_state_remove(const struct po_state_file *file, bool *removed, struct po_fault *f);

/*
 * What is there now, into *text and *old, which borrows from it; the caller frees *text, also after
 * a fault. Without the lock: a file is only ever replaced as a whole, and nobody who stops while he
 * holds the lock is in a reader's way.
 */
bool po_state_read(const struct po_state_file *file, struct po_buf *text, struct po_state_old *old,
                   struct po_fault *f);

/*
 * Takes one of the bytes 0 to count - 1 of a file, by an open-file-description lock that the
 * kernel gives back when this process dies. *fd holds it until po_state_let_go, or is -1 if all
 * are taken. False: *f.
 */
bool po_state_take_byte(const char *name, unsigned long count, int *fd, struct po_fault *f);

/* Gives the byte back; *fd is -1 afterwards. Idempotent. */
void po_state_let_go(int *fd);

#endif
