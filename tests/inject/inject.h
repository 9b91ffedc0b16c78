/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that fail when a test says so. A program of this folder is linked with --wrap for each call
 * of the product's archives that can fail; the wrappers ask here whether it is their turn. What the
 * test itself calls goes through the same wrappers, so nothing fails unless a plan is armed.
 */
#ifndef PO_INJECT_H
#define PO_INJECT_H

#include <stdbool.h>

/* Everything that allocates is one kind of call, counted together. */
#define INJECT_MEMORY "memory"

struct inject_plan {
	const char *call;
	int error;   /* errno, or the result of a call that returns its error */
	long at;     /* the n-th call fails, counted from 1; 0 = none, they are only counted */
	bool onward; /* and every later one */
};

/* From here on the plan holds, with its count at zero. */
void inject_arm(const struct inject_plan *plan);
void inject_disarm(void);

/* The plan sleeps while the test does something in the midst of it; its count goes on later. */
void inject_pause(bool on);

/* How often the call of the last plan was made, and whether one of them failed. */
long inject_calls(void);
bool inject_happened(void);

/* What allocates is a kind of call of this name from here on; NULL: INJECT_MEMORY again. */
void inject_memory_is(const char *name);

/* For the wrappers: counts a call of this name; true, with errno set, if it has to fail. */
bool inject_fails(const char *call);

/* The error of the plan that is armed. */
int inject_error(void);

/* name(params) as the linker calls it: fails with `failure`, or is the real one. */
#define INJECT_WRAP(type, name, params, args, failure)                       \
	type __real_##name params;                                           \
	type __wrap_##name params;                                           \
	type __wrap_##name params                                            \
	{                                                                    \
		return inject_fails(#name) ? (failure) : __real_##name args; \
	}

#endif
