/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A captured worker: takes the request and puts on the chains exactly as pam_oauth/worker/main.c
 * does, with the worker's own objects, and then tries what an attacker would. What the kernel says
 * to each attempt goes to the module's log: "name=number of the error", 0 where it succeeded.
 * client_id says what to do: "locked:PORT" or, for the control, "free:PORT"; nobody needs PORT.
 */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "captured.h"
#include "channel.h"
#include "json.h"
#include "po_clock.h"
#include "ports.h"
#include "sandbox.h"

#define REQUEST_WAIT_MS 10000
#define LINE            200 /* of the log */

struct report {
	struct po_note note;
	char line[LINE + 60];
};

static void flush(struct report *r)
{
	if (r->line[0])
		po_warn(&r->note, "captured: %s", r->line);
	r->line[0] = '\0';
}

static void put(struct report *r, const char *name, long number)
{
	size_t used = strlen(r->line);

	snprintf(r->line + used, sizeof(r->line) - used, "%s=%ld ", name, number);
	if (strlen(r->line) > LINE)
		flush(r);
}

static void try_all(struct report *r, const struct captured *c)
{
	static const struct attempt_row *const groups[] = {captured_files, captured_kernel,
	                                                   captured_processes};

	for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++)
		for (const struct attempt_row *row = groups[g]; row->name; row++)
			put(r, row->name, row->attempt(c));
	put(r, "dumpable_self_mem", captured_files[0].attempt(c)); /* after set_dumpable */
	flush(r);
}

static bool lock(const struct po_request *request, const struct po_note *note, struct po_fault *f)
{
	struct po_ports ports = {0};
	const struct po_sandbox sandbox = {.ca_file = request->ca_file, .ports = &ports};

	return po_ports_plan(request, &ports, f) && po_sandbox_enter(&sandbox, note, f);
}

/* Holds nothing of ours, and ends with us; PR_SET_PDEATHSIG would be our signal, and refused. */
static pid_t start_sibling(void)
{
	const struct timespec moment = {.tv_nsec = 20000000};
	const pid_t us = getpid();
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	for (int fd = 0; fd < 64; fd++)
		close(fd);
	while (getppid() == us)
		nanosleep(&moment, NULL);
	_exit(EXIT_SUCCESS);
}

static bool serve(struct po_channel *channel, struct po_request *request, struct po_fault *f)
{
	struct report r = {.note = po_channel_note(channel)};
	struct captured c = {.parent = getppid()};

	if (!po_channel_take_request(channel, po_clock_now() + REQUEST_WAIT_MS, request, f))
		return false;
	c.locked = strncmp(request->client_id, "locked:", 7) == 0;
	c.port = (unsigned short)strtoul(strchr(request->client_id, ':') + 1, NULL, 10);
	c.sibling = start_sibling();
	if (c.sibling < 0)
		return po_fail(f, PO_E_SYSTEM, "captured: no sibling");
	if (c.locked && !lock(request, &r.note, f))
		return false;
	try_all(&r, &c);
	return po_fail(f, PO_E_PROVIDER, "captured: that is all");
}

int main(void)
{
	struct po_channel channel = {.fd = STDIN_FILENO};
	struct po_request request = {0};
	struct po_fault fault = {.code = PO_E_SYSTEM, .text = "captured: no reason"};

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	po_json_setup();
	if (!po_sandbox_begin(&fault) || !serve(&channel, &request, &fault))
		po_channel_send_fault(&channel, &fault);
	po_request_free(&request);
	_exit(EXIT_SUCCESS);
}
