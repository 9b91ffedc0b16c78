/* SPDX-License-Identifier: BSD-2-Clause */
/* What single values may hold: DSC-1, DSC-7, NET-15, IDN-12, IDT-4, MAP-2. */
#include "value.h"

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

struct value_case {
	const char *value;
	bool ok;
};

static void check(enum po_value kind, const struct value_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (po_value_ok(kind, cases[i].value) != cases[i].ok)
			fail_msg("kind %d: \"%s\" should be %s", (int)kind, cases[i].value,
			         cases[i].ok ? "taken" : "refused");
}

#define CHECK(kind, cases) check(kind, cases, sizeof(cases) / sizeof((cases)[0]))

static void issuer_is_a_plain_https_url(void **state)
{
	static const struct value_case cases[] = {
	        {"https://sso.example.org", true},
	        {"https://sso.example.org/", true},
	        {"https://sso.example.org/realms/main", true},
	        {"https://sso.example.org:8443/a/b", true},
	        {"https://sso.example.org:65535", true},
	        {"https://10.0.0.1/x", true},
	        {"https://[2001:db8::1]:8443/x", true},
	        {"https://[::ffff:10.0.0.1]", true},
	        {"http://sso.example.org", false},
	        {"HTTPS://sso.example.org", false},
	        {"https:/sso.example.org", false},
	        {"https://", false},
	        {"https:///path", false},
	        {"https://:443", false},
	        {"sso.example.org", false},
	        {"https://sso.example.org?a=b", false},
	        {"https://sso.example.org/?", false},
	        {"https://sso.example.org/#", false},
	        {"https://sso.example.org#f", false},
	        {"https://user@sso.example.org", false},
	        {"https://user:pw@sso.example.org/", false},
	        {"https://sso.example.org:", false},
	        {"https://sso.example.org:0", false},
	        {"https://sso.example.org:65536", false},
	        {"https://sso.example.org:123456", false},
	        {"https://sso.example.org:+1", false},
	        {"https://sso.example.org:80:80", false},
	        {"https://sso .example.org", false},
	        {" https://sso.example.org", false},
	        {"https://sso.example.org ", false},
	        {"https://sso.example.org/\r\nX: y", false},
	        {"https://sso.example.org/a\\b", false},
	        {"https://sso.example.org\\@evil.example", false},
	        {"https://sso%2eexample.org", false},
	        {"https://ss\xc3\xb6.example.org", false},
	        {"https://.example.org", false},
	        {"https://-example.org", false},
	        {"https://[::1", false},
	        {"https://[::1]x:80", false},
	        {"https://[]", false},
	        {"https://[::1%25eth0]", false},
	        {"", false},
	};

	(void)state;
	CHECK(PO_VALUE_ISSUER, cases);
}

static void endpoint_may_have_a_query(void **state)
{
	static const struct value_case cases[] = {
	        {"https://h.example/token?x=y", true},
	        {"https://h.example?x", true},
	        {"https://h.example/token", true},
	        {"https://h.example/token#f", false},
	        {"https://u@h.example/token", false},
	        {"http://h.example/token", false},
	        {"https://?x", false},
	};

	(void)state;
	CHECK(PO_VALUE_ENDPOINT, cases);
}

static void hosts_ports_domains(void **state)
{
	static const struct value_case hosts[] = {
	        {"sso.example.org", true},
	        {"localhost", true},
	        {"10.0.0.1", true},
	        {"[::1]", true},
	        {"::1", false},
	        {"h:443", false},
	        {"https://h", false},
	        {"*.example", false},
	        {".example", false},
	        {"-h", false},
	        {"a b", false},
	        {"", false},
	};
	static const struct value_case ports[] = {
	        {"1", true},      {"443", true}, {"65535", true},    {"0", false},
	        {"65536", false}, {"-1", false}, {"443/tcp", false}, {"", false},
	};
	static const struct value_case domains[] = {
	        {"example.org", true},
	        {"EXAMPLE.org", true},
	        {"xn--bcher-kva.example", true},
	        {"@example.org", false},
	        {".example.org", false},
	        {"example.org.", false},
	        {"a..b", false},
	        {"*", false},
	        {"a@b", false},
	        {"", false},
	};

	(void)state;
	CHECK(PO_VALUE_HOST, hosts);
	CHECK(PO_VALUE_PORT, ports);
	CHECK(PO_VALUE_DOMAIN, domains);
}

/* NET-17, NET-21, DEV-5, IDN-7, CAU-6 */
static void what_a_provider_s_neighbourhood_needs(void **state)
{
	static const struct value_case proxies[] = {
	        {"http://proxy.example:3128", true},
	        {"https://[::1]:8443", true},
	        {"http://proxy.example", false},
	        {"http://[::1]", false},
	        {"socks5://proxy.example:1080", false},
	        {"proxy.example:3128", false},
	        {"http://user:pass@proxy.example:3128", false},
	        {"http://proxy.example:3128/", false},
	        {"http://proxy.example:0", false},
	        {"http://:3128", false},
	        {"http:/proxy.example:3128", false},
	        {"http", false},
	        {"", false},
	};
	static const struct value_case direct[] = {
	        {"localhost", true}, {".example.org", true}, {"10.0.0.1", true},
	        {"*", false},        {".", false},           {"..example", false},
	};
	static const struct value_case pins[] = {
	        {"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", true},
	        {"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", false},
	        {"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU;", false},
	        {"sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3h=", false},
	        {"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=", false},
	        {"", false},
	};
	static const struct value_case params[] = {
	        {"prompt=login", true}, {"a.b-c_1=x%20y%2C", true},
	        {"a==", true},          {"a=", false},
	        {"=b", false},          {"a", false},
	        {"a=x y", false},       {"a=%2", false},
	        {"a=%zz", false},       {"a=%00", false},
	        {"a b=c", false},       {"a%20=b", false},
	};
	static const struct value_case tenants[] = {
	        {"9188040d-6c67-4c5b-b112-36a304b66dad", true},
	        {"9188040D-6c67-4c5b-b112-36a304b66dad", false},
	        {"9188040d-6c67-4c5b-b112-36a304b66da", false},
	        {"9188040d-6c67-4c5b-b112-36a304b66dada", false},
	        {"9188040d06c67-4c5b-b112-36a304b66dad", false},
	        {"organizations", false},
	};
	static const struct value_case algs[] = {
	        {"RS256", true}, {"PS256", true},  {"ES256", true},
	        {"EdDSA", true}, {"HS512", true},  {"RS384", false},
	        {"none", false}, {"rs256", false}, {"HS256 ", false}};

	(void)state;
	CHECK(PO_VALUE_PROXY, proxies);
	CHECK(PO_VALUE_DOMAIN_OR_HOST, direct);
	CHECK(PO_VALUE_PIN, pins);
	CHECK(PO_VALUE_PARAM, params);
	CHECK(PO_VALUE_TENANT, tenants);
	CHECK(PO_VALUE_CLIENT_ALG, algs);
}

static void scopes_have_one_blank_between(void **state)
{
	static const struct value_case scopes[] = {
	        {"openid", true},
	        {"openid profile", true},
	        {"profile openid", true},
	        {"profile openid email", true},
	        {"https://example.org/scope openid", true},
	        {"read:user", true}, /* without openid: check_provider.c */
	        {"openid  profile", false},
	        {" openid", false},
	        {"openid ", false},
	        {"openid \"x\"", false},
	        {"openid a\\b", false},
	        {"openid\tprofile", false},
	        {"", false},
	};
	static const struct value_case words[] = {
	        {"openid", true}, {"a:b/c", true}, {"a b", false},
	        {"a\"", false},   {"\\", false},   {"", false},
	};

	(void)state;
	CHECK(PO_VALUE_SCOPE, scopes);
	CHECK(PO_VALUE_SCOPE_WORD, words);
}

/* EXT-3, RFC 8707 section 2 */
static void resource_is_an_absolute_uri(void **state)
{
	static const struct value_case cases[] = {
	        {"https://host.example/", true},
	        {"https://host.example:8443/a?b=c", true},
	        {"urn:host:web01", true},
	        {"x+y.z-1:a", true},
	        {"https://host.example/#f", false},
	        {"host.example", false},
	        {"/a", false},
	        {":a", false},
	        {"urn:", false},
	        {"1a:b", false},
	        {"a b:c", false},
	        {"urn:a b", false},
	        {"urn:\"a", false},
	        {"urn:\xc3\xa4", false},
	        {"", false},
	};

	(void)state;
	CHECK(PO_VALUE_URI, cases);
}

static void algorithms_are_those_of_idt_4(void **state)
{
	static const struct value_case cases[] = {
	        {"RS256", true},  {"RS384", true},   {"RS512", true},   {"PS256", true},
	        {"PS384", true},  {"PS512", true},   {"ES256", true},   {"ES384", true},
	        {"ES512", true},  {"EdDSA", true},   {"Ed25519", true}, {"none", false},
	        {"NONE", false},  {"noNE", false},   {"HS256", false},  {"HS512", false},
	        {"rs256", false}, {"ES256K", false}, {"RS1", false},    {"", false},
	};

	(void)state;
	CHECK(PO_VALUE_ALG, cases);
}

/* IDN-12; and no second spelling of "email" that would miss its conditions (IDN-4). */
static void claims_have_one_spelling(void **state)
{
	static const struct value_case cases[] = {
	        {"sub", true},
	        {"https://example.org/groups", true},
	        {"urn:zitadel:iam", true},
	        {"a.b", true},
	        {"/realm_access/login", true},
	        {"/a/b~1c/d~0e", true},
	        {"/~1leading", true},
	        {"/email", false},
	        {"/sub", false},
	        {"/", false},
	        {"/a/b~2", false},
	        {"/a/b~", false},
	        {"a\nb", false},
	        {"", false},
	};

	(void)state;
	CHECK(PO_VALUE_CLAIM, cases);
}

static void texts_words_paths(void **state)
{
	static const struct value_case texts[] = {
	        {"my client/1", true}, {"a\tb", false},   {"a\r", false},         {"a\nb", false},
	        {"\x7f", false},       {"\x1b[m", false}, {"caf\xc3\xa9", false}, {"", false},
	};
	static const struct value_case words[] = {{"a:b", true}, {"a b", false}, {"", false}};
	static const struct value_case paths[] = {
	        {"/etc/x", true}, {"/", true}, {"etc/x", false}, {"./x", false}, {"", false},
	};

	(void)state;
	CHECK(PO_VALUE_TEXT, texts);
	CHECK(PO_VALUE_WORD, words);
	CHECK(PO_VALUE_PATH, paths);
}

static void accounts_and_services(void **state)
{
	static const struct value_case account_names[] = {
	        {"alice", true}, {"DOM\\alice", true}, {"a@b", true}, {"-h", false},
	        {"a/b", false},  {"a:b", false},       {"..", false}, {"", false},
	};
	/* libpam writes service names in lower case, so a capital could never match */
	static const struct value_case services[] = {
	        {"sshd", true},  {"su-l", true}, {"gdm-password", true},
	        {"Sshd", false}, {"a/b", false}, {"a b", false},
	        {"a]", false},   {";a", false},  {"", false},
	};

	(void)state;
	CHECK(PO_VALUE_ACCOUNT, account_names);
	CHECK(PO_VALUE_SERVICE, services);
}

static void every_kind_says_what_it_expects(void **state)
{
	(void)state;
	for (int kind = 0; kind < PO_VALUE_KINDS; kind++)
		assert_true(strlen(po_value_expects((enum po_value)kind)) > 5);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(issuer_is_a_plain_https_url),
	        cmocka_unit_test(endpoint_may_have_a_query),
	        cmocka_unit_test(hosts_ports_domains),
	        cmocka_unit_test(what_a_provider_s_neighbourhood_needs),
	        cmocka_unit_test(scopes_have_one_blank_between),
	        cmocka_unit_test(resource_is_an_absolute_uri),
	        cmocka_unit_test(algorithms_are_those_of_idt_4),
	        cmocka_unit_test(claims_have_one_spelling),
	        cmocka_unit_test(texts_words_paths),
	        cmocka_unit_test(accounts_and_services),
	        cmocka_unit_test(every_kind_says_what_it_expects),
	};

	return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
