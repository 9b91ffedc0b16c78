/* SPDX-License-Identifier: BSD-2-Clause */
/* One approved login in the text of a state file: no token is in it. */
#ifndef PO_GRACE_RECORD_H
#define PO_GRACE_RECORD_H

#include "po_buf.h"
#include "po_types.h"
#include "process.h"

#define PO_GRACE_RECORDS 8 /* of one account: its sessions that ask for more than one login */

struct po_grace_record {
	char *account;
	char *service;
	char *boot;
	int64_t since;           /* po_clock_now() of that boot */
	char *address;           /* of the client; "local" */
	struct po_buf prior;     /* SSH_AUTH_INFO_0, empty outside sshd */
	struct po_process owner; /* of the session */
	struct po_buf wants;     /* the claims that were asked for, as bytes (po_grace_wants) */
	struct po_identity who;
};

struct po_grace_list {
	struct po_grace_record items[PO_GRACE_RECORDS];
	size_t count;
};

/* The most that a file of them may hold. */
size_t po_grace_limit(void);

/* The wants of a request as bytes to compare. False: memory. */
bool po_grace_wants(const struct po_request *request, struct po_buf *out);

/* Reads a whole file into *l, which must be empty; false if it is damaged, *l is empty then. */
bool po_grace_read(struct po_grace_list *l, const void *data, size_t len);

/* Appends the text of one record, or of a file's first line. */
void po_grace_write_head(struct po_buf *out);
bool po_grace_write(struct po_buf *out, const struct po_grace_record *r);

/* Wipe and free; idempotent. */
void po_grace_record_free(struct po_grace_record *r);
void po_grace_list_free(struct po_grace_list *l);

#endif
