/* SPDX-License-Identifier: BSD-2-Clause */
/* PAM-41, XDV-2: who counts as one, and that no name of the network's makes two of him. */
#include "source.h"

#include "table.h"

#define SSH "192.0.2.7 51034 192.0.2.1 22"

static const struct {
	const char *name;
	struct po_origin origin;
	const char *source;
} rows[] = {
        {"the client of sshd", {"sshd", SSH, NULL, NULL}, "192.0.2.7"},
        {"whose word comes before PAM_RHOST", {"sshd", SSH, "198.51.100.1", NULL}, "192.0.2.7"},
        {"and before a name", {"sshd", SSH, "client.example.org", NULL}, "192.0.2.7"},
        {"but only sshd sets it", {"sudo", SSH, NULL, "alice"}, "local:alice"},
        {"IPv6 counts by /64",
         {"sshd", "2001:db8:1:2:3:4:5:6 51034 ::1 22", NULL, NULL},
         "2001:db8:1:2::/64"},
        {"another address of it",
         {"sshd", "2001:db8:1:2:ffff:ffff:ffff:ffff 1 ::1 22", NULL, NULL},
         "2001:db8:1:2::/64"},
        {"its neighbour",
         {"sshd", "2001:db8:1:3:3:4:5:6 51034 ::1 22", NULL, NULL},
         "2001:db8:1:3::/64"},
        {"link-local, with its zone",
         {"sshd", "fe80::1%eth0 1 fe80::2 22", NULL, NULL},
         "fe80::/64"},
        {"loopback", {"sshd", "::1 1 ::1 22", NULL, NULL}, "::/64"},
        {"IPv4 as IPv6", {"sshd", "::ffff:192.0.2.7 1 ::1 22", NULL, NULL}, "192.0.2.7"},
        {"IPv4 as IPv6, in hexadecimal",
         {"sshd", "::FFFF:C000:207 1 ::1 22", NULL, NULL},
         "192.0.2.7"},
        {"a peer that sshd does not know",
         {"sshd", "UNKNOWN 65535 UNKNOWN 65535", NULL, NULL},
         "local"},
        {"no peer, but a host",
         {"sshd", "UNKNOWN 65535 UNKNOWN 65535", "192.0.2.9", NULL},
         "192.0.2.9"},
        {"nothing from sshd", {"sshd", NULL, "192.0.2.9", NULL}, "192.0.2.9"},
        {"an empty variable", {"sshd", "", NULL, NULL}, "local"},
        {"a name is not an address", {"sshd", NULL, "client.example.org", NULL}, "local"},
        {"nor is a name of digits", {"sshd", NULL, "1.2.3", NULL}, "local"},
        {"nor one with something behind it", {"sshd", NULL, "192.0.2.9 x", NULL}, "local"},
        {"nor an octal one", {"sshd", NULL, "0300.0.2.9", NULL}, "local"},
        {"nor a network", {"sshd", NULL, "192.0.2.0/24", NULL}, "local"},
        {"a remote host of another service",
         {"remote", NULL, "2001:db8::7", "root"},
         "2001:db8::/64"},
        {"whose word for the caller is not taken", {"remote", NULL, "evil.example", "x1"}, "local"},
        {"at the console", {"login", NULL, NULL, NULL}, "local"},
        {"at the console, empty", {"login", NULL, "", ""}, "local"},
        {"a caller of su", {"su", NULL, NULL, "alice"}, "local:alice"},
        {"an impossible caller", {"su", NULL, NULL, "a:b"}, "local"},
        {"a caller with control characters", {"su", NULL, NULL, "a\nb"}, "local"},
        {"no service", {NULL, SSH, NULL, NULL}, "local"},
};

static void a_source_has_one_name(void **state)
{
	char out[PO_SOURCE_SIZE];
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].name;
		memset(out, 'x', sizeof(out));
		po_source_name(&rows[i].origin, out);
		ROW_TEXT(&t, out, rows[i].source);
	}
	table_end(&t);
}

/* The longest that each part may be, and one more. */
static void lengths_are_bounded(void **state)
{
	struct po_origin o = {"su", NULL, NULL, NULL};
	char out[PO_SOURCE_SIZE];
	char name[300];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[255] = '\0';
	o.ruser = name;
	po_source_name(&o, out);
	assert_int_equal(strlen(out), strlen("local:") + 255);
	name[255] = 'a';
	name[256] = '\0';
	po_source_name(&o, out);
	assert_string_equal(out, "local");
	memset(name, '1', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	o = (struct po_origin){"sshd", name, name, NULL};
	po_source_name(&o, out);
	assert_string_equal(out, "local");
}

static const struct {
	const char *name;
	struct po_origin origin;
	const char *address; /* NULL: not known */
} addresses[] = {
        {"the client of sshd", {"sshd", SSH, "198.51.100.1", NULL}, "192.0.2.7"},
        {"a whole IPv6 address",
         {"sshd", "2001:db8:1:2:3:4:5:6 1 ::1 22", NULL, NULL},
         "2001:db8:1:2:3:4:5:6"},
        {"IPv4 as IPv6", {"sshd", "::ffff:192.0.2.7 1 ::1 22", NULL, NULL}, "192.0.2.7"},
        {"a peer that sshd does not know",
         {"sshd", "UNKNOWN 65535 UNKNOWN 65535", NULL, NULL},
         NULL},
        {"nothing from sshd is not local", {"sshd", NULL, NULL, NULL}, NULL},
        {"a name is no address", {"sshd", NULL, "client.example.org", NULL}, NULL},
        {"a remote host of another service", {"remote", NULL, "192.0.2.9", NULL}, "192.0.2.9"},
        {"by name", {"remote", NULL, "evil.example", NULL}, NULL},
        {"by the name local", {"remote", NULL, "local", NULL}, NULL},
        {"the console", {"login", NULL, NULL, NULL}, "local"},
        {"a caller of su", {"su", NULL, "", "alice"}, "local"},
        {"only sshd sets the variable", {"su", SSH, NULL, "alice"}, "local"},
};

/* XDV-2: allow_from is judged by this. */
static void addresses_are_numbers_or_local(void **state)
{
	struct table t = {.row = ""};
	char out[PO_SOURCE_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		t.row = addresses[i].name;
		ROW_TEXT(&t, po_source_address(&addresses[i].origin, out) ? out : NULL,
		         addresses[i].address);
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_source_has_one_name),
	        cmocka_unit_test(addresses_are_numbers_or_local),
	        cmocka_unit_test(lengths_are_bounded),
	};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
