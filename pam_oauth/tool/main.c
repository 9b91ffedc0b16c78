/* SPDX-License-Identifier: BSD-2-Clause */
/* pam-oauth(8): the command line, by glibc's argp. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "tool.h"

const char *argp_program_version = "pam-oauth " PACKAGE_VERSION;

enum {
	OPTION_JSON = 1,
	OPTION_CONF,
	OPTION_CLAIMS,
	OPTION_ADDRESS,
	OPTION_PRIOR,
	OPTION_UID,
	OPTION_LIMITS,
	OPTION_PROVIDER,
	OPTION_ISSUER,
	OPTION_CLIENT,
	OPTION_SECRET,
	OPTION_CA,
	OPTION_JWKS,
	OPTION_AUDIENCE,
	OPTION_NOW,
	OPTION_SIGNATURE
};

static const struct argp_option options[] = {
        {"service", 's', "SERVICE", 0, "the PAM service that is meant", 0},
        {"account", 'a', "ACCOUNT", 0, "login, explain: the local account", 0},
        {"claims", OPTION_CLAIMS, "FILE", 0, "explain: claims as JSON; - is standard input", 0},
        {"address", OPTION_ADDRESS, "ADDRESS", 0, "explain: where the login comes from", 0},
        {"prior", OPTION_PRIOR, "METHODS", 0, "explain: what sshd has accepted before", 0},
        {"limits", OPTION_LIMITS, NULL, 0, "revoke: every start that counts against a limit", 0},
        {"uid", OPTION_UID, "NUMBER", 0, "revoke: whose records", 0},
        {"provider", OPTION_PROVIDER, "NAME", 0, "setup: the preset", 0},
        {"issuer", OPTION_ISSUER, "URL", 0, "setup, verify-token: the issuer", 0},
        {"client-id", OPTION_CLIENT, "ID", 0, "setup: the client", 0},
        {"secret-file", OPTION_SECRET, "FILE", 0, "setup: a file with the secret of the client", 0},
        {"ca-file", OPTION_CA, "FILE", 0,
         "setup, verify-token: certificates of an authority of your own", 0},
        {"jwks", OPTION_JWKS, "FILE", 0, "verify-token: the keys of the issuer", 0},
        {"audience", OPTION_AUDIENCE, "NAME", 0, "verify-token: whom the token is for", 0},
        {"now", OPTION_NOW, "SECONDS", 0, "verify-token: another time, since 1970", 0},
        {"signature-only", OPTION_SIGNATURE, NULL, 0, "verify-token: no claim is judged", 0},
        {"conf", OPTION_CONF, "FILE", 0, "another configuration file", 0},
        {"json", OPTION_JSON, NULL, 0, "one JSON document instead of lines", 0},
        {0},
};

struct verb {
	const char *name;
	int (*run)(const struct po_tool *t);
	bool root, account, claims, argument; /* needed */
};

static const struct verb verbs[] = {
        {"check", po_verb_check, .root = true},
        {"login", po_verb_login, .root = true, .account = true},
        {"explain", po_verb_explain, .account = true, .claims = true},
        {"config", po_verb_config, .root = false},
        {"qr", po_verb_qr, .argument = true},
        {"sessions", po_verb_sessions, .root = true},
        {"revoke", po_verb_revoke, .root = true},
        {"verify-token", po_verb_verify_token, .root = true},
        {"setup", po_verb_setup, .root = true},
};

struct command {
	struct po_tool tool;
	const struct verb *verb;
	bool json;
};

static void take_verb(struct command *c, const char *name, struct argp_state *state)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]) && !c->verb; i++)
		if (strcmp(verbs[i].name, name) == 0) {
			c->verb = &verbs[i];
			return;
		}
	if (c->verb && c->verb->argument && !c->tool.argument)
		c->tool.argument = name;
	else
		argp_error(state, "'%s' is not understood", name);
}

static void check_needs(const struct command *c, struct argp_state *state)
{
	if (!c->verb)
		argp_error(state, "a verb is needed");
	else if (c->verb->account && !c->tool.account)
		argp_error(state, "%s needs --account", c->verb->name);
	else if (c->verb->claims && !c->tool.claims)
		argp_error(state, "%s needs --claims", c->verb->name);
	else if (c->verb->argument && !c->tool.argument)
		argp_error(state, "%s needs a URI", c->verb->name);
}

/* Options that are a text each. */
static const char **text_of(struct po_tool *t, int key)
{
	switch (key) {
	case 's':
		return &t->service;
	case 'a':
		return &t->account;
	case OPTION_CLAIMS:
		return &t->claims;
	case OPTION_ADDRESS:
		return &t->address;
	case OPTION_PRIOR:
		return &t->prior;
	case OPTION_UID:
		return &t->uid;
	case OPTION_CONF:
		return &t->conf;
	case OPTION_PROVIDER:
		return &t->provider;
	case OPTION_ISSUER:
		return &t->issuer;
	case OPTION_CLIENT:
		return &t->client_id;
	case OPTION_SECRET:
		return &t->secret_file;
	case OPTION_CA:
		return &t->ca_file;
	case OPTION_JWKS:
		return &t->jwks;
	case OPTION_AUDIENCE:
		return &t->audience;
	case OPTION_NOW:
		return &t->now;
	default:
		return NULL;
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct command *c = state->input;
	const char **text = text_of(&c->tool, key);

	if (text) {
		*text = arg;
		return 0;
	}
	switch (key) {
	case OPTION_JSON:
		c->json = true;
		return 0;
	case OPTION_LIMITS:
		c->tool.limits = true;
		return 0;
	case OPTION_SIGNATURE:
		c->tool.signature_only = true;
		return 0;
	case ARGP_KEY_ARG:
		take_verb(c, arg, state);
		return 0;
	case ARGP_KEY_END:
		check_needs(c, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What others are told would not be the truth: folders and secrets are root's. */
static bool may_run(const struct command *c)
{
	if (!c->verb->root || geteuid() == po_build_owner())
		return true;
	po_output_line(c->tool.out, "fault", "%s: only for root", c->verb->name);
	return false;
}

int main(int argc, char **argv)
{
	static const struct argp parser = {
	        options,
	        parse,
	        "check | login | explain | config | qr URI | sessions | revoke | verify-token | "
	        "setup",
	        "Checks, tries and explains logins by pam_oauth; see pam-oauth(8).",
	        NULL,
	        NULL,
	        NULL};
	struct command c = {.verb = NULL};
	int status;

	argp_err_exit_status = PO_EXIT_USAGE;
	argp_parse(&parser, argc, argv, 0, NULL, &c);
	c.tool.out = po_output_begin(c.verb->name, c.json);
	if (!c.tool.out)
		return PO_EXIT_TROUBLE;
	status = may_run(&c) ? c.verb->run(&c.tool) : PO_EXIT_TROUBLE;
	return po_output_end(c.tool.out, status == PO_EXIT_GOOD) ? status : PO_EXIT_TROUBLE;
}
