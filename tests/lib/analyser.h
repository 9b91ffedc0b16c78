/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included in front of every file that tests/analyse reads, never in a build: an analyser that sees
 * one file at a time is told here what include/po_err.h promises in words, that a fault is always
 * false. Else it follows paths on which a failure counts as a success.
 */
#ifndef PO_ANALYSER_H
#define PO_ANALYSER_H

#include "po_err.h"

static inline bool po_analyser_false(bool result)
{
	(void)result;
	return false;
}

#define po_fail(...)         po_analyser_false(po_fail(__VA_ARGS__))
#define po_fail_context(...) po_analyser_false(po_fail_context(__VA_ARGS__))
#define po_fail_memory(f)    po_analyser_false(po_fail_memory(f))

#endif
