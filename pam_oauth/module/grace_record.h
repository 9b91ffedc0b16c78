/* SPDX-License-Identifier: BSD-2-Clause */
/* One approved login in the text of a state file: no token is in it. */
#ifndef PO_GRACE_RECORD_H
#define PO_GRACE_RECORD_H

#include <sys/types.h>

#include "po_buf.h"
#include "po_types.h"
#include "process.h"

#define PO_GRACE_RECORDS 8 /* of one account: its sessions that ask for more than one login */

struct po_grace_record {
	char *account;
	char *service;
	char *boot;
	int64_t since;           /* po_clock_now() of that boot */
	char *address;           /* of the client; "local"; "-" where it was not known */
	uid_t caller;            /* who called su or sudo; 0 of others */
	struct po_buf prior;     /* SSH_AUTH_INFO_0, empty outside sshd */
	struct po_process owner; /* of the session */
	struct po_buf asked;     /* what the provider was asked for (po_grace_asked) */
	struct po_identity who;
};

struct po_grace_list {
	struct po_grace_record items[PO_GRACE_RECORDS];
	size_t count;
};

/* The most that a file of them may hold. */
size_t po_grace_limit(void);

/* An empty record, its buffers as large as a file takes them. */
void po_grace_record_init(struct po_grace_record *r);

/*
 * What a request asks of the provider, as bytes to compare: client, scope, acr_values and the
 * claims that the verdict needs. False: memory, or too much to be remembered.
 */
bool po_grace_asked(const struct po_request *request, struct po_buf *out);

/* Reads a whole file into *l, which must be empty; false if it is damaged, *l is empty then. */
bool po_grace_read(struct po_grace_list *l, const void *data, size_t len);

/* Appends the text of one record, or of a file's first line. False: a record that could not be
 * read again, or more than *out may hold; *out is of no use then. */
void po_grace_write_head(struct po_buf *out);
bool po_grace_write(struct po_buf *out, const struct po_grace_record *r);

/* Wipe and free; idempotent. */
void po_grace_record_free(struct po_grace_record *r);
void po_grace_list_free(struct po_grace_list *l);

#endif
