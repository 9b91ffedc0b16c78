/* SPDX-License-Identifier: BSD-2-Clause */
/* URLs that came from elsewhere, taken apart by libcurl's own parser (UIX-5, DSC-7). */
#ifndef PO_URI_H
#define PO_URI_H

#include <stdbool.h>
#include <stddef.h>

#include "po_list.h"

/* UIX-5: fit to be shown or drawn; at most `most` bytes. */
bool po_uri_verification_ok(const char *uri, size_t most);

/* DSC-7: https, a host, no user-info, no fragment; a query is allowed. */
bool po_uri_endpoint_ok(const char *uri);

/* Same scheme, host and port (UIX-7); false if either does not parse. */
bool po_uri_same_origin(const char *a, const char *b);

/* True if the host of uri is in the list (ASCII case aside), or the list is empty. */
bool po_uri_host_allowed(const char *uri, const struct po_list *hosts);

/* True if the host of uri is in the list, or below a domain of it ("a.b" and ".a.b" are the same).
 */
bool po_uri_host_within(const char *uri, const struct po_list *domains);

/* The port that uri names, or 443; false if it does not parse. */
bool po_uri_port(const char *uri, unsigned long *port);

/* SRV-75: a query value that looks like this code (length and alphabet) but is another one. */
bool po_uri_carries_other_code(const char *uri, const char *user_code);

#endif
