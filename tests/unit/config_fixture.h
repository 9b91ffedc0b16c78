/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A folder with a configuration in it, shared by test_config.c and test_check.c. Both are linked
 * with --wrap=po_build_login_defs.
 */
#ifndef PO_TEST_CONFIG_FIXTURE_H
#define PO_TEST_CONFIG_FIXTURE_H

#include "config.h"
#include "scratch.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ISSUER   "https://sso.example.org/realms/main"
#define MINIMAL  "[general]\nissuer = " ISSUER "\nclient_id = host\n"
#define MAP      "issuer " ISSUER "\nallow sub=f1c8 as alice\n"

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

static inline int setup(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));

	scratch_make(&x->files);
	snprintf(x->conf, sizeof(x->conf), "%s/pam_oauth.conf", x->files.dir);
	scratch_text(&x->files, "map", MAP);
	*state = x;
	return 0;
}

static inline int teardown(void **state)
{
	struct fixture *x = *state;

	po_config_free(&x->config);
	scratch_remove(&x->files);
	free(login_defs);
	login_defs = NULL;
	free(x);
	return 0;
}

static inline bool load_for(struct fixture *x, const char *service, const char *text)
{
	po_config_free(&x->config);
	x->fault = (struct po_fault){0};
	scratch_text(&x->files, "pam_oauth.conf", text);
	return po_config_load(&x->config, x->conf, service, &x->fault);
}

static inline bool load(struct fixture *x, const char *text)
{
	return load_for(x, "sshd", text);
}

static inline void must_load(struct fixture *x, const char *text)
{
	if (!load(x, text))
		fail_msg("%s\n%s", text, x->fault.text);
}

static inline bool is_empty(const struct po_config *c)
{
	static const struct po_config empty;

	/* NOLINTNEXTLINE: all of it, three names of one check */
	return memcmp(c, &empty, sizeof(empty)) == 0;
}

/* The text must be refused with a fault that begins, after the folder's name, like this. */
static inline void must_fail(struct fixture *x, const char *text, const char *fault)
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

/* A text and how its fault begins. */
struct bad_case {
	const char *text;
	const char *fault;
};

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
