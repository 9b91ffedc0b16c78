/* SPDX-License-Identifier: BSD-2-Clause */
/* Which TCP ports a configuration needs: the sandbox opens these and no others. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ports.h"

static const struct {
	const char *name;
	const char *issuer, *device, *token, *jwks; /* NULL = from discovery */
	const char *listed;                         /* endpoint_ports */
	const char *planned;                        /* NULL = refused */
} plans[] = {
        {"HTTPS and DNS always", "https://h", NULL, NULL, NULL, "", "443 53"},
        {"the issuer's", "https://h:8443/a", NULL, NULL, NULL, "", "443 53 8443"},
        {"of configured endpoints", "https://h", "https://h:1/d", "https://h:2/t", "https://h:3/k",
         "", "443 53 1 2 3"},
        {"each once", "https://h:8443", "https://h:8443/d", "https://h/t", NULL, "8443 443",
         "443 53 8443"},
        {"listed ones", "https://h", NULL, NULL, NULL, "9443 65535", "443 53 9443 65535"},
        {"listed 0", "https://h", NULL, NULL, NULL, "0", NULL},
        {"listed 65536", "https://h", NULL, NULL, NULL, "65536", NULL},
        {"listed text", "https://h", NULL, NULL, NULL, "https", NULL},
        {"listed negative", "https://h", NULL, NULL, NULL, "-1", NULL},
        {"issuer that is no URL", "h", NULL, NULL, NULL, "", NULL},
        {"issuer with http", "http://h", NULL, NULL, NULL, "", NULL},
        {"issuer with port 0", "https://h:0", NULL, NULL, NULL, "", NULL},
        {"endpoint that is no URL", "https://h", NULL, "t", NULL, "", NULL},
};

static char *copy_of(const char *s)
{
	return s ? strdup(s) : NULL;
}

static void a_plan_is_what_is_configured_and_no_more(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(plans); i++) {
		struct po_request r = {.issuer = copy_of(plans[i].issuer),
		                       .device_authorization_endpoint = copy_of(plans[i].device),
		                       .token_endpoint = copy_of(plans[i].token),
		                       .jwks_uri = copy_of(plans[i].jwks)};
		struct po_fault f = {.code = PO_OK};
		struct po_ports p = {0};
		char seen[200] = "";

		t.row = plans[i].name;
		assert_true(po_list_add_words(&r.endpoint_ports, plans[i].listed, 9));
		ROW(&t, po_ports_plan(&r, &p, &f) == (plans[i].planned != NULL));
		ROW_NUMBER(&t, f.code, plans[i].planned ? PO_OK : PO_E_CONFIG);
		for (size_t k = 0; k < p.count; k++)
			snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s%lu",
			         k ? " " : "", p.numbers[k]);
		if (plans[i].planned)
			ROW_TEXT(&t, seen, plans[i].planned);
		po_request_free(&r);
	}
	table_end(&t);
}

/* What a source of identity asks is connected to as well. */
static void endpoints_of_the_sources_are_planned(void **state)
{
	struct po_request r = {.issuer = strdup("https://h"),
	                       .userinfo_endpoint = strdup("https://h:1/u"),
	                       .introspection_endpoint = strdup("https://h:2/i"),
	                       .api_endpoint = strdup("https://api:3/user"),
	                       .revocation_endpoint = strdup("https://h:4/r"),
	                       .proxy = strdup("http://proxy.example:3128")};
	struct po_ports p = {0};
	struct po_fault f;

	(void)state;
	assert_true(po_ports_plan(&r, &p, &f));
	assert_int_equal(p.count, 7);
	assert_true(po_ports_have(&p, "https://h:1/") && po_ports_have(&p, "https://h:2/") &&
	            po_ports_have(&p, "https://h:3/") && po_ports_have(&p, "https://h:4/") &&
	            po_ports_have(&p, "https://h:3128/"));
	free(r.proxy);
	r.proxy = strdup("http://[::1]"); /* value.c lets no such thing pass */
	assert_false(po_ports_plan(&r, &p, &f));
	po_request_free(&r);
}

static void a_url_is_reachable_if_its_port_is_planned(void **state)
{
	static const struct po_ports p = {{443, 53, 8443}, 3};
	static const struct {
		const char *uri;
		bool have;
	} rows[] = {
	        {"https://h/", true},      {"https://h:443/", true},   {"https://h:8443/", true},
	        {"https://h:53/", true},   {"https://h:8444/", false}, {"https://h:44/", false},
	        {"http://h:8443/", false}, {"h:8443", false},          {"", false},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].uri;
		ROW(&t, po_ports_have(&p, rows[i].uri) == rows[i].have);
	}
	table_end(&t);
}

/* As many as a configuration may list, and every endpoint on a port of its own. */
static void the_longest_configuration_fits(void **state)
{
	struct po_request r = {.issuer = copy_of("https://h:10001"),
	                       .device_authorization_endpoint = copy_of("https://h:10002/d"),
	                       .token_endpoint = copy_of("https://h:10003/t"),
	                       .jwks_uri = copy_of("https://h:10004/k"),
	                       .userinfo_endpoint = copy_of("https://h:10005/u"),
	                       .introspection_endpoint = copy_of("https://h:10006/i"),
	                       .api_endpoint = copy_of("https://h:10007/user")};
	struct po_fault f = {.code = PO_OK};
	struct po_ports p = {0};

	(void)state;
	for (int i = 0; i < PO_LIMIT_LIST_OPTION; i++) {
		char port[12];

		snprintf(port, sizeof(port), "%d", 20000 + i);
		assert_true(po_list_add(&r.endpoint_ports, port));
	}
	assert_true(po_ports_plan(&r, &p, &f));
	assert_int_equal(p.count, PO_LIMIT_LIST_OPTION + 9);
	assert_true(po_ports_have(&p, "https://h:20063/"));
	/* one that the wire could bring, and no configuration: refused, not written past the end */
	for (int i = PO_LIMIT_LIST_OPTION; i <= PO_PORTS_MAX; i++) {
		char port[12];

		snprintf(port, sizeof(port), "%d", 20000 + i);
		assert_true(po_list_add(&r.endpoint_ports, port));
	}
	p = (struct po_ports){0};
	assert_false(po_ports_plan(&r, &p, &f));
	assert_int_equal(f.code, PO_E_CONFIG);
	assert_int_equal(p.count, PO_PORTS_MAX);
	po_request_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(endpoints_of_the_sources_are_planned),
	        cmocka_unit_test(a_plan_is_what_is_configured_and_no_more),
	        cmocka_unit_test(a_url_is_reachable_if_its_port_is_planned),
	        cmocka_unit_test(the_longest_configuration_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
