/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From files to a configuration: precedence, drop-ins, and a fault with file and line for whatever
 * is doubtful (PAM-6, GEN-1). Linked with --wrap=po_build_login_defs.
 */
#include "config.h"

#include "keys.h"
#include "scratch.h"
#include "settings.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ISSUER  "https://sso.example.org/realms/main"
#define MINIMAL "[general]\nissuer = " ISSUER "\nclient_id = host\n"
#define MAP     "issuer " ISSUER "\nallow sub=f1c8 as alice\n"

struct fixture {
	struct scratch files;
	char conf[128];
	struct po_fault fault;
	struct po_config config;
};

static char *login_defs; /* of the test that runs: the wrapper has no other way to learn it */

const char *__wrap_po_build_login_defs(void);

const char *__wrap_po_build_login_defs(void)
{
	return login_defs ? login_defs : "/nonexistent/login.defs";
}

static int setup(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));

	scratch_make(&x->files);
	snprintf(x->conf, sizeof(x->conf), "%s/pam_oauth.conf", x->files.dir);
	scratch_text(&x->files, "map", MAP);
	*state = x;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *x = *state;

	po_config_free(&x->config);
	scratch_remove(&x->files);
	free(login_defs);
	login_defs = NULL;
	free(x);
	return 0;
}

static bool load_for(struct fixture *x, const char *service, const char *text)
{
	po_config_free(&x->config);
	x->fault = (struct po_fault){0};
	scratch_text(&x->files, "pam_oauth.conf", text);
	return po_config_load(&x->config, x->conf, service, &x->fault);
}

static bool load(struct fixture *x, const char *text)
{
	return load_for(x, "sshd", text);
}

static void must_load(struct fixture *x, const char *text)
{
	if (!load(x, text))
		fail_msg("%s\n%s", text, x->fault.text);
}

static bool is_empty(const struct po_config *c)
{
	static const struct po_config empty;

	return memcmp(c, &empty, sizeof(empty)) == 0;
}

/* The text must be refused with a fault that begins, after the folder's name, like this. */
static void must_fail(struct fixture *x, const char *text, const char *fault)
{
	size_t folder = strlen(x->files.dir) + 1;

	if (load(x, text))
		fail_msg("taken: %s", text);
	assert_int_equal(x->fault.code, PO_E_CONFIG);
	if (strncmp(x->fault.text, x->files.dir, folder - 1) != 0 ||
	    strncmp(x->fault.text + folder, fault, strlen(fault)) != 0)
		fail_msg("%s: \"%s\" instead of \"%s\"", text, x->fault.text, fault);
	assert_true(is_empty(&x->config));
}

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
	{"issuer", "https://other.example:8443/"},
	{"discovery", "none"},
	{"device_authorization_endpoint", "https://other.example/device?a=b"},
	{"token_endpoint", "https://other.example/token"},
	{"jwks_uri", "https://other.example/jwks"},
	{"client_id", "another id"},
	{"client_auth", "post"},
	{"client_secret_file", "@/secret"},
	{"basic_encoding", "raw"},
	{"send_client_id", "unauthenticated"},
	{"scope", "openid email"},
	{"required_scopes", "openid, email"},
	{"initial_poll", "yes"},
	{"ca_file", "/etc/ssl/private-ca.pem"},
	{"endpoint_hosts", "other.example keys.example"},
	{"endpoint_ports", "8443"},
	{"verification_hosts", "short.example"},
	{"id_token_algs", "ES256"},
	{"trusted_audiences", "urn:other"},
	{"clock_skew", "0"},
	{"iat_check", "loose"},
	{"display", "info"},
	{"qr", "ascii"},
	{"qr_content", "plain"},
	{"qr_invert", "yes"},
	{"qr_columns", "25"},
	{"qr_lines", "13"},
	{"max_wait", "900"},
	{"no_retry", "yes"},
	{"confirm_start", "yes"},
	{"cancel_aborts", "yes"},
	{"map_file", "@/other-map"},
	{"identity_claim", "oid"},
	{"issuer_is_exclusive", "yes"},
	{"email_domains", "example.org"},
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
};

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
		return texts_equal(*(char *const *)(const void *)a, *(char *const *)(const void *)b);
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
	}
	return true;
}

/* Appends "key = value" with the folder of the test in the value's place for it. */
static size_t append_flip(struct fixture *x, const struct flip *flip, char *text, size_t size)
{
	bool in_folder = flip->value[0] == '@';

	return (size_t)snprintf(text, size, "%s = %s%s\n", flip->key,
				in_folder ? x->files.dir : "", flip->value + in_folder);
}

/* The whole table, in [general] or in the section of the service: no key is without effect. */
static void flip_every_key(struct fixture *x, const char *section)
{
	struct po_config defaults = {0};
	char text[8192];
	size_t n;

	scratch_write(&x->files, "secret", "s3cret\n", 7, 0600);
	scratch_text(&x->files, "other-map", "# nobody\n");
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

struct bad_case {
	const char *text;
	const char *fault;
};

/* Files of one mistake each: the line is the one that holds it. */
static const struct bad_case bad_files[] = {
	/* keys and values */
	{MINIMAL "no_such_key = 1\n", "pam_oauth.conf:4: unknown key \"no_such_key\""},
	{MINIMAL "Issuer = x\n", "pam_oauth.conf:4: unknown key \"Issuer\""},
	{MINIMAL "client_secret = x\n", "pam_oauth.conf:4: unknown key \"client_secret\""},
	{MINIMAL "max wait = 50\n", "pam_oauth.conf:4: unknown key \"max wait\""},
	{MINIMAL "= x\n", "pam_oauth.conf:4: unknown key \"\""},
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
	{MINIMAL "scope = profile\n", "pam_oauth.conf:4: scope: expected scopes"},
	{MINIMAL "id_token_algs = RS256 HS256\n", "pam_oauth.conf:4: id_token_algs: expected"},
	{MINIMAL "id_token_algs = none\n", "pam_oauth.conf:4: id_token_algs: expected"},
	{MINIMAL "token_endpoint = http://h/t\n", "pam_oauth.conf:4: token_endpoint: expected"},
	{MINIMAL "jwks_uri = https://u@h/t\n", "pam_oauth.conf:4: jwks_uri: expected an https"},
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
		size_t head = (size_t)snprintf(text, sizeof(text),
					       "[general]\nissuer = " ISSUER "\n%s%s", i ? "client_id = x\n" : "",
					       starts[i]);
		size_t fill = PO_LIMIT_CONFIG_LINE - strlen(starts[i]);

		memset(text + head, 'x', fill + 1);
		text[head + fill] = '\0';
		must_load(x, text); /* without a newline at the end */
		memcpy(text + head + fill, "\n", 2);
		must_load(x, text);
		if (i == 0)
			assert_int_equal(strlen(x->config.provider.client_id), fill);
		memcpy(text + head + fill, "x\n", 3);
		must_fail(x, text, i ? "pam_oauth.conf:4: line too long"
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
	{MINIMAL "client_auth = basic\n", "pam_oauth.conf:4: client_auth: basic and post need"},
	{MINIMAL "\n[service sshd]\nclient_auth = post\n", "pam_oauth.conf:6: client_auth: basic"},
	{MINIMAL "client_secret_file = /x\nclient_auth = none\n",
	 "pam_oauth.conf:5: client_auth: none and client_secret_file exclude"},
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
		{"", "allow oid=x as alice\n", NULL},
		{"", "allow \"x\" as alice\n", NULL},
		{"", "allow preferred_username~([a-z]+) as \\1\n",
		 "map:2: claim \"preferred_username\" needs issuer_is_exclusive"},
		{"", "allow sub=x as alice\n\nallow upn=x as alice\n",
		 "map:4: claim \"upn\" needs issuer_is_exclusive"},
		{"", "allow /oid/sub=x as alice\n", "map:2: claim \"/oid/sub\" needs"},
		{"", "allow Sub=x as alice\n", "map:2: claim \"Sub\" needs"},
		{"", "allow email=a@b as alice\n", "map:2: claim \"email\" needs issuer_is"},
		{"email_domains = b\n", "allow email=a@b as alice\n",
		 "map:2: claim \"email\" needs issuer_is_exclusive"},
		{"issuer_is_exclusive = yes\n", "allow email=a@b as alice\n",
		 "map:2: claim \"email\" needs email_domains"},
		{"issuer_is_exclusive = yes\nemail_domains = b\n", "allow email=a@b as alice\n",
		 NULL},
		{"issuer_is_exclusive = yes\n", "allow upn=x as alice\n", NULL},
		{"identity_claim = email\n", "allow \"a@b\" as alice\n",
		 "map:2: claim \"email\" needs"},
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
	must_fail(x, MINIMAL, "map:3: expected \"issuer\" or \"allow\"");
	scratch_write(&x->files, "map", MAP, strlen(MAP), 0664);
	must_fail(x, MINIMAL, "map: mode 0664");
	unlink(scratch_path(&x->files, "map"));
	must_fail(x, MINIMAL, "map: No such file");
	scratch_text(&x->files, "elsewhere", MAP);
	snprintf(text, sizeof(text), MINIMAL "map_file = %s/elsewhere\n", x->files.dir);
	must_load(x, text);
	assert_string_equal(x->config.map_file, scratch_path(&x->files, "elsewhere"));
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
		  "map: the rules read more than 32 claims");
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
		TEST(keys_must_fit_together),
		TEST(secret_files),
		TEST(secret_limit_is_exact),
		TEST(min_uid_comes_from_login_defs),
		TEST(claims_need_their_conditions),
		TEST(rule_file_is_checked_like_the_file),
		TEST(request_must_fit),
		TEST(places_are_kept),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
