/* SPDX-License-Identifier: BSD-2-Clause */
/* Defines every symbol of module/launch.c. */
#include "fake_launch.h"

#include <sys/socket.h>
#include <unistd.h>

#include "po_limits.h"
#include "table.h"

#define NO_PROCESS 4711 /* nobody signals or waits for it: the code that would is replaced */

static struct fake_launch state_;

struct fake_launch *fake_launch(void)
{
	return &state_;
}

bool po_launch(struct po_child *c, void *pamh, struct po_fault *f)
{
	static const int size = 4 * PO_LIMIT_MESSAGE;
	int sv[2];

	(void)pamh;
	state_.begun++;
	if (state_.fail)
		return po_fail(f, PO_E_SYSTEM, "fork: the test says so");
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(setsockopt(sv[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
	c->pid = NO_PROCESS;
	c->fd = sv[0];
	state_.worker = sv[1];
	return true;
}

void po_launch_end(struct po_child *c)
{
	if (c->fd >= 0) {
		close(c->fd);
		state_.ended++;
	}
	c->fd = -1;
	c->pid = 0;
}
