/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the text of a rule file to a rule set. Called by check.c. One doubtful line refuses the
 * whole file (MAP-13): a rule that means something else than its author thought is worse than a
 * login that fails.
 */
#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "po_text.h"
#include "rules_impl.h"
#include "value.h"
#include "words.h"

#define NO_ISSUER SIZE_MAX

struct parser {
	struct po_rules *rules;
	const char *default_claim;
	size_t issuer; /* of the line above */
	unsigned line;
	struct po_cursor at;
	struct po_fault *fault;
};

static bool bad(struct parser *p, const char *why)
{
	return po_fail(p->fault, PO_E_CONFIG, "%s", why);
}

/* The number of an item of a list, which is appended if it is new. */
static bool intern(struct parser *p, struct po_list *l, const char *item, size_t *number)
{
	size_t i = 0;

	while (i < l->count && strcmp(l->items[i], item) != 0)
		i++;
	if (i == l->count && !po_list_add(l, item))
		return po_fail_memory(p->fault);
	*number = i;
	return true;
}

static bool parse_issuer(struct parser *p)
{
	struct po_word w;

	if (!po_cursor_word(&p->at, "", &w, p->fault))
		return false;
	if (!po_value_ok(PO_VALUE_ISSUER, w.text))
		return po_fail(p->fault, PO_E_CONFIG, "issuer: expected %s",
		               po_value_expects(PO_VALUE_ISSUER));
	return po_cursor_end(&p->at, p->fault) && intern(p, &p->rules->issuers, w.text, &p->issuer);
}

static bool set_claim(struct parser *p, struct po_rule *rule, const char *claim)
{
	if (!po_value_ok(PO_VALUE_CLAIM, claim))
		return po_fail(p->fault, PO_E_CONFIG, "claim: expected %s",
		               po_value_expects(PO_VALUE_CLAIM));
	if (!intern(p, &p->rules->claims, claim, &rule->claim))
		return false;
	if (p->rules->claims.count > PO_LIMIT_CLAIMS)
		return po_fail(p->fault, PO_E_CONFIG, "more than %d different claims",
		               PO_LIMIT_CLAIMS);
	return true;
}

static bool set_value(struct parser *p, struct po_rule *rule, const char *value)
{
	if (!po_text_value_ok(value))
		return po_fail(p->fault, PO_E_CONFIG,
		               "value: expected 1 to %d bytes of UTF-8 without control characters",
		               PO_LIMIT_CLAIM_VALUE);
	if (rule->values.count == PO_LIMIT_LIST_OPTION)
		return po_fail(p->fault, PO_E_CONFIG, "more than %d values", PO_LIMIT_LIST_OPTION);
	return po_list_add(&rule->values, value) || po_fail_memory(p->fault);
}

/* CLAIM has [word|key] VALUE[, VALUE ...]; false without a fault if there is no `has`. */
static bool parse_members(struct parser *p, struct po_rule *rule, const char *claim)
{
	struct po_word w;

	rule->who = PO_RULE_MEMBER;
	rule->read = po_cursor_reading(&p->at);
	if (!set_claim(p, rule, claim))
		return false;
	do {
		if (!po_cursor_word(&p->at, ",", &w, p->fault) || !set_value(p, rule, w.text))
			return false;
	} while (po_cursor_comma(&p->at));
	return true;
}

/* A word that no operator follows: the claim of `has`, or a value alone. */
static bool parse_bare(struct parser *p, struct po_rule *rule, const struct po_word *w)
{
	struct po_cursor next = p->at;

	po_cursor_skip_blanks(&next);
	if (next.p != p->at.p && po_cursor_keyword(&next, "has")) {
		p->at = next;
		return parse_members(p, rule, w->text);
	}
	if (w->quoted)
		return set_claim(p, rule, p->default_claim) && set_value(p, rule, w->text);
	return bad(p, "expected CLAIM=VALUE, CLAIM~PATTERN, CLAIM has VALUE or \"VALUE\"");
}

/* Whom the rule is about. */
static bool parse_who(struct parser *p, struct po_rule *rule)
{
	struct po_word w;
	char op;

	if (!po_cursor_word(&p->at, "=~", &w, p->fault))
		return false;
	op = *p->at.p;
	if (op != '=' && op != '~')
		return parse_bare(p, rule, &w);
	if (op == '~' && rule->deny)
		return bad(p, "'deny' takes no pattern");
	p->at.p++;
	if (!set_claim(p, rule, w.text) || !po_cursor_word(&p->at, "", &w, p->fault))
		return false;
	if (op == '=')
		return set_value(p, rule, w.text);
	rule->who = PO_RULE_PATTERN;
	rule->pattern = po_pattern_compile(w.text, p->fault);
	return rule->pattern != NULL;
}

static bool add_account(struct parser *p, struct po_rule *rule, const struct po_word *w)
{
	bool group = !w->quoted && strcmp(w->text, "\\1") == 0;

	if (rule->pattern)
		return group || bad(p, "a pattern takes 'as \\1' and nothing else");
	if (group)
		return bad(p, "'as \\1' needs a pattern");
	if (!po_text_account_ok(w->text))
		return bad(p, "expected an account name after 'as' and after each comma");
	if (po_list_has(&rule->accounts, w->text))
		return bad(p, "account named twice");
	if (!po_list_add(&rule->accounts, w->text))
		return po_fail_memory(p->fault);
	return true;
}

static bool parse_accounts(struct parser *p, struct po_rule *rule)
{
	struct po_word w;

	for (;;) {
		if (!po_cursor_word(&p->at, ",#", &w, p->fault) || !add_account(p, rule, &w))
			return false;
		if (!po_cursor_comma(&p->at))
			return true;
		if (rule->pattern)
			return bad(p, "a pattern takes 'as \\1' and nothing else");
	}
}

/* True if this keyword is next behind at least one blank; both are skipped then. */
static bool next_keyword(struct parser *p, const char *keyword)
{
	struct po_cursor next = p->at;

	po_cursor_skip_blanks(&next);
	if (next.p == p->at.p || !po_cursor_keyword(&next, keyword))
		return false;
	p->at = next;
	return true;
}

static bool keep(struct parser *p, const struct po_rule *rule)
{
	struct po_rules *r = p->rules;

	if (r->count == r->room) {
		size_t room = r->room ? 2 * r->room : 16;
		struct po_rule *rules = reallocarray(r->rules, room, sizeof(*rules));

		if (!rules)
			return po_fail_memory(p->fault);
		r->rules = rules;
		r->room = room;
	}
	r->rules[r->count++] = *rule;
	return true;
}

static bool parse_rest(struct parser *p, struct po_rule *rule)
{
	if (next_keyword(p, "as")) {
		if (!parse_accounts(p, rule))
			return false;
	} else if (!rule->deny) {
		return bad(p, "expected a blank and 'as ACCOUNT'");
	}
	if (next_keyword(p, "if") && !po_conditions_parse(&p->at, &rule->conditions, p->fault))
		return false;
	return po_cursor_end(&p->at, p->fault);
}

static bool parse_rule(struct parser *p, bool deny)
{
	struct po_rule rule = {.line = p->line, .issuer = p->issuer, .deny = deny};

	if (p->issuer == NO_ISSUER)
		return bad(p, "rule before the first issuer line");
	if (parse_who(p, &rule) && parse_rest(p, &rule) && keep(p, &rule))
		return true;
	po_rule_free(&rule);
	return false;
}

static bool bytes_ok(struct parser *p, const char *line, size_t len)
{
	if (len > PO_LIMIT_RULE_LINE)
		return bad(p, "line too long");
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)line[i] < 0x20 && line[i] != '\t') || line[i] == 0x7f)
			return bad(p, "control character");
	return true;
}

static bool parse_line(struct parser *p, const char *start, size_t len)
{
	char line[PO_LIMIT_RULE_LINE + 1];

	if (!bytes_ok(p, start, len))
		return false;
	memcpy(line, start, len);
	line[len] = '\0';
	p->at.p = line;
	po_cursor_skip_blanks(&p->at);
	if (!*p->at.p || *p->at.p == '#')
		return true;
	if (po_cursor_keyword(&p->at, "issuer"))
		return parse_issuer(p);
	if (po_cursor_keyword(&p->at, "allow"))
		return parse_rule(p, false);
	if (po_cursor_keyword(&p->at, "deny"))
		return parse_rule(p, true);
	return bad(p, "expected 'issuer', 'allow' or 'deny'");
}

static bool parse_lines(struct parser *p, const char *text, size_t len)
{
	while (len > 0) {
		const char *newline = memchr(text, '\n', len);
		size_t n = newline ? (size_t)(newline - text) : len;

		p->line++;
		if (!parse_line(p, text, n))
			return false;
		n += newline != NULL;
		text += n;
		len -= n;
	}
	return true;
}

struct po_rules *po_rules_parse(const char *path, const char *text, size_t len,
                                const char *default_claim, struct po_fault *f)
{
	struct po_rules *rules = calloc(1, sizeof(*rules));
	struct parser p = {.rules = rules, .default_claim = default_claim, .issuer = NO_ISSUER};
	char where[PO_LIMIT_FAULT_TEXT];

	p.fault = f;
	if (!rules) {
		po_fail_memory(f);
		return NULL;
	}
	if (parse_lines(&p, text, len) && po_rules_consistent(rules, &p.line, f))
		return rules;
	snprintf(where, sizeof(where), "%s:%u", path, p.line);
	po_fail_context(f, where);
	po_rules_free(rules);
	return NULL;
}
