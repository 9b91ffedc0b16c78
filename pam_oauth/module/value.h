/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one value of a configuration or rule file may hold. Pure functions over text; whether two
 * values fit together is check.c's business.
 */
#ifndef PO_VALUE_H
#define PO_VALUE_H

#include <stdbool.h>

enum po_value {
	PO_VALUE_TEXT,     /* printable ASCII (NET-15) */
	PO_VALUE_WORD,     /* the same without blanks */
	PO_VALUE_ISSUER,   /* DSC-1 */
	PO_VALUE_ENDPOINT, /* DSC-7 */
	PO_VALUE_URI,      /* EXT-3 */
	PO_VALUE_HOST,
	PO_VALUE_DOMAIN_OR_HOST, /* of no_proxy: a host, or a domain that begins with a dot */
	PO_VALUE_PROXY,          /* http:// or https:// with a host; no user, path or query */
	PO_VALUE_PIN,            /* NET-17: base64 of a SHA-256 */
	PO_VALUE_PARAM,          /* NAME=VALUE of a request (DEV-5) */
	PO_VALUE_CLIENT_ALG,     /* CAU-5, CAU-6 */
	PO_VALUE_TENANT,         /* IDN-7: a GUID in lower case */
	PO_VALUE_PORT,
	PO_VALUE_DOMAIN, /* of an e-mail address */
	PO_VALUE_PATH,
	PO_VALUE_SCOPE,      /* the whole scope (DEV-3) */
	PO_VALUE_SCOPE_WORD, /* one word of it: RFC 6749 section 3.3 */
	PO_VALUE_ALG,        /* IDT-4 */
	PO_VALUE_CLAIM,      /* IDN-12 */
	PO_VALUE_ACCOUNT,    /* MAP-2 */
	PO_VALUE_NETWORK,    /* network.h */
	PO_VALUE_METHOD,     /* of authentication, as sshd names it */
	PO_VALUE_SERVICE,    /* a PAM service name, as libpam hands it to modules */
	PO_VALUE_KINDS
};

/* True if s may stand where a value of this kind is expected. */
bool po_value_ok(enum po_value kind, const char *s);

/* What is expected, to follow "expected ". Never NULL. */
const char *po_value_expects(enum po_value kind);

#endif
