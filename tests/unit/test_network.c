/* SPDX-License-Identifier: BSD-2-Clause */
/* XDV-2: which networks may be written, and which addresses are in them. */
#include "network.h"

#include "table.h"

static const struct {
	const char *text;
	bool ok;
} texts[] = {
        {"192.0.2.7", true},
        {"192.0.2.0/24", true},
        {"0.0.0.0/0", true},
        {"10.0.0.0/8", true},
        {"192.0.2.7/32", true},
        {"2001:db8::/32", true},
        {"2001:db8::7", true},
        {"::/0", true},
        {"2001:db8::7/128", true},
        {"::ffff:192.0.2.0/120", true},
        {"local", true},
        {"", false},
        {"/", false},
        {"192.0.2.0/", false},
        {"192.0.2.0/33", false},
        {"192.0.2.0/-1", false},
        {"192.0.2.0/+8", false},
        {"192.0.2.0/24x", false},
        {"192.0.2.0/24/24", false},
        {"192.0.2.1/24", false},
        {"10.0.0.1/8", false},
        {"2001:db8::1/64", false},
        {"2001:db8::/129", false},
        {"192.0.2", false},
        {"192.0.2.256", false},
        {"192.0.2.0/255.255.255.0", false},
        {"0300.0.2.0", false},
        {"fe80::1%eth0", false},
        {"host.example.org", false},
        {"Local", false},
        {"local/8", false},
        {" 192.0.2.0/24", false},
        {"any", false},
        {"*", false},
        {"[::1]", false},
};

static void only_clear_networks_are_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		if (po_network_ok(texts[i].text) != texts[i].ok)
			fail_msg("\"%s\" %s", texts[i].text, texts[i].ok ? "refused" : "taken");
}

static const struct {
	const char *network;
	const char *address;
	bool in;
} rows[] = {
        {"192.0.2.0/24", "192.0.2.0", true},
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.0/24", "192.0.1.255", false},
        {"192.0.2.0/25", "192.0.2.128", false},
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.6", false},
        {"0.0.0.0/0", "198.51.100.1", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "192.0.2.1", true},
        {"192.0.2.0/24", "::ffff:192.0.2.9", true},
        {"::ffff:192.0.2.0/120", "192.0.2.9", true},
        {"2001:db8::/32", "2001:db8:ffff::1", true},
        {"2001:db8::/32", "2001:db9::1", false},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"fe80::/10", "fe80::1%eth0", true},
        {"local", "local", true},
        {"0.0.0.0/0", "local", false},
        {"::/0", "local", false},
        {"local", "127.0.0.1", false},
        {"local", "::1", false},
        {"0.0.0.0/0", "host.example.org", false},
        {"0.0.0.0/0", "", false},
        {"0.0.0.0/0", NULL, false},
        {"local", NULL, false},
        {"192.0.2.0/24", "192.0.2.7 x", false},
};

static void addresses_are_compared_by_number(void **state)
{
	struct po_list l = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(po_list_add(&l, rows[i].network));
		if (po_network_has(&l, rows[i].address) != rows[i].in)
			fail_msg("%s in %s", rows[i].address ? rows[i].address : "nothing",
			         rows[i].network);
		po_list_free(&l);
	}
}

static void any_network_of_a_list_will_do(void **state)
{
	struct po_list l = {0};

	(void)state;
	assert_false(po_network_has(&l, "192.0.2.7"));
	assert_true(po_list_add_words(&l, "198.51.100.0/24 192.0.2.0/24 local", 9));
	assert_true(po_network_has(&l, "192.0.2.7"));
	assert_true(po_network_has(&l, "local"));
	assert_false(po_network_has(&l, "203.0.113.1"));
	po_list_free(&l);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(only_clear_networks_are_taken),
	        cmocka_unit_test(addresses_are_compared_by_number),
	        cmocka_unit_test(any_network_of_a_list_will_do),
	};

	return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
