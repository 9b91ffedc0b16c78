/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by main.c (start, release) and flow.c (keep). */
#include "revoke.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "form.h"
#include "po_clock.h"

#define MESSAGE_LIMIT (PO_LIMIT_TOKEN + 4 * PO_LIMIT_URI) /* below twice LIM-19 */
#define ALARM_S       (PO_REVOKE_MS / 1000 + 1) /* for a name server that holds libcurl's thread */
#define BODY_LIMIT    PO_LIMIT_DEVICE_BODY

/* What the second process is told, each as text behind its length. */
struct order {
	const char *token, *hint, *endpoint, *alg, *audience;
	enum po_client_auth method;
};

static void add_text(struct po_buf *out, const char *text)
{
	po_buf_add_u32(out, (uint32_t)strlen(text));
	po_buf_add(out, text, strlen(text) + 1);
}

/* Borrowed from the message, whose texts end in a NUL each. */
static const char *take_text(struct po_reader *in)
{
	uint32_t len = po_reader_u32(in);
	const unsigned char *text = po_reader_bytes(in, (size_t)len + 1);

	if (!text || text[len] != '\0')
		in->bad = true;
	return in->bad ? "" : (const char *)text;
}

static bool read_order(const char *message, size_t len, struct order *o)
{
	struct po_reader in;

	po_reader_init(&in, message, len);
	o->method = (enum po_client_auth)po_reader_u32(&in);
	o->token = take_text(&in);
	o->hint = take_text(&in);
	o->endpoint = take_text(&in);
	o->alg = take_text(&in);
	o->audience = take_text(&in);
	return po_reader_done(&in);
}

/* The one request; what comes of it, nobody hears. */
static void send_revocation(const struct po_request *request, const struct order *o)
{
	const struct po_http_options options = {.request = request, .watch = {.fd = -1}};
	struct po_client client = {.request = request,
	                           .revocation = {o->method, *o->alg ? o->alg : NULL},
	                           .audience = o->audience};
	struct po_http_response r = {0};
	struct po_fault f = {.code = PO_OK};
	struct po_http *http = po_http_new(&options, &f); /* NET-18: made here */
	struct po_form form;

	po_form_init(&form);
	if (request->client_key.data)
		client.key = po_client_key_load(&request->client_key,
		                                &request->client_key_passphrase, &f);
	if (http && (client.key || !request->client_key.data) &&
	    po_form_add(&form, "token", o->token, &f) &&
	    po_form_add(&form, "token_type_hint", o->hint, &f) &&
	    po_form_authenticate(&form, &client, PO_ENDPOINT_REVOCATION, &f))
		po_form_post(&form, http, o->endpoint, BODY_LIMIT, po_clock_after(PO_REVOKE_MS), &r,
		             &f);
	po_form_free(&form);
	po_client_free(&client);
}

/* Waits for the message; NULL when the worker has ended without one. */
static char *receive(int fd, size_t *len)
{
	char *message;
	char first; /* looked at, and left there */
	ssize_t n;

	do
		n = recv(fd, &first, 1, MSG_PEEK | MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n <= 0 || n > MESSAGE_LIMIT)
		return NULL;
	message = malloc((size_t)n);
	if (!message || recv(fd, message, (size_t)n, 0) != n)
		return NULL;
	*len = (size_t)n;
	return message;
}

/* Nothing of the worker's stays open but the pipe: whoever waits for its end must not wait for us.
 */
static bool let_go(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	bool ok = null >= 0;

	for (int i = STDIN_FILENO; i <= STDERR_FILENO && ok; i++)
		ok = dup2(null, i) == i;
	if (null > STDERR_FILENO)
		close(null);
	return ok && fd > STDERR_FILENO && setsid() >= 0;
}

static _Noreturn void second_process(int fd, const struct po_request *request,
                                     const struct po_sandbox *sandbox)
{
	const struct po_note nobody = {NULL, NULL};
	struct po_fault f = {.code = PO_OK};
	const char *message;
	struct order o;
	size_t len;

	alarm(request->remaining_ms / 1000 + ALARM_S); /* whatever becomes of the worker */
	if (let_go(fd) && po_sandbox_enter(sandbox, &nobody, &f) && (message = receive(fd, &len)) &&
	    read_order(message, len, &o)) {
		alarm(ALARM_S);
		send_revocation(request, &o);
	}
	_exit(EXIT_SUCCESS);
}

/* One message, with room for all of it, so that handing it over never blocks. */
static bool make_sockets(int ends[2])
{
	static const int size = 2 * PO_LIMIT_MESSAGE;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	if (setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) == 0)
		return true;
	close(ends[0]);
	close(ends[1]);
	return false;
}

void po_revoker_start(struct po_revoker *r, const struct po_request *request,
                      const struct po_sandbox *sandbox, const struct po_note *note)
{
	int ends[2];
	pid_t pid;

	*r = (struct po_revoker){.fd = -1};
	po_buf_init(&r->message, MESSAGE_LIMIT);
	if (request->revoke == PO_REVOKE_NO)
		return;
	if (!make_sockets(ends)) {
		po_warn(note, "no token will be revoked: socketpair: %s", strerror(errno));
		return;
	}
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		second_process(ends[0], request, sandbox);
	}
	close(ends[0]);
	if (pid > 0) {
		r->fd = ends[1];
		return;
	}
	po_warn(note, "no token will be revoked: fork: %s", strerror(errno));
	close(ends[1]);
}

void po_revoker_keep(struct po_revoker *r, const struct po_request *request,
                     const struct po_endpoints *e, const struct po_tokens *tokens)
{
	bool refresh = tokens->refresh_token.data != NULL;
	const char *token = refresh ? tokens->refresh_token.data : tokens->access_token.data;

	if (r->fd < 0 || !e->revocation || !token || (!refresh && request->revoke != PO_REVOKE_YES))
		return;
	po_buf_add_u32(&r->message, (uint32_t)e->client.revocation.method);
	add_text(&r->message, token);
	add_text(&r->message, refresh ? "refresh_token" : "access_token");
	add_text(&r->message, e->revocation);
	add_text(&r->message, e->client.revocation.alg ? e->client.revocation.alg : "");
	add_text(&r->message, e->client.audience ? e->client.audience : "");
}

void po_revoker_release(struct po_revoker *r)
{
	if (r->fd < 0)
		return;
	if (r->message.len > 0 && !r->message.failed) /* whether it arrives is nobody's business */
		(void)!send(r->fd, r->message.data, r->message.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(r->fd);
	r->fd = -1;
	po_buf_free(&r->message);
}
