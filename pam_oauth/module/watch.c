/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking without touching: signals (SUD-3), the client's connection (SSH-13), the terminal. */
#include "watch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DESCRIPTORS 256 /* sshd's child holds about ten, all of them low */

struct peer {
	struct in6_addr address; /* IPv4 as mapped */
	unsigned port;
};

bool po_watch_interrupted(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGQUIT) == 1);
}

static void map_ipv4(struct in6_addr *out, const struct in_addr *in)
{
	memset(out, 0, sizeof(*out));
	out->s6_addr[10] = out->s6_addr[11] = 0xff;
	memcpy(&out->s6_addr[12], in, sizeof(*in));
}

static bool parse_peer(const char *text, struct peer *out)
{
	char address[64];
	struct in_addr v4;

	/* NOLINTNEXTLINE(cert-err34-c): five digits do not overflow */
	if (!text || sscanf(text, "%63s %5u", address, &out->port) != 2)
		return false;
	address[strcspn(address, "%")] = '\0'; /* the zone of a link-local address */
	if (inet_pton(AF_INET, address, &v4) == 1) {
		map_ipv4(&out->address, &v4);
		return true;
	}
	return inet_pton(AF_INET6, address, &out->address) == 1;
}

static bool peer_of(int fd, struct peer *out)
{
	struct sockaddr_storage ss = {.ss_family = AF_UNSPEC};
	socklen_t len = sizeof(ss);

	if (getpeername(fd, (struct sockaddr *)&ss, &len) != 0)
		return false;
	if (ss.ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&ss;

		out->address = in6->sin6_addr;
		out->port = ntohs(in6->sin6_port);
		return true;
	}
	if (ss.ss_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)&ss;

		map_ipv4(&out->address, &in->sin_addr);
		out->port = ntohs(in->sin_port);
		return true;
	}
	return false;
}

int po_watch_find_client(const char *ssh_connection)
{
	struct peer client;
	struct peer peer;

	if (!parse_peer(ssh_connection, &client))
		return -1;
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		if (peer_of(fd, &peer) && peer.port == client.port &&
		    memcmp(&peer.address, &client.address, sizeof(peer.address)) == 0)
			return fd;
	return -1;
}

bool po_watch_client_gone(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLRDHUP};

	return fd >= 0 && poll(&p, 1, 0) > 0;
}

enum po_terminal po_watch_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno == ENXIO ? PO_TERMINAL_NONE : PO_TERMINAL_UNKNOWN;
	close(fd);
	return PO_TERMINAL_THERE;
}
