/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the client authenticates, decided from files and metadata (protocol.md 4.3), and the
 * algorithm of its assertions (CAU-5, CAU-6).
 */
#include "client_keys.h"

#include <stdio.h>

#include "client.h"

#define METHODS(list) "\"token_endpoint_auth_methods_supported\":" list
#define ALGS(list)    "\"token_endpoint_auth_signing_alg_values_supported\":" list
#define LONG          "0123456789abcdef0123456789abcdef" /* 32 octets */
#define ALL                                                                                     \
	METHODS("[\"none\",\"client_secret_post\",\"client_secret_basic\",\"tls_client_auth\"," \
	        "\"self_signed_tls_client_auth\",\"private_key_jwt\"]")

struct row {
	const char *name;
	const char *secret, *key; /* NULL = none; key: client_keys.h's kind */
	bool certificate;
	enum po_client_auth configured;
	const char *alg;     /* assertion_alg; NULL = none */
	const char *members; /* of the metadata */
	enum po_client_auth method;
	const char *chosen; /* algorithm; NULL = none */
	const char *fault;  /* NULL = none */
};

#define AUTO PO_AUTH_AUTO
#define PKJ  PO_AUTH_PRIVATE_KEY_JWT
#define SJ   PO_AUTH_SECRET_JWT
#define TLS  PO_AUTH_TLS
#define TLSS PO_AUTH_TLS_SELF_SIGNED

static const struct row rows[] = {
        /* auto, in the order of section 4.3 */
        {"key first", "s", "ED25519", true, AUTO, NULL, ALL, PKJ, "EdDSA", NULL},
        {"a certificate where no assertion is taken", "s", "ED25519", true, AUTO, NULL,
         METHODS("[\"client_secret_basic\",\"tls_client_auth\"]"), TLS, NULL, NULL},
        {"a self-signed one", "s", "ED25519", true, AUTO, NULL,
         METHODS("[\"client_secret_post\",\"self_signed_tls_client_auth\"]"), TLSS, NULL, NULL},
        {"no certificate, so the secret", "s", "ED25519", false, AUTO, NULL,
         METHODS("[\"client_secret_basic\",\"tls_client_auth\"]"), PO_AUTH_BASIC, NULL, NULL},
        {"basic before post", "s", NULL, false, AUTO, NULL, ALL, PO_AUTH_BASIC, NULL, NULL},
        {"nothing announced, a secret", "s", NULL, false, AUTO, NULL, "", PO_AUTH_BASIC, NULL,
         NULL},
        {"nothing announced, a key", NULL, "EC P-256", false, AUTO, NULL, "", PKJ, "ES256", NULL},
        {"nothing announced, a certificate", NULL, "EC P-256", true, AUTO, NULL, "", TLS, NULL,
         NULL},
        {"nothing at all", NULL, NULL, false, AUTO, NULL, ALL, PO_AUTH_NONE, NULL, NULL},
        {"an empty secret is one", "", NULL, false, AUTO, NULL, "", PO_AUTH_BASIC, NULL, NULL},
        /* the algorithm of the key */
        {"RS256 before PS256", NULL, "RSA 2048", false, PKJ, NULL, "", PKJ, "RS256", NULL},
        {"PS256 where only that is announced", NULL, "RSA 2048", false, PKJ, NULL,
         ALGS("[\"ES256\",\"PS256\"]"), PKJ, "PS256", NULL},
        {"configured wins over announced", NULL, "RSA 2048", false, PKJ, "PS256",
         ALGS("[\"RS256\"]"), PKJ, "PS256", NULL},
        {"announced as no list", NULL, "RSA 2048", false, PKJ, NULL, ALGS("\"PS256\""), PKJ,
         "RS256", NULL},
        {"nothing in common", NULL, "EC P-256", false, PKJ, NULL, ALGS("[\"RS256\"]"), PKJ, NULL,
         "client_key_file: the key does not fit"},
        {"configured, but of another key", NULL, "EC P-256", false, PKJ, "RS256", "", PKJ, NULL,
         "client_key_file: the key does not fit"},
        {"a curve of no algorithm", NULL, "EC P-384", false, PKJ, NULL, "", PKJ, NULL,
         "client_key_file: the key does not fit"},
        /* ... and of the secret */
        {"HS256", LONG, NULL, false, SJ, NULL, "", SJ, "HS256", NULL},
        {"HS512", LONG LONG, NULL, false, SJ, NULL, ALGS("[\"HS512\",\"RS256\"]"), SJ, "HS512",
         NULL},
        {"HS384 configured", LONG LONG, NULL, false, SJ, "HS384", "", SJ, "HS384", NULL},
        {"too short", "0123456789abcdef0123456789abcde", NULL, false, SJ, NULL, "", SJ, NULL,
         "client_secret_file: too short"},
        {"too short for the announced one", LONG, NULL, false, SJ, NULL, ALGS("[\"HS512\"]"), SJ,
         NULL, "client_secret_file: too short"},
        {"no key algorithm by a secret", LONG, "RSA 2048", false, SJ, NULL, ALGS("[\"RS256\"]"), SJ,
         NULL, "client_secret_file: too short"},
        /* what a method needs */
        {"TLS with any key", NULL, "EC P-384", true, TLS, NULL, "", TLS, NULL, NULL},
        {"TLS without a certificate", NULL, "EC P-384", false, TLS, NULL, "", TLS, NULL,
         "client authentication needs"},
        {"basic without a secret", NULL, "ED25519", false, PO_AUTH_BASIC, NULL, "", 0, NULL,
         "client authentication needs"},
        {"an assertion without a secret", NULL, "ED25519", false, SJ, NULL, "", 0, NULL,
         "client authentication needs"},
        {"an assertion without a key", "s", NULL, false, PKJ, NULL, "", 0, NULL,
         "client authentication needs"},
};

static void make_request(struct po_request *r, const struct row *row)
{
	*r = (struct po_request){.client_auth = row->configured};
	if (row->secret)
		assert_true(po_secret_set(&r->client_secret, row->secret, strlen(row->secret)));
	if (row->key)
		make_pem(row->key, NULL, &r->client_key);
	r->client_certificate = row->certificate ? strdup("PEM") : NULL;
	r->assertion_alg = row->alg ? strdup(row->alg) : NULL;
}

static void the_method_is_decided_once(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_fault f = {.code = PO_OK};
		struct po_client c = {.request = NULL};
		struct po_request r;
		struct po_json *doc;
		char text[400];

		t.row = rows[i].name;
		make_request(&r, &rows[i]);
		snprintf(text, sizeof(text), "{%s}", rows[i].members);
		doc = po_json_load(text, strlen(text), PO_E_PROVIDER, &f);
		assert_non_null(doc);
		ROW(&t, po_client_decide(&c, &r, doc, &f) == !rows[i].fault);
		if (rows[i].fault) {
			ROW_NUMBER(&t, f.code, PO_E_CONFIG);
			ROW(&t, strstr(f.text, rows[i].fault) != NULL);
		} else {
			ROW_NUMBER(&t, c.grant.method, rows[i].method);
			ROW_TEXT(&t, c.grant.alg, rows[i].chosen);
			ROW_NUMBER(&t, po_client_by_tls(&c),
			           rows[i].method == TLS || rows[i].method == TLSS);
			ROW_NUMBER(&t, c.introspection.method, PO_AUTH_AUTO);
		}
		po_client_free(&c);
		po_client_free(&c);
		po_json_free(doc);
		po_request_free(&r);
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_method_is_decided_once),
	};

	return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
