/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the fuzzers share. An input is a row of records with 0x1e between them; each record is
 * copied to memory of its own, so that AddressSanitizer sees the first byte read past its end.
 * A broken promise ends the process: that is what libFuzzer looks for.
 */
#ifndef PO_FUZZ_H
#define PO_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "po_err.h"
#include "po_text.h"

#define FUZZ_SEPARATOR 0x1e

#define must(condition)                                                                    \
	do {                                                                               \
		if (!(condition)) {                                                        \
			fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, \
			        #condition);                                               \
			abort();                                                           \
		}                                                                          \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

struct fuzz_input {
	const uint8_t *data; /* NULL when nothing, not even an empty record, is left */
	size_t size;
};

/* The next record, NUL-terminated beyond its length; NULL if there is none. Free it. */
static inline char *fuzz_record(struct fuzz_input *in, size_t *len)
{
	const uint8_t *end =
	        in->data && in->size ? memchr(in->data, FUZZ_SEPARATOR, in->size) : NULL;
	size_t n = end ? (size_t)(end - in->data) : in->size;
	char *copy;

	if (!in->data)
		return NULL;
	copy = malloc(n + 1);
	must(copy);
	if (n)
		memcpy(copy, in->data, n);
	copy[n] = '\0';
	in->data = end ? end + 1 : NULL;
	in->size -= end ? n + 1 : n;
	if (len)
		*len = n;
	return copy;
}

/* A copy without a NUL behind it, for code that is told a length. Free it. */
static inline char *fuzz_exactly(const char *data, size_t len)
{
	char *copy = malloc(len);

	must(copy || !len);
	if (len)
		memcpy(copy, data, len);
	return copy;
}

/* Printable ASCII, not by the code under test. */
static inline bool fuzz_is_print(char c)
{
	return (unsigned char)c >= ' ' && (unsigned char)c <= '~';
}

static inline bool fuzz_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool fuzz_is_alnum(char c)
{
	return fuzz_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Can this text stand on a terminal or in a log as it is? */
static inline bool fuzz_printable(const char *s)
{
	for (; *s; s++)
		if (!fuzz_is_print(*s))
			return false;
	return true;
}

/* What a failure must leave behind: a code of the table that is none of success, and a reason. */
static inline void fuzz_check_fault(const struct po_fault *f)
{
	must(po_code_known(f->code) && f->code != PO_OK && f->code != PO_E_SKIPPED);
	must(memchr(f->text, '\0', sizeof(f->text)) && f->text[0]);
	must(fuzz_printable(f->text));
}

/* A sink for remarks that looks at each of them. */
static inline void fuzz_take_note(void *ctx, enum po_remark level, const char *text)
{
	(void)ctx;
	must(level == PO_REMARK_DEBUG || level == PO_REMARK_WARNING);
	must(text[0] && strlen(text) < PO_LIMIT_FAULT_TEXT && fuzz_printable(text));
}

#endif
