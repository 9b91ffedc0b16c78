/* SPDX-License-Identifier: BSD-2-Clause */
/* The answers of OAuth endpoints: server text goes to the log escaped and cut, nowhere else. */
#include "answer.h"

#include <stdio.h>
#include <string.h>

#include "po_text.h"

/* RFC 6749 section 5.2: %x20-21 / %x23-5B / %x5D-7E. */
static bool is_error_code(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!po_is_print(*s) || *s == '"' || *s == '\\')
			return false;
	return true;
}

static void read_error(struct po_answer *a, const struct po_json *error)
{
	const char *code = po_json_string(error);
	const char *description = po_json_get_string(a->doc, "error_description");
	char shown[sizeof(a->error)];
	char said[PO_LIMIT_LOG_TEXT + 1];

	a->kind = PO_ANSWER_ERROR;
	if (code && is_error_code(code) && strlen(code) < sizeof(a->error))
		memcpy(a->error, code, strlen(code) + 1);
	po_text_escape(shown, sizeof(shown), code ? code : "(not a string)");
	po_text_escape(said, sizeof(said), description ? description : "no description");
	snprintf(a->text, sizeof(a->text), "%s (%s)", shown, said);
}

void po_answer_read(struct po_answer *a, const struct po_http_response *r)
{
	const struct po_json *error;
	struct po_fault f = {0};

	*a = (struct po_answer){.kind = PO_ANSWER_UNUSABLE, .status = r->status};
	if (r->oversize) {
		snprintf(a->text, sizeof(a->text), "answer too large");
		return;
	}
	if (r->status >= 300 && r->status < 400) { /* NET-4, whatever the body says */
		snprintf(a->text, sizeof(a->text), "a redirect, which is not followed");
		return;
	}
	if (!po_http_json_type(r)) {
		snprintf(a->text, sizeof(a->text), "answer is not JSON");
		return;
	}
	a->doc = po_json_load(r->body.data, r->body.len, PO_E_PROVIDER, &f);
	if (!a->doc) {
		snprintf(a->text, sizeof(a->text), "%.200s", f.text);
		return;
	}
	a->kind = PO_ANSWER_OBJECT;
	error = po_json_get(a->doc, "error");
	if (error && !po_json_is_null(error))
		read_error(a, error);
}

bool po_answer_is_client_error(const struct po_answer *a)
{
	static const char *const codes[] = {
	        "invalid_client",         "unauthorized_client",
	        "unsupported_grant_type", "invalid_scope",
	        "invalid_target",         "invalid_request",
	        "device_flow_disabled",   "incorrect_client_credentials",
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (a->kind == PO_ANSWER_ERROR && strcmp(a->error, codes[i]) == 0)
			return true;
	return false;
}

static bool fail_answer(const struct po_answer *a, struct po_fault *f)
{
	enum po_code code = a->status >= 500               ? PO_E_UNREACHABLE
	                    : po_answer_is_client_error(a) ? PO_E_CLIENT_LATE
	                                                   : PO_E_TOKEN;

	return po_fail(f, code, "HTTP status %ld%s%s", a->status, a->text[0] ? ": " : "", a->text);
}

struct po_json *po_answer_object(const struct po_http_response *r, struct po_fault *f)
{
	struct po_json *doc = NULL;
	struct po_answer a;

	if (r->outcome != PO_HTTP_ANSWERED) {
		po_fail(f, PO_E_UNREACHABLE, "%s", r->reason);
		return NULL;
	}
	po_answer_read(&a, r);
	if (a.kind == PO_ANSWER_OBJECT && a.status == 200) {
		doc = a.doc;
		a.doc = NULL;
	} else {
		fail_answer(&a, f);
	}
	po_answer_free(&a);
	return doc;
}

void po_answer_free(struct po_answer *a)
{
	if (!a)
		return;
	po_json_free(a->doc);
	a->doc = NULL;
}
