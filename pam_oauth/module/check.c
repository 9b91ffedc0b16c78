/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Do the values fit together? Called once by config.c when every key has its value. Reads the
 * files that the configuration names (secret, rules) and login.defs; never the network. Must leave
 * nothing to be discovered in the middle of a login that could have been seen here.
 */
#include "check.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "check_provider.h"
#include "demands.h"
#include "po_text.h"
#include "po_wire.h"
#include "policy.h"
#include "rules.h"
#include "safefile.h"
#include "secrets.h"

#define MIN_UID_DEFAULT 1000 /* MAP-7: where login.defs is missing or silent */

/* Whoever may write the trust anchor can be the provider. */
static bool anchors_ok(const struct po_config *c, const struct po_settings *places,
                       struct po_fault *f)
{
	const struct po_request *r = &c->provider;
	const char *key = "ca_file";
	struct po_fault why = {0};

	if (!r->ca_file || po_safefile_check(r->ca_file, &why)) {
		key = "ca_path";
		if (!r->ca_path || po_safefile_check_folder(r->ca_path, &why))
			return true;
	}
	po_settings_fail(places, key, why.text, f);
	f->code = why.code;
	return false;
}

/* Takes UID_MIN from one line of login.defs; false if it is there but no number. */
static bool uid_min_line(char *line, unsigned long *value)
{
	static const char name[] = "UID_MIN";
	char *word = line + strspn(line, " \t");
	size_t len = strcspn(word, " \t");
	char *number = word + len + strspn(word + len, " \t");

	if (len != sizeof(name) - 1 || memcmp(word, name, len) != 0)
		return true;
	number[strcspn(number, " \t\r")] = '\0';
	return po_text_uint(number, 1, UINT32_MAX - 2, value);
}

static bool uid_min_of_host(unsigned long *value, struct po_fault *f)
{
	const char *path = po_build_login_defs();
	unsigned long found = MIN_UID_DEFAULT;
	struct po_buf text;
	char *line;
	char *rest;
	bool ok = true;

	if (access(path, F_OK) == 0 || errno != ENOENT) {
		po_buf_init(&text, PO_LIMIT_CONFIG_FILE);
		if (!po_safefile_read(path, PO_FILE_PUBLIC, &text, f))
			return po_fail_context(f, "min_uid is not set");
		rest = (char *)text.data;
		while (ok && (line = strsep(&rest, "\n"))) /* the last one counts, as in shadow */
			ok = uid_min_line(line, &found);
		po_buf_free(&text);
	}
	if (!ok)
		return po_fail(f, PO_E_CONFIG, "%s: UID_MIN is no number; set min_uid", path);
	*value = found;
	return true;
}

static bool check_uids(struct po_config *c, const struct po_settings *places, struct po_fault *f)
{
	if (c->min_uid == 0 && !uid_min_of_host(&c->min_uid, f))
		return false;
	if (c->max_uid < c->min_uid)
		return po_settings_fail(places, "max_uid", "smaller than min_uid", f);
	return true;
}

static bool load_rules(struct po_config *c, const char *path, struct po_fault *f)
{
	int folder = (int)(strrchr(path, '/') - path);
	struct po_buf text;

	if (!c->map_file && asprintf(&c->map_file, "%.*s/map", folder, path) < 0) {
		c->map_file = NULL;
		return po_fail_memory(f);
	}
	po_buf_init(&text, PO_LIMIT_RULE_FILE);
	if (po_safefile_read(c->map_file, PO_FILE_PUBLIC, &text, f))
		c->rules = po_rules_parse(c->map_file, po_buf_str(&text), text.len,
		                          c->identity_claim, f);
	po_buf_free(&text);
	return c->rules != NULL;
}

struct claim_check {
	struct po_config *config;
	struct po_fault *fault;
};

/*
 * IDN-6: in Entra's tokens `oid` is the stable identifier; elsewhere it is a claim like
 * others. 12.5: at an API it is the claim that was chosen as the subject.
 */
static bool is_stable(const char *claim, const struct po_request *r)
{
	static const char *const entra[] = {
	        "https://login.microsoftonline.com/",
	        "https://login.microsoftonline.us/", /* national clouds */
	        "https://login.partner.microsoftonline.cn/",
	        "https://sts.windows.net/",
	};

	if (strcmp(claim, "sub") == 0 || (r->subject_claim && strcmp(claim, r->subject_claim) == 0))
		return true;
	for (size_t i = 0; i < sizeof(entra) / sizeof(entra[0]); i++)
		if (strcmp(claim, "oid") == 0 &&
		    strncmp(r->issuer, entra[i], strlen(entra[i])) == 0)
			return true;
	return false;
}

/* IDN-3, IDN-4: may a rule compare this claim? */
static bool claim_ok(void *ctx, const char *claim, unsigned line)
{
	const struct claim_check *check = ctx;
	struct po_config *c = check->config;

	if (is_stable(claim, &c->provider))
		return true;
	if (!c->issuer_is_exclusive)
		return po_fail(check->fault, PO_E_CONFIG,
		               "%s:%u: claim '%s' needs issuer_is_exclusive = yes", c->map_file,
		               line, claim);
	if (strcmp(claim, "email") == 0 && c->email_domains.count == 0)
		return po_fail(check->fault, PO_E_CONFIG,
		               "%s:%u: claim 'email' needs email_domains", c->map_file, line);
	if (!c->mutable_claim)
		c->mutable_claim = strdup(claim);
	return c->mutable_claim || po_fail_memory(check->fault);
}

/* LIM-19, LIM-20: a request that could not be sent would fail every login. */
static bool request_fits(const struct po_config *c, struct po_fault *f)
{
	struct po_message m = {.kind = PO_KIND_REQUEST, .request = c->provider};
	struct po_request wants = {0};
	struct po_buf out;
	bool ok = false;

	po_buf_init(&out, PO_LIMIT_MESSAGE);
	wants.issuer = c->provider.issuer; /* borrowed, given back below */
	wants.tenants = c->provider.tenants;
	if (!po_policy_wants(c, &wants, f)) {
		po_fail_context(f, c->map_file);
		goto out;
	}
	m.request.wants = wants.wants;
	m.request.want_count = wants.want_count;
	if (!po_wire_encode(&m, &out, f)) {
		if (f->code != PO_E_MEMORY)
			po_fail(f, PO_E_CONFIG, "the request to the worker is larger than %d bytes",
			        PO_LIMIT_MESSAGE);
		goto out;
	}
	ok = true;
out:
	wants.issuer = NULL;
	wants.tenants = (struct po_list){0};
	po_request_free(&wants);
	po_buf_free(&out);
	return ok;
}

static bool make_demands(struct po_config *c, const struct po_settings *places, struct po_fault *f)
{
	struct po_fault why = {.code = PO_OK};
	const char *key;

	if (po_demands_make(c, &key, &why))
		return true;
	if (why.code == PO_E_CONFIG)
		return po_settings_fail(places, key, why.text, f);
	*f = why;
	return false;
}

bool po_config_check(struct po_config *c, const char *path, const struct po_settings *places,
                     struct po_fault *f)
{
	struct claim_check claims = {.config = c, .fault = f};

	return po_check_provider(c, path, places, f) && anchors_ok(c, places, f) &&
	       check_uids(c, places, f) && po_secrets_read(c, f) && load_rules(c, path, f) &&
	       make_demands(c, places, f) &&
	       po_rules_each_claim(c->rules, &c->provider, claim_ok, &claims) && request_fits(c, f);
}
