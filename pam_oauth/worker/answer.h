/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an OAuth endpoint answered, read once for both endpoints (RFC 6749 section 5.2, NET-13,
 * TOK-10 to TOK-12): a JSON object, an OAuth error, or nothing usable. The error code decides,
 * not the HTTP status (DEV-46).
 */
#ifndef PO_ANSWER_H
#define PO_ANSWER_H

#include <stdbool.h>

#include "http.h"
#include "json.h"

enum po_answer_kind {
	PO_ANSWER_OBJECT,   /* a JSON object without error (null counts as none) */
	PO_ANSWER_ERROR,    /* a JSON object with one, SRV-39 */
	PO_ANSWER_UNUSABLE, /* too large, of a refused type, or not a JSON object */
};

struct po_answer {
	enum po_answer_kind kind;
	long status;
	struct po_json *doc; /* OBJECT, ERROR */
	char error[64];      /* ERROR: the code; "" if it is no possible code (TOK-11) */
	char text[288];      /* for the log: the error and its description, or what is wrong */
};

/* Reads an answered exchange; free with po_answer_free. Never fails: what cannot be read is
 * UNUSABLE. */
void po_answer_read(struct po_answer *a, const struct po_http_response *r);
void po_answer_free(struct po_answer *a);

/*
 * For what is asked after the person has approved: the JSON object of an answer with status 200,
 * owned by the caller. NULL with *f: PO_E_UNREACHABLE (transport, certificate, 5xx),
 * PO_E_CLIENT_LATE (an error of the administrator's), PO_E_TOKEN (anything else).
 */
struct po_json *po_answer_object(const struct po_http_response *r, struct po_fault *f);

/* True for one of the errors that only the administrator can mend (TOK-13). */
bool po_answer_is_client_error(const struct po_answer *a);

#endif
