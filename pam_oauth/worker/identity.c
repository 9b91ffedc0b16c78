/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who approved? From the ID token of a token answer to the identity that crosses to the module, in
 * the order of IDT-25: form, header, key, signature, claims. Nothing in the payload is parsed, used
 * or named before the signature verified. The worker selects the claims that were asked for; what
 * they are worth is the module's to decide.
 */
#include "identity.h"

#include <stdlib.h>
#include <string.h>

#include "id_token.h"
#include "jws.h"
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

static bool read_claim(struct po_claim *claim, const struct po_json *claims,
                       const struct po_claim_want *want, const struct po_note *note,
                       struct po_fault *f)
{
	const struct po_json *v = po_json_claim(claims, want->name);

	if (says_nothing(v)) { /* kind is PO_CLAIM_ABSENT */
		if (po_json_get(po_json_get(claims, "_claim_names"), want->name))
			po_note(note, "claim %s is only referred to (_claim_names): not followed",
			        want->name); /* IDT-26 */
		return true;
	}
	if (!read_as_wanted(claim, v, want, f))
		return false;
	if (claim->kind == PO_CLAIM_INVALID)
		po_note(note, "claim %s is of a type or size that cannot be used", want->name);
	return true;
}

/* Everything that crosses (IDN-12). */
static bool read_identity(struct po_identity *id, const struct po_json *claims,
                          const struct po_identity_input *in, const struct po_note *note,
                          struct po_fault *f)
{
	const struct po_request *r = in->request;

	id->issuer = strdup(r->issuer);
	id->subject = strdup(po_json_string(po_json_get(claims, "sub")));
	if (!id->issuer || !id->subject || !po_identity_set_claims(id, r->want_count))
		return po_fail_memory(f);
	for (size_t i = 0; i < r->want_count; i++)
		if (!read_claim(&id->claims[i], claims, &r->wants[i], note, f))
			return false;
	return true;
}

/* The key that made the signature. NULL: another set of keys may hold it (JWK-8). */
static const struct po_jwk *find_key(const struct po_identity_input *in, const struct po_jws *jws,
                                     struct po_fault *f)
{
	const struct po_jwk *keys[PO_LIMIT_CANDIDATE_KEYS];
	size_t n;

	if (!in->jwks) {
		po_fail(f, PO_E_TOKEN, "ID token: no keys of the issuer to verify it with");
		return NULL;
	}
	n = po_jwks_candidates(in->jwks, jws->alg, jws->kid, keys);
	for (size_t i = 0; i < n; i++)
		if (po_jws_verify(jws, keys[i]))
			return keys[i];
	if (po_jwks_count(in->jwks) == 0)
		po_fail(f, PO_E_TOKEN, "ID token: the issuer publishes no usable key");
	else if (n == 0)
		po_fail(f, PO_E_TOKEN, "ID token: no key of the issuer fits alg %s and kid",
		        jws->alg->name);
	else
		po_fail(f, PO_E_TOKEN, "ID token: signature does not verify");
	return NULL;
}

/* The claims of a token whose signature this key verified. */
static bool read_verified(const struct po_identity_input *in, const struct po_jws *jws,
                          const struct po_jwk *key, struct po_identity *id,
                          const struct po_note *note, struct po_fault *f)
{
	struct po_buf hash;
	struct po_buf other;
	const struct po_id_token_terms terms = {in->request, &hash, &other, in->started, in->now};
	struct po_json *claims = NULL;
	bool ok = false;

	po_buf_init(&hash, PO_LIMIT_HASH);
	po_buf_init(&other, PO_LIMIT_HASH);
	if (in->access_token && (!po_jws_half_hash(jws->alg, key, in->access_token, &hash) ||
	                         !po_jws_half_hash_other(jws->alg, in->access_token, &other))) {
		if (hash.starved || other.starved)
			po_fail_memory(f);
		else
			po_fail(f, PO_E_TOKEN, "ID token: the access token cannot be hashed");
		goto out;
	}
	claims = po_json_load(jws->payload.data, jws->payload.len, PO_E_TOKEN, f);
	if (!claims) {
		po_fail_context(f, "ID token: payload");
		goto out;
	}
	ok = po_id_token_check(claims, &terms, f) && read_identity(id, claims, in, note, f);
out:
	po_json_free(claims);
	po_buf_free(&hash);
	po_buf_free(&other);
	return ok;
}

enum po_verify po_identity_verify(const struct po_identity_input *in, struct po_identity *out,
                                  const struct po_note *note, struct po_fault *f)
{
	enum po_verify result = PO_VERIFY_FAILED;
	struct po_identity id = {.issuer = NULL};
	const struct po_jwk *key;
	struct po_jws jws;

	if (!po_jws_open(&jws, in->id_token, in->algs, f))
		return PO_VERIFY_FAILED;
	key = find_key(in, &jws, f);
	if (!key) {
		result = PO_VERIFY_NO_KEY;
	} else if (read_verified(in, &jws, key, &id, note, f)) {
		*out = id;
		result = PO_VERIFY_OK;
	} else {
		po_identity_free(&id);
	}
	po_jws_free(&jws);
	return result;
}
