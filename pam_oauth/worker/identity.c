/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who approved? From verified documents to the identity that crosses to the module. The worker
 * selects the claims that were asked for (IDN-12, IDN-13); what they are worth is the module's to
 * decide.
 */
#include "identity.h"

#include <stdlib.h>
#include <string.h>

#include "po_text.h"

/* Members of a list on their way into a claim. */
struct collector {
	const struct po_list *named; /* what the rules name: nothing else crosses (LIM-20) */
	struct po_list *found;
	size_t seen;
	bool invalid; /* LIM-10 */
	bool memory;
};

static bool collect(void *ctx, const char *member)
{
	struct collector *c = ctx;

	c->invalid = ++c->seen > PO_LIMIT_LIST_MEMBERS || strlen(member) > PO_LIMIT_CLAIM_VALUE;
	if (c->invalid)
		return false;
	if (po_list_has(c->named, member) && !po_list_has(c->found, member))
		c->memory = !po_list_add(c->found, member);
	return !c->memory;
}

static void collect_array(struct collector *c, const struct po_json *v)
{
	c->invalid = !po_json_all_strings(v); /* SRV-149 */
	for (size_t i = 0; i < po_json_count(v) && !c->invalid; i++)
		if (!collect(c, po_json_string(po_json_item(v, i))))
			return;
}

static void collect_words(struct collector *c, const char *text)
{
	char *copy = strdup(text);
	char *rest = copy;
	char *word;

	c->memory = !copy;
	while (copy && (word = strsep(&rest, " ")))
		if (*word && !collect(c, word))
			break;
	free(copy);
}

/* IDN-13: true if v is of the form that the want reads; what it holds is then collected. */
static bool collect_from(struct collector *c, const struct po_json *v, enum po_claim_read read)
{
	const char *text = po_json_string(v);

	if (read == PO_READ_KEYS && po_json_is_object(v))
		po_json_each_key(v, collect, c);
	else if (read == PO_READ_WORDS && text)
		collect_words(c, text);
	else if (read == PO_READ_LIST && po_json_is_array(v))
		collect_array(c, v);
	else if (read == PO_READ_LIST && po_text_value_ok(text))
		collect(c, text);
	else
		return false;
	return !c->invalid;
}

static bool read_list(struct po_claim *claim, const struct po_json *v,
                      const struct po_claim_want *want, struct po_fault *f)
{
	struct collector c = {.named = &want->values, .found = &claim->list};

	if (collect_from(&c, v, want->read)) {
		claim->kind = PO_CLAIM_LIST;
	} else {
		po_list_free(&claim->list); /* half a list might satisfy half a rule */
		claim->kind = PO_CLAIM_INVALID;
	}
	return !c.memory || po_fail_memory(f);
}

static bool read_value(struct po_claim *claim, const struct po_json *v, struct po_fault *f)
{
	const char *text = po_json_string(v);

	claim->kind = PO_CLAIM_INVALID;
	if (po_json_bool(v, &claim->boolean))
		claim->kind = PO_CLAIM_BOOLEAN;
	else if (po_json_integer(v, &claim->integer))
		claim->kind = PO_CLAIM_INTEGER;
	if (!po_text_value_ok(text))
		return true;
	claim->string = strdup(text);
	if (!claim->string)
		return po_fail_memory(f);
	claim->kind = PO_CLAIM_STRING;
	return true;
}

/* JSN-5: rounded to the past, the stricter side of an age (IDT-18). */
static void read_time(struct po_claim *claim, const struct po_json *v)
{
	bool number = po_json_number(v, PO_ROUND_DOWN, false, &claim->integer);

	claim->kind = number ? PO_CLAIM_INTEGER : PO_CLAIM_INVALID;
}

static bool read_as_wanted(struct po_claim *claim, const struct po_json *v,
                           const struct po_claim_want *want, struct po_fault *f)
{
	switch (want->read) {
	case PO_READ_VALUE:
		return read_value(claim, v, f);
	case PO_READ_TIME:
		read_time(claim, v);
		return true;
	case PO_READ_LIST:
	case PO_READ_WORDS:
	case PO_READ_KEYS:
		break;
	}
	return read_list(claim, v, want, f);
}

/* An empty string says as little as no claim (SRV-185). */
static bool says_nothing(const struct po_json *v)
{
	const char *text = po_json_string(v);

	return !v || po_json_is_null(v) || (text && !*text);
}

/* What is about this very sign-in; UserInfo speaks of the person, and may do so for days. */
static bool is_about_sign_in(const char *name)
{
	return strcmp(name, "acr") == 0 || strcmp(name, "amr") == 0 ||
	       strcmp(name, "auth_time") == 0;
}

/* USI-4: the document that decides about a claim; *other may say something else about it. */
static const struct po_json *find(const struct po_facts *facts, const char *name,
                                  const struct po_json **other)
{
	bool first = po_json_has_claim(facts->first, name) || is_about_sign_in(name);

	*other = first ? po_json_claim(facts->second, name) : NULL;
	return po_json_claim(first ? facts->first : facts->second, name);
}

/* IDT-26 */
static bool referred_to(const struct po_facts *facts, const char *name)
{
	return po_json_get(po_json_get(facts->first, "_claim_names"), name) ||
	       po_json_get(po_json_get(facts->second, "_claim_names"), name);
}

static bool read_claim(struct po_claim *claim, const struct po_facts *facts,
                       const struct po_claim_want *want, const struct po_note *note,
                       struct po_fault *f)
{
	const struct po_json *other;
	const struct po_json *v = find(facts, want->name, &other);

	if (other && !v && is_about_sign_in(want->name))
		po_warn(note, "claim %s: only UserInfo has it, which says nothing of this sign-in",
		        want->name);
	else if (other && !po_json_equal(v, other))
		po_warn(note, "claim %s: UserInfo contradicts the ID token, which counts",
		        want->name);
	if (says_nothing(v)) { /* kind is PO_CLAIM_ABSENT */
		if (referred_to(facts, want->name))
			po_note(note, "claim %s is only referred to (_claim_names): not followed",
			        want->name);
		return true;
	}
	if (!read_as_wanted(claim, v, want, f))
		return false;
	if (claim->kind == PO_CLAIM_INVALID)
		po_note(note, "claim %s is of a type or size that cannot be used", want->name);
	return true;
}

static bool read_all(struct po_identity *id, const struct po_request *r,
                     const struct po_facts *facts, const struct po_note *note, struct po_fault *f)
{
	id->issuer = strdup(facts->issuer);
	id->subject = strdup(facts->subject);
	if (!id->issuer || !id->subject || !po_identity_set_claims(id, r->want_count))
		return po_fail_memory(f);
	for (size_t i = 0; i < r->want_count; i++)
		if (!read_claim(&id->claims[i], facts, &r->wants[i], note, f))
			return false;
	return true;
}

bool po_identity_read(const struct po_request *request, const struct po_facts *facts,
                      struct po_identity *out, const struct po_note *note, struct po_fault *f)
{
	struct po_identity id = {.issuer = NULL};

	if (!read_all(&id, request, facts, note, f)) {
		po_identity_free(&id);
		return false;
	}
	*out = id;
	return true;
}
