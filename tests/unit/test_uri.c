/* SPDX-License-Identifier: BSD-2-Clause */
/* URIs from elsewhere (UIX-5 to UIX-7, DSC-7, SRV-65 to SRV-75), read by libcurl's own parser. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "po_limits.h"
#include "uri.h"

/* Is it fit to be shown, and is it fit to be an endpoint? */
static const struct {
	const char *name;
	const char *uri;
	bool shown, endpoint;
} uris[] = {
        {"usual", "https://sso.example.org/device", true, true},
        {"query is kept", "https://h.example/d?tenant=1", true, true},
        {"DSC-7 fragment", "https://h.example/d#x", true, false},
        {"DSC-7 empty fragment", "https://h.example/d#", true, false},
        {"port", "https://h.example:8443/d", true, true},
        {"IPv4", "https://192.0.2.1/d", true, true},
        {"IPv6", "https://[2001:db8::1]:8443/d", true, true},
        {"SRV-163 loopback", "https://127.0.0.1:9443/d", true, true},
        {"SRV-69 percent-encoded controls", "https://h.example/%0a%1b", true, true},
        {"SRV-70 punycode", "https://xn--80ak6aa92e.com/", true, true},
        {"none", NULL, false, false},
        {"empty", "", false, false},
        {"SRV-65 http", "http://h.example/d", false, false},
        {"SRV-65 javascript", "javascript:alert(1)", false, false},
        {"SRV-65 file", "file:///etc/passwd", false, false},
        {"SRV-65 ftp", "ftp://h.example/", false, false},
        {"SRV-65 data", "data:text/plain,x", false, false},
        {"UIX-5 httpsx", "httpsx://h.example/", false, false},
        {"SRV-66 user-info", "https://accounts.example@evil.example/", false, false},
        {"SRV-66 user and password", "https://u:p@evil.example/", false, false},
        {"SRV-67 relative", "/device", false, false},
        {"SRV-67 no scheme", "h.example/device", false, false},
        {"UIX-5 no host", "https:///device", false, false},
        {"UIX-5 only a port", "https://:443/device", false, false},
        {"UIX-5 port too large", "https://h.example:65536/", false, false},
        {"UIX-5 port that is no number", "https://h.example:abc/", false, false},
        {"UIX-5 port negative", "https://h.example:-1/", false, false},
        {"UIX-5 IPv6 not closed", "https://[::1/", false, false},
        {"UIX-5 IPv6 that is none", "https://[zz]/", false, false},
        {"SRV-68 blank", "https://h.example/a b", false, false},
        {"SRV-68 blank in the host", "https://h example/", false, false},
        {"SRV-68 newline", "https://h.example/\n", false, false},
        {"SRV-68 quote", "https://h.example/\"", false, false},
        {"SRV-68 backslash as a slash", "https:\\\\h.example/", false, false},
        {"SRV-68 host not ASCII", "https://h\xc3\xa9.example/", false, false},
        {"SRV-68 full-width dot",
         "https://h\xef\xbc\x8e"
         "example/",
         false, false},
};

static void verification_uris_and_endpoints_are_https(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(uris); i++) {
		t.row = uris[i].name;
		ROW(&t, po_uri_verification_ok(uris[i].uri, PO_LIMIT_SHOWN_URI) == uris[i].shown);
		if (uris[i].uri)
			ROW(&t, po_uri_endpoint_ok(uris[i].uri) == uris[i].endpoint);
	}
	table_end(&t);
}

static void lengths_are_bounded_to_the_byte(void **state)
{
	static const size_t limits[] = {PO_LIMIT_SHOWN_URI, PO_LIMIT_URI};

	(void)state;
	for (size_t k = 0; k < COUNT(limits); k++)
		for (size_t n = limits[k] - 1; n <= limits[k] + 1; n++) {
			char *uri = malloc(n + 1);

			memset(uri, 'a', n);
			memcpy(uri, "https://h.example/", 18);
			uri[n] = '\0';
			assert_int_equal(po_uri_verification_ok(uri, limits[k]), n <= limits[k]);
			if (limits[k] == PO_LIMIT_URI)
				assert_int_equal(po_uri_endpoint_ok(uri), n <= limits[k]);
			free(uri);
		}
}

static const struct {
	const char *name;
	const char *a, *b;
	bool same;
} origins[] = {
        {"same", "https://h.example/device", "https://h.example/device?user_code=X", true},
        {"UIX-7 default port", "https://h.example/", "https://h.example:443/", true},
        {"UIX-7 case of the host", "https://h.example/", "https://H.Example/", true},
        {"UIX-7 same port", "https://h.example:8443/a", "https://h.example:8443/b", true},
        {"UIX-7 other port", "https://h.example/", "https://h.example:8443/", false},
        {"UIX-7 other host", "https://h.example/", "https://evil.example/", false},
        {"UIX-7 sub-domain", "https://h.example/", "https://a.h.example/", false},
        {"UIX-7 prefix", "https://h.example/", "https://h.example.evil.example/", false},
        {"UIX-7 trailing dot", "https://h.example/", "https://h.example./", false},
        {"UIX-7 http", "https://h.example/", "http://h.example/", false},
        {"UIX-7 both http", "http://h.example/", "http://h.example/", false},
        {"not a URI", "https://h.example/", "h.example", false},
        {"both none", "", "", false},
        {"user-info", "https://h.example/", "https://u@h.example/", false},
};

static void origin_is_scheme_host_and_port(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(origins); i++) {
		t.row = origins[i].name;
		ROW(&t, po_uri_same_origin(origins[i].a, origins[i].b) == origins[i].same);
		ROW(&t, po_uri_same_origin(origins[i].b, origins[i].a) == origins[i].same);
	}
	table_end(&t);
}

static const struct {
	const char *name;
	const char *uri;
	const char *hosts;
	bool allowed;
} hosts[] = {
        {"no list", "https://anything.example/", "", true},
        {"no list, but no URI either", "anything", "", false},
        {"no list, http", "http://h.example/", "", false},
        {"listed", "https://h.example/d", "x.example h.example", true},
        {"listed, with a port", "https://h.example:8443/d", "h.example", true},
        {"case", "https://H.EXAMPLE/", "h.example", true},
        {"UIX-6 not listed", "https://evil.example/", "h.example", false},
        {"UIX-6 sub-domain", "https://a.h.example/", "h.example", false},
        {"UIX-6 parent domain", "https://example/", "h.example", false},
        {"UIX-6 in the path", "https://evil.example/h.example", "h.example", false},
        {"UIX-6 trailing dot", "https://h.example./", "h.example", false},
        {"UIX-6 percent-encoded, still that host", "https://%68.example/", "h.example", true},
        {"UIX-6 user-info", "https://h.example@evil.example/", "h.example", false},
};

static void hosts_are_compared_whole(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(hosts); i++) {
		struct po_list l = {0};

		t.row = hosts[i].name;
		assert_true(po_list_add_words(&l, hosts[i].hosts, 9));
		ROW(&t, po_uri_host_allowed(hosts[i].uri, &l) == hosts[i].allowed);
		po_list_free(&l);
	}
	table_end(&t);
}

static void domains_hold_what_is_below_them(void **state)
{
	static const struct {
		const char *name;
		const char *uri;
		const char *domains;
		bool within;
	} rows[] = {
	        {"an empty list holds nothing", "https://h.example/", "", false},
	        {"itself", "https://h.example:8443/a", "h.example", true},
	        {"itself, with a dot", "https://h.example/", ".h.example", true},
	        {"below", "https://a.b.h.example/", "h.example", true},
	        {"below, with a dot", "https://a.h.example/", ".h.example", true},
	        {"the second", "https://h.example/", "other.example h.example", true},
	        {"case", "https://A.H.Example/", "h.eXample", true},
	        {"a name that ends alike", "https://noth.example/", "h.example", false},
	        {"the same, with a dot", "https://noth.example/", ".h.example", false},
	        {"above", "https://example/", "h.example", false},
	        {"its beginning", "https://h.example.org/", "h.example", false},
	        {"IPv4", "https://10.0.0.1/", "10.0.0.1", true},
	        {"another IPv4", "https://110.0.0.1/", "10.0.0.1", false},
	        {"IPv6", "https://[fd77::1]:8443/", "[fd77::1]", true},
	        {"another IPv6", "https://[fd77::11]/", "[fd77::1]", false},
	        {"no https", "http://h.example/", "h.example", false},
	        {"no URL", "h.example", "h.example", false},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct po_list l = {0};

		t.row = rows[i].name;
		assert_true(po_list_add_words(&l, rows[i].domains, 9));
		ROW(&t, po_uri_host_within(rows[i].uri, &l) == rows[i].within);
		po_list_free(&l);
	}
	table_end(&t);
}

static const struct {
	const char *name;
	const char *uri;
	unsigned long port; /* 0 = none */
} ports[] = {
        {"default", "https://h.example/", 443},
        {"named", "https://h.example:8443/", 8443},
        {"largest", "https://h.example:65535/", 65535},
        {"leading zeros", "https://h.example:00443/", 443},
        {"port 0", "https://h.example:0/", 0},
        {"too large", "https://h.example:65536/", 0},
        {"http", "http://h.example/", 0},
        {"none", "", 0},
};

static void port_is_named_or_443(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(ports); i++) {
		unsigned long port = 77;

		t.row = ports[i].name;
		ROW(&t, po_uri_port(ports[i].uri, &port) == (ports[i].port != 0));
		ROW_NUMBER(&t, port, ports[i].port ? ports[i].port : 77);
	}
	table_end(&t);
}

/* SRV-74, SRV-75: the code that the person sees is WDJB-MJHT unless the row says otherwise. */
static const struct {
	const char *name;
	const char *uri;
	const char *code;
	bool other;
} swaps[] = {
        {"SRV-74 without a query", "https://h/device", NULL, false},
        {"SRV-74 empty query", "https://h/device?", NULL, false},
        {"the code itself", "https://h/d?user_code=WDJB-MJHT", NULL, false},
        {"the code without its hyphen", "https://h/d?user_code=WDJBMJHT", NULL, false},
        {"the code in lower case", "https://h/d?user_code=wdjb-mjht", NULL, false},
        {"12.17 another name", "https://h/d?code=WDJB-MJHT", NULL, false},
        {"the code among others", "https://h/d?lang=de&user_code=WDJB-MJHT&x=1", NULL, false},
        {"a code with blanks", "https://h/d?user_code=WDJB+MJHT", "WDJB MJHT", false},
        {"other length is no code", "https://h/d?tenant=example", NULL, false},
        {"digits are no letters", "https://h/d?id=12345678", NULL, false},
        {"value without a name", "https://h/d?WDJBMJHX", NULL, false},
        {"in the fragment", "https://h/d#user_code=BCDF-GHJK", NULL, false},
        {"SRV-75 another code", "https://h/d?user_code=WDJB-MJHX", NULL, true},
        {"SRV-75 another code without its hyphen", "https://h/d?user_code=WDJBMJHX", NULL, true},
        {"SRV-75 another code in lower case", "https://h/d?c=bcdf-ghjk", NULL, true},
        {"SRV-75 second of the parameters", "https://h/d?lang=de&user_code=BCDF-GHJK", NULL, true},
        {"SRV-75 before a fragment", "https://h/d?user_code=BCDF-GHJK#x", NULL, true},
        {"SRV-75 digits", "https://h/d?user_code=123-456-780", "123-456-789", true},
        {"SRV-75 another code beside the right one",
         "https://h/d?user_code=BCDF-GHJK&shown=WDJB-MJHT", NULL, true},
        {"SRV-75 another code after the right one",
         "https://h/d?shown=WDJB-MJHT&user_code=BCDF-GHJK", NULL, true},
        {"SRV-75 hyphen percent-encoded", "https://h/d?user_code=BCDF%2DGHJK", NULL, true},
        {"SRV-75 letter percent-encoded", "https://h/d?user_code=%42CDFGHJK", NULL, true},
        {"the code itself, percent-encoded", "https://h/d?user_code=WDJB%2DMJHT", NULL, false},
        {"SRV-75 letters and digits, in other places", "https://h/d?user_code=7QD-XXR-P37",
         "Q7D-XXR-P37", true},
};

static void another_persons_code_is_noticed(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(swaps); i++) {
		const char *code = swaps[i].code ? swaps[i].code : "WDJB-MJHT";

		t.row = swaps[i].name;
		ROW(&t, po_uri_carries_other_code(swaps[i].uri, code) == swaps[i].other);
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(verification_uris_and_endpoints_are_https),
	        cmocka_unit_test(lengths_are_bounded_to_the_byte),
	        cmocka_unit_test(origin_is_scheme_host_and_port),
	        cmocka_unit_test(hosts_are_compared_whole),
	        cmocka_unit_test(domains_hold_what_is_below_them),
	        cmocka_unit_test(port_is_named_or_443),
	        cmocka_unit_test(another_persons_code_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
