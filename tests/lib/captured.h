/* SPDX-License-Identifier: BSD-2-Clause */
/* What a captured worker (captured.c) tries: attempts in captured_files.c and its siblings. */
#ifndef CAPTURED_H
#define CAPTURED_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct captured {
	pid_t parent;        /* the process of the module */
	pid_t sibling;       /* of our uid, as another login's worker is */
	unsigned short port; /* where somebody listens, and no configuration says so */
	bool locked;         /* false: the control */
};

struct attempt_row {
	const char *name;
	long (*attempt)(const struct captured *c); /* 0 or errno */
};

#define ROW(function)               \
	{                           \
#		function, function \
	}

/* Each ends with a row without a name. */
extern const struct attempt_row captured_files[];
extern const struct attempt_row captured_processes[];
extern const struct attempt_row captured_kernel[];

/* The result of a system call as 0 or errno. */
static inline long by(long result)
{
	return result < 0 ? errno : 0;
}

#endif
