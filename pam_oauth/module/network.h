/* SPDX-License-Identifier: BSD-2-Clause */
/* Source networks as an administrator writes them (XDV-2). */
#ifndef PO_NETWORK_H
#define PO_NETWORK_H

#include <stdbool.h>

#include "po_list.h"

/* The word for a login that has no address because no other host is involved. */
#define PO_NETWORK_LOCAL "local"

/*
 * True for "192.0.2.0/24", "2001:db8::/32", a single address, or "local". Bits behind the prefix
 * must be zero: whoever wrote 10.0.0.1/8 meant something else.
 */
bool po_network_ok(const char *text);

/*
 * Is the address in one of these networks, each of which po_network_ok accepts? An IPv4 address
 * and its form in IPv6 are the same; a zone ("%eth0") does not count. False for NULL and for what
 * is no address; "local" is in "local" only.
 */
bool po_network_has(const struct po_list *networks, const char *address);

#endif
