/* SPDX-License-Identifier: BSD-2-Clause */
/* What a verb has to say, as lines for people or as one JSON document (--json). */
#ifndef PO_OUTPUT_H
#define PO_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct po_output;

struct po_field {
	const char *name;
	const char *value; /* NULL = null in JSON, left out of lines */
};

/* NULL when out of memory. Free with po_output_end. */
struct po_output *po_output_begin(const char *verb, bool json);

/* True if nothing but the document may be printed. */
bool po_output_is_json(const struct po_output *o);

/* One thing: in lines, the text as it is; in JSON, an object of the fields in "items", where what
 * is no UTF-8 is escaped. */
void po_output_item(struct po_output *o, const struct po_field *fields, size_t count,
                    const char *text);

/* The same with a text that is put together, and one field of it. */
void po_output_line(struct po_output *o, const char *name, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));

/* The same where a worker, a claim or a record has a say: printable ASCII in any case (GEN-3). */
void po_output_foreign(struct po_output *o, const char *name, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));

/* A JSON document as one field, printed with everything beyond ASCII escaped; false if it is none.
 */
bool po_output_document(struct po_output *o, const char *name, const char *json);

/* Prints what is left, {"verb", "ok", "items"}, and frees. False, with a word on standard error, if
 * any of it could not be written. */
bool po_output_end(struct po_output *o, bool ok);

#endif
