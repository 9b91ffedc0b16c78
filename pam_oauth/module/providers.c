/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One table, defaults only (PRV-2): each value here is one that an administrator could have
 * written, and that his own line replaces. Called by settings.c. Whatever is safe for everybody is
 * not a preset but always on (PRV-1). doc/PROVIDERS.md says why each value stands here.
 */
#include "providers.h"

#include <string.h>

#define SETTINGS_MAX 9

struct provider {
	const char *place; /* "provider " and the name */
	const char *settings[SETTINGS_MAX][2];
};

const char *const po_provider_names[] = {
        "generic", "keycloak", "entra",  "entra_v1",  "google",   "github",  "gitlab",
        "okta",    "auth0",    "dex",    "authentik", "authelia", "zitadel", "hydra",
        "adfs",    "ping",     "pingam", "cilogon",   NULL,
};

/* In the order of the names. */
static const struct provider providers[] = {
        {"provider generic", {{NULL}}},
        {"provider keycloak", {{"pkce", "always"}, {"nonce", "optional"}}}, /* 12.9 */
        {"provider entra",                                                  /* 12.2, IDN-6 */
         {{"identity_claim", "oid"}, {"iat_check", "loose"}, {"initial_poll", "yes"}}},
        {"provider entra_v1", /* 12.3 */
         {{"identity_claim", "oid"},
          {"iat_check", "loose"},
          {"initial_poll", "yes"},
          {"code_parameter", "code"},
          {"discovery", "none"}}},
        {"provider google", /* 12.1 */
         {{"issuer", "https://accounts.google.com"},
          {"iss_aliases", "accounts.google.com"},
          {"client_auth", "post"}}},
        {"provider github", /* 12.5 */
         {{"issuer", "https://github.com"},
          {"discovery", "none"},
          {"device_authorization_endpoint", "https://github.com/login/device/code"},
          {"token_endpoint", "https://github.com/login/oauth/access_token"},
          {"identity_source", "api"},
          {"api_endpoint", "https://api.github.com/user"},
          {"identity_claim", "id"},
          {"scope", "none"}}},
        {"provider gitlab", {{NULL}}},                                   /* 12.6 */
        {"provider okta", {{"send_client_id", "unauthenticated"}}},      /* 12.7 */
        {"provider auth0", {{NULL}}},                                    /* 12.8 */
        {"provider dex", {{"client_auth", "post"}, {"pkce", "always"}}}, /* 12.10 */
        {"provider authentik", {{NULL}}},                                /* 12.11 */
        {"provider authelia", {{NULL}}},                                 /* 12.12 */
        {"provider zitadel", {{NULL}}},                                  /* 12.14 */
        {"provider hydra", {{"send_client_id", "always"}}},              /* 12.15 */
        {"provider adfs", {{NULL}}},                                     /* 12.4 */
        {"provider ping", {{NULL}}},                                     /* 12.21 */
        {"provider pingam", {{"pkce", "always"}}},                       /* 12.21 */
        {"provider cilogon", {{"client_auth", "post"}}},                 /* 12.22 */
};

_Static_assert(sizeof(providers) / sizeof(providers[0]) + 1 ==
                       sizeof(po_provider_names) / sizeof(po_provider_names[0]),
               "a row for each name");

static const struct provider *provider_of(const char *name)
{
	for (size_t i = 0; po_provider_names[i]; i++)
		if (strcmp(po_provider_names[i], name) == 0)
			return &providers[i];
	return NULL;
}

const char *po_provider_value(const char *provider, const char *key)
{
	const struct provider *p = provider_of(provider);

	for (size_t i = 0; p && i < SETTINGS_MAX && p->settings[i][0]; i++)
		if (strcmp(p->settings[i][0], key) == 0)
			return p->settings[i][1];
	return NULL;
}

const char *po_provider_place(const char *provider)
{
	const struct provider *p = provider_of(provider);

	return p ? p->place : NULL;
}
