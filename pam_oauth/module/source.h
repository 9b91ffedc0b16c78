/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a login comes from, as a name to count by (PAM-41). */
#ifndef PO_SOURCE_H
#define PO_SOURCE_H

#include <stddef.h>
#include <sys/types.h>

/* What PAM knows of it; each may be NULL. */
struct po_origin {
	const char *service;
	const char *ssh_connection; /* of the PAM environment, where sshd sets it */
	const char *rhost;          /* PAM_RHOST */
	const char *ruser;          /* PAM_RUSER */
	uid_t caller;               /* po_source_caller */
};

/*
 * The person on this host who called su or sudo, and so can keep this process for ever or stop it
 * at any moment; 0 = nobody but root. o->caller is not looked at.
 */
uid_t po_source_caller(const struct po_origin *o);

#define PO_SOURCE_SIZE 288 /* "local:" and a name of MAP-2, and some */

/*
 * Writes "uid:NUMBER" for a caller on this host, an IPv4 address, the /64 of an IPv6 address
 * ("2001:db8::/64"), "local:NAME" where the application gave a name that is nobody's, or "local".
 * Under sshd the address is that of SSH_CONNECTION, else PAM_RHOST if it is one. out has
 * PO_SOURCE_SIZE bytes.
 */
void po_source_name(const struct po_origin *o, char *out);

#endif
