/* SPDX-License-Identifier: BSD-2-Clause */
/* The two calls of glibc's malloc that other libraries do not have. */
#include "memory.h"

#include <malloc.h>

#ifdef __GLIBC__

void po_memory_begin(void)
{
	mallopt(M_ARENA_MAX, 1); /* if refused, the worker is only larger */
}

void po_memory_settle(void)
{
	malloc_trim(0);
}

#else

void po_memory_begin(void)
{
}

void po_memory_settle(void)
{
}

#endif
