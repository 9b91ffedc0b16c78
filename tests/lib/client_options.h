/* SPDX-License-Identifier: BSD-2-Clause */
/* What pam_client was told to do. */
#ifndef CLIENT_OPTIONS_H
#define CLIENT_OPTIONS_H

#include <security/pam_appl.h>
#include <stdbool.h>

#define CLIENT_MOST 32

struct client {
	const char *confdir;
	const char *service;
	const char *user;
	const char *rhost;
	const char *ruser;
	const char *tty;
	const char *rename; /* PAM_USER from the first prompt on */
	const char *env[CLIENT_MOST];
	const char *answers[CLIENT_MOST];
	const char *ops[CLIENT_MOST];
	int env_count, answer_count, op_count;
	int flags;
	long fail_call, again_call; /* the number of the conversation call that fails */
	long delay_ms;              /* the person thinks so long at each prompt */
	bool no_answer, no_response, no_conversation, host_check, close_stdio, twice, linger, ask;
	long threads;        /* that work meanwhile */
	unsigned long files; /* RLIMIT_NOFILE; 0 = as it is */
	/* while it runs */
	pam_handle_t *pamh;
	long calls;
	int answered;
};

/*
 * Reads the arguments into *c, which must be zeroed; signals are blocked or ignored at once. Ends
 * the program when they make no sense.
 */
void client_options_parse(struct client *c, int argc, char **argv);

#endif
