/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Networks. Called by value.c and conditions.c. Numbers only: a name is reverse DNS, which belongs
 * to whoever owns the address.
 */
#include "network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "po_text.h"

#define ADDRESS_SIZE 64 /* INET6_ADDRSTRLEN and the zone of a link-local address */
#define MAPPED       96 /* bits of ::ffff:0:0/96, in which IPv4 lies */

struct network {
	unsigned char bytes[16];
	unsigned long prefix; /* in bits of the IPv6 form */
};

/* The first len bytes of text as an address; *v4 says how it was written. */
static bool parse_address(const char *text, size_t len, unsigned char bytes[16], bool *v4)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	char copy[ADDRESS_SIZE];

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	*v4 = inet_pton(AF_INET, copy, bytes + sizeof(mapped)) == 1;
	if (*v4)
		memcpy(bytes, mapped, sizeof(mapped));
	return *v4 || inet_pton(AF_INET6, copy, bytes) == 1;
}

static bool bit(const unsigned char *bytes, unsigned long n)
{
	return bytes[n / 8] >> (7 - n % 8) & 1;
}

static bool parse_network(const char *text, struct network *n)
{
	size_t len = strcspn(text, "/");
	bool v4;

	if (!parse_address(text, len, n->bytes, &v4))
		return false;
	n->prefix = 128;
	if (text[len] && !po_text_uint(text + len + 1, 0, v4 ? 32 : 128, &n->prefix))
		return false;
	if (text[len] && v4)
		n->prefix += MAPPED;
	for (unsigned long i = n->prefix; i < 128; i++)
		if (bit(n->bytes, i))
			return false;
	return true;
}

bool po_network_ok(const char *text)
{
	struct network n;

	return strcmp(text, PO_NETWORK_LOCAL) == 0 || parse_network(text, &n);
}

static bool is_in(const struct network *n, const unsigned char bytes[16])
{
	for (unsigned long i = 0; i < n->prefix; i++)
		if (bit(n->bytes, i) != bit(bytes, i))
			return false;
	return true;
}

bool po_network_has(const struct po_list *networks, const char *address)
{
	unsigned char bytes[16];
	struct network n;
	bool v4;

	if (!address)
		return false;
	if (strcmp(address, PO_NETWORK_LOCAL) == 0)
		return po_list_has(networks, PO_NETWORK_LOCAL);
	if (!parse_address(address, strcspn(address, "%"), bytes, &v4))
		return false;
	for (size_t i = 0; i < networks->count; i++)
		if (parse_network(networks->items[i], &n) && is_in(&n, bytes))
			return true;
	return false;
}
