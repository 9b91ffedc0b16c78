/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Called by check_provider.c. A method without what it needs would fail every login; a secret
 * beside none at all is a mistake that nobody would notice.
 */
#include "check_client.h"

/* What each method is made of. */
struct method {
	bool secret;      /* client_secret_file is needed */
	bool key;         /* client_key_file is needed */
	bool certificate; /* client_certificate_file is needed */
	const char *why;  /* what to say otherwise */
};

static const struct method methods[] = {
        [PO_AUTH_AUTO] = {false, false, false, ""},
        [PO_AUTH_NONE] = {false, false, false, ""},
        [PO_AUTH_BASIC] = {true, false, false, "basic needs client_secret_file"},
        [PO_AUTH_POST] = {true, false, false, "post needs client_secret_file"},
        [PO_AUTH_SECRET_JWT] = {true, false, false, "secret_jwt needs client_secret_file"},
        [PO_AUTH_PRIVATE_KEY_JWT] = {false, true, false, "private_key_jwt needs client_key_file"},
        [PO_AUTH_TLS] = {false, true, true,
                         "tls needs client_certificate_file and client_key_file"},
        [PO_AUTH_TLS_SELF_SIGNED] = {false, true, true,
                                     "tls_self_signed needs client_certificate_file and "
                                     "client_key_file"},
};

static bool method_ok(const struct po_config *c, const struct po_settings *places,
                      struct po_fault *f)
{
	const struct method *m = &methods[c->provider.client_auth];

	if ((m->secret && !c->client_secret_file) || (m->key && !c->client_key_file) ||
	    (m->certificate && !c->client_certificate_file))
		return po_settings_fail(places, "client_auth", m->why, f);
	if (c->provider.client_auth == PO_AUTH_NONE &&
	    (c->client_secret_file || c->client_key_file))
		return po_settings_fail(
		        places, "client_auth",
		        "none and client_secret_file or client_key_file exclude each other", f);
	return true;
}

static bool files_ok(const struct po_config *c, const struct po_settings *places,
                     struct po_fault *f)
{
	if (c->client_certificate_file && !c->client_key_file)
		return po_settings_fail(places, "client_certificate_file", "needs client_key_file",
		                        f);
	if (c->client_key_passphrase_file && !c->client_key_file)
		return po_settings_fail(places, "client_key_passphrase_file",
		                        "needs client_key_file", f);
	if (c->proxy_credentials_file && !(c->provider.proxy && *c->provider.proxy))
		return po_settings_fail(places, "proxy_credentials_file", "needs proxy", f);
	return true;
}

/* CAU-5, CAU-6: HMAC takes the secret, everything else the key. */
static bool assertion_ok(const struct po_config *c, const struct po_settings *places,
                         struct po_fault *f)
{
	const struct po_request *r = &c->provider;
	bool hmac = r->assertion_alg && r->assertion_alg[0] == 'H';

	if (!r->assertion_alg)
		return true;
	if (r->client_auth != PO_AUTH_SECRET_JWT && r->client_auth != PO_AUTH_PRIVATE_KEY_JWT)
		return po_settings_fail(places, "assertion_alg",
		                        "needs client_auth = secret_jwt or private_key_jwt", f);
	return hmac == (r->client_auth == PO_AUTH_SECRET_JWT) ||
	       po_settings_fail(places, "assertion_alg",
	                        hmac ? "private_key_jwt signs with RS256, PS256, ES256 or EdDSA"
	                             : "secret_jwt signs with HS256, HS384 or HS512",
	                        f);
}

bool po_check_client(const struct po_config *c, const char *path, const struct po_settings *places,
                     struct po_fault *f)
{
	if (!c->provider.issuer)
		return po_fail(f, PO_E_CONFIG, "%s: issuer is not set", path);
	if (!c->provider.client_id)
		return po_fail(f, PO_E_CONFIG, "%s: client_id is not set", path);
	return method_ok(c, places, f) && files_ok(c, places, f) && assertion_ok(c, places, f);
}
