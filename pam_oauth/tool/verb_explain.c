/* SPDX-License-Identifier: BSD-2-Clause */
/* pam-oauth explain: which rule decides for these claims, without any network. */
#include <stdio.h>
#include <stdlib.h>

#include "case.h"
#include "identity.h"
#include "json.h"
#include "po_buf.h"

#define CLAIMS_LIMIT PO_LIMIT_TOKEN

static void remark(void *ctx, enum po_remark level, const char *text)
{
	(void)level;
	po_output_line(ctx, "remark", "%s", text);
}

/* Any file of the administrator's, or "-". */
static struct po_json *read_claims(const char *path, struct po_fault *f)
{
	bool standard = path[0] == '-' && path[1] == '\0';
	FILE *file = standard ? stdin : fopen(path, "re");
	struct po_json *doc = NULL;
	struct po_buf text;
	char chunk[4096];
	size_t n;

	if (!file) {
		po_fail(f, PO_E_CONFIG, "%s: cannot be read", path);
		return NULL;
	}
	po_buf_init(&text, CLAIMS_LIMIT);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		po_buf_add(&text, chunk, n);
	if (text.failed)
		po_fail(f, PO_E_CONFIG, "%s: too large", path);
	else if (!(doc = po_json_load(text.data, text.len, PO_E_CONFIG, f)))
		po_fail_context(f, path);
	po_buf_free(&text);
	if (!standard)
		fclose(file);
	return doc;
}

/* What the worker would have made of these claims, by the worker's own reader. */
static bool read_identity(struct po_case *c, const struct po_tool *t, struct po_fault *f)
{
	const struct po_note note = {remark, t->out};
	struct po_json *doc = read_claims(t->claims, f);
	struct po_facts facts = {.issuer = po_json_get_string(doc, "iss"), .first = doc};
	bool ok = doc != NULL;

	if (!facts.issuer)
		facts.issuer = c->config.provider.issuer;
	facts.subject = po_json_get_string(doc, "sub");
	if (ok && !facts.subject)
		ok = po_fail(f, PO_E_CONFIG, "%s: no sub", t->claims);
	ok = ok && po_identity_read(&c->config.provider, &facts, &c->who, &note, f);
	po_json_free(doc);
	return ok;
}

int po_verb_explain(const struct po_tool *t)
{
	struct po_fault f = {.code = PO_OK};
	struct po_case c;
	int status = PO_EXIT_TROUBLE;

	po_json_setup();
	if (po_case_load(&c, t, &f) && read_identity(&c, t, &f))
		status = po_case_judge(&c, t->out) ? PO_EXIT_GOOD : PO_EXIT_NO;
	else
		po_output_line(t->out, "fault", "%s", f.text);
	po_case_free(&c);
	return status;
}
