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
#include "http_proxy.h"
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

/* NET-2: OpenSSL would say nothing of such a folder, and every login would fail with its servers.
 */
static void a_folder_without_certificates_is_named(void **state)
{
	static const struct {
		const char *name;
		const char *file; /* what is in the folder; "" = no folder at all */
		bool ca_file;     /* beside it */
		bool usable;
	} rows[] = {
	        {"no folder", "", false, false},
	        {"not hashed", "ca.pem", false, false},
	        {"a link to nowhere", "0a1b2c3d.9", false, false},
	        {"hashed", "0a1b2c3d.0", false, true},
	        {"not hashed, and not alone", "ca.pem", true, true},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scratch files;
		struct po_request request = {.ca_file = NULL};
		const struct po_http_options o = {.request = &request, .watch = {.fd = -1}};
		struct po_fault f = {.code = PO_OK};
		struct po_http *http;

		char folder[100];
		char file[100];

		scratch_make(&files);
		t.row = rows[i].name;
		if (strchr(rows[i].file, '9'))
			assert_return_code(symlink("nowhere", scratch_path(&files, rows[i].file)),
			                   errno);
		else if (*rows[i].file)
			scratch_text(&files, rows[i].file, "x");
		snprintf(folder, sizeof(folder), "%s%s", files.dir, *rows[i].file ? "" : "/none");
		snprintf(file, sizeof(file), "%s/ca.pem", files.dir);
		request.ca_path = folder;
		request.ca_file = rows[i].ca_file ? file : NULL;
		http = po_http_new(&o, &f);
		ROW(&t, (http != NULL) == rows[i].usable);
		ROW_NUMBER(&t, f.code, rows[i].usable ? PO_OK : PO_E_CONFIG);
		ROW(&t, rows[i].usable || strncmp(f.text, "ca_path: /", 10) == 0);
		po_http_free(http);
		scratch_remove(&files);
	}
	table_end(&t);
}

/* NET-21: decided for each URL; what no_proxy means is test_uri's. */
static void a_proxy_is_for_what_is_not_excepted(void **state)
{
	struct po_request r = {.proxy = NULL};
	char proxy[] = "http://proxy.example:3128";

	(void)state;
	assert_string_equal(po_http_proxy_for(&r, "https://h.example/"), "");
	r.proxy = proxy;
	assert_string_equal(po_http_proxy_for(&r, "https://h.example/"), proxy);
	assert_true(po_list_add(&r.no_proxy, "h.example"));
	assert_string_equal(po_http_proxy_for(&r, "https://h.example/"), "");
	assert_string_equal(po_http_proxy_for(&r, "https://i.example/"), proxy);
	assert_string_equal(po_http_proxy_for(&r, "no URL"), proxy);
	po_list_free(&r.no_proxy);
}

/* A proxy's text is no longer than a line of the log, whatever its URL is. */
static void the_proxy_is_named_and_what_it_said_fits(void **state)
{
	char proxy[400];
	char text[256];
	CURL *easy = curl_easy_init();

	(void)state;
	assert_false(po_http_proxy_explain(easy, "", "said\n", text, sizeof(text)));
	assert_null(strstr(text, "proxy"));
	assert_false(po_http_proxy_explain(easy, "http://p:1", "said", text, sizeof(text)));
	assert_string_equal(text, "through proxy http://p:1: said");
	memset(proxy, 'p', sizeof(proxy) - 1);
	proxy[sizeof(proxy) - 1] = '\0';
	assert_false(po_http_proxy_explain(easy, proxy, "the reason", text, sizeof(text)));
	assert_non_null(strstr(text, ": the reason"));
	curl_easy_cleanup(easy);
}

int main(void)
{
	static const char lax[] = "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n"
	                          "[c]\nMinProtocol = TLSv1\nCipherString = DEFAULT@SECLEVEL=0\n";
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(nothing_but_https_is_spoken),
	        cmocka_unit_test(nothing_below_tls_1_2_is_offered),
	        cmocka_unit_test(a_folder_without_certificates_is_named),
	        cmocka_unit_test(a_proxy_is_for_what_is_not_excepted),
	        cmocka_unit_test(the_proxy_is_named_and_what_it_said_fits),
	};
	struct scratch scratch;
	int failed;

	scratch_make(&scratch);
	setenv("OPENSSL_CONF", scratch_text(&scratch, "openssl.cnf", lax), 1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scratch_remove(&scratch);
	return failed;
}
