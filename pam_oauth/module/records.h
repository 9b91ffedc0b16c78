/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of small state files: a first line that names the format, then lines "NAME VALUE" in
 * fixed order, so that an administrator can read what a machine wrote. Whatever is not exactly
 * that is damaged.
 */
#ifndef PO_RECORDS_H
#define PO_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "po_buf.h"

/* Appends "NAME VALUE\n"; a value must be one line, which the caller has made sure of. */
void po_record_text(struct po_buf *out, const char *name, const char *value);
void po_record_number(struct po_buf *out, const char *name, uint64_t value);
void po_record_bytes(struct po_buf *out, const char *name, const void *data, size_t len);

struct po_record_reader {
	const char *p;
	size_t left;
	bool bad; /* sticky: what is read afterwards is empty, 0 or false */
};

void po_record_begin(struct po_record_reader *r, const void *data, size_t len);

/* True if the next line is exactly this one; it is skipped then, else the text is bad. */
bool po_record_line(struct po_record_reader *r, const char *line);

/* The value of the next line, which must have this name; copied, NULL if bad or out of memory. */
char *po_record_take_text(struct po_record_reader *r, const char *name);

/* A number of 0 to most, in its one spelling: digits, no zero before them. */
uint64_t po_record_take_number(struct po_record_reader *r, const char *name, uint64_t most);

/* Appends bytes that po_record_bytes wrote; false if bad, or more than *out may hold. */
bool po_record_take_bytes(struct po_record_reader *r, const char *name, struct po_buf *out);

/* True when nothing was bad and nothing is left. */
bool po_record_done(const struct po_record_reader *r);

#endif
