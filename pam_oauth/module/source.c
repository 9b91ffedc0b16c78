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
#include "network.h"
#include "po_text.h"

#define ADDRESS_SIZE 64 /* INET6_ADDRSTRLEN and the zone of a link-local address */
#define NETWORK      8  /* bytes of an IPv6 address that one customer cannot choose himself */

#define PASSWD_BUFFER 16384

/* An address as it is written; IPv4 within IPv6 is IPv4. */
struct address {
	bool v4;
	struct in_addr in;
	struct in6_addr in6;
};

static bool parse_address(const char *text, size_t len, struct address *a)
{
	char copy[ADDRESS_SIZE];

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	a->v4 = inet_pton(AF_INET, copy, &a->in) == 1;
	if (a->v4)
		return true;
	copy[strcspn(copy, "%")] = '\0';
	if (inet_pton(AF_INET6, copy, &a->in6) != 1)
		return false;
	a->v4 = IN6_IS_ADDR_V4MAPPED(&a->in6);
	if (a->v4)
		memcpy(&a->in, a->in6.s6_addr + 12, sizeof(a->in));
	return true;
}

static bool find_address(const struct po_origin *o, struct address *a)
{
	bool sshd = o->service && strcmp(o->service, "sshd") == 0;

	if (sshd && o->ssh_connection &&
	    parse_address(o->ssh_connection, strcspn(o->ssh_connection, " "), a))
		return true;
	return o->rhost && parse_address(o->rhost, strlen(o->rhost), a);
}

static void write_address(const struct address *a, char *out)
{
	if (a->v4)
		inet_ntop(AF_INET, &a->in, out, PO_SOURCE_SIZE);
	else
		inet_ntop(AF_INET6, &a->in6, out, PO_SOURCE_SIZE);
}

/* Whoever has one address of a /64 has 2^64 of them: they share a counter. */
static void name_network(struct address *a, char *out)
{
	size_t len;

	if (!a->v4)
		memset(a->in6.s6_addr + NETWORK, 0, sizeof(a->in6.s6_addr) - NETWORK);
	write_address(a, out);
	len = strlen(out);
	if (!a->v4)
		snprintf(out + len, PO_SOURCE_SIZE - len, "/64");
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
	struct address a;

	if (o->caller != 0)
		snprintf(out, PO_SOURCE_SIZE, "uid:%lu", (unsigned long)o->caller);
	else if (find_address(o, &a))
		name_network(&a, out);
	else
		name_local(o, out);
}

bool po_source_address(const struct po_origin *o, char *out)
{
	bool sshd = o->service && strcmp(o->service, "sshd") == 0;
	struct address a;

	if (find_address(o, &a))
		write_address(&a, out);
	else if (!sshd && !(o->rhost && *o->rhost))
		snprintf(out, PO_SOURCE_SIZE, "%s", PO_NETWORK_LOCAL);
	else
		return false;
	return true;
}
