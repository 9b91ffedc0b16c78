/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a rule file, then a person at its door. Records: the file, an account, the subject,
 * values of claims ("#" and digits: an integer). Promises: rules as MAP-* wants them; who is let in
 * is let in by a line that says so, and a pattern lets exactly one value in (MAP-6, MAP-10).
 */
#include "fuzz_rules.h"

/* Fills the claims that the rules ask for with the values of the input, in turn. */
static void take_claims(struct po_identity *who, struct fuzz_input *in)
{
	for (size_t i = 0; i < who->claim_count; i++) {
		struct po_claim *c = &who->claims[i];

		c->string = fuzz_record(in, NULL);
		c->kind = c->string && po_text_value_ok(c->string) ? PO_CLAIM_STRING
		                                                   : PO_CLAIM_ABSENT;
		if (!c->string || c->string[0] != '#')
			continue;
		c->kind = PO_CLAIM_INTEGER;
		c->integer = strtoll(c->string + 1, NULL, 10);
		free(c->string);
		c->string = NULL;
	}
}

static void try_door(const struct po_rules *r, const char *issuer, struct fuzz_input in)
{
	struct po_request q = {.issuer = strdup(issuer)};
	struct po_identity who = {.issuer = strdup(issuer)};
	struct po_rules_match m = {0};
	struct po_fault f = {0};
	char *account = fuzz_record(&in, NULL);

	if (po_rules_wants(r, &q, &f))
		check_wants(r, &q);
	else
		must(f.code == PO_E_CONFIG);
	must(q.want_count <= PO_LIMIT_CLAIMS && po_identity_set_claims(&who, q.want_count));
	who.subject = fuzz_record(&in, NULL);
	take_claims(&who, &in);
	if (account && who.subject && po_text_value_ok(who.subject)) {
		if (po_rules_allow(r, &q, &who, account, &m))
			check_match(r, &q, &who, account, &m);
		free(who.issuer);
		who.issuer = strdup("https://nobody.example");
		must(r->issuers.count > 1 || strcmp(issuer, who.issuer) == 0 ||
		     !po_rules_allow(r, &q, &who, account, &m));
	}
	free(account);
	po_identity_free(&who);
	po_request_free(&q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	struct po_fault f = {0};
	struct po_rules *r;
	size_t len = 0;
	char *record = fuzz_record(&in, &len);
	char *text;

	if (!record)
		return 0;
	text = fuzz_exactly(record, len);
	free(record);
	r = po_rules_parse("map", text, len, "sub", &f);
	must(r || (f.code == PO_E_CONFIG && strncmp(f.text, "map:", 4) == 0));
	must(r || !strpbrk(f.text, "\n\r\033\177"));
	for (size_t i = 0; r && i < r->count; i++)
		check_rule(r, &r->rules[i]);
	for (size_t i = 0; r && i < r->count && i < 32; i++)
		for (size_t k = 0; k < i; k++)
			must(!r->rules[i].value || !r->rules[k].value ||
			     !same_fact(&r->rules[i], &r->rules[k]));
	must(!r || r->claims.count <= PO_LIMIT_CLAIMS);
	for (size_t i = 0; r && i < r->issuers.count && i < 4; i++)
		try_door(r, r->issuers.items[i], in);
	po_rules_free(r);
	free(text);
	return 0;
}
