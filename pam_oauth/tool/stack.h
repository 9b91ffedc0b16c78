/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PAM stacks as libpam reads them: types and control words in any case, lines that a backslash
 * continues, comments anywhere, brackets with blanks.
 */
#ifndef PO_STACK_H
#define PO_STACK_H

#include <stdbool.h>
#include <stddef.h>

struct po_stack_line {
	char type[16];       /* in small letters, without the dash before it; "@include" */
	char control[1024];  /* a word in small letters, or [...] as it stands */
	char module[512];    /* or the file that is included */
	char arguments[512]; /* cut where there are more */
	bool may_be_missing; /* a dash stands before the type */
};

/* where is "file:line". */
typedef void po_stack_take(void *ctx, const char *where, const struct po_stack_line *l);

/*
 * Hands over the lines of a service's stack in their order, and in place of an include, substack
 * or @include the lines of that file; the include itself only where the file cannot be read. A
 * line that "pam_succeed_if.so service notin ..." skips for this service is left out. False: the
 * stack cannot be read.
 */
bool po_stack_walk(const char *folder, const char *service, po_stack_take *take, void *ctx);

/* One entry CODE=ACTION of a bracket. */
struct po_stack_entry {
	char code[32];
	char action[16];
};

/*
 * The next entry of a control in brackets; *at begins as the control and is moved. False at its end
 * or where it is not understood: *at is NULL then.
 */
bool po_stack_entry_next(const char **at, struct po_stack_entry *e);

#endif
