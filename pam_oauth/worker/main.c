/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_oauth_worker: descriptor 0 is a connected SOCK_SEQPACKET socket, and that is the whole
 * contract. Request in, lock-down, flow, identity or fault out. Started by pam_oauth.so, never by
 * hand.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "flow.h"
#include "http.h"
#include "json.h"
#include "memory.h"
#include "po_clock.h"
#include "sandbox.h"
#include "verify.h"

#define REQUEST_WAIT_MS 10000 /* the module sends it at once */
#define EXIT_USAGE      64
#define CLAIMS_LIMIT    (PO_LIMIT_MESSAGE - 64)

static bool is_our_socket(int fd)
{
	int type = 0;
	socklen_t len = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_SEQPACKET;
}

static bool login(const struct po_flow *flow, struct po_fault *f)
{
	struct po_identity who = {0};
	bool ok = po_flow_run(flow, &who, f) && po_channel_send_identity(flow->channel, &who, f);

	po_identity_free(&who);
	return ok;
}

static bool verify(const struct po_flow *flow, struct po_fault *f)
{
	struct po_buf claims;
	bool ok;

	po_buf_init(&claims, CLAIMS_LIMIT);
	ok = po_verify_run(flow, &claims, f) && po_channel_send_claims(flow->channel, &claims, f);
	po_buf_free(&claims);
	return ok;
}

static bool run_task(const struct po_flow *flow, struct po_fault *f)
{
	switch (flow->request->task) {
	case PO_TASK_LOGIN:
		return login(flow, f);
	case PO_TASK_PROBE:
		return po_flow_probe(flow, f);
	case PO_TASK_VERIFY:
		return verify(flow, f);
	}
	return po_fail(f, PO_E_WORKER, "unknown task");
}

static bool serve(struct po_channel *c, struct po_request *request, struct po_revoker *revoker,
                  struct po_fault *f)
{
	struct po_flow flow = {.request = request, .channel = c, .revoker = revoker};
	struct po_note note = po_channel_note(c);
	struct po_ports ports = {0};
	struct po_sandbox sandbox = {.ca_file = NULL, .ports = &ports};
	struct po_http_options options = {.watch = {c->fd, po_channel_ready, c}};
	bool ok;

	if (!po_channel_take_request(c, po_clock_after(REQUEST_WAIT_MS), request, f))
		return false;
	flow.deadline = po_clock_after(request->remaining_ms);
	sandbox.ca_file = request->ca_file;
	sandbox.ca_path = request->ca_path;
	if (!po_ports_plan(request, &ports, f))
		return false;
	po_revoker_start(revoker, request, &sandbox, &note);
	if (!po_sandbox_enter(&sandbox, &note, f))
		return false;
	options.request = request;
	options.certificates = request->task == PO_TASK_PROBE ? &note : NULL;
	flow.http = po_http_new(&options, f);
	ok = flow.http && run_task(&flow, f);
	po_http_free(flow.http);
	return ok;
}

int main(void)
{
	struct po_channel channel = {.fd = STDIN_FILENO};
	struct po_request request = {0};
	struct po_revoker revoker = {.fd = -1};
	struct po_fault fault = {.code = PO_E_SYSTEM, .text = "the worker failed without a reason"};

	if (!is_our_socket(channel.fd)) {
		fputs("pam_oauth_worker is started by pam_oauth.so, see pam_oauth(8)\n", stderr);
		return EXIT_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	po_memory_begin();
	po_json_setup();
	if (!po_sandbox_begin(&fault) || !serve(&channel, &request, &revoker, &fault))
		po_channel_send_fault(&channel, &fault);
	po_revoker_release(&revoker);
	po_request_free(&request);
	_exit(EXIT_SUCCESS); /* the verdict is on the socket; exit handlers would only cost time */
}
