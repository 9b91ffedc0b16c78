/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strict JSON from untrusted bytes (JSN-1 to JSN-8); json.c is the only file that knows jansson.
 * Documents are objects; a value borrowed from one lives as long as the document. Every accessor
 * takes NULL and then answers as for a member that is not there, so look-ups chain.
 */
#ifndef PO_JSON_H
#define PO_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "po_err.h"

struct po_json; /* a value of a document */

/*
 * Once, before the lock-down and the first document: every block that jansson frees is wiped
 * (JSN-9), and its hash is seeded while the random device can still be opened (SRV-44).
 */
void po_json_setup(void);

/*
 * Parses a document whose top level must be an object: UTF-8 with at most one BOM, depth at most
 * LIM-5, no duplicate members, no NUL in strings, nothing after the end. NULL with f filled (code
 * as given) otherwise; the text of the fault says what is wrong, never what the document holds.
 */
struct po_json *po_json_load(const void *data, size_t len, enum po_code code, struct po_fault *f);

/* Frees a document (not a borrowed value); NULL-safe. Its strings are wiped. */
void po_json_free(struct po_json *doc);

/* The named member of an object; NULL if absent or if v is no object. Bytewise (JSN-7). */
const struct po_json *po_json_get(const struct po_json *v, const char *name);

/* Type tests. po_json_is_null is true only for a null that is there. */
bool po_json_is_null(const struct po_json *v);
bool po_json_is_object(const struct po_json *v);
bool po_json_is_array(const struct po_json *v);

/* The text of a string; NULL for anything else. Never holds a NUL inside (JSN-2). */
const char *po_json_string(const struct po_json *v);

/* po_json_string of a member; an empty string counts as absent: NULL. */
const char *po_json_get_string(const struct po_json *v, const char *name);

/* True if v is a boolean; *value is then written. */
bool po_json_bool(const struct po_json *v, bool *value);

enum po_json_round { PO_ROUND_DOWN, PO_ROUND_UP };

/*
 * A number as JSN-5 reads it: an integer, or a finite real, rounded as told (beyond +-2^53 it
 * saturates to the ends of int64_t). With `digits`, also a string of 1 to 12 decimal digits. False
 * for anything else.
 */
bool po_json_number(const struct po_json *v, enum po_json_round round, bool digits, int64_t *value);

/* True only for a JSON integer (a claim that is an identifier must not be rounded). */
bool po_json_integer(const struct po_json *v, int64_t *value);

/* Elements of an array: 0 / NULL for anything else or out of range. */
size_t po_json_count(const struct po_json *v);
const struct po_json *po_json_item(const struct po_json *v, size_t i);

/* True if the array holds the string s. */
bool po_json_array_has(const struct po_json *v, const char *s);

/* True if v is an array and each of its elements is a string. */
bool po_json_all_strings(const struct po_json *v);

/*
 * IDN-12: a claim by name: a plain name is a top-level member; a name that begins with '/' is a
 * JSON Pointer (RFC 6901) that walks objects only. NULL if a step is missing.
 */
const struct po_json *po_json_claim(const struct po_json *doc, const char *name);

/* True if the document has the top-level member that the name of this claim begins with. */
bool po_json_has_claim(const struct po_json *doc, const char *name);

/* True if both are the same value; members of objects in any order. NULL equals nothing. */
bool po_json_equal(const struct po_json *a, const struct po_json *b);

/* Calls each for the name of every member of an object; stops and returns false when it does.
 * True for anything else that is no object. */
bool po_json_each_key(const struct po_json *v, bool (*each)(void *ctx, const char *name),
                      void *ctx);

#endif
