/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From files to a configuration: precedence, drop-ins, and a fault with file and line for whatever
 * is doubtful (PAM-6, GEN-1).
 */
#include "config.h"

#include "config_fixture.h"
#include "keys.h"
#include "settings.h"

static void minimal_file_has_the_defaults(void **state)
{
	struct fixture *x = *state;
	char map[128];

	must_load(x, MINIMAL);
	assert_int_equal(x->config.provider.task, PO_TASK_LOGIN);
	assert_string_equal(x->config.provider.issuer, ISSUER);
	assert_string_equal(x->config.provider.client_id, "host");
	assert_null(x->config.provider.client_secret.data);
	assert_int_equal(x->config.provider.want_count, 0);
	assert_int_equal(x->config.min_uid, 1000);
	assert_true(x->config.no_retry); /* of the preset for sshd */
	snprintf(map, sizeof(map), "%s/map", x->files.dir);
	assert_string_equal(x->config.map_file, map);
	assert_non_null(x->config.rules);
	po_config_free(&x->config);
	assert_true(is_empty(&x->config));
	po_config_free(&x->config);
	po_config_free(NULL);
}

/* A key, a value that is not its default, and nothing that another key would object to. */
struct flip {
	const char *key;
	const char *value; /* "@" stands for the folder of the test */
};

static const struct flip flips[] = {
        {"provider", "okta"},
        {"issuer", "https://other.example:8443/organizations/v2.0"},
        {"discovery", "none"},
        {"device_authorization_endpoint", "https://other.example/device?a=b"},
        {"token_endpoint", "https://other.example/token"},
        {"jwks_uri", "https://other.example/jwks"},
        {"userinfo_endpoint", "https://other.example/userinfo"},
        {"introspection_endpoint", "https://other.example/introspect"},
        {"client_id", "another id"},
        {"client_auth", "private_key_jwt"},
        {"client_key_file", "@/key.pem"},
        {"client_key_passphrase_file", "@/passphrase"},
        {"client_certificate_file", "@/certificate.pem"},
        {"client_key_id", "key-1"},
        {"assertion_alg", "PS256"},
        {"assertion_aud", "token_endpoint"},
        {"assertion_typ", "none"},
        {"client_secret_file", "@/secret"},
        {"basic_encoding", "raw"},
        {"send_client_id", "unauthenticated"},
        {"scope", "openid email"},
        {"resource", "urn:host:web01"},
        {"required_scopes", "openid, email"},
        {"initial_poll", "yes"},
        {"pkce", "always"},
        {"nonce", "required"},
        {"audience", "urn:hosts"},
        {"login_hint", "account"},
        {"extra_params", "prompt=login, a=b%20c"},
        {"code_parameter", "code"},
        {"revoke", "yes"},
        {"revocation_endpoint", "https://other.example/r"},
        {"ca_path", "@/certificates"},
        {"pinned_keys", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
        {"tls_min", "1.3"},
        {"proxy", "http://proxy.example:3128"},
        {"proxy_credentials_file", "@/credentials"},
        {"no_proxy", "localhost, .example.org"},
        {"ip", "4"},
        {"connect_timeout", "6"},
        {"timeout", "16"},
        {"iss_aliases", "accounts.example.org"},
        {"allowed_tenants", "9188040d-6c67-4c5b-b112-36a304b66dad"},
        {"ca_file", "@/ca.pem"},
        {"endpoint_hosts", "other.example keys.example"},
        {"endpoint_ports", "8443"},
        {"verification_hosts", "short.example"},
        {"identity_source", "userinfo"},
        {"api_endpoint", "https://other.example/user"},
        {"access_token_audience", "web01"},
        {"id_token_algs", "ES256"},
        {"trusted_audiences", "urn:other"},
        {"clock_skew", "0"},
        {"iat_check", "loose"},
        {"log_subject", "hash"},
        {"display", "info"},
        {"qr", "ascii"},
        {"qr_content", "plain"},
        {"qr_invert", "yes"},
        {"language", "ja"},
        {"qr_columns", "25"},
        {"qr_lines", "13"},
        {"max_wait", "900"},
        {"no_retry", "yes"},
        {"confirm_start", "yes"},
        {"cancel_aborts", "yes"},
        {"limit_source", "7/600"},
        {"limit_user", "6/599"},
        {"limit_global", "none"},
        {"limit_flows", "none"},
        {"rate_limit_fail", "open"},
        {"map_file", "@/other-map"},
        {"identity_claim", "oid"},
        {"issuer_is_exclusive", "yes"},
        {"email_domains", "example.org"},
        {"require", "from 192.0.2.0/24"},
        {"max_age", "900"},
        {"acr_values", "gold, silver"},
        {"require_acr", "gold"},
        {"require_amr", "mfa"},
        {"require_prior", "publickey"},
        {"allow_from", "192.0.2.0/24"},
        {"allow_root", "yes"},
        {"system_accounts", "deploy, backup"},
        {"min_uid", "500"},
        {"max_uid", "60000"},
        {"nss_case_insensitive", "yes"},
        {"skip_users", "root"},
        {"refuse_services", "none"},
        {"unknown_user", "deny"},
        {"reveal_unknown", "yes"},
        {"account", "require"},
        {"pin_subject", "yes"},
        {"grace", "30"},
        {"grace_services", "sshd"},
        {"export_identity", "yes"},
};

#define PEM(label) "-----BEGIN " label "-----\nAAAA\n-----END " label "-----\n"

static bool lists_equal(const struct po_list *a, const struct po_list *b)
{
	bool equal = a->count == b->count;

	for (size_t i = 0; equal && i < a->count; i++)
		equal = strcmp(a->items[i], b->items[i]) == 0;
	return equal;
}

static bool texts_equal(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool fields_equal(const struct po_key *key, const struct po_config *one,
                         const struct po_config *two)
{
	const char *a = (const char *)one + key->offset;
	const char *b = (const char *)two + key->offset;

	switch (key->type) {
	case PO_KEY_TEXT:
		return texts_equal(*(char *const *)(const void *)a,
		                   *(char *const *)(const void *)b);
	case PO_KEY_LIST:
		return lists_equal((const void *)a, (const void *)b);
	case PO_KEY_FLAG:
		return memcmp(a, b, sizeof(bool)) == 0;
	case PO_KEY_NUMBER:
		return memcmp(a, b, sizeof(unsigned long)) == 0;
	case PO_KEY_U32:
		return memcmp(a, b, sizeof(uint32_t)) == 0;
	case PO_KEY_WORD:
		return memcmp(a, b, sizeof(enum po_display)) == 0;
	case PO_KEY_RATE:
		return memcmp(a, b, sizeof(struct po_rate)) == 0;
	case PO_KEY_CONDITIONS:
		return ((const struct po_conditions *)(const void *)a)->count ==
		       ((const struct po_conditions *)(const void *)b)->count;
	}
	return true;
}

/* Appends "key = value" with the folder of the test in the value's place for it. */
static size_t append_flip(struct fixture *x, const struct flip *flip, char *text, size_t size)
{
	bool in_folder = flip->value[0] == '@';

	return (size_t)snprintf(text, size, "%s = %s%s\n", flip->key, in_folder ? x->files.dir : "",
	                        flip->value + in_folder);
}

/* The whole table, in [general] or in the section of the service: no key is without effect. */
static void flip_every_key(struct fixture *x, const char *section)
{
	struct po_config defaults = {0};
	char text[8192];
	size_t n;

	scratch_write(&x->files, "secret", "s3cret\n", 7, 0600);
	scratch_write(&x->files, "key.pem", PEM("PRIVATE KEY"), strlen(PEM("PRIVATE KEY")), 0600);
	scratch_write(&x->files, "passphrase", "open\n", 5, 0600);
	scratch_write(&x->files, "credentials", "user:pass\n", 10, 0600);
	scratch_text(&x->files, "certificate.pem", PEM("CERTIFICATE"));
	scratch_folder(&x->files, "certificates", 0755);
	scratch_text(&x->files, "other-map", "# nobody\n");
	scratch_text(&x->files, "ca.pem", "x");
	if (!load_for(x, "other", MINIMAL))
		fail_msg("%s", x->fault.text);
	defaults = x->config;
	x->config = (struct po_config){0};
	assert_int_equal(COUNT(flips), po_key_count());
	n = (size_t)snprintf(text, sizeof(text), "%s\n", section);
	for (size_t i = 0; i < COUNT(flips); i++)
		n += append_flip(x, &flips[i], text + n, sizeof(text) - n);
	if (!load_for(x, "other", text))
		fail_msg("%s", x->fault.text);
	for (size_t i = 0; i < po_key_count(); i++) {
		const struct po_key *key = po_key_at(i);

		if (fields_equal(key, &defaults, &x->config))
			fail_msg("%s: %s has no effect", section, key->name);
	}
	assert_string_equal(x->config.provider.client_secret.data, "s3cret");
	assert_string_equal(x->config.provider.client_key.data, PEM("PRIVATE KEY"));
	assert_string_equal(x->config.provider.client_key_passphrase.data, "open");
	assert_string_equal(x->config.provider.client_certificate, PEM("CERTIFICATE"));
	assert_string_equal(x->config.provider.proxy_credentials.data, "user:pass");
	po_config_free(&defaults);
}

static void every_key_works_in_general(void **state)
{
	flip_every_key(*state, "[general]");
}

static void every_key_works_for_a_service(void **state)
{
	flip_every_key(*state, "[service other]");
}

/* Files of one mistake each: the line is the one that holds it. */
static const struct bad_case bad_files[] = {
        /* keys and values */
        {MINIMAL "no_such_key = 1\n", "pam_oauth.conf:4: unknown key 'no_such_key'"},
        {MINIMAL "Issuer = x\n", "pam_oauth.conf:4: unknown key 'Issuer'"},
        {MINIMAL "client_secret = x\n", "pam_oauth.conf:4: unknown key 'client_secret'"},
        {MINIMAL "max wait = 50\n", "pam_oauth.conf:4: unknown key 'max wait'"},
        {MINIMAL "= x\n", "pam_oauth.conf:4: unknown key ''"},
        {MINIMAL "\n# fine\n\nmax_wait = 50\nmax_wait = 50\n",
         "pam_oauth.conf:8: max_wait: given before, in line 7"},
        {MINIMAL "[service a]\nqr = none\n[general]\n[service a]\nqr = none\n",
         "pam_oauth.conf:8: qr: given before, in line 5"},
        {MINIMAL "max_wait =\n", "pam_oauth.conf:4: empty value"},
        {MINIMAL "max_wait = \t \n", "pam_oauth.conf:4: empty value"},
        {MINIMAL "max_wait\n", "pam_oauth.conf:4: expected NAME = VALUE"},
        {MINIMAL "max_wait: 50\n", "pam_oauth.conf:4: expected NAME = VALUE"},
        {MINIMAL "max_wait: a=50\n", "pam_oauth.conf:4: expected NAME = VALUE"},
        {MINIMAL "max_wait = 50s\n", "pam_oauth.conf:4: max_wait: expected a number"},
        {MINIMAL "max_wait = 9\n", "pam_oauth.conf:4: max_wait: expected a number"},
        {MINIMAL "max_wait = 901\n", "pam_oauth.conf:4: max_wait: expected a number"},
        {MINIMAL "allow_root = maybe\n", "pam_oauth.conf:4: allow_root: expected one of no, yes"},
        {MINIMAL "allow_root = yes please\n", "pam_oauth.conf:4: allow_root: expected one of"},
        {MINIMAL "map_file = map\n", "pam_oauth.conf:4: map_file: expected an absolute path"},
        {MINIMAL "ca_file = ca.pem\n", "pam_oauth.conf:4: ca_file: expected an absolute path"},
        {MINIMAL "scope = profile\n", "pam_oauth.conf:4: scope: there is no ID token"},
        {MINIMAL "id_token_algs = RS256 HS256\n", "pam_oauth.conf:4: id_token_algs: expected"},
        {MINIMAL "id_token_algs = none\n", "pam_oauth.conf:4: id_token_algs: expected"},
        {MINIMAL "token_endpoint = http://h/t\n", "pam_oauth.conf:4: token_endpoint: expected"},
        {MINIMAL "jwks_uri = https://u@h/t\n", "pam_oauth.conf:4: jwks_uri: expected an https"},
        /* a condition that is not understood would be none */
        {MINIMAL "require = acr gold\n", "pam_oauth.conf:4: require: condition: expected CLAIM"},
        {MINIMAL "require = acr=gold and\n", "pam_oauth.conf:4: require: "},
        {MINIMAL "allow_from = 192.0.2.0/33\n", "pam_oauth.conf:4: allow_from: "},
        {MINIMAL "require_prior = public key!\n", "pam_oauth.conf:4: require_prior: "},
        {MINIMAL "jwks_uri = https://h/t#x\n", "pam_oauth.conf:4: jwks_uri: expected an https"},
        /* of services that are not the one that logs in, too */
        {MINIMAL "[service su]\nmax_wait = 1\n", "pam_oauth.conf:5: max_wait: expected"},
        {MINIMAL "[service su]\nnope = 1\n", "pam_oauth.conf:5: unknown key"},
        /* DSC-1 */
        {"[general]\nissuer = http://sso.example.org\n", "pam_oauth.conf:2: issuer: expected an"},
        {"[general]\nissuer = https://sso.example.org?x\n", "pam_oauth.conf:2: issuer: expected"},
        {"[general]\nissuer = https://h\nclient_id = \x7f\n", "pam_oauth.conf:3: only printable"},
        /* sections */
        {"issuer = " ISSUER "\n", "pam_oauth.conf:1: key before the first section"},
        {MINIMAL "[generel]\n", "pam_oauth.conf:4: unknown section"},
        {MINIMAL "[General]\n", "pam_oauth.conf:4: unknown section"},
        {MINIMAL "[]\n", "pam_oauth.conf:4: unknown section"},
        {MINIMAL "[ general ]\n", "pam_oauth.conf:4: unknown section"},
        {MINIMAL "[sshd]\n", "pam_oauth.conf:4: unknown section"},
        {MINIMAL "[service]\n", "pam_oauth.conf:4: unknown section"},
        {MINIMAL "[service ]\n", "pam_oauth.conf:4: [service NAME]: expected the name"},
        {MINIMAL "[service  su]\n", "pam_oauth.conf:4: [service NAME]: expected the name"},
        {MINIMAL "[service Su]\n", "pam_oauth.conf:4: [service NAME]: expected the name"},
        {MINIMAL "[service su login]\n", "pam_oauth.conf:4: [service NAME]: expected the name"},
        {MINIMAL "[service ../x]\n", "pam_oauth.conf:4: [service NAME]: expected the name"},
        {MINIMAL "[service su\nallow_root = yes\n", "pam_oauth.conf:4: section header without ]"},
        {MINIMAL "[service su] x\n", "pam_oauth.conf:4: unexpected text after a section header"},
        {MINIMAL "[general]]\n", "pam_oauth.conf:4: unexpected text after a section header"},
        {MINIMAL "[service su] # x\n", "pam_oauth.conf:4: unexpected text after a section"},
        /* what libinih would misread without a word */
        {MINIMAL "client_auth = none\n  max_wait = 50\n", "pam_oauth.conf:5: indented line"},
        {MINIMAL "\tmax_wait = 50\n", "pam_oauth.conf:4: indented line"},
        {MINIMAL " [service su]\n", "pam_oauth.conf:4: indented line"},
        {MINIMAL "scope = openid ;profile\n", "pam_oauth.conf:4: a comment needs a line"},
        {MINIMAL "scope = openid #profile\n", "pam_oauth.conf:4: a comment needs a line"},
        {MINIMAL "scope ;x = openid\n", "pam_oauth.conf:4: a comment needs a line"},
        {"[general]\r\nissuer = " ISSUER "\r\n", "pam_oauth.conf:1: carriage return"},
        {MINIMAL "client_secret_file = /x\r\n", "pam_oauth.conf:4: carriage return"},
        {MINIMAL "# \x1b[1m\n", "pam_oauth.conf:4: only printable ASCII"},
        {MINIMAL "ca_file = /caf\xc3\xa9\n", "pam_oauth.conf:4: only printable ASCII"},
        {MINIMAL "\xc2\xa0\n", "pam_oauth.conf:4: only printable ASCII"},
        {"\xef\xbb\xbf" MINIMAL, "pam_oauth.conf:1: only printable ASCII"},
        /* only the first mistake is told */
        {MINIMAL "max_wait = 1\nnope = 1\n[x\n", "pam_oauth.conf:4: max_wait: expected"},
        {MINIMAL "[x\nnope = 1\n", "pam_oauth.conf:4: section header without ]"},
};

static void faults_name_file_and_line(void **state)
{
	for (size_t i = 0; i < COUNT(bad_files); i++)
		must_fail(*state, bad_files[i].text, bad_files[i].fault);
}

static void nul_byte_is_refused(void **state)
{
	static const char text[] = MINIMAL "scope = openid\0 email\n";
	struct fixture *x = *state;

	scratch_write(&x->files, "pam_oauth.conf", text, sizeof(text) - 1, 0644);
	assert_false(po_config_load(&x->config, x->conf, "sshd", &x->fault));
	assert_non_null(strstr(x->fault.text, "pam_oauth.conf:4: NUL byte"));
}

/* Lines of every allowed length arrive whole; the next longer one is a fault, comments included. */
static void line_limit_is_exact(void **state)
{
	static const char *const starts[] = {"client_id = ", "# "};
	char text[600];
	struct fixture *x = *state;

	for (size_t i = 0; i < COUNT(starts); i++) {
		size_t head =
		        (size_t)snprintf(text, sizeof(text), "[general]\nissuer = " ISSUER "\n%s%s",
		                         i ? "client_id = x\n" : "", starts[i]);
		size_t fill = PO_LIMIT_CONFIG_LINE - strlen(starts[i]);

		memset(text + head, 'x', fill + 1);
		text[head + fill] = '\0';
		must_load(x, text); /* without a newline at the end */
		memcpy(text + head + fill, "\n", 2);
		must_load(x, text);
		if (i == 0)
			assert_int_equal(strlen(x->config.provider.client_id), fill);
		memcpy(text + head + fill, "x\n", 3);
		must_fail(x, text,
		          i ? "pam_oauth.conf:4: line too long"
		            : "pam_oauth.conf:3: line too long");
	}
}

/* libinih cuts names at 49 bytes: a longer one must not become another name. */
static void long_names_are_never_cut(void **state)
{
	struct fixture *x = *state;
	char name[100];
	char text[400];

	for (size_t len = PO_LIMIT_CONFIG_NAME - 1; len < PO_LIMIT_CONFIG_NAME + 4; len++) {
		memset(name, 'a', len);
		name[len] = '\0';
		snprintf(text, sizeof(text), MINIMAL "%s = x\n", name);
		must_fail(x, text, "pam_oauth.conf:4: unknown key");
		snprintf(text, sizeof(text), MINIMAL "[service %s]\nqr = none\n", name);
		if (len <= PO_LIMIT_CONFIG_NAME) {
			must_load(x, text);
			continue;
		}
		must_fail(x, text, "pam_oauth.conf:4: name of a service too long");
	}
}

static void file_limit_is_exact(void **state)
{
	struct fixture *x = *state;
	size_t size = PO_LIMIT_CONFIG_FILE;
	char *text = malloc(size + 2);
	size_t n = strlen(MINIMAL);

	assert_non_null(text);
	memset(text, '\n', size + 1);
	memcpy(text, MINIMAL, n);
	text[size] = '\0';
	must_load(x, text);
	text[size] = '\n';
	text[size + 1] = '\0';
	must_fail(x, text, "pam_oauth.conf: larger than 65536 bytes");
	free(text);
}

static void harmless_forms_are_taken(void **state)
{
	static const char text[] = "# comment\n; another, caf\xc3\xa9\n\n   \t \n[general] \t\n"
	                           "issuer=" ISSUER "\n"
	                           "client_id   =\thost;1#2=3 \n"
	                           "[service empty]\n"
	                           "[service sshd]\n"
	                           "max_wait = 60"; /* no newline */
	struct fixture *x = *state;

	must_load(x, text);
	assert_string_equal(x->config.provider.client_id, "host;1#2=3");
	assert_int_equal(x->config.max_wait_s, 60);
}

/* Defaults, then the preset, then [general], then [service NAME]. */
static void the_more_special_wins(void **state)
{
	struct fixture *x = *state;

	assert_true(load_for(x, "other", MINIMAL));
	assert_int_equal(x->config.max_wait_s, 100);
	assert_true(load_for(x, "sudo", MINIMAL));
	assert_int_equal(x->config.max_wait_s, 180);
	assert_true(load_for(x, "sudo", MINIMAL "max_wait = 60\n[service su]\nmax_wait = 70\n"));
	assert_int_equal(x->config.max_wait_s, 60);
	assert_true(load_for(x, "su", MINIMAL "max_wait = 60\n[service su]\nmax_wait = 70\n"));
	assert_int_equal(x->config.max_wait_s, 70);
	assert_true(load_for(x, "su", "[service su]\nmax_wait = 70\n" MINIMAL "max_wait = 60\n"));
	assert_int_equal(x->config.max_wait_s, 70);
	assert_true(load_for(x, "su-l", MINIMAL "[service su]\nmax_wait = 70\n"));
	assert_int_equal(x->config.max_wait_s, 120);
	assert_true(load_for(x, NULL, MINIMAL "[service su]\nmax_wait = 70\n"));
	assert_int_equal(x->config.max_wait_s, 100);
	assert_true(load_for(x, "", MINIMAL));
	/* a list is replaced, not added to, and can be emptied again */
	assert_true(load_for(x, "su", MINIMAL "skip_users = a b\n[service su]\nskip_users = c\n"));
	assert_int_equal(x->config.skip_users.count, 1);
	assert_true(load_for(x, "su", MINIMAL "skip_users = a\n[service su]\nskip_users = none\n"));
	assert_int_equal(x->config.skip_users.count, 0);
}

static void drop_in(struct fixture *x, const char *name, const char *text)
{
	char path[80];

	snprintf(path, sizeof(path), "pam_oauth.conf.d/%s", name);
	scratch_text(&x->files, path, text);
}

static void later_files_win_within_a_section(void **state)
{
	struct fixture *x = *state;

	scratch_folder(&x->files, "pam_oauth.conf.d", 0755);
	must_load(x, MINIMAL "max_wait = 20\n");
	drop_in(x, "50.conf", "[general]\nmax_wait = 50\nqr = ascii\n");
	drop_in(x, "10.conf", "[general]\nmax_wait = 10\n");
	drop_in(x, "9.conf", "[service sshd]\nqr_lines = 30\n");
	drop_in(x, "99.conf.off", "broken");
	drop_in(x, ".hidden.conf", "broken");
	must_load(x, MINIMAL "max_wait = 20\n");
	assert_int_equal(x->config.max_wait_s, 50);
	assert_int_equal(x->config.qr, PO_QR_ASCII);
	assert_int_equal(x->config.qr_lines, 30);
	/* the section of the service stands above [general] of any file */
	must_load(x, MINIMAL "[service sshd]\nmax_wait = 20\n");
	assert_int_equal(x->config.max_wait_s, 20);
	/* within one file a key may still stand once only */
	drop_in(x, "60.conf", "[general]\nmax_wait = 60\nmax_wait = 61\n");
	must_fail(x, MINIMAL, "pam_oauth.conf.d/60.conf:3: max_wait: given before, in line 2");
	drop_in(x, "60.conf", "max_wait = 60\n");
	must_fail(x, MINIMAL, "pam_oauth.conf.d/60.conf:1: key before the first section");
	drop_in(x, "60.conf", "\n");
	must_load(x, MINIMAL);
}

static void drop_ins_are_checked_like_the_file(void **state)
{
	struct fixture *x = *state;

	scratch_folder(&x->files, "pam_oauth.conf.d", 0775);
	must_fail(x, MINIMAL, "pam_oauth.conf.d: mode 0775");
	assert_int_equal(chmod(scratch_path(&x->files, "pam_oauth.conf.d"), 0755), 0);
	must_load(x, MINIMAL);
	scratch_write(&x->files, "pam_oauth.conf.d/a.conf", "\n", 1, 0666);
	must_fail(x, MINIMAL, "pam_oauth.conf.d/a.conf: mode 0666");
	unlink(scratch_path(&x->files, "pam_oauth.conf.d/a.conf"));
	scratch_folder(&x->files, "pam_oauth.conf.d/b.conf", 0755);
	must_fail(x, MINIMAL, "pam_oauth.conf.d/b.conf: not a regular file");
}

static void file_itself_is_checked(void **state)
{
	struct fixture *x = *state;

	must_load(x, MINIMAL);
	po_config_free(&x->config);
	assert_int_equal(chmod(x->conf, 0664), 0);
	assert_false(po_config_load(&x->config, x->conf, "sshd", &x->fault));
	assert_non_null(strstr(x->fault.text, "pam_oauth.conf: mode 0664"));
	assert_true(is_empty(&x->config));
	assert_false(po_config_load(&x->config, "relative.conf", "sshd", &x->fault));
	assert_string_equal(x->fault.text, "relative.conf: not an absolute path");
	assert_false(po_config_load(&x->config, NULL, "sshd", &x->fault));
	assert_non_null(strstr(x->fault.text, "/nonexistent/pam_oauth.conf: No such file"));
}

static void places_are_kept(void **state)
{
	struct fixture *x = *state;
	struct po_settings places = {0};

	scratch_folder(&x->files, "pam_oauth.conf.d", 0755);
	drop_in(x, "a.conf", "\n[service sshd]\nqr = none\n");
	scratch_text(&x->files, "pam_oauth.conf", MINIMAL "qr = ascii\nqr_lines = 20\n");
	assert_true(po_config_load_places(&x->config, x->conf, "sshd", &places, &x->fault));
	assert_string_equal(po_settings_place(&places, "qr_lines")->file, x->conf);
	assert_int_equal(po_settings_place(&places, "qr_lines")->line, 5);
	assert_string_equal(po_settings_place(&places, "qr")->file,
	                    scratch_path(&x->files, "pam_oauth.conf.d/a.conf"));
	assert_int_equal(po_settings_place(&places, "qr")->line, 3);
	assert_string_equal(po_settings_place(&places, "max_wait")->file, PO_PLACE_PRESET);
	assert_string_equal(po_settings_place(&places, "allow_root")->file, PO_PLACE_DEFAULT);
	assert_int_equal(po_settings_place(&places, "allow_root")->line, 0);
	po_settings_free(&places);
	po_settings_free(&places);
	po_settings_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(minimal_file_has_the_defaults),
	        TEST(every_key_works_in_general),
	        TEST(every_key_works_for_a_service),
	        TEST(faults_name_file_and_line),
	        TEST(nul_byte_is_refused),
	        TEST(line_limit_is_exact),
	        TEST(long_names_are_never_cut),
	        TEST(file_limit_is_exact),
	        TEST(harmless_forms_are_taken),
	        TEST(the_more_special_wins),
	        TEST(later_files_win_within_a_section),
	        TEST(drop_ins_are_checked_like_the_file),
	        TEST(file_itself_is_checked),
	        TEST(places_are_kept),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
