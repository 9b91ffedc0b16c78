/* SPDX-License-Identifier: BSD-2-Clause */
/* CAU-10: keys, certificates and credentials in files of their own. client_secret_file:
 * test_check.c. */
#include "secrets.h"

#include "config_fixture.h"

#define PEM(label, body) "-----BEGIN " label "-----\n" body "\n-----END " label "-----\n"

struct file_case {
	const char *key; /* of the configuration; the file is "x" */
	const char *content;
	size_t len; /* 0: strlen(content) */
	mode_t mode;
	const char *fault; /* NULL: taken */
};

static const struct file_case cases[] = {
        {"client_key_file", PEM("PRIVATE KEY", "QUJD"), 0, 0600, NULL},
        {"client_key_file", PEM("RSA PRIVATE KEY", "QUJD"), 0, 0400, NULL},
        {"client_key_file", PEM("ENCRYPTED PRIVATE KEY", "QUJD"), 0, 0600, NULL},
        {"client_key_file", "a remark\n" PEM("EC PRIVATE KEY", "QUJD"), 0, 0600, NULL},
        {"client_key_file", PEM("PUBLIC KEY", "QUJD"), 0, 0600, "/x: no PRIVATE KEY in PEM"},
        {"client_key_file", "QUJD\n", 0, 0600, "/x: no PRIVATE KEY in PEM"},
        {"client_key_file", "-----BEGIN PRIVATE KEY-----", 0, 0600, "/x: no PRIVATE KEY in PEM"},
        {"client_key_file", "-----BEGIN PRIVATE KEY-----\nQUJD\n", 0, 0600,
         "/x: no PRIVATE KEY in PEM"},
        {"client_key_file", PEM("PRIVATE KEY", "QU\0JD"), sizeof(PEM("PRIVATE KEY", "QU\0JD")) - 1,
         0600, "/x: no PRIVATE KEY in PEM"},
        {"client_key_file", "", 0, 0600, "/x: no PRIVATE KEY in PEM"},
        {"client_key_file", PEM("PRIVATE KEY", "QUJD"), 0, 0640, "/x: "},
        {"client_key_file", PEM("PRIVATE KEY", "QUJD"), 0, 0604, "/x: "},
        {"client_certificate_file", PEM("CERTIFICATE", "QUJD"), 0, 0644, NULL},
        {"client_certificate_file", PEM("CERTIFICATE", "QUJD"), 0, 0664, "/x: "},
        {"client_certificate_file", PEM("PRIVATE KEY", "QUJD"), 0, 0644,
         "/x: no CERTIFICATE in PEM"},
        {"client_key_passphrase_file", "open sesame\n", 0, 0600, NULL},
        {"client_key_passphrase_file", "open\nsesame\n", 0, 0600, "/x: control character"},
        {"client_key_passphrase_file", "open sesame\n", 0, 0644, "/x: "},
        {"proxy_credentials_file", "user:pass:word\n", 0, 0600, NULL},
        {"proxy_credentials_file", "user:\n", 0, 0600, NULL},
        {"proxy_credentials_file", "user\n", 0, 0600, "/x: expected USER:PASSWORD"},
        {"proxy_credentials_file", ":pass\n", 0, 0600, "/x: expected USER:PASSWORD"},
        {"proxy_credentials_file", "user:pass\n", 0, 0644, "/x: "},
};

/* Whatever else the key needs is there. */
static bool load_case(struct fixture *x, const struct file_case *c)
{
	const char *d = x->files.dir;
	char text[1024];

	scratch_write(&x->files, "key", PEM("PRIVATE KEY", "QUJD"),
	              strlen(PEM("PRIVATE KEY", "QUJD")), 0600);
	unlink(scratch_path(&x->files, "x"));
	scratch_write(&x->files, "x", c->content, c->len ? c->len : strlen(c->content), c->mode);
	snprintf(text, sizeof(text), MINIMAL "%s = %s/x\nproxy = http://p.example:1\n", c->key, d);
	if (strcmp(c->key, "client_key_file") != 0)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		         "client_key_file = %s/key\n", d);
	return load(x, text);
}

static void files_are_read_or_refused(void **state)
{
	struct fixture *x = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		bool loaded = load_case(x, &cases[i]);

		if (loaded != !cases[i].fault)
			fail_msg("row %zu: %s", i, loaded ? "taken" : x->fault.text);
		if (loaded)
			continue;
		assert_int_equal(x->fault.code, PO_E_CONFIG);
		assert_non_null(strstr(x->fault.text, cases[i].fault));
		assert_null(strstr(x->fault.text, "QUJD"));
		assert_null(strstr(x->fault.text, "pass"));
	}
}

/* What a worker is told is what the file holds, without the newline of one line. */
static void contents_are_kept(void **state)
{
	struct fixture *x = *state;

	assert_true(load_case(x, &cases[0]));
	assert_string_equal(x->config.provider.client_key.data, cases[0].content);
	assert_true(load_case(x, &cases[12]));
	assert_string_equal(x->config.provider.client_certificate, cases[12].content);
	assert_true(load_case(x, &cases[15]));
	assert_string_equal(x->config.provider.client_key_passphrase.data, "open sesame");
	assert_true(load_case(x, &cases[18]));
	assert_string_equal(x->config.provider.proxy_credentials.data, "user:pass:word");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(files_are_read_or_refused, setup, teardown),
	        cmocka_unit_test_setup_teardown(contents_are_kept, setup, teardown),
	};

	return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
