/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For fuzz_rules.c and fuzz_conditions.c: a person with claims and circumstances out of the input,
 * and what conditions come to, computed anew: claims by a search of its own, networks by masks,
 * ages in 128 bits.
 */
#ifndef PO_FUZZ_JUDGE_H
#define PO_FUZZ_JUDGE_H

#include <arpa/inet.h>
#include <strings.h>

#include "conditions.h"
#include "fuzz.h"
#include "po_types.h"

#define NOW INT64_C(1800000000)

/* The fields of a record, cut at tabs; what is not there or empty is NULL. */
static inline void fuzz_fields(char *record, char *fields[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *field = strsep(&record, "\t");

		fields[i] = field && *field ? field : NULL;
	}
}

/* Of the values that the want names, those that the text holds, in the order of the want. */
static inline void fuzz_take_list(struct po_claim *c, const struct po_claim_want *want,
                                  const char *text)
{
	struct po_list said = {0};

	must(po_list_add_words(&said, text, SIZE_MAX));
	c->kind = PO_CLAIM_LIST;
	for (size_t i = 0; i < want->values.count; i++)
		if (po_list_has(&said, want->values.items[i]))
			must(po_list_add(&c->list, want->values.items[i]));
	po_list_free(&said);
}

/* "#5" an integer, "!true" a truth value, "?" none, "?x" unreadable, else a text or a list. */
static inline void fuzz_take_claim(struct po_claim *c, const struct po_claim_want *want,
                                   const char *text)
{
	if (!text || !*text || strcmp(text, "?") == 0)
		return;
	c->kind = PO_CLAIM_INVALID;
	if (*text == '?')
		return;
	if (*text == '#' && (want->read == PO_READ_VALUE || want->read == PO_READ_TIME)) {
		c->kind = PO_CLAIM_INTEGER;
		c->integer = strtoll(text + 1, NULL, 10);
	} else if (want->read == PO_READ_TIME) {
		return;
	} else if (want->read != PO_READ_VALUE) {
		fuzz_take_list(c, want, text);
	} else if (*text == '!') {
		c->kind = PO_CLAIM_BOOLEAN;
		c->boolean = strcmp(text, "!true") == 0;
	} else if (po_text_value_ok(text)) {
		c->kind = PO_CLAIM_STRING;
		c->string = strdup(text);
	}
}

/* A claim for each want, from the records that are left. */
static inline void fuzz_take_claims(struct po_identity *who, const struct po_request *q,
                                    struct fuzz_input *in)
{
	must(po_identity_set_claims(who, q->want_count));
	for (size_t i = 0; i < who->claim_count; i++) {
		char *text = fuzz_record(in, NULL);

		fuzz_take_claim(&who->claims[i], &q->wants[i], text);
		free(text);
	}
}

static inline const struct po_claim_want *fuzz_want(const struct po_request *q, const char *name,
                                                    enum po_claim_read read)
{
	for (size_t i = q->want_count; i > 0; i--)
		if (q->wants[i - 1].read == read && strcmp(q->wants[i - 1].name, name) == 0)
			return &q->wants[i - 1];
	return NULL;
}

/* What the claim that was asked for is; that of nobody is absent. */
static inline const struct po_claim *fuzz_claim(const struct po_evidence *e, const char *name,
                                                enum po_claim_read read)
{
	static const struct po_claim absent;
	const struct po_claim_want *want = fuzz_want(e->request, name, read);

	return want && e->who ? &e->who->claims[want - e->request->wants] : &absent;
}

/* The claim as text: NULL if it is neither a string nor an integer. */
static inline const char *fuzz_text(const struct po_evidence *e, const char *name, char decimal[24])
{
	const struct po_claim *c = fuzz_claim(e, name, PO_READ_VALUE);

	if (strcmp(name, "sub") == 0)
		return e->who ? e->who->subject : NULL;
	snprintf(decimal, 24, "%lld", (long long)c->integer);
	return c->kind == PO_CLAIM_STRING    ? c->string
	       : c->kind == PO_CLAIM_INTEGER ? decimal
	                                     : NULL;
}

static inline enum po_truth fuzz_is_member(const struct po_evidence *e, const char *name,
                                           enum po_claim_read read, const struct po_list *values)
{
	const struct po_claim *c = fuzz_claim(e, name, read);

	if (c->kind != PO_CLAIM_LIST)
		return PO_UNKNOWN;
	for (size_t i = 0; i < c->list.count; i++)
		for (size_t k = 0; k < values->count; k++)
			if (strcmp(c->list.items[i], values->items[k]) == 0)
				return PO_YES;
	return PO_NO;
}

/* An address as a number of 128 bits; a zone does not count. */
static inline bool fuzz_number(const char *text, unsigned __int128 *number, bool *v4)
{
	unsigned char bytes[16] = {[10] = 0xff, [11] = 0xff};

	*v4 = inet_pton(AF_INET, text, bytes + 12) == 1;
	if (!*v4 && inet_pton(AF_INET6, text, bytes) != 1)
		return false;
	*number = 0;
	for (size_t i = 0; i < sizeof(bytes); i++)
		*number = *number << 8 | bytes[i];
	return true;
}

/* A network as the manual spells it; *mask has a one for each bit that counts. */
static inline bool fuzz_network(const char *text, unsigned __int128 *first, unsigned __int128 *mask)
{
	unsigned long prefix = 128;
	char copy[128];
	char *digits;
	bool v4;

	if (strlen(text) >= sizeof(copy) || strcspn(text, "/") >= 64)
		return false;
	strcpy(copy, text);
	digits = strchr(copy, '/');
	if (digits)
		*digits++ = '\0';
	if (!fuzz_number(copy, first, &v4) ||
	    (digits && (!*digits || digits[strspn(digits, "0123456789")])))
		return false;
	if (digits) {
		prefix = strtoul(digits, NULL, 10);
		if (prefix > (v4 ? 32 : 128))
			return false;
		prefix += v4 ? 96 : 0;
	}
	*mask = prefix ? ~(unsigned __int128)0 << (128 - prefix) : 0;
	return (*first & ~*mask) == 0;
}

static inline enum po_truth fuzz_is_from(const struct po_list *networks, const char *address)
{
	unsigned __int128 number;
	unsigned __int128 first;
	unsigned __int128 mask;
	char copy[128];
	bool v4;

	if (!address)
		return PO_UNKNOWN;
	snprintf(copy, sizeof(copy), "%s", address);
	copy[strcspn(copy, "%")] = '\0';
	for (size_t i = 0; i < networks->count; i++) {
		if (strcmp(networks->items[i], "local") == 0) {
			if (strcmp(address, "local") == 0)
				return PO_YES;
		} else if (strlen(copy) < 64 && fuzz_number(copy, &number, &v4)) {
			must(fuzz_network(networks->items[i], &first, &mask));
			if ((number & mask) == first)
				return PO_YES;
		}
	}
	return PO_NO;
}

/* Is one of the methods the first word of a line of what sshd has said? */
static inline enum po_truth fuzz_is_prior(const struct po_list *methods, const char *prior)
{
	char *copy = strdup(prior ? prior : "");
	char *rest = copy;
	char *line;
	bool found = false;

	while ((line = strsep(&rest, "\n"))) {
		char *word = strsep(&line, " /"); /* "keyboard-interactive/pam" */

		for (size_t i = 0; i < methods->count; i++)
			found |= strcmp(methods->items[i], word) == 0;
	}
	free(copy);
	return found ? PO_YES : PO_NO;
}

static inline enum po_truth fuzz_is_recent(const struct po_condition *c,
                                           const struct po_evidence *e)
{
	const struct po_claim *at = fuzz_claim(e, "auth_time", PO_READ_TIME);
	__int128 skew = e->request->clock_skew_s;
	__int128 age = (__int128)e->now - at->integer;

	if (at->kind != PO_CLAIM_INTEGER || at->integer < 0)
		return PO_UNKNOWN;
	return age <= (__int128)c->seconds + skew && age + skew >= 0 ? PO_YES : PO_NO;
}

static inline enum po_truth fuzz_is_mail(const struct po_list *domains, const struct po_evidence *e)
{
	const struct po_claim *verified = fuzz_claim(e, "email_verified", PO_READ_VALUE);
	const struct po_claim *mail = fuzz_claim(e, "email", PO_READ_VALUE);
	const char *at = mail->kind == PO_CLAIM_STRING ? strchr(mail->string, '@') : NULL;

	if (verified->kind != PO_CLAIM_BOOLEAN)
		return PO_UNKNOWN;
	if (!verified->boolean)
		return PO_NO;
	if (mail->kind != PO_CLAIM_STRING)
		return PO_UNKNOWN;
	for (size_t i = 0; i < domains->count; i++)
		if (at && at > mail->string && strcasecmp(domains->items[i], at + 1) == 0)
			return PO_YES;
	return PO_NO;
}

/* IDN-4: does something vouch for what this condition compares? */
static inline bool fuzz_is_vouched(const struct po_condition *c, const struct po_evidence *e)
{
	const struct po_claim *verified;

	if (strcmp(c->claim, "email") != 0)
		return true;
	verified = fuzz_claim(e, "email_verified", PO_READ_VALUE);
	return verified->kind == PO_CLAIM_BOOLEAN && verified->boolean;
}

static inline enum po_truth fuzz_judge_one(const struct po_condition *c,
                                           const struct po_evidence *e)
{
	const struct po_claim *claim;
	const char *text;
	char decimal[24];

	switch (c->kind) {
	case PO_CONDITION_EQUALS:
		text = fuzz_is_vouched(c, e) ? fuzz_text(e, c->claim, decimal) : NULL;
		return !text ? PO_UNKNOWN : po_list_has(&c->values, text) ? PO_YES : PO_NO;
	case PO_CONDITION_IS:
		claim = fuzz_claim(e, c->claim, PO_READ_VALUE);
		return claim->kind != PO_CLAIM_BOOLEAN ? PO_UNKNOWN
		       : claim->boolean == c->truth    ? PO_YES
		                                       : PO_NO;
	case PO_CONDITION_HAS:
		return !fuzz_is_vouched(c, e) ? PO_UNKNOWN
		                              : fuzz_is_member(e, c->claim, c->read, &c->values);
	case PO_CONDITION_EMAIL_AT:
		return fuzz_is_mail(&c->values, e);
	case PO_CONDITION_FROM:
		return fuzz_is_from(&c->values, e->address);
	case PO_CONDITION_SERVICE:
		return e->service && po_list_has(&c->values, e->service) ? PO_YES : PO_NO;
	case PO_CONDITION_PRIOR:
		return fuzz_is_prior(&c->values, e->prior);
	case PO_CONDITION_MAX_AGE:
		return fuzz_is_recent(c, e);
	}
	return PO_UNKNOWN;
}

/* All of them; with nobody, those that are about the person count as held. */
static inline enum po_truth fuzz_judge(const struct po_conditions *c, const struct po_evidence *e,
                                       const struct po_condition **unmet)
{
	enum po_truth all = PO_YES;

	*unmet = NULL;
	for (size_t i = 0; i < c->count; i++) {
		enum po_condition_kind kind = c->items[i].kind;
		bool about_person = kind != PO_CONDITION_FROM && kind != PO_CONDITION_SERVICE &&
		                    kind != PO_CONDITION_PRIOR;
		enum po_truth one =
		        about_person && !e->who ? PO_YES : fuzz_judge_one(&c->items[i], e);

		if (one != PO_YES && (all == PO_YES || (all == PO_UNKNOWN && one == PO_NO))) {
			all = one;
			*unmet = &c->items[i];
		}
	}
	return all;
}

/* IDN-12: what a condition reads is asked for, and with each value that it names. */
static inline void fuzz_check_asked(const struct po_request *q, const char *name,
                                    enum po_claim_read read, const struct po_list *values)
{
	const struct po_claim_want *want = fuzz_want(q, name, read);

	must(want || (read == PO_READ_VALUE && strcmp(name, "sub") == 0));
	for (size_t i = 0; values && i < values->count; i++)
		must(po_list_has(&want->values, values->items[i]));
}

static inline void fuzz_check_conditions_asked(const struct po_conditions *all,
                                               const struct po_request *q)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct po_condition *c = &all->items[i];

		if (c->kind == PO_CONDITION_EQUALS || c->kind == PO_CONDITION_IS)
			fuzz_check_asked(q, c->claim, PO_READ_VALUE, NULL);
		if (c->kind == PO_CONDITION_HAS)
			fuzz_check_asked(q, c->claim, c->read, &c->values);
		if (c->kind == PO_CONDITION_MAX_AGE)
			fuzz_check_asked(q, "auth_time", PO_READ_TIME, NULL);
		if (c->kind != PO_CONDITION_EMAIL_AT)
			continue;
		fuzz_check_asked(q, "email", PO_READ_VALUE, NULL);
		fuzz_check_asked(q, "email_verified", PO_READ_VALUE, NULL);
	}
}

#endif
