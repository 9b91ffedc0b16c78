/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy that no URL gets around (NET-1): https and nothing else, before a byte is sent. What
 * servers do is the worker suite's (test_http.py); no URL of theirs gets here unchecked, so that
 * only here the transfer itself can be asked.
 */
#include "table.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http.h"
#include "po_clock.h"

static const struct {
	const char *name;
	const char *url; /* %u = a port of this host that listens */
} urls[] = {
        {"NET-1 http", "http://127.0.0.1:%u/"},
        {"NET-1 ftp", "ftp://127.0.0.1:%u/"},
        {"NET-1 gopher", "gopher://127.0.0.1:%u/"},
        {"NET-1 telnet", "telnet://127.0.0.1:%u/"},
        {"NET-1 ldap", "ldap://127.0.0.1:%u/"},
        {"NET-1 file", "file:///etc/hosts"},
        {"NET-1 no scheme, which libcurl takes for http", "127.0.0.1:%u/"},
};

static int listening(unsigned *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	assert_return_code(fd, errno);
	assert_return_code(bind(fd, (struct sockaddr *)&a, sizeof(a)), errno);
	assert_return_code(listen(fd, 5), errno);
	assert_return_code(getsockname(fd, (struct sockaddr *)&a, &len), errno);
	*port = ntohs(a.sin_port);
	return fd;
}

static bool nobody_came(int fd)
{
	int client = accept(fd, NULL, NULL);

	if (client >= 0)
		close(client);
	return client < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

static void nothing_but_https_is_spoken(void **state)
{
	const struct po_http_options o = {.watch = {.fd = -1}};
	struct po_fault f = {.code = PO_OK};
	struct po_http *http = po_http_new(&o, &f);
	struct table t = {0};
	unsigned port;
	int fd = listening(&port);

	(void)state;
	assert_non_null(http);
	for (size_t i = 0; i < COUNT(urls); i++) {
		struct po_http_response r = {0};
		char url[100];
		const struct po_http_request q = {
		        .url = url, .body_limit = 1000, .deadline = po_clock_now() + 500};

		t.row = urls[i].name;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(url, sizeof(url), urls[i].url, port);
#pragma GCC diagnostic pop
		ROW(&t, po_http_perform(http, &q, &r, &f));
		ROW_NUMBER(&t, r.outcome, PO_HTTP_TRANSPORT);
		ROW_NUMBER(&t, r.status, 0);
		ROW_NUMBER(&t, r.body.len, 0);
		ROW(&t, nobody_came(fd));
		po_http_response_free(&r);
	}
	po_http_free(http);
	close(fd);
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(nothing_but_https_is_spoken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
