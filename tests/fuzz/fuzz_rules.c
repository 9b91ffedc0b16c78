/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a rule file, then a person at its door. Records: the file; the account and, behind
 * tabs, service, address and what sshd said; the subject; values of claims (fuzz_judge.h).
 * Promises: rules as MAP-* wants them; the verdict is that of a second judge, rule by rule: nobody
 * is let in but by a line that says so under its conditions, no line before it denies, what is
 * absent lets nobody in; and a pattern lets exactly one value in (MAP-6, MAP-10).
 */
#include "fuzz_rules.h"

/* Somebody without a single claim: only rules by the subject can let him in. */
static void check_nothing_known(const struct po_rules *r, struct po_evidence e, const char *account)
{
	struct po_identity empty = {.issuer = e.who->issuer, .subject = e.who->subject};
	struct po_rules_match m;

	must(po_identity_set_claims(&empty, e.request->want_count));
	e.who = &empty;
	must(!po_rules_allow(r, &e, account, &m) || strcmp(m.claim, "sub") == 0);
	check_verdict(r, &e, account);
	empty.issuer = empty.subject = NULL;
	po_identity_free(&empty);
}

static void check_stranger(const struct po_rules *r, const struct po_evidence *e,
                           const char *account)
{
	struct po_identity who = *e->who;
	struct po_evidence stranger = *e;
	struct po_rules_match m;
	char issuer[] = "https://nobody.example";

	stranger.who = &who;
	who.issuer = issuer;
	must(po_list_has(&r->issuers, issuer) || !po_rules_allow(r, &stranger, account, &m));
}

static void try_door(const struct po_rules *r, const char *issuer, struct fuzz_input in)
{
	struct po_request q = {.issuer = strdup(issuer), .clock_skew_s = 60};
	struct po_identity who = {.issuer = strdup(issuer)};
	struct po_evidence e = {.request = &q, .who = &who, .now = NOW};
	char *circumstances = fuzz_record(&in, NULL);
	struct po_fault f = {0};
	char *fields[4];

	fuzz_fields(circumstances, fields, 4);
	e.service = fields[1];
	e.address = fields[2];
	e.prior = fields[3];
	if (po_rules_wants(r, &q, &f))
		check_wants(r, &q);
	else
		must(f.code == PO_E_CONFIG);
	must(q.want_count <= PO_LIMIT_CLAIMS);
	who.subject = fuzz_record(&in, NULL);
	fuzz_take_claims(&who, &q, &in);
	if (!f.code && fields[0] && who.subject && po_text_value_ok(who.subject)) {
		check_verdict(r, &e, fields[0]);
		check_nothing_known(r, e, fields[0]);
		check_stranger(r, &e, fields[0]);
	}
	free(circumstances);
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
			check_said_once(&r->rules[i], &r->rules[k]);
	must(!r || r->claims.count <= PO_LIMIT_CLAIMS);
	for (size_t i = 0; r && i < r->issuers.count && i < 4; i++)
		try_door(r, r->issuers.items[i], in);
	po_rules_free(r);
	free(text);
	return 0;
}
