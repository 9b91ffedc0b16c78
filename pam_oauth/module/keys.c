/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The key table and the one walker over it. Called by settings.c; must accept nothing that the
 * table does not name (PAM-6).
 */
#include "keys.h"

#include <stdlib.h>
#include <string.h>

#include "po_buf.h"
#include "po_text.h"

/* Words stand in the order of their enum: po_key_set stores the index. */
static const char *const no_yes[] = {"no", "yes", NULL};
static const char *const strict_loose[] = {"strict", "loose", NULL};
static const char *const discoveries[] = {"oidc", "oauth", "none", NULL};
static const char *const client_auths[] = {"auto", "none", "basic", "post", NULL};
static const char *const encodings[] = {"rfc", "raw", NULL};
static const char *const id_senders[] = {"always", "everywhere", "unauthenticated", NULL};
static const char *const qr_contents[] = {"complete", "plain", NULL};
static const char *const displays[] = {"prompt", "info", "info+prompt", NULL};
static const char *const qr_modes[] = {"none", "utf8", "ascii", "auto", NULL};
static const char *const unknown_users[] = {"flow", "deny_late", "deny", NULL};
static const char *const closed_open[] = {"closed", "open", NULL};
static const char *const accounts[] = {"optional", "require", NULL};

#define ALGS     "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519" /* IDT-4 */
#define REFUSED  "cron crond atd systemd-user ftp vsftpd proftpd pure-ftpd dovecot"    /* NIN-1 */
#define UID_LAST 4294967293UL /* the two above are (uid_t)-1, an error, and -2, a nobody */

/* A row of the table: what all rows have, then what its type needs. */
#define ROW(n, t, field, dflt) \
	.name = (n), .type = (t), .offset = offsetof(struct po_config, field), .initial = (dflt)
#define TEXT(n, field, v, dflt)        ROW(n, PO_KEY_TEXT, field, dflt), .value = PO_VALUE_##v
#define WORD(n, field, w, dflt)        ROW(n, PO_KEY_WORD, field, dflt), .words = (w)
#define FLAG(n, field, w, dflt)        ROW(n, PO_KEY_FLAG, field, dflt), .words = (w)
#define NUMBER(n, field, lo, hi, dflt) ROW(n, PO_KEY_NUMBER, field, dflt), .min = (lo), .max = (hi)
#define U32(n, field, lo, hi, dflt)    ROW(n, PO_KEY_U32, field, dflt), .min = (lo), .max = (hi)
#define RATE(n, field, dflt) \
	ROW(n, PO_KEY_RATE, field, dflt), .min = 1, .max = PO_STARTS_MAX, .empty = "none"
#define LIST(n, field, v, none, dflt) \
	ROW(n, PO_KEY_LIST, field, dflt), .value = PO_VALUE_##v, .empty = (none)

static const struct po_key keys[] = {
        /* The provider, and this host as its client. */
        {TEXT("issuer", provider.issuer, ISSUER, NULL)},
        {WORD("discovery", provider.discovery, discoveries, "oidc")},
        {TEXT("device_authorization_endpoint", provider.device_authorization_endpoint, ENDPOINT,
              NULL)},
        {TEXT("token_endpoint", provider.token_endpoint, ENDPOINT, NULL)},
        {TEXT("jwks_uri", provider.jwks_uri, ENDPOINT, NULL)},
        {TEXT("client_id", provider.client_id, TEXT, NULL)},
        {WORD("client_auth", provider.client_auth, client_auths, "auto")},
        {TEXT("client_secret_file", client_secret_file, PATH, NULL)},
        {WORD("basic_encoding", provider.basic_encoding, encodings, "rfc")},
        {WORD("send_client_id", provider.send_client_id, id_senders, "always")},
        {TEXT("scope", provider.scope, SCOPE, "openid profile")},
        {LIST("required_scopes", provider.required_scopes, SCOPE_WORD, "none", "none")},
        {FLAG("initial_poll", provider.initial_poll, no_yes, "no")},
        {TEXT("ca_file", provider.ca_file, PATH, NULL)},
        {LIST("endpoint_hosts", provider.endpoint_hosts, HOST, "any", "any")},
        {LIST("endpoint_ports", provider.endpoint_ports, PORT, "none", "none")},
        {LIST("verification_hosts", provider.verification_hosts, HOST, "any", "any")},
        /* The ID token. */
        {LIST("id_token_algs", provider.id_token_algs, ALG, NULL, ALGS)},
        {LIST("trusted_audiences", provider.trusted_audiences, WORD, "none", "none")},
        {U32("clock_skew", provider.clock_skew_s, 0, PO_CLOCK_SKEW_MAX_S, "60")},
        {FLAG("iat_check", provider.iat_loose, strict_loose, "strict")},
        /* What the person sees. */
        {WORD("display", display, displays, "info+prompt")},
        {WORD("qr", qr, qr_modes, "none")},
        {WORD("qr_content", provider.qr_content, qr_contents, "complete")},
        {FLAG("qr_invert", qr_invert, no_yes, "no")},
        {NUMBER("qr_columns", qr_columns, PO_QR_SIDE_MIN + 2 * PO_QR_QUIET, PO_QR_COLUMNS, "80")},
        {NUMBER("qr_lines", qr_lines, (PO_QR_SIDE_MIN + 2 * PO_QR_QUIET + 1) / 2, PO_QR_LINES,
                "40")},
        /* How the flow runs. */
        {NUMBER("max_wait", max_wait_s, PO_MAX_WAIT_MIN_S, PO_MAX_WAIT_MAX_S, "100")},
        {FLAG("no_retry", no_retry, no_yes, "no")},
        {FLAG("confirm_start", confirm_start, no_yes, "no")},
        {FLAG("cancel_aborts", cancel_aborts, no_yes, "no")},
        /* How often. */
        {RATE("limit_source", limit_source, "6/600")},
        {RATE("limit_user", limit_user, "6/600")},
        {RATE("limit_global", limit_global, "60/60")},
        {NUMBER("limit_flows", limit_flows, 1, PO_FLOWS_MAX, "50"), .empty = "none"},
        {FLAG("rate_limit_fail", limits_open, closed_open, "closed")},
        /* Who may be whom. */
        {TEXT("map_file", map_file, PATH, NULL)},
        {TEXT("identity_claim", identity_claim, CLAIM, "sub")},
        {FLAG("issuer_is_exclusive", issuer_is_exclusive, no_yes, "no")},
        {LIST("email_domains", email_domains, DOMAIN, "none", "none")},
        {FLAG("allow_root", allow_root, no_yes, "no")},
        {LIST("system_accounts", system_accounts, ACCOUNT, "none", "none")},
        {NUMBER("min_uid", min_uid, 1, UID_LAST, NULL)},
        {NUMBER("max_uid", max_uid, 1, UID_LAST, "4294967293")},
        {FLAG("nss_case_insensitive", nss_case_insensitive, no_yes, "no")},
        {LIST("skip_users", skip_users, ACCOUNT, "none", "none")},
        {LIST("refuse_services", refuse_services, SERVICE, "none", REFUSED)},
        {WORD("unknown_user", unknown_user, unknown_users, "flow")},
        {FLAG("reveal_unknown", reveal_unknown, no_yes, "no")},
        {WORD("account", account, accounts, "optional")},
};

size_t po_key_count(void)
{
	return sizeof(keys) / sizeof(keys[0]);
}

const struct po_key *po_key_at(size_t i)
{
	return &keys[i];
}

size_t po_key_find(const char *name)
{
	size_t i = 0;

	while (i < po_key_count() && strcmp(keys[i].name, name) != 0)
		i++;
	return i;
}

static void *field_of(struct po_config *c, const struct po_key *key)
{
	return (char *)c + key->offset;
}

static bool set_text(char **field, const struct po_key *key, const char *value, struct po_fault *f)
{
	char *copy;

	if (!po_value_ok(key->value, value))
		return po_fail(f, PO_E_CONFIG, "%s: expected %s", key->name,
		               po_value_expects(key->value));
	copy = strdup(value);
	if (!copy)
		return po_fail_memory(f);
	free(*field);
	*field = copy;
	return true;
}

static bool items_ok(const struct po_list *list, const struct po_key *key, struct po_fault *f)
{
	if (list->count == 0)
		return po_fail(f, PO_E_CONFIG, "%s: expected at least one item", key->name);
	for (size_t i = 0; i < list->count; i++) {
		if (key->empty && strcmp(list->items[i], key->empty) == 0)
			return po_fail(f, PO_E_CONFIG, "%s: '%s' stands alone", key->name,
			               key->empty);
		if (!po_value_ok(key->value, list->items[i]))
			return po_fail(f, PO_E_CONFIG, "%s: expected %s as item %zu", key->name,
			               po_value_expects(key->value), i + 1);
	}
	return true;
}

static bool set_list(struct po_list *field, const struct po_key *key, const char *value,
                     struct po_fault *f)
{
	struct po_list list = {0};
	bool ok = false;

	if (key->empty && strcmp(value, key->empty) == 0) {
		po_list_free(field);
		return true;
	}
	if (!po_list_add_words(&list, value, PO_LIMIT_LIST_OPTION)) {
		if (list.count == PO_LIMIT_LIST_OPTION)
			po_fail(f, PO_E_CONFIG, "%s: more than %d items", key->name,
			        PO_LIMIT_LIST_OPTION);
		else
			po_fail_memory(f);
		goto out;
	}
	if (!items_ok(&list, key, f))
		goto out;
	po_list_free(field);
	*field = list;
	list = (struct po_list){0};
	ok = true;
out:
	po_list_free(&list);
	return ok;
}

static bool word_index(const struct po_key *key, const char *value, unsigned *index,
                       struct po_fault *f)
{
	struct po_buf all;

	for (unsigned i = 0; key->words[i]; i++)
		if (strcmp(key->words[i], value) == 0) {
			*index = i;
			return true;
		}
	po_buf_init(&all, PO_LIMIT_FAULT_TEXT);
	for (unsigned i = 0; key->words[i]; i++)
		po_buf_addf(&all, "%s%s", i ? ", " : "", key->words[i]);
	po_fail(f, PO_E_CONFIG, "%s: expected one of %s", key->name, po_buf_str(&all));
	po_buf_free(&all);
	return false;
}

static bool set_word(void *field, const struct po_key *key, const char *value, struct po_fault *f)
{
	unsigned index;

	_Static_assert(sizeof(enum po_display) == sizeof(unsigned), "enums are stored by size");
	if (!word_index(key, value, &index, f))
		return false;
	if (key->type == PO_KEY_FLAG)
		*(bool *)field = index == 1;
	else
		memcpy(field, &index, sizeof(index));
	return true;
}

static bool is_none(const struct po_key *key, const char *value)
{
	return key->empty && strcmp(value, key->empty) == 0;
}

static bool set_rate(struct po_rate *field, const struct po_key *key, const char *value,
                     struct po_fault *f)
{
	const char *slash = strchr(value, '/');
	unsigned long seconds = 0;
	unsigned long count = 0;
	char first[8] = "";

	if (slash && (size_t)(slash - value) < sizeof(first))
		memcpy(first, value, (size_t)(slash - value));
	if (!is_none(key, value) && (!po_text_uint(first, key->min, key->max, &count) ||
	                             !po_text_uint(slash + 1, 1, PO_RATE_SECONDS_MAX, &seconds)))
		return po_fail(f, PO_E_CONFIG,
		               "%s: expected COUNT/SECONDS, %lu to %lu in 1 to %d, "
		               "or %s",
		               key->name, key->min, key->max, PO_RATE_SECONDS_MAX, key->empty);
	*field = (struct po_rate){(uint32_t)count, (uint32_t)seconds};
	return true;
}

static bool set_number(void *field, const struct po_key *key, const char *value, struct po_fault *f)
{
	unsigned long number = 0;

	if (!is_none(key, value) && !po_text_uint(value, key->min, key->max, &number))
		return po_fail(f, PO_E_CONFIG, "%s: expected a number from %lu to %lu%s%s",
		               key->name, key->min, key->max, key->empty ? ", or " : "",
		               key->empty ? key->empty : "");
	if (key->type == PO_KEY_U32)
		*(uint32_t *)field = (uint32_t)number;
	else
		*(unsigned long *)field = number;
	return true;
}

bool po_key_set(struct po_config *c, const struct po_key *key, const char *value,
                struct po_fault *f)
{
	void *field = field_of(c, key);

	switch (key->type) {
	case PO_KEY_TEXT:
		return set_text(field, key, value, f);
	case PO_KEY_LIST:
		return set_list(field, key, value, f);
	case PO_KEY_WORD:
	case PO_KEY_FLAG:
		return set_word(field, key, value, f);
	case PO_KEY_NUMBER:
	case PO_KEY_U32:
		return set_number(field, key, value, f);
	case PO_KEY_RATE:
		return set_rate(field, key, value, f);
	}
	return po_fail(f, PO_E_SYSTEM, "%s: a key without a type", key->name);
}

bool po_key_check(const struct po_key *key, const char *value, struct po_fault *f)
{
	struct po_config scratch = {0};
	bool ok = po_key_set(&scratch, key, value, f);

	po_key_clear(&scratch, key);
	return ok;
}

void po_key_clear(struct po_config *c, const struct po_key *key)
{
	void *field = field_of(c, key);

	if (key->type == PO_KEY_LIST)
		po_list_free(field);
	if (key->type != PO_KEY_TEXT)
		return;
	free(*(char **)field);
	*(char **)field = NULL;
}
