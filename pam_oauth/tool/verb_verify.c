/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam-oauth verify-token: the worker's own verifier, in a worker of its own. The token comes on
 * standard input, so that it stands in no list of processes.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "assign.h"
#include "build.h"
#include "config.h"
#include "input.h"
#include "keys.h"
#include "po_text.h"
#include "settings.h"
#include "tool.h"

#define LATEST 4294967295UL /* in 2106 */

struct answer {
	struct po_output *out;
	struct po_fault fault;
	char *claims; /* NULL = none came */
};

static void take(void *ctx, struct po_message *m)
{
	struct answer *a = ctx;

	if (m->kind == PO_KIND_LOG && m->level == PO_REMARK_WARNING) {
		po_output_line(a->out, "warning", "worker: %s", m->log.text);
	} else if (m->kind == PO_KIND_CLAIMS) {
		po_wipe_str(a->claims);
		a->claims = m->claims;
		m->claims = NULL;
	} else if (m->kind == PO_KIND_FAULT) {
		a->fault = m->fault;
	}
}

/* A token may be looked at on a host that has no configuration yet. */
static bool load(struct po_config *c, const struct po_tool *t, struct po_fault *f)
{
	const char *service = t->service ? t->service : "sshd";
	struct po_settings none = {.section_count = 0};
	bool ok;

	if (t->conf || access(po_build_config_file(), F_OK) == 0 || errno != ENOENT)
		return t->issuer || t->jwks ? po_config_load_keys(c, t->conf, service, f)
		                            : po_config_load(c, t->conf, service, f);
	*c = (struct po_config){.provider.task = PO_TASK_VERIFY};
	ok = po_settings_apply(&none, service, c, f);
	po_settings_free(&none);
	return ok;
}

static bool set(struct po_config *c, const char *key, const char *value, struct po_fault *f)
{
	return po_key_set(c, po_key_at(po_key_find(key)), value, f);
}

/* What is configured for one issuer says nothing about another. */
static bool take_issuer(struct po_config *c, const char *issuer, struct po_fault *f)
{
	static const char *const its_own[] = {"jwks_uri", "iss_aliases", "allowed_tenants",
	                                      "endpoint_hosts", "pinned_keys"};

	if (!issuer || (c->provider.issuer && strcmp(c->provider.issuer, issuer) == 0))
		return true;
	for (size_t i = 0; i < sizeof(its_own) / sizeof(its_own[0]); i++)
		po_key_clear(c, po_key_at(po_key_find(its_own[i])));
	c->provider.discovery = PO_DISCOVERY_OIDC;
	return set(c, "issuer", issuer, f);
}

static bool take_options(struct po_config *c, const struct po_tool *t, struct po_fault *f)
{
	struct po_verification *v = &c->provider.verify;
	bool access_token = c->provider.identity_source == PO_FROM_ACCESS_TOKEN;
	unsigned long now = 0;

	if (!take_issuer(c, t->issuer, f) || (t->ca_file && !set(c, "ca_file", t->ca_file, f)))
		return false;
	if (t->audience &&
	    !set(c, access_token ? "access_token_audience" : "client_id", t->audience, f))
		return false;
	if (t->now && !po_text_uint(t->now, 1, LATEST, &now))
		return po_fail(f, PO_E_CONFIG, "--now: expected seconds since 1970");
	v->now = (int64_t)now;
	v->signature_only = t->signature_only;
	c->provider.iat_loose = false; /* it would ask for an age, which only a login knows */
	if (!access_token)
		c->provider.identity_source = PO_FROM_ID_TOKEN;
	else if (!v->signature_only && !c->provider.access_token_audience && !c->provider.resource)
		return po_fail(f, PO_E_CONFIG, "no audience is configured: give --audience");
	if (!c->provider.issuer && !(t->jwks && t->signature_only))
		return po_fail(f, PO_E_CONFIG, "no issuer is configured: give --issuer");
	return v->signature_only || c->provider.client_id ||
	       po_fail(f, PO_E_CONFIG, "no client is configured: give --audience");
}

/* The token, without the newline that echo or an editor puts behind it. */
static bool read_token(struct po_secret *token, struct po_fault *f)
{
	struct po_buf text;
	size_t len;
	bool ok;

	po_buf_init(&text, PO_LIMIT_TOKEN);
	ok = po_input_read("-", &text, f);
	len = text.len;
	while (len > 0 && strchr(" \t\r\n", text.data[len - 1]))
		len--;
	if (ok && len == 0)
		ok = po_fail(f, PO_E_CONFIG, "standard input: no token");
	else if (ok && !po_secret_set(token, text.data, len))
		ok = po_fail_memory(f);
	po_buf_free(&text);
	return ok;
}

static bool read_jwks(const char *path, char **jwks, struct po_fault *f)
{
	struct po_buf text;
	bool ok;

	po_buf_init(&text, PO_LIMIT_METADATA_BODY);
	ok = po_input_read(path, &text, f);
	if (ok && strlen(po_buf_str(&text)) != text.len)
		ok = po_fail(f, PO_E_CONFIG, "%s: a NUL byte", path);
	if (ok && !(*jwks = po_buf_take(&text)))
		ok = po_fail_memory(f);
	po_buf_free(&text);
	return ok;
}

static bool verify(const struct po_tool *t, struct answer *a, struct po_fault *f)
{
	const struct po_ask ask = {take, a};
	struct po_config c;
	bool ok;

	if (!load(&c, t, f))
		return false;
	c.provider.task = PO_TASK_VERIFY;
	ok = take_options(&c, t, f) &&
	     (!t->jwks || read_jwks(t->jwks, &c.provider.verify.jwks, f)) &&
	     read_token(&c.provider.verify.token, f) && po_ask_worker(&ask, &c.provider, f);
	po_config_free(&c);
	return ok;
}

int po_verb_verify_token(const struct po_tool *t)
{
	struct po_fault f = {.code = PO_OK};
	struct answer a = {.out = t->out};
	int status = PO_EXIT_TROUBLE;

	po_fail(&a.fault, PO_E_WORKER, "the worker ended without an answer");
	if (!verify(t, &a, &f)) {
		po_output_line(t->out, "fault", "%s", f.text);
	} else if (a.claims && !po_output_document(t->out, "claims", a.claims)) {
		po_output_line(t->out, "fault", "the worker's answer cannot be read");
	} else if (!a.claims) {
		po_output_line(t->out, "fault", "%s", a.fault.text);
		status = a.fault.code == PO_E_TOKEN ? PO_EXIT_NO : PO_EXIT_TROUBLE;
	} else {
		status = PO_EXIT_GOOD;
	}
	po_wipe_str(a.claims);
	return status;
}
