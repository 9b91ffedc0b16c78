/* SPDX-License-Identifier: BSD-2-Clause */
/* For test_grace.c: an earlier login and a later one, and whether the first counts for the second.
 */
#ifndef PO_TEST_GRACE_ROWS_H
#define PO_TEST_GRACE_ROWS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define ALICE   ((uid_t)1000)
#define BOB     ((uid_t)1001)
#define KEY     "publickey ssh-ed25519 AAAA\n"
#define ADDRESS "192.0.2.1"
#define ISSUER  "https://sso.example.org"

struct login {
	const char *service;
	const char *address;
	const char *prior;
	uid_t caller;
};

struct grace_row {
	const char *name;
	struct login earlier;
	struct login later;
	const char *services; /* grace_services of the later one */
	bool counts;
};

#define SSH                             \
	{                               \
		"sshd", ADDRESS, KEY, 0 \
	}
#define SSH_NAKED                        \
	{                                \
		"sshd", ADDRESS, NULL, 0 \
	}
#define SUDO                                 \
	{                                    \
		"sudo", "local", NULL, ALICE \
	}
#define LOGIN                             \
	{                                 \
		"login", "local", NULL, 0 \
	}

static const struct grace_row grace_rows[] = {
        {"sudo after ssh", SSH, SUDO, "sshd", true},
        {"sudo after ssh without a key", SSH_NAKED, SUDO, "sshd", true},
        {"sudo after sudo", SUDO, SUDO, "sudo", true},
        {"sudo after either", SUDO, SUDO, "sshd sudo", true},
        {"sudo after sudo, not named", SUDO, SUDO, "sshd", false},
        {"sudo after ssh, not named", SSH, SUDO, "sudo", false},
        {"nobody is named", SSH, SUDO, "", false},
        {"a prefix is named", SSH, SUDO, "ssh", false},
        {"root calls sudo", SSH, {"sudo", "local", NULL, 0}, "sshd", false},
        /* sudo -u www-data from within the session, and then su alice */
        {"somebody else of the session calls su", SSH, {"su", "local", NULL, BOB}, "sshd", false},
        {"the same one calls su again",
         {"su", "local", NULL, BOB},
         {"su", "local", NULL, BOB},
         "su",
         true},
        {"somebody else calls su again",
         {"su", "local", NULL, BOB},
         {"su", "local", NULL, 1002},
         "su",
         false},
        {"the account itself, after su", {"su", "local", NULL, BOB}, SUDO, "su", true},
        {"a caller that ssh had is none",
         {"sshd", ADDRESS, KEY, BOB},
         {"su", "local", NULL, BOB},
         "sshd",
         false},
        /* another connection */
        {"ssh after ssh", SSH, SSH, "sshd", true},
        {"ssh after ssh, not named", SSH, SSH, "sudo", false},
        {"no key now", SSH, SSH_NAKED, "sshd", false},
        {"no key then", SSH_NAKED, SSH, "sshd", false},
        {"never a key", SSH_NAKED, SSH_NAKED, "sshd", false},
        {"empty keys", {"sshd", ADDRESS, "", 0}, {"sshd", ADDRESS, "", 0}, "sshd", false},
        {"a password is no key",
         {"sshd", ADDRESS, "password\n", 0},
         {"sshd", ADDRESS, "password\n", 0},
         "sshd",
         false},
        {"a host is no key",
         {"sshd", ADDRESS, "hostbased ssh-ed25519 AAAA\n", 0},
         {"sshd", ADDRESS, "hostbased ssh-ed25519 AAAA\n", 0},
         "sshd",
         false},
        {"another key", SSH, {"sshd", ADDRESS, "publickey ssh-ed25519 AAAB\n", 0}, "sshd", false},
        {"a longer key", SSH, {"sshd", ADDRESS, "publickey ssh-ed25519 AAAAA\n", 0}, "sshd", false},
        {"one key more", SSH, {"sshd", ADDRESS, KEY KEY, 0}, "sshd", false},
        {"another address", SSH, {"sshd", "192.0.2.2", KEY, 0}, "sshd", false},
        {"no address now", SSH, {"sshd", NULL, KEY, 0}, "sshd", false},
        {"no address at all", {"sshd", NULL, KEY, 0}, {"sshd", NULL, KEY, 0}, "sshd", false},
        {"ssh after sudo", SUDO, SSH, "sudo", false},
        {"ssh after sudo from an address", {"sudo", ADDRESS, KEY, ALICE}, SSH, "sudo", false},
        /* a console; a daemon that serves everybody */
        {"a second console", LOGIN, LOGIN, "login", false},
        {"a daemon remembers nobody",
         {"imap", ADDRESS, NULL, 0},
         {"imap", ADDRESS, NULL, 0},
         "imap",
         false},
        {"and knows nobody", SSH, {"imap", ADDRESS, NULL, 0}, "sshd", false},
        {"it is called by somebody", SSH, {"polkit-1", "local", NULL, ALICE}, "sshd", true},
};

#endif
