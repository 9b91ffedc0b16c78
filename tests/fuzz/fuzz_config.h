/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_config.c: comparing two configurations by key, and what a refusal must look like. */
#ifndef PO_FUZZ_CONFIG_H
#define PO_FUZZ_CONFIG_H

#include "config.h"
#include "fuzz_files.h"
#include "keys.h"
#include "options.h"
#include "po_tenant.h"
#include "rules.h"
#include "settings.h"

static inline bool fuzz_same_list(const struct po_list *a, const struct po_list *b)
{
	bool same = a->count == b->count;

	for (size_t i = 0; i < a->count && same; i++)
		same = strcmp(a->items[i], b->items[i]) == 0;
	return same;
}

static inline bool fuzz_same_conditions(const struct po_conditions *a,
                                        const struct po_conditions *b)
{
	bool same = a->count == b->count;

	for (size_t i = 0; i < a->count && same; i++)
		same = a->items[i].kind == b->items[i].kind &&
		       strcmp(a->items[i].text, b->items[i].text) == 0 &&
		       fuzz_same_list(&a->items[i].values, &b->items[i].values);
	return same;
}

static inline bool fuzz_same_field(const struct po_config *a, const struct po_config *b,
                                   const struct po_key *key)
{
	const void *x = (const char *)a + key->offset;
	const void *y = (const char *)b + key->offset;

	switch (key->type) {
	case PO_KEY_TEXT:
		return strcmp(*(char *const *)x, *(char *const *)y) == 0;
	case PO_KEY_LIST:
		return fuzz_same_list(x, y);
	case PO_KEY_FLAG:
		return *(const bool *)x == *(const bool *)y;
	case PO_KEY_NUMBER:
		return *(const unsigned long *)x == *(const unsigned long *)y;
	case PO_KEY_RATE:
		return memcmp(x, y, sizeof(struct po_rate)) == 0;
	case PO_KEY_CONDITIONS:
		return fuzz_same_conditions(x, y);
	case PO_KEY_WORD:
	case PO_KEY_U32:
		return memcmp(x, y, sizeof(uint32_t)) == 0;
	}
	return false;
}

/* Whatever the source of the identity needs is there (DSC-9, INT-3, 12.5). */
static inline void fuzz_check_source(const struct po_config *c)
{
	const struct po_request *r = &c->provider;
	enum po_identity_source from = r->identity_source;
	bool keys = from != PO_FROM_INTROSPECTION && from != PO_FROM_API;
	const char *host = r->access_token_audience ? r->access_token_audience : r->resource;

	must(r->discovery != PO_DISCOVERY_NONE ||
	     (r->device_authorization_endpoint && r->token_endpoint && (r->jwks_uri || !keys) &&
	      (r->userinfo_endpoint || from != PO_FROM_USERINFO) &&
	      (r->introspection_endpoint || from != PO_FROM_INTROSPECTION)));
	must(from != PO_FROM_INTROSPECTION || r->client_secret.data || r->client_key.data);
	must(from != PO_FROM_ACCESS_TOKEN || (host && strcmp(host, r->client_id) != 0));
	must((from == PO_FROM_API) == (r->subject_claim != NULL));
	must(from != PO_FROM_API ||
	     (r->api_endpoint && strcmp(r->subject_claim, c->identity_claim) == 0 &&
	      strcmp(r->subject_claim, "email") != 0 && strcmp(r->subject_claim, "login") != 0));
}

/* Section 4.3: a method has what it needs, and none has nothing. */
static inline void fuzz_check_client(const struct po_config *c)
{
	const struct po_request *r = &c->provider;
	bool secret = r->client_secret.data != NULL;
	bool key = r->client_key.data != NULL;

	must(key || (!r->client_certificate && !r->client_key_passphrase.data));
	switch (r->client_auth) {
	case PO_AUTH_AUTO:
		break;
	case PO_AUTH_NONE:
		must(!secret && !key);
		break;
	case PO_AUTH_BASIC:
	case PO_AUTH_POST:
	case PO_AUTH_SECRET_JWT:
		must(secret);
		break;
	case PO_AUTH_PRIVATE_KEY_JWT:
		must(key);
		break;
	case PO_AUTH_TLS:
	case PO_AUTH_TLS_SELF_SIGNED:
		must(key && r->client_certificate);
	}
	must(!r->assertion_alg ||
	     (r->assertion_alg[0] == 'H' ? r->client_auth == PO_AUTH_SECRET_JWT
	                                 : r->client_auth == PO_AUTH_PRIVATE_KEY_JWT));
}

/* Values that exclude or demand each other (section 4.3, TOK-4, IDN-3, IDN-4, DSC-9). */
static inline void fuzz_check_sense(const struct po_config *c)
{
	const struct po_request *r = &c->provider;
	struct po_list asked = {0};

	must(r->issuer && r->client_id && r->scope && c->rules);
	must(c->min_uid <= c->max_uid && c->min_uid > 0);
	must(!r->client_secret.data == !c->client_secret_file);
	fuzz_check_client(c);
	fuzz_check_source(c);
	must(!r->ca_file || strcmp(r->ca_file, "/ca") == 0);
	must(!r->ca_path || strcmp(r->ca_path, "/ca") == 0);
	must(!r->proxy_credentials.data || (r->proxy && *r->proxy));
	must(po_tenant_shared(r->issuer) == (r->tenants.count > 0));
	must(po_list_add_words(&asked, r->scope, SIZE_MAX));
	must(po_list_has(&asked, "openid") ||
	     (r->identity_source != PO_FROM_ID_TOKEN && r->identity_source != PO_FROM_USERINFO));
	for (size_t i = 0; i < r->required_scopes.count; i++)
		must(po_list_has(&asked, r->required_scopes.items[i]));
	po_list_free(&asked);
	must(c->demands.count == (c->allow_from.count > 0) + c->require_prior.count +
	                                 (c->require_acr.count > 0) + c->require_amr.count +
	                                 (r->max_age_s > 0));
}

/* Called per claim that the rules of the issuer compare. */
static inline bool fuzz_check_claim(void *ctx, const char *claim, unsigned line)
{
	const struct po_config *c = ctx;
	bool oid =
	        strcmp(claim, "oid") == 0 && (strstr(c->provider.issuer, "microsoftonline.com/") ||
	                                      strstr(c->provider.issuer, "windows.net/"));

	must(line > 0 && (strcmp(claim, "sub") == 0 || oid || c->issuer_is_exclusive));
	must(strcmp(claim, "email") != 0 || c->email_domains.count > 0);
	return true;
}

/* The table's own bounds. */
static inline void fuzz_check_number(const struct po_config *c, const struct po_key *key)
{
	const void *field = (const char *)c + key->offset;
	const struct po_rate *rate = field;
	unsigned long n = key->type == PO_KEY_U32      ? *(const uint32_t *)field
	                  : key->type == PO_KEY_NUMBER ? *(const unsigned long *)field
	                                               : 0;

	if (key->type == PO_KEY_U32 || key->type == PO_KEY_NUMBER)
		must((n >= key->min && n <= key->max) || (n == 0 && key->empty));
	if (key->type == PO_KEY_RATE && rate->count > 0)
		must(rate->count >= key->min && rate->count <= key->max && rate->seconds > 0 &&
		     rate->seconds <= PO_RATE_SECONDS_MAX);
}

/* GEN-4: a reason, nothing half filled, and not the secret (unless another file says it too). */
static inline void fuzz_check_refusal(const struct fuzz_files *files, const struct po_config *c,
                                      const struct po_fault *f)
{
	static const struct po_config empty;
	const char *secret = files->all[FUZZ_SECRET].text;
	bool elsewhere = false;

	must(f->code == PO_E_CONFIG && f->text[0] && !strpbrk(f->text, "\n\r\033\177"));
	must(memcmp(c, &empty, sizeof(empty)) == 0);
	if (!secret || strncmp(secret, "s3cret", 6) != 0) /* as the seeds begin it */
		return;
	for (size_t i = 0; i < FUZZ_FILES; i++)
		elsewhere |= i != FUZZ_SECRET && files->all[i].text &&
		             memmem(files->all[i].text, files->all[i].len, secret, strlen(secret));
	must(elsewhere || !strstr(f->text, secret));
}

#endif
