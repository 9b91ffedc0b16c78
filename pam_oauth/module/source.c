/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a login comes from. Called by pam_oauth.c; the name is counted by and logged. Only numbers
 * count: a host name is reverse DNS, of which an attacker has as many as he likes, so all of them
 * together are "local" (XDV-2, PAM-19).
 */
#include "source.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "po_text.h"

#define ADDRESS_SIZE 64 /* INET6_ADDRSTRLEN and the zone of a link-local address */
#define NETWORK      8  /* bytes of an IPv6 address that one customer cannot choose himself */

#define PASSWD_BUFFER 16384

static void name_ipv4(const void *address, char *out)
{
	inet_ntop(AF_INET, address, out, PO_SOURCE_SIZE);
}

/* Whoever has one address of a /64 has 2^64 of them: they share a counter. */
static void name_ipv6(struct in6_addr *address, char *out)
{
	char text[INET6_ADDRSTRLEN] = "";

	memset(address->s6_addr + NETWORK, 0, sizeof(address->s6_addr) - NETWORK);
	inet_ntop(AF_INET6, address, text, sizeof(text));
	snprintf(out, PO_SOURCE_SIZE, "%s/64", text);
}

/* False if the first len bytes are no address; out is untouched then. */
static bool name_address(const char *text, size_t len, char *out)
{
	char address[ADDRESS_SIZE];
	struct in6_addr v6;
	struct in_addr v4;

	if (len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	if (inet_pton(AF_INET, address, &v4) == 1) {
		name_ipv4(&v4, out);
		return true;
	}
	address[strcspn(address, "%")] = '\0';
	if (inet_pton(AF_INET6, address, &v6) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&v6))
		name_ipv4(v6.s6_addr + 12, out);
	else
		name_ipv6(&v6, out);
	return true;
}

/*
 * Where a remote host is said to be involved, the name is that host's word, and does not count.
 */
static bool names_caller(const struct po_origin *o)
{
	return !(o->rhost && *o->rhost) && po_text_account_ok(o->ruser);
}

static uid_t look_up(const char *name)
{
	char *buffer = malloc(PASSWD_BUFFER);
	struct passwd *found = NULL;
	struct passwd pw;
	uid_t uid = 0;

	if (buffer && getpwnam_r(name, &pw, buffer, PASSWD_BUFFER, &found) == 0 && found)
		uid = pw.pw_uid;
	free(buffer);
	return uid;
}

/*
 * The kernel's word first: su, sudo and polkit's helper keep the real uid of whoever called them.
 * A program that has given it up may still say the name.
 */
uid_t po_source_caller(const struct po_origin *o)
{
	uid_t uid = getuid();

	if (uid != po_build_owner())
		return uid;
	return names_caller(o) ? look_up(o->ruser) : 0;
}

/* The callers of su and sudo have no address, and one of them must not use up the starts of all. */
static void name_local(const struct po_origin *o, char *out)
{
	if (names_caller(o))
		snprintf(out, PO_SOURCE_SIZE, "local:%s", o->ruser);
	else
		snprintf(out, PO_SOURCE_SIZE, "local");
}

void po_source_name(const struct po_origin *o, char *out)
{
	bool sshd = o->service && strcmp(o->service, "sshd") == 0;

	if (o->caller != 0) {
		snprintf(out, PO_SOURCE_SIZE, "uid:%lu", (unsigned long)o->caller);
		return;
	}
	if (sshd && o->ssh_connection &&
	    name_address(o->ssh_connection, strcspn(o->ssh_connection, " "), out))
		return;
	if (o->rhost && name_address(o->rhost, strlen(o->rhost), out))
		return;
	name_local(o, out);
}
