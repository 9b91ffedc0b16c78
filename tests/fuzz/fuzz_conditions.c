/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as conditions, then a person under them. Records: the text; circumstances (service,
 * address, what sshd said, with tabs between); the subject; a value for each claim (fuzz_judge.h).
 * Promises: nothing of the text is passed over, each condition says again what it says alone, what
 * is read is asked for, the verdict is that of a second judge, and nothing absent ever holds.
 */
#include "fuzz_judge.h"
#include "network.h"
#include "value.h"

static void check_values(const struct po_condition *c)
{
	unsigned __int128 first;
	unsigned __int128 mask;

	must(c->values.count > 0 && c->values.count <= PO_LIMIT_LIST_OPTION);
	for (size_t i = 0; i < c->values.count; i++) {
		const char *value = c->values.items[i];

		must(*value && !strpbrk(value, "\n\r\033\177"));
		must(c->kind != PO_CONDITION_FROM || strcmp(value, "local") == 0 ||
		     fuzz_network(value, &first, &mask));
		must(c->kind != PO_CONDITION_EMAIL_AT || !strpbrk(value, "@ ,\""));
		must(c->kind != PO_CONDITION_PRIOR || !strpbrk(value, " /,\""));
	}
}

static void check_one(const struct po_condition *c)
{
	struct po_conditions again = {0};
	struct po_fault f = {0};
	bool named = c->kind == PO_CONDITION_EQUALS || c->kind == PO_CONDITION_IS ||
	             c->kind == PO_CONDITION_HAS;

	must(named == (c->claim != NULL) && (!named || po_value_ok(PO_VALUE_CLAIM, c->claim)));
	must((c->kind == PO_CONDITION_MAX_AGE) == (c->seconds > 0) && c->seconds <= 31536000);
	must(c->kind == PO_CONDITION_HAS || c->read == PO_READ_VALUE);
	must(c->kind != PO_CONDITION_IS || c->text[strlen(c->text) - 1] != '"');
	must(c->kind != PO_CONDITION_HAS || c->read == PO_READ_LIST || c->read == PO_READ_WORDS ||
	     c->read == PO_READ_KEYS);
	check_values(c);
	must(po_conditions_read(c->text, &again, &f) && again.count == 1);
	must(again.items[0].kind == c->kind && again.items[0].seconds == c->seconds &&
	     again.items[0].truth == c->truth && strcmp(again.items[0].text, c->text) == 0 &&
	     again.items[0].values.count == c->values.count);
	po_conditions_free(&again);
}

/* The texts of the conditions with `and` between them are the whole text. */
static void check_cover(const struct po_conditions *c, const char *text)
{
	for (size_t i = 0; i < c->count; i++) {
		size_t len = strlen(c->items[i].text);

		must(len > 0 && strncmp(text, c->items[i].text, len) == 0);
		text += len;
		if (i + 1 == c->count)
			break;
		must(strspn(text, " \t") > 0);
		text += strspn(text, " \t");
		must(strncmp(text, "and", 3) == 0 && strspn(text + 3, " \t") > 0);
		text += 3 + strspn(text + 3, " \t");
	}
	must(!*text);
}

/* Without a claim no condition on one holds, whatever it is (IDN-5, IDN-14). */
static void check_nothing_known(const struct po_conditions *c, struct po_evidence e)
{
	struct po_identity empty = {.subject = e.who->subject};
	const struct po_condition *unmet;

	must(po_identity_set_claims(&empty, e.request->want_count));
	e.who = &empty;
	for (size_t i = 0; i < c->count; i++) {
		const struct po_conditions one = {&c->items[i], 1};
		enum po_condition_kind kind = c->items[i].kind;
		bool by_claim =
		        kind == PO_CONDITION_IS || kind == PO_CONDITION_HAS ||
		        kind == PO_CONDITION_EMAIL_AT || kind == PO_CONDITION_MAX_AGE ||
		        (kind == PO_CONDITION_EQUALS && strcmp(c->items[i].claim, "sub") != 0);

		must(!by_claim || po_conditions_judge(&one, &e, &unmet) == PO_UNKNOWN);
	}
	empty.subject = NULL;
	po_identity_free(&empty);
}

static void check_verdict(const struct po_conditions *c, const struct po_evidence *e)
{
	const struct po_condition *unmet;
	const struct po_condition *expected;

	must(po_conditions_judge(c, e, &unmet) == fuzz_judge(c, e, &expected));
	must(unmet == expected);
}

/* What is a network, and what none, whether or not a condition names it. */
static void check_network(const char *text)
{
	unsigned __int128 first;
	unsigned __int128 mask;

	must(po_network_ok(text) ==
	     (strcmp(text, "local") == 0 || fuzz_network(text, &first, &mask)));
}

static bool admits(const struct po_conditions *c, const char *service)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].kind == PO_CONDITION_SERVICE &&
		    !(service && po_list_has(&c->items[i].values, service)))
			return false;
	return true;
}

static void try_person(const struct po_conditions *c, struct fuzz_input *in)
{
	struct po_request q = {.clock_skew_s = 60};
	struct po_identity who = {.subject = NULL};
	struct po_evidence e = {.request = &q, .who = &who, .now = NOW};
	char *circumstances = fuzz_record(in, NULL);
	struct po_fault f = {0};
	char *fields[3];

	fuzz_fields(circumstances, fields, 3);
	e.service = fields[0];
	e.address = fields[1];
	e.prior = fields[2];
	if (e.address)
		check_network(e.address);
	must(po_conditions_want(c, &q, &f) || f.code == PO_E_CONFIG);
	if (f.code)
		goto out;
	fuzz_check_conditions_asked(c, &q);
	must(q.want_count <= PO_LIMIT_CLAIMS);
	who.subject = fuzz_record(in, NULL);
	fuzz_take_claims(&who, &q, in);
	if (who.subject) {
		check_verdict(c, &e);
		check_nothing_known(c, e);
	}
	e.who = NULL;
	check_verdict(c, &e);
	must(po_conditions_admit_service(c, e.service) == admits(c, e.service));
out:
	free(circumstances);
	po_identity_free(&who);
	po_request_free(&q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	struct po_conditions c = {0};
	struct po_fault f = {0};
	char *text = fuzz_record(&in, NULL);

	/* as config.c and rules_parse.c hand it on: one line, and no longer */
	if (!text || strpbrk(text, "\n\r\033\177") || strlen(text) > PO_LIMIT_RULE_LINE)
		goto out;
	if (!po_conditions_read(text, &c, &f)) {
		must(f.code == PO_E_CONFIG && f.text[0] && !strpbrk(f.text, "\n\r\033\177"));
		must(!c.items && c.count == 0);
		goto out;
	}
	must(c.count > 0);
	check_cover(&c, text);
	for (size_t i = 0; i < c.count; i++)
		check_one(&c.items[i]);
	try_person(&c, &in);
	po_conditions_free(&c);
out:
	free(text);
	return 0;
}
