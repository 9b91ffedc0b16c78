/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy that no URL gets around (NET-1): https and nothing else, before a byte is sent. What
 * servers do is the worker suite's (test_http.py); no URL of theirs gets here unchecked, so that
 * only here the transfer itself can be asked.
 */
#include "scratch.h"
#include "table.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
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
	static const struct po_request request;
	const struct po_http_options o = {.request = &request, .watch = {.fd = -1}};
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

/* A server that only looks at the first record of a client. */
struct onlooker {
	int fd;
	unsigned char hello[4096];
	ssize_t len;
};

static void *look_on(void *arg)
{
	struct onlooker *o = arg;
	struct pollfd p = {.fd = o->fd, .events = POLLIN};
	int client = poll(&p, 1, 10000) == 1 ? accept(o->fd, NULL, NULL) : -1;

	o->len = client >= 0 ? recv(client, o->hello, sizeof(o->hello), 0) : -1;
	if (client >= 0)
		close(client);
	return NULL;
}

static size_t u16(const unsigned char *p)
{
	return (size_t)p[0] << 8 | p[1];
}

/* The extension of this number (RFC 8446 section 4.1.2), its length before it; of length 0 if
 * absent. */
static const unsigned char *extension(const unsigned char *hello, size_t len, size_t number)
{
	static const unsigned char none[8];
	const unsigned char *end = hello + len;
	const unsigned char *p = hello + 5 + 4 + 2 + 32; /* record, handshake, version, random */

	p += 1 + *p;     /* session */
	p += 2 + u16(p); /* cipher suites */
	p += 1 + *p;     /* compression */
	for (p += 2; p + 4 <= end; p += 4 + u16(p + 2))
		if (u16(p) == number)
			return p + 2;
	return none;
}

/* NET-3: not even where the system's own policy has no lower bound (main). */
static void versions_offered(enum po_tls_min least, size_t count)
{
	const struct po_request request = {.tls_min = least};
	const struct po_http_options o = {.request = &request, .watch = {.fd = -1}};
	struct po_fault f = {.code = PO_OK};
	struct po_http *http = po_http_new(&o, &f);
	struct onlooker onlooker = {.len = -1};
	struct po_http_response r = {0};
	const unsigned char *versions;
	char url[100];
	const struct po_http_request q = {
	        .url = url, .body_limit = 1000, .deadline = po_clock_now() + 10000};
	pthread_t thread;
	unsigned port;

	assert_non_null(http);
	onlooker.fd = listening(&port);
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", port);
	assert_int_equal(pthread_create(&thread, NULL, look_on, &onlooker), 0);
	assert_true(po_http_perform(http, &q, &r, &f));
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(onlooker.len > 80);
	versions = extension(onlooker.hello, (size_t)onlooker.len, 43 /* supported_versions */);
	assert_int_equal(u16(versions), 1 + 2 * count); /* a length, then the versions */
	assert_int_equal(u16(versions + 3), 0x0304);
	if (count > 1)
		assert_int_equal(u16(versions + 5), 0x0303);
	po_http_response_free(&r);
	po_http_free(http);
	close(onlooker.fd);
}

static void nothing_below_tls_1_2_is_offered(void **state)
{
	(void)state;
	versions_offered(PO_TLS_1_2, 2);
	versions_offered(PO_TLS_1_3, 1);
}

int main(void)
{
	static const char lax[] = "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n"
	                          "[c]\nMinProtocol = TLSv1\nCipherString = DEFAULT@SECLEVEL=0\n";
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(nothing_but_https_is_spoken),
	        cmocka_unit_test(nothing_below_tls_1_2_is_offered),
	};
	struct scratch scratch;
	int failed;

	scratch_make(&scratch);
	setenv("OPENSSL_CONF", scratch_text(&scratch, "openssl.cnf", lax), 1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scratch_remove(&scratch);
	return failed;
}
