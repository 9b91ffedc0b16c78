/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold between keys, and the files that a configuration names: CAU-10, DSC-9, IDN-3,
 * IDN-4, MAP-7, MAP-13, LIM-20, LIM-21.
 */
#include "check.h"

#include "config_fixture.h"

/* Pairs of keys that do not fit together: the line is that of the key that brings the trouble. */
static const struct bad_case bad_pairs[] = {
        {"", "pam_oauth.conf: issuer is not set"},
        {"[general]\nclient_id = x\n", "pam_oauth.conf: issuer is not set"},
        {"[general]\nissuer = " ISSUER "\n", "pam_oauth.conf: client_id is not set"},
        {"[service su]\nissuer = " ISSUER "\nclient_id = x\n", "pam_oauth.conf: issuer is not"},
        {MINIMAL "discovery = none\n", "pam_oauth.conf:4: discovery: none needs device_auth"},
        {MINIMAL "discovery = none\ndevice_authorization_endpoint = https://h/d\n"
                 "token_endpoint = https://h/t\n",
         "pam_oauth.conf:4: discovery: none needs"},
        {MINIMAL "discovery = none\njwks_uri = https://h/d\ntoken_endpoint = https://h/t\n",
         "pam_oauth.conf:4: discovery: none needs"},
        {MINIMAL "discovery = none\njwks_uri = https://h/d\n"
                 "device_authorization_endpoint = https://h/t\n",
         "pam_oauth.conf:4: discovery: none needs"},
        {MINIMAL "client_auth = basic\n", "pam_oauth.conf:4: client_auth: basic needs"},
        {MINIMAL "\n[service sshd]\nclient_auth = post\n", "pam_oauth.conf:6: client_auth: post"},
        {MINIMAL "client_auth = post\nclient_key_file = /x\n",
         "pam_oauth.conf:4: client_auth: post needs client_secret_file"},
        {MINIMAL "client_auth = secret_jwt\n",
         "pam_oauth.conf:4: client_auth: secret_jwt needs client_secret_file"},
        {MINIMAL "client_auth = private_key_jwt\nclient_secret_file = /x\n",
         "pam_oauth.conf:4: client_auth: private_key_jwt needs client_key_file"},
        {MINIMAL "client_auth = tls\nclient_key_file = /x\n",
         "pam_oauth.conf:4: client_auth: tls needs client_certificate_file"},
        {MINIMAL "client_auth = tls\nclient_certificate_file = /x\n",
         "pam_oauth.conf:4: client_auth: tls needs client_certificate_file"},
        {MINIMAL "client_auth = tls_self_signed\n",
         "pam_oauth.conf:4: client_auth: tls_self_signed needs client_certificate_file"},
        {MINIMAL "client_key_file = /x\nclient_auth = none\n",
         "pam_oauth.conf:5: client_auth: none and client_secret_file or client_key_file"},
        {MINIMAL "client_certificate_file = /x\n",
         "pam_oauth.conf:4: client_certificate_file: needs client_key_file"},
        {MINIMAL "client_key_passphrase_file = /x\n",
         "pam_oauth.conf:4: client_key_passphrase_file: needs client_key_file"},
        {MINIMAL "proxy_credentials_file = /x\n",
         "pam_oauth.conf:4: proxy_credentials_file: needs proxy"},
        {MINIMAL "proxy = none\nproxy_credentials_file = /x\n",
         "pam_oauth.conf:5: proxy_credentials_file: needs proxy"},
        {MINIMAL "assertion_alg = RS256\n",
         "pam_oauth.conf:4: assertion_alg: needs client_auth = secret_jwt or"},
        {MINIMAL "client_auth = secret_jwt\nclient_secret_file = /x\nassertion_alg = ES256\n",
         "pam_oauth.conf:6: assertion_alg: secret_jwt signs with HS256"},
        {MINIMAL "client_auth = private_key_jwt\nclient_key_file = /x\nassertion_alg = HS256\n",
         "pam_oauth.conf:6: assertion_alg: private_key_jwt signs with RS256"},
        {MINIMAL "client_secret_file = /x\nclient_auth = none\n",
         "pam_oauth.conf:5: client_auth: none and client_secret_file"},
        {MINIMAL "max_uid = 999\n", "pam_oauth.conf:4: max_uid: smaller than min_uid"},
        {MINIMAL "max_uid = 1000\nmin_uid = 1001\n", "pam_oauth.conf:4: max_uid: smaller than"},
};

static void keys_must_fit_together(void **state)
{
	struct fixture *x = *state;

	for (size_t i = 0; i < COUNT(bad_pairs); i++)
		must_fail(x, bad_pairs[i].text, bad_pairs[i].fault);
	/* the same mistake in another service's section does not concern this one */
	must_load(x, MINIMAL "[service su]\nclient_auth = basic\n");
	must_load(x, MINIMAL "max_uid = 1000\n");
	must_load(x, MINIMAL "discovery = none\njwks_uri = https://h/j\ntoken_endpoint = "
	                     "https://h/t\ndevice_authorization_endpoint = https://h/d\n");
}

struct secret_case {
	const char *name;
	const char *content;
	size_t len;
	mode_t mode;
	const char *secret; /* NULL: refused */
};

/* CAU-10 */
static void secret_files(void **state)
{
	static const struct secret_case cases[] = {
	        {"plain", "p+q/r=s%t:u v~w", 15, 0600, "p+q/r=s%t:u v~w"},
	        {"one newline is stripped", "s3cret\n", 7, 0400, "s3cret"},
	        {"UTF-8", "X=\xc3\xa9\n", 5, 0600, "X=\xc3\xa9"},
	        {"blanks are part of it", " s \n", 4, 0600, " s "},
	        {"RFC 6749: zero length", "\n", 1, 0600, ""},
	        {"only one newline", "s3cret\n\n", 8, 0600, NULL},
	        {"two lines", "a\nb\n", 4, 0600, NULL},
	        {"carriage return", "s3cret\r\n", 8, 0600, NULL},
	        {"NUL", "a\0b", 3, 0600, NULL},
	        {"DEL", "a\x7f", 2, 0600, NULL},
	        {"empty file", "", 0, 0600, NULL},
	        {"readable for the group", "s3cret\n", 7, 0640, NULL},
	        {"readable for others", "s3cret\n", 7, 0604, NULL},
	};
	struct fixture *x = *state;
	char text[512];

	snprintf(text, sizeof(text), MINIMAL "client_secret_file = %s/secret\n", x->files.dir);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct secret_case *c = &cases[i];
		bool loaded;

		unlink(scratch_path(&x->files, "secret"));
		scratch_write(&x->files, "secret", c->content, c->len, c->mode);
		loaded = load(x, text);
		if (loaded != (c->secret != NULL))
			fail_msg("%s: %s", c->name, loaded ? "taken" : x->fault.text);
		if (!loaded) {
			assert_non_null(strstr(x->fault.text, "/secret: "));
			assert_null(strstr(x->fault.text, "s3cret"));
			continue;
		}
		assert_int_equal(x->config.provider.client_secret.len, strlen(c->secret));
		assert_string_equal(x->config.provider.client_secret.data, c->secret);
	}
	unlink(scratch_path(&x->files, "secret"));
	must_fail(x, text, "secret: No such file");
}

/* LIM-21 */
static void secret_limit_is_exact(void **state)
{
	static char content[PO_LIMIT_SECRET_FILE + 1];
	struct fixture *x = *state;
	char text[512];

	memset(content, 's', sizeof(content));
	snprintf(text, sizeof(text), MINIMAL "client_secret_file = %s/secret\n", x->files.dir);
	scratch_write(&x->files, "secret", content, sizeof(content) - 1, 0600);
	must_load(x, text);
	assert_int_equal(x->config.provider.client_secret.len, PO_LIMIT_SECRET_FILE);
	scratch_write(&x->files, "secret", content, sizeof(content), 0600);
	must_fail(x, text, "secret: larger than 16384 bytes");
}

struct defs_case {
	const char *text; /* NULL: no such file */
	unsigned long min_uid;
	const char *fault;
};

static void min_uid_comes_from_login_defs(void **state)
{
	static const struct defs_case cases[] = {
	        {NULL, 1000, NULL},
	        {"", 1000, NULL},
	        {"# UID_MIN 5\nUID_MAX 60000\nSYS_UID_MIN 100\n", 1000, NULL},
	        {"UID_MIN\t\t\t 500\n", 500, NULL},
	        {"  UID_MIN 500  \t\nUID_MAX 6", 500, NULL},
	        {"UID_MIN 500\nUID_MIN 5000", 5000, NULL},
	        {"UID_MINX 5\nUID_MIN 1", 1, NULL},
	        {"UID_MIN 0\n", 0, "login.defs: UID_MIN is no number"},
	        {"UID_MIN\n", 0, "login.defs: UID_MIN is no number"},
	        {"UID_MIN 0x3e8\n", 0, "login.defs: UID_MIN is no number"},
	        {"UID_MIN ten\nUID_MIN 1000\n", 0, "login.defs: UID_MIN is no number"},
	};
	struct fixture *x = *state;

	login_defs = strdup(scratch_path(&x->files, "login.defs"));
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (cases[i].text)
			scratch_text(&x->files, "login.defs", cases[i].text);
		if (cases[i].fault) {
			must_fail(x, MINIMAL, cases[i].fault);
			must_load(x, MINIMAL "min_uid = 700\n");
			assert_int_equal(x->config.min_uid, 700);
			continue;
		}
		must_load(x, MINIMAL);
		if (x->config.min_uid != cases[i].min_uid)
			fail_msg("%s: %lu", cases[i].text, x->config.min_uid);
	}
	scratch_write(&x->files, "login.defs", "UID_MIN 1\n", 10, 0666);
	assert_false(load(x, MINIMAL));
	assert_non_null(strstr(x->fault.text, "min_uid is not set: "));
}

struct rule_case {
	const char *conf; /* after MINIMAL */
	const char *map;  /* after the issuer line */
	const char *fault;
};

/* IDN-3, IDN-4: claims that people can edit need the administrator's word. */
static void claims_need_their_conditions(void **state)
{
	static const struct rule_case cases[] = {
	        {"", "allow sub=x as alice\n", NULL},
	        {"", "allow oid=x as alice\n", "map:2: claim 'oid' needs issuer_is_exclusive"},
	        {"", "allow \"x\" as alice\n", NULL},
	        {"", "allow preferred_username~([a-z]+) as \\1\n",
	         "map:2: claim 'preferred_username' needs issuer_is_exclusive"},
	        {"", "allow sub=x as alice\n\nallow upn=x as alice\n",
	         "map:4: claim 'upn' needs issuer_is_exclusive"},
	        {"", "allow /oid/sub=x as alice\n", "map:2: claim '/oid/sub' needs"},
	        {"", "allow Sub=x as alice\n", "map:2: claim 'Sub' needs"},
	        {"", "allow email=a@b as alice\n", "map:2: claim 'email' needs issuer_is"},
	        {"email_domains = b\n", "allow email=a@b as alice\n",
	         "map:2: claim 'email' needs issuer_is_exclusive"},
	        {"issuer_is_exclusive = yes\n", "allow email=a@b as alice\n",
	         "map:2: claim 'email' needs email_domains"},
	        {"issuer_is_exclusive = yes\nemail_domains = b\n", "allow email=a@b as alice\n",
	         NULL},
	        {"issuer_is_exclusive = yes\n", "allow upn=x as alice\n", NULL},
	        {"identity_claim = email\n", "allow \"a@b\" as alice\n",
	         "map:2: claim 'email' needs"},
	        {"identity_claim = email\n", "allow sub=x as alice\n", NULL},
	        /* rules of another issuer are never asked */
	        {"", "issuer https://other.example\nallow upn=x as alice\n", NULL},
	        /* nothing that would stop an account of skip_users from getting in */
	        {"", "", NULL},
	};
	struct fixture *x = *state;
	char conf[512];
	char map[512];

	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(conf, sizeof(conf), MINIMAL "%s", cases[i].conf);
		snprintf(map, sizeof(map), "issuer " ISSUER "\n%s", cases[i].map);
		scratch_text(&x->files, "map", map);
		if (cases[i].fault)
			must_fail(x, conf, cases[i].fault);
		else
			must_load(x, conf);
	}
}

static void rule_file_is_checked_like_the_file(void **state)
{
	struct fixture *x = *state;
	char text[512];

	scratch_text(&x->files, "map", MAP "nonsense\n");
	must_fail(x, MINIMAL, "map:3: expected 'issuer', 'allow' or 'deny'");
	scratch_write(&x->files, "map", MAP, strlen(MAP), 0664);
	must_fail(x, MINIMAL, "map: mode 0664");
	unlink(scratch_path(&x->files, "map"));
	must_fail(x, MINIMAL, "map: No such file");
	scratch_text(&x->files, "elsewhere", MAP);
	snprintf(text, sizeof(text), MINIMAL "map_file = %s/elsewhere\n", x->files.dir);
	must_load(x, text);
	assert_string_equal(x->config.map_file, scratch_path(&x->files, "elsewhere"));
}

/* IDN-6: oid is a stable identifier where Entra issues the tokens, and nowhere else. */
static void oid_is_entras(void **state)
{
	static const char *const hosts[] = {"login.microsoftonline.com", "login.microsoftonline.us",
	                                    "login.partner.microsoftonline.cn", "sts.windows.net"};
	struct fixture *x = *state;
	char conf[200];
	char map[200];

	for (size_t i = 0; i < COUNT(hosts); i++) {
		snprintf(map, sizeof(map), "issuer https://%s/t/v2.0\nallow oid=x as alice\n",
		         hosts[i]);
		snprintf(conf, sizeof(conf),
		         "[general]\nclient_id = host\nissuer = https://%s/t/v2.0\n", hosts[i]);
		scratch_text(&x->files, "map", map);
		must_load(x, conf);
		assert_null(x->config.mutable_claim);
	}
}

/* IDN-3: told at each login (pam_oauth.c), so that nobody forgets what the rules rest on. */
static void a_mutable_claim_is_noted(void **state)
{
	struct fixture *x = *state;

	scratch_text(&x->files, "map", MAP);
	must_load(x, MINIMAL);
	assert_null(x->config.mutable_claim);
	scratch_text(&x->files, "map", MAP "allow upn=x as alice\nallow nick=x as alice\n");
	must_load(x, MINIMAL "issuer_is_exclusive = yes\n");
	assert_string_equal(x->config.mutable_claim, "upn");
}

/* Whoever may write the trust anchor can be the provider. */
static void ca_file_is_roots_own(void **state)
{
	struct fixture *x = *state;
	char text[512];

	snprintf(text, sizeof(text), MINIMAL "ca_file = %s/ca.pem\n", x->files.dir);
	must_fail(x, text, "pam_oauth.conf:4: ca_file: ");
	assert_non_null(strstr(x->fault.text, "No such file"));
	scratch_write(&x->files, "ca.pem", "x", 1, 0666);
	must_fail(x, text, "pam_oauth.conf:4: ca_file: ");
	assert_non_null(strstr(x->fault.text, "mode 0666"));
	scratch_write(&x->files, "ca.pem", "", 0, 0644);
	must_fail(x, text, "pam_oauth.conf:4: ca_file: ");
	assert_non_null(strstr(x->fault.text, "empty"));
	scratch_write(&x->files, "ca.pem", "x", 1, 0644);
	must_load(x, text);
}

/* TOK-4: what is not asked for is never granted. */
static void required_scopes_are_requested(void **state)
{
	struct fixture *x = *state;

	must_fail(x, MINIMAL "required_scopes = openid admin\n",
	          "pam_oauth.conf:4: required_scopes: names a scope that is not in scope");
	must_load(x, MINIMAL "required_scopes = openid admin\nscope = openid admin\n");
}

/* PAM-3: account management reads the keys, not the files that they name. */
static void keys_load_without_their_files(void **state)
{
	struct fixture *x = *state;

	scratch_text(&x->files, "map", "nonsense\n");
	scratch_text(&x->files, "pam_oauth.conf", MINIMAL "account = require\n");
	assert_false(po_config_load(&x->config, x->conf, "sshd", &x->fault));
	assert_true(po_config_load_keys(&x->config, x->conf, "sshd", &x->fault));
	assert_int_equal(x->config.account, PO_ACCOUNT_REQUIRE);
	po_config_free(&x->config);
	scratch_text(&x->files, "pam_oauth.conf", MINIMAL "acount = require\n");
	assert_false(po_config_load_keys(&x->config, x->conf, "sshd", &x->fault));
}

/* LIM-20, where the parser cannot see it: `email` brings one claim more. */
static void request_must_fit(void **state)
{
	struct fixture *x = *state;
	char map[4096];
	size_t n = (size_t)snprintf(map, sizeof(map), "issuer " ISSUER "\nallow email=a@b as a\n");

	for (unsigned i = 1; i < PO_LIMIT_CLAIMS; i++)
		n += (size_t)snprintf(map + n, sizeof(map) - n, "allow c%u=x as alice\n", i);
	scratch_text(&x->files, "map", map);
	must_fail(x, MINIMAL "issuer_is_exclusive = yes\nemail_domains = b\n",
	          "map: rules and conditions read more than 32 claims");
	map[n - 1] = '\0'; /* without the last line it fits, until export_identity needs one more */
	*(strrchr(map, '\n') + 1) = '\0';
	scratch_text(&x->files, "map", map);
	must_load(x, MINIMAL "issuer_is_exclusive = yes\nemail_domains = b\n");
	must_fail(x,
	          MINIMAL "issuer_is_exclusive = yes\nemail_domains = b\nexport_identity = yes\n",
	          "map: rules and conditions read more than 32 claims");
}

/* A list that makes more conditions than there is room for is told by its key. */
static void demands_must_fit(void **state)
{
	struct fixture *x = *state;
	char conf[1024];
	size_t n = (size_t)snprintf(conf, sizeof(conf), MINIMAL "require_amr =");

	for (unsigned i = 0; i < 33; i++)
		n += (size_t)snprintf(conf + n, sizeof(conf) - n, " m%u", i);
	snprintf(conf + n, sizeof(conf) - n, "\n");
	scratch_text(&x->files, "map", MAP);
	must_fail(x, conf, "pam_oauth.conf:4: require_amr: more than 32 conditions");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(keys_must_fit_together),
	        TEST(secret_files),
	        TEST(secret_limit_is_exact),
	        TEST(min_uid_comes_from_login_defs),
	        TEST(oid_is_entras),
	        TEST(a_mutable_claim_is_noted),
	        TEST(ca_file_is_roots_own),
	        TEST(required_scopes_are_requested),
	        TEST(keys_load_without_their_files),
	        TEST(claims_need_their_conditions),
	        TEST(rule_file_is_checked_like_the_file),
	        TEST(request_must_fit),
	        TEST(demands_must_fit),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
