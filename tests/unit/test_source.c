/* SPDX-License-Identifier: BSD-2-Clause */
/* PAM-41, XDV-2: who counts as one, and that no name of the network's makes two of him. */
#include "source.h"

#include "table.h"

#include <pwd.h>
#include <unistd.h>

#include "build.h"

static uid_t real_uid;

uid_t __wrap_getuid(void);
uid_t __wrap_po_build_owner(void);

uid_t __wrap_getuid(void)
{
	return real_uid;
}

uid_t __wrap_po_build_owner(void)
{
	return 0;
}

#define SSH "192.0.2.7 51034 192.0.2.1 22"

static const struct {
	const char *name;
	struct po_origin origin;
	const char *source;
} rows[] = {
        {"the client of sshd", {"sshd", SSH, NULL, NULL, 0}, "192.0.2.7"},
        {"whose word comes before PAM_RHOST", {"sshd", SSH, "198.51.100.1", NULL, 0}, "192.0.2.7"},
        {"and before a name", {"sshd", SSH, "client.example.org", NULL, 0}, "192.0.2.7"},
        {"but only sshd sets it", {"sudo", SSH, NULL, "alice", 0}, "local:alice"},
        {"IPv6 counts by /64",
         {"sshd", "2001:db8:1:2:3:4:5:6 51034 ::1 22", NULL, NULL, 0},
         "2001:db8:1:2::/64"},
        {"another address of it",
         {"sshd", "2001:db8:1:2:ffff:ffff:ffff:ffff 1 ::1 22", NULL, NULL, 0},
         "2001:db8:1:2::/64"},
        {"its neighbour",
         {"sshd", "2001:db8:1:3:3:4:5:6 51034 ::1 22", NULL, NULL, 0},
         "2001:db8:1:3::/64"},
        {"link-local, with its zone",
         {"sshd", "fe80::1%eth0 1 fe80::2 22", NULL, NULL, 0},
         "fe80::/64"},
        {"loopback", {"sshd", "::1 1 ::1 22", NULL, NULL, 0}, "::/64"},
        {"IPv4 as IPv6", {"sshd", "::ffff:192.0.2.7 1 ::1 22", NULL, NULL, 0}, "192.0.2.7"},
        {"IPv4 as IPv6, in hexadecimal",
         {"sshd", "::FFFF:C000:207 1 ::1 22", NULL, NULL, 0},
         "192.0.2.7"},
        {"a peer that sshd does not know",
         {"sshd", "UNKNOWN 65535 UNKNOWN 65535", NULL, NULL, 0},
         "local"},
        {"no peer, but a host",
         {"sshd", "UNKNOWN 65535 UNKNOWN 65535", "192.0.2.9", NULL, 0},
         "192.0.2.9"},
        {"nothing from sshd", {"sshd", NULL, "192.0.2.9", NULL, 0}, "192.0.2.9"},
        {"an empty variable", {"sshd", "", NULL, NULL, 0}, "local"},
        {"a name is not an address", {"sshd", NULL, "client.example.org", NULL, 0}, "local"},
        {"nor is a name of digits", {"sshd", NULL, "1.2.3", NULL, 0}, "local"},
        {"nor one with something behind it", {"sshd", NULL, "192.0.2.9 x", NULL, 0}, "local"},
        {"nor an octal one", {"sshd", NULL, "0300.0.2.9", NULL, 0}, "local"},
        {"nor a network", {"sshd", NULL, "192.0.2.0/24", NULL, 0}, "local"},
        {"a remote host of another service",
         {"remote", NULL, "2001:db8::7", "root", 0},
         "2001:db8::/64"},
        {"whose word for the caller is not taken",
         {"remote", NULL, "evil.example", "x1", 0},
         "local"},
        {"at the console", {"login", NULL, NULL, NULL, 0}, "local"},
        {"at the console, empty", {"login", NULL, "", "", 0}, "local"},
        {"a caller of su", {"su", NULL, NULL, "alice", 0}, "local:alice"},
        {"an impossible caller", {"su", NULL, NULL, "a:b", 0}, "local"},
        {"a caller with control characters", {"su", NULL, NULL, "a\nb", 0}, "local"},
        {"no service", {NULL, SSH, NULL, NULL, 0}, "local"},
        {"whose process it is", {"su", NULL, NULL, "alice", 1001}, "uid:1001"},
        {"is the kernel's word, not a name", {"polkit-1", NULL, NULL, "victim", 1001}, "uid:1001"},
        {"nor an address", {"su", NULL, "192.0.2.9", NULL, 1001}, "uid:1001"},
        {"nor an environment", {"sshd", SSH, NULL, NULL, 1001}, "uid:1001"},
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

static uid_t uid_of(const char *name)
{
	/* cppcheck-suppress getpwnamCalled; one thread */
	const struct passwd *pw = getpwnam(name);

	return pw ? pw->pw_uid : 0;
}

/* Where a program is root all through, the name says whose process it is. */
static void the_caller_is_found_by_uid(void **state)
{
	const struct {
		const char *name;
		struct po_origin origin;
		uid_t real;
		uid_t caller;
	} callers[] = {
	        {"su", {"su", NULL, NULL, "daemon", 0}, 1001, 1001},
	        {"a name that is not his own", {"polkit-1", NULL, NULL, "daemon", 0}, 1001, 1001},
	        {"a program that is root all through",
	         {"sudo", NULL, NULL, "daemon", 0},
	         0,
	         uid_of("daemon")},
	        {"root", {"sudo", NULL, NULL, "root", 0}, 0, 0},
	        {"nobody that is known", {"sudo", NULL, NULL, "no-such-user", 0}, 0, 0},
	        {"no name", {"sudo", NULL, NULL, NULL, 0}, 0, 0},
	        {"an impossible name", {"sudo", NULL, NULL, "a:b", 0}, 0, 0},
	        {"another host's word", {"remote", NULL, "evil.example", "daemon", 0}, 0, 0},
	        {"an address", {"sshd", SSH, "192.0.2.7", "daemon", 0}, 0, 0},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(callers); i++) {
		t.row = callers[i].name;
		real_uid = callers[i].real;
		ROW(&t, po_source_caller(&callers[i].origin) == callers[i].caller);
	}
	table_end(&t);
}

/* The longest that each part may be, and one more. */
static void lengths_are_bounded(void **state)
{
	struct po_origin o = {"su", NULL, NULL, NULL, 0};
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
	o = (struct po_origin){"sshd", name, name, NULL, 0};
	po_source_name(&o, out);
	assert_string_equal(out, "local");
}

static const struct {
	const char *name;
	struct po_origin origin;
	const char *address; /* NULL: not known */
} addresses[] = {
        {"the client of sshd", {"sshd", SSH, "198.51.100.1", NULL, 0}, "192.0.2.7"},
        {"a whole IPv6 address",
         {"sshd", "2001:db8:1:2:3:4:5:6 1 ::1 22", NULL, NULL, 0},
         "2001:db8:1:2:3:4:5:6"},
        {"IPv4 as IPv6", {"sshd", "::ffff:192.0.2.7 1 ::1 22", NULL, NULL, 0}, "192.0.2.7"},
        {"a peer that sshd does not know",
         {"sshd", "UNKNOWN 65535 UNKNOWN 65535", NULL, NULL, 0},
         NULL},
        {"nothing from sshd is not local", {"sshd", NULL, NULL, NULL, 0}, NULL},
        {"a name is no address", {"sshd", NULL, "client.example.org", NULL, 0}, NULL},
        {"a remote host of another service", {"remote", NULL, "192.0.2.9", NULL, 0}, "192.0.2.9"},
        {"by name", {"remote", NULL, "evil.example", NULL, 0}, NULL},
        {"by the name local", {"remote", NULL, "local", NULL, 0}, NULL},
        {"the console", {"login", NULL, NULL, NULL, 0}, "local"},
        {"a caller of su", {"su", NULL, "", "alice", 0}, "local"},
        {"only sshd sets the variable", {"su", SSH, NULL, "alice", 0}, "local"},
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
	        cmocka_unit_test(the_caller_is_found_by_uid),
	        cmocka_unit_test(lengths_are_bounded),
	};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
