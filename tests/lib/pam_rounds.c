/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host that lives long: so many whole logins one after the other in one process, each with a PAM
 * handle of its own. Reports what the process holds after every round (heap in use, descriptors,
 * children) as one JSON line, and waits for a line before it goes on, so that it can be looked at
 * meanwhile. The first login that fails ends it with status 1.
 *
 *     pam_rounds SERVICE USER ROUNDS
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <malloc.h>
#include <security/pam_appl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "json_line.h"
#include "pam_names.h"

/* The person presses Enter at every prompt. */
static int converse(int count, const struct pam_message **messages, struct pam_response **responses,
                    void *ctx)
{
	struct pam_response *r = calloc((size_t)count, sizeof(*r));

	(void)ctx;
	for (int i = 0; r && i < count; i++)
		if (messages[i]->msg_style == PAM_PROMPT_ECHO_ON ||
		    messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
			r[i].resp = strdup("");
	*responses = r;
	return r ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int log_in(const char *service, const char *user)
{
	const struct pam_conv conv = {converse, NULL};
	pam_handle_t *pamh = NULL;
	int code = pam_start(service, user, &conv, &pamh);

	if (code != PAM_SUCCESS)
		return code;
	code = pam_set_item(pamh, PAM_RHOST, "192.0.2.1");
	if (code == PAM_SUCCESS)
		code = pam_authenticate(pamh, 0);
	if (code == PAM_SUCCESS)
		code = pam_acct_mgmt(pamh, 0);
	if (code == PAM_SUCCESS)
		code = pam_setcred(pamh, PAM_ESTABLISH_CRED);
	pam_end(pamh, code);
	return code;
}

static int descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	if (!dir)
		err(1, "/proc/self/fd");
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 3; /* ".", ".." and the folder's own */
}

static int has_children(void)
{
	return waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD;
}

static void wait_for_line(void)
{
	int c;

	do
		c = getchar();
	while (c != '\n' && c != EOF);
}

static void report(long round)
{
	struct json_line l;

	json_line_begin(&l, stdout);
	json_line_number(&l, "round", (double)round);
	json_line_number(&l, "heap", (double)mallinfo2().uordblks);
	json_line_number(&l, "descriptors", descriptors());
	json_line_number(&l, "children", has_children());
	json_line_end(&l);
}

int main(int argc, char **argv)
{
	long rounds = argc == 4 ? strtol(argv[3], NULL, 10) : 0;

	if (rounds < 1)
		errx(2, "usage: pam_rounds SERVICE USER ROUNDS");
	setvbuf(stdin, NULL, _IONBF, 0); /* or the first line costs heap */
	for (long i = 1; i <= rounds; i++) {
		int code = log_in(argv[1], argv[2]);

		if (code != PAM_SUCCESS)
			errx(1, "login %ld: %s", i, result_name(code));
		report(i);
		wait_for_line();
	}
	return 0;
}
