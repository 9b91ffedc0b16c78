/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looking without touching: pending signals (SUD-3) and the client's connection (SSH-13), tried on
 * real sockets of the loopback interface.
 */
#include "table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "watch.h"

/* A connection of which we hold both ends, as sshd's child holds one of them. */
struct connection {
	int listener, client, server; /* server: the descriptor that sshd would have */
	unsigned client_port, server_port;
};

static unsigned port_of(const struct sockaddr_storage *ss)
{
	return ss->ss_family == AF_INET ? ntohs(((const struct sockaddr_in *)ss)->sin_port)
	                                : ntohs(((const struct sockaddr_in6 *)ss)->sin6_port);
}

static unsigned local_port(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &len), 0);
	return port_of(&ss);
}

/* listen_family AF_INET6 with client_family AF_INET: sshd sees the client as ::ffff:127.0.0.1. */
static bool connection_open(struct connection *c, int listen_family, int client_family)
{
	struct sockaddr_in6 any6 = {.sin6_family = AF_INET6};
	struct sockaddr_in any4 = {.sin_family = AF_INET};
	bool six = listen_family == AF_INET6;
	int off = 0;

	c->listener = socket(listen_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->listener < 0)
		return false;
	any4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (client_family == AF_INET6)
		any6.sin6_addr = in6addr_loopback;
	if (six)
		setsockopt(c->listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(c->listener, six ? (struct sockaddr *)&any6 : (struct sockaddr *)&any4,
	         six ? sizeof(any6) : sizeof(any4)) != 0 ||
	    listen(c->listener, 1) != 0) {
		close(c->listener);
		return false;
	}
	c->server_port = local_port(c->listener);
	any4.sin_port = any6.sin6_port = htons((unsigned short)c->server_port);
	any6.sin6_addr = in6addr_loopback;
	six = client_family == AF_INET6;
	c->client = socket(client_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(c->client,
	                         six ? (struct sockaddr *)&any6 : (struct sockaddr *)&any4,
	                         six ? sizeof(any6) : sizeof(any4)),
	                 0);
	c->client_port = local_port(c->client);
	c->server = accept(c->listener, NULL, NULL);
	assert_true(c->server >= 0);
	return true;
}

static void connection_close(struct connection *c)
{
	close(c->listener);
	if (c->client >= 0)
		close(c->client);
	close(c->server);
}

/* What sshd writes into SSH_CONNECTION. */
static const char *spell(char *dst, size_t size, const struct connection *c, const char *address)
{
	snprintf(dst, size, "%s %u %s %u", address, c->client_port, address, c->server_port);
	return dst;
}

static void the_clients_descriptor_is_found(void **state)
{
	struct connection other;
	struct connection c;
	char text[200];

	(void)state;
	assert_true(connection_open(&other, AF_INET, AF_INET));
	assert_true(connection_open(&c, AF_INET, AF_INET));
	assert_int_equal(po_watch_find_client(spell(text, sizeof(text), &c, "127.0.0.1")),
	                 c.server);
	assert_int_equal(po_watch_find_client(spell(text, sizeof(text), &c, "::ffff:127.0.0.1")),
	                 c.server);
	assert_int_equal(po_watch_find_client(spell(text, sizeof(text), &c, "127.0.0.2")), -1);
	assert_int_equal(po_watch_find_client(spell(text, sizeof(text), &c, "::1")), -1);
	c.client_port ^= 1;
	assert_int_equal(po_watch_find_client(spell(text, sizeof(text), &c, "127.0.0.1")), -1);
	connection_close(&c);
	connection_close(&other);
}

static void addresses_of_both_families_are_compared(void **state)
{
	struct connection c;
	char text[200];

	(void)state;
	if (!connection_open(&c, AF_INET6, AF_INET6)) {
		print_message("SKIPPED: no IPv6 on this host\n");
		skip();
	}
	assert_int_equal(po_watch_find_client(spell(text, sizeof(text), &c, "::1")), c.server);
	assert_int_equal(po_watch_find_client(spell(text, sizeof(text), &c, "::1%lo")), c.server);
	assert_int_equal(po_watch_find_client(spell(text, sizeof(text), &c, "0:0:0:0:0:0:0:1")),
	                 c.server);
	assert_int_equal(po_watch_find_client(spell(text, sizeof(text), &c, "127.0.0.1")), -1);
	connection_close(&c);
	assert_true(connection_open(&c, AF_INET6, AF_INET)); /* IPv4 at an IPv6 listener */
	assert_int_equal(po_watch_find_client(spell(text, sizeof(text), &c, "127.0.0.1")),
	                 c.server);
	connection_close(&c);
}

/* Its own sockets (a host's monitor, say) come before the client's, and have no address to compare.
 */
static void a_local_socket_is_nobodys(void **state)
{
	struct connection c;
	char text[200];
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_true(connection_open(&c, AF_INET, AF_INET));
	assert_in_range(pair[0], 0, c.server);
	assert_int_equal(po_watch_find_client(spell(text, sizeof(text), &c, "127.0.0.1")),
	                 c.server);
	connection_close(&c);
	assert_int_equal(po_watch_find_client("0.0.0.0 0 127.0.0.1 22"), -1);
	assert_int_equal(po_watch_find_client(":: 0 ::1 22"), -1);
	close(pair[0]);
	close(pair[1]);
}

#define TEN "aaaaaaaaaa"

static void other_texts_find_nothing(void **state)
{
	static const char *const texts[] = {
	        "",
	        "127.0.0.1",
	        "127.0.0.1 ",
	        "UNKNOWN 65535 UNKNOWN 65535",
	        "127.0.0.1 x 127.0.0.1 22",
	        "127.0.0.1 99999999999999999999 127.0.0.1 22",
	        "999.0.0.1 1 127.0.0.1 22",
	        TEN TEN TEN TEN TEN TEN TEN TEN " 1 127.0.0.1 22",
	};
	struct connection c;

	(void)state;
	assert_true(connection_open(&c, AF_INET, AF_INET));
	assert_int_equal(po_watch_find_client(NULL), -1);
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(po_watch_find_client(texts[i]), -1);
	connection_close(&c);
}

static bool gone_soon(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLRDHUP};

	poll(&p, 1, 5000); /* loopback is quick, but not instant */
	return po_watch_client_gone(fd);
}

static void a_client_that_left_is_noticed_and_nothing_is_read(void **state)
{
	struct connection c;
	char text[4];

	(void)state;
	assert_true(connection_open(&c, AF_INET, AF_INET));
	assert_false(po_watch_client_gone(c.server));
	assert_int_equal(write(c.client, "data", 4), 4);
	assert_false(po_watch_client_gone(c.server)); /* something to read is no end */
	close(c.client);
	c.client = -1;
	assert_true(gone_soon(c.server));
	assert_int_equal(recv(c.server, text, sizeof(text), MSG_WAITALL), 4);
	assert_memory_equal(text, "data", 4);
	connection_close(&c);
}

static void a_client_that_shut_down_or_reset_is_noticed(void **state)
{
	static const struct linger reset = {.l_onoff = 1};
	struct connection c;

	(void)state;
	assert_true(connection_open(&c, AF_INET, AF_INET));
	assert_int_equal(shutdown(c.client, SHUT_WR), 0);
	assert_true(gone_soon(c.server));
	connection_close(&c);
	assert_true(connection_open(&c, AF_INET, AF_INET));
	assert_int_equal(setsockopt(c.client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
	close(c.client);
	c.client = -1;
	assert_true(gone_soon(c.server));
	connection_close(&c);
}

static void no_descriptor_is_never_gone(void **state)
{
	(void)state;
	assert_false(po_watch_client_gone(-1));
}

/* SUD-3: sudo blocks both; Ctrl-C is pending, not delivered, and must stay so. */
static void pending_interrupts_are_seen_and_left(void **state)
{
	static const struct timespec now;
	static const struct {
		int signal;
		bool seen;
	} rows[] = {{SIGINT, true},   {SIGQUIT, true}, {SIGTERM, false},
	            {SIGTSTP, false}, {SIGHUP, false}, {SIGWINCH, false}};
	sigset_t all;
	sigset_t before;

	(void)state;
	assert_false(po_watch_interrupted());
	sigfillset(&all);
	assert_int_equal(sigprocmask(SIG_SETMASK, &all, &before), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		sigset_t one;

		raise(rows[i].signal);
		assert_int_equal(po_watch_interrupted(), rows[i].seen);
		assert_int_equal(po_watch_interrupted(), rows[i].seen);
		sigemptyset(&one);
		sigaddset(&one, rows[i].signal);
		assert_int_equal(sigtimedwait(&one, NULL, &now), rows[i].signal);
		assert_false(po_watch_interrupted());
	}
	assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
}

static void stop_if(bool wrong, int status)
{
	if (wrong)
		_exit(status);
}

/* In a session of its own whose terminal is this one; exits with 0 when all was seen. */
static void live_with(const char *terminal, int told)
{
	struct rlimit none = {0, 4096};
	struct rlimit before;

	stop_if(setsid() < 0 || signal(SIGHUP, SIG_IGN) == SIG_ERR, 1);
	stop_if(po_watch_terminal() != PO_TERMINAL_NONE, 2);
	/* cppcheck-suppress leakReturnValNotUsed; it becomes the terminal */
	stop_if(open(terminal, O_RDWR | O_CLOEXEC) < 0, 3);
	stop_if(po_watch_terminal() != PO_TERMINAL_THERE, 4);
	getrlimit(RLIMIT_NOFILE, &before);
	none.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_NOFILE, &none);
	stop_if(po_watch_terminal() != PO_TERMINAL_UNKNOWN, 5);
	setrlimit(RLIMIT_NOFILE, &before);
	stop_if(write(told, "x", 1) != 1, 6);
	for (int i = 0; i < 3000 && po_watch_terminal() == PO_TERMINAL_THERE; i++)
		poll(NULL, 0, 10);
	_exit(po_watch_terminal() == PO_TERMINAL_NONE ? 0 : 7);
}

/* As when the window of a sudo that waits is closed. */
static void a_terminal_that_was_closed_is_noticed(void **state)
{
	char name[64];
	int tell[2];
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	int status;
	char byte;
	pid_t pid;

	(void)state;
	assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	assert_int_equal(ptsname_r(master, name, sizeof(name)), 0);
	assert_int_equal(pipe2(tell, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		close(master);
		live_with(name, tell[1]);
	}
	close(tell[1]);
	if (read(tell[0], &byte, 1) == 1)
		/* cppcheck-suppress doubleFree; the other one is the child's */
		close(master);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(tell[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_clients_descriptor_is_found),
	        cmocka_unit_test(addresses_of_both_families_are_compared),
	        cmocka_unit_test(a_local_socket_is_nobodys),
	        cmocka_unit_test(other_texts_find_nothing),
	        cmocka_unit_test(a_client_that_left_is_noticed_and_nothing_is_read),
	        cmocka_unit_test(a_client_that_shut_down_or_reset_is_noticed),
	        cmocka_unit_test(no_descriptor_is_never_gone),
	        cmocka_unit_test(pending_interrupts_are_seen_and_left),
	        cmocka_unit_test(a_terminal_that_was_closed_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
