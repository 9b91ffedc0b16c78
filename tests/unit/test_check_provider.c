/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys about the source of identity that do not fit together, or mean less than they seem to:
 * DSC-6, DSC-9, DEV-3, INT-1, INT-3, IDN-2, 12.5. Client and endpoints: test_check.c.
 */
#include "check_provider.h"

#include "config_fixture.h"

#define SOURCE(s)  MINIMAL "identity_source = " s "\n"
#define NONE       "discovery = none\n"
#define DEVICE     "device_authorization_endpoint = https://h/d\n"
#define TOKEN      "token_endpoint = https://h/t\n"
#define JWKS       "jwks_uri = https://h/j\n"
#define API        "api_endpoint = https://api.example/user\nidentity_claim = id\n"
#define GITHUB     SOURCE("api") NONE DEVICE TOKEN API
#define NO_SCOPE   "scope = none\n"
#define BAD_OPENID "scope: there is no ID token without openid"

static const struct bad_case bad_sources[] = {
        /* IDN-7 */
        {"[general]\nclient_id = c\nissuer = https://login.example/organizations/v2.0\n",
         "pam_oauth.conf:3: issuer: several tenants share it: allowed_tenants must name them"},
        {MINIMAL "allowed_tenants = 9188040d-6c67-4c5b-b112-36a304b66dad\n",
         "pam_oauth.conf:4: allowed_tenants: needs an issuer that ends in /organizations/v2.0"},
        {"[general]\nclient_id = c\nissuer = https://login.example/common/v2.0\n"
         "allowed_tenants = 9188040d-6c67-4c5b-b112-36a304b66dad\n"
         "identity_source = introspection\nclient_secret_file = /x\n",
         "pam_oauth.conf:4: allowed_tenants: needs identity_source = id_token or userinfo"},
        {SOURCE("token"),
         "pam_oauth.conf:4: identity_source: expected one of id_token, userinfo, "},
        {SOURCE("id_token userinfo"), "pam_oauth.conf:4: identity_source: expected one of"},
        /* what a source needs without discovery */
        {SOURCE("userinfo") NONE DEVICE TOKEN JWKS,
         "pam_oauth.conf:5: discovery: none needs userinfo_endpoint"},
        {SOURCE("userinfo") NONE DEVICE TOKEN "userinfo_endpoint = https://h/u\n",
         "pam_oauth.conf:5: discovery: none needs device_authorization_endpoint, token_endpoint "
         "and "
         "jwks_uri"},
        {SOURCE("access_token_jwt") NONE DEVICE TOKEN "resource = urn:x\n",
         "pam_oauth.conf:5: discovery: none needs device_authorization_endpoint, token_endpoint "
         "and "
         "jwks_uri"},
        {SOURCE("api") NONE TOKEN API, "pam_oauth.conf:5: discovery: none needs "
                                       "device_authorization_endpoint and token_endpoint"},
        {SOURCE("api") NONE DEVICE API, "pam_oauth.conf:5: discovery: none needs "
                                        "device_authorization_endpoint and token_endpoint"},
        {SOURCE("introspection") "client_secret_file = /s\n" NONE DEVICE TOKEN,
         "pam_oauth.conf:6: discovery: none needs introspection_endpoint"},
        {SOURCE("api"), "pam_oauth.conf:4: identity_source: api needs api_endpoint"},
        {SOURCE("api") "api_endpoint = http://h/u\n", "pam_oauth.conf:5: api_endpoint: expected"},
        {SOURCE("api") "api_endpoint = https://h/u#f\n", "pam_oauth.conf:5: api_endpoint: exp"},
        /* INT-1: authenticated */
        {SOURCE("introspection"), "pam_oauth.conf:4: identity_source: introspection needs client_"},
        {SOURCE("introspection") "client_auth = none\n",
         "pam_oauth.conf:4: identity_source: introspection needs client_secret_file"},
        /* INT-3: the name of this host */
        {SOURCE("access_token_jwt"), "pam_oauth.conf:4: identity_source: access_token_jwt needs"},
        {SOURCE("access_token_jwt") "access_token_audience = host\n",
         "pam_oauth.conf:5: access_token_audience: client_id is not the name"},
        {SOURCE("access_token_jwt") "resource = host\n", "pam_oauth.conf:5: resource: expected an"},
        {"[general]\nissuer = " ISSUER "\nclient_id = urn:x\nidentity_source = access_token_jwt\n"
         "resource = urn:x\n",
         "pam_oauth.conf:5: resource: client_id is not the name"},
        /* IDN-2: names are no subjects */
        {GITHUB "[service sshd]\nidentity_claim = login\n",
         "pam_oauth.conf:11: identity_claim: names change hands"},
        {GITHUB "issuer_is_exclusive = yes\n[service sshd]\nidentity_claim = email\n",
         "pam_oauth.conf:12: identity_claim: names change hands"},
        {GITHUB "[service sshd]\nidentity_claim = /data/username\n",
         "pam_oauth.conf:11: identity_claim: names change hands"},
        /* DEV-3: no openid, no ID token */
        {MINIMAL "scope = profile\n", "pam_oauth.conf:4: " BAD_OPENID},
        {MINIMAL "scope = openidx xopenid OpenID\n", "pam_oauth.conf:4: " BAD_OPENID},
        {MINIMAL NO_SCOPE, "pam_oauth.conf:4: " BAD_OPENID},
        {SOURCE("userinfo") NO_SCOPE, "pam_oauth.conf:5: " BAD_OPENID},
        {GITHUB NO_SCOPE "required_scopes = read:user\n",
         "pam_oauth.conf:11: required_scopes: names a scope that is not in scope"},
};

static void sources_get_what_they_need(void **state)
{
	for (size_t i = 0; i < COUNT(bad_sources); i++)
		must_fail(*state, bad_sources[i].text, bad_sources[i].fault);
}

/* PRV-2: a preset's value is faulted by its name */
static void a_preset_is_named(void **state)
{
	struct fixture *x = *state;

	assert_false(load(x, "[general]\nclient_id = c\nprovider = google\n"));
	assert_string_equal(x->fault.text,
	                    "client_auth (provider google): post needs client_secret_file");
}

static void good_sources_load(void **state)
{
	struct fixture *x = *state;
	char text[512];

	must_load(x, MINIMAL);
	assert_int_equal(x->config.provider.identity_source, PO_FROM_ID_TOKEN);
	assert_null(x->config.provider.subject_claim);
	must_load(x, SOURCE("userinfo"));
	must_load(x, SOURCE("userinfo") NONE DEVICE TOKEN JWKS "userinfo_endpoint = https://h/u\n");
	must_load(x, SOURCE("access_token_jwt") "access_token_audience = web01\n" NO_SCOPE);
	must_load(x,
	          SOURCE("access_token_jwt") "resource = https://web01.example/\nscope = login\n");
	assert_int_equal(x->config.provider.identity_source, PO_FROM_ACCESS_TOKEN);
	scratch_write(&x->files, "secret", "s3cret\n", 7, 0600);
	snprintf(text, sizeof(text), SOURCE("introspection") "client_secret_file = %s/secret\n",
	         x->files.dir);
	must_load(x, text);
	snprintf(text, sizeof(text),
	         SOURCE("introspection") "client_secret_file = %s/secret\n" NO_SCOPE NONE DEVICE
	                 TOKEN "introspection_endpoint = https://h/i\n",
	         x->files.dir);
	must_load(x, text); /* nothing is signed, so no keys are needed */
}

/* 12.5: the chosen identifier is the subject, and as stable as one. */
static void an_api_names_its_own_subject(void **state)
{
	struct fixture *x = *state;

	must_load(x, GITHUB NO_SCOPE);
	assert_string_equal(x->config.provider.subject_claim, "id");
	assert_string_equal(x->config.provider.api_endpoint, "https://api.example/user");
	assert_string_equal(x->config.provider.scope, "");
	scratch_text(&x->files, "map",
	             "issuer " ISSUER "\nallow id=583231 as alice\nallow \"583232\" as bob\n"
	             "allow sub=583233 as carol\n");
	must_load(x, GITHUB NO_SCOPE);
	scratch_text(&x->files, "map", "issuer " ISSUER "\nallow login=octocat as alice\n");
	must_fail(x, GITHUB NO_SCOPE, "map:2: claim 'login' needs issuer_is_exclusive");
	scratch_text(&x->files, "map", "issuer " ISSUER "\nallow id=583231 as alice\n");
	must_fail(x, SOURCE("userinfo") "identity_claim = id\n",
	          "map:2: claim 'id' needs issuer_is_exclusive");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(sources_get_what_they_need),
	        TEST(a_preset_is_named),
	        TEST(good_sources_load),
	        TEST(an_api_names_its_own_subject),
	};

	return cmocka_run_group_tests_name("check_provider", tests, NULL, NULL);
}
