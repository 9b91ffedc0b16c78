/* SPDX-License-Identifier: BSD-2-Clause */
/* pam-oauth explain: which rule decides for these claims, without any network. */
#include "case.h"
#include "identity.h"
#include "input.h"
#include "json.h"

#define CLAIMS_LIMIT PO_LIMIT_TOKEN

static void remark(void *ctx, enum po_remark level, const char *text)
{
	(void)level;
	po_output_foreign(ctx, "remark", "%s", text);
}

static struct po_json *read_claims(const char *path, struct po_fault *f)
{
	struct po_json *doc = NULL;
	struct po_buf text;

	po_buf_init(&text, CLAIMS_LIMIT);
	if (po_input_read(path, &text, f) &&
	    !(doc = po_json_load(text.data, text.len, PO_E_CONFIG, f)))
		po_fail_context(f, path);
	po_buf_free(&text);
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
		po_output_foreign(t->out, "fault", "%s", f.text);
	po_case_free(&c);
	return status;
}
