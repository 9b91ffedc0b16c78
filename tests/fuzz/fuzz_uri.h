/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_uri.c: the authority of a URI, taken apart by hand. */
#ifndef PO_FUZZ_URI_H
#define PO_FUZZ_URI_H

#include <strings.h>

#include "fuzz.h"
#include "uri.h"

#define PREFIX (sizeof("https://") - 1)

/* A host that no rule of URLs rewrites: letters, digits, dots, hyphens, and not a number. */
static inline bool is_plain_host(const char *host)
{
	const char *dot = strrchr(host, '.');
	char first = dot ? dot[1] : host[0];

	for (const char *p = host; *p; p++)
		if (!fuzz_is_alnum(*p) && *p != '.' && *p != '-')
			return false;
	return fuzz_is_alnum(first) && !fuzz_is_digit(first);
}

/* The host as a person reads it, and the text of the port behind it; false for odd hosts. */
static inline bool read_authority(const char *uri, char host[PO_LIMIT_URI + 1], const char **port)
{
	size_t len;

	if (!po_uri_verification_ok(uri, PO_LIMIT_URI))
		return false;
	snprintf(host, PO_LIMIT_URI + 1, "%s", uri + PREFIX);
	host[strcspn(host, "/?#")] = '\0';
	must(!strchr(host, '@'));
	len = strcspn(host, ":");
	*port = host[len] ? host + len + 1 : "443";
	host[len] = '\0';
	return is_plain_host(host);
}

#endif
