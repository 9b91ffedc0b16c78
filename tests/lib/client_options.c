/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments of pam_client. */
#include "client_options.h"

#include <argp.h>
#include <err.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

static void block(const char *name)
{
	sigset_t set;

	sigemptyset(&set);
	if (strcmp(name, "ALL") == 0)
		sigfillset(&set);
	else if (strcmp(name, "CHLD") == 0)
		sigaddset(&set, SIGCHLD);
	else
		sigaddset(&set, strcmp(name, "QUIT") == 0 ? SIGQUIT : SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* As some daemons do: takes whatever child has ended, ours or theirs. */
static void reap_all(int number)
{
	/* NOLINTNEXTLINE(bugprone-signal-handler,cert-sig30-c): errno is safe in here */
	int saved = errno;

	(void)number;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	errno = saved;
}

/* A host that really uses so much memory: page tables that fork has to copy. */
static void use_memory(const char *mib)
{
	size_t size = strtoul(mib, NULL, 10) << 20;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		err(1, "memory");
	for (size_t i = 0; i < size; i += 1024)
		memory[i] = (char)(i >> 10);
}

enum key {
	CONFDIR = 1000,
	SERVICE,
	USER,
	RHOST,
	RUSER,
	TTY,
	ENV,
	ANSWER,
	NO_ANSWER,
	NO_RESPONSE,
	NO_CONVERSATION,
	CONV_FAIL,
	CONV_AGAIN,
	RENAME,
	DELAY,
	SILENT,
	OP,
	HOST_CHECK,
	CLOSE_STDIO,
	IGNORE_CHLD,
	HANDLE_CHLD,
	NOFILE,
	MEMORY,
	THREADS,
	TWICE,
	LINGER,
	ASK,
	BLOCK,
	LOCALE,
};

static void append(const char *list[], int *count, const char *value)
{
	if (*count == CLIENT_MOST)
		errx(2, "too many of one option");
	list[(*count)++] = value;
}

static void set_switch(struct client *c, int key)
{
	c->no_answer |= key == NO_ANSWER;
	c->no_response |= key == NO_RESPONSE;
	c->no_conversation |= key == NO_CONVERSATION;
	c->host_check |= key == HOST_CHECK;
	c->close_stdio |= key == CLOSE_STDIO;
	c->twice |= key == TWICE;
	c->linger |= key == LINGER;
	c->ask |= key == ASK;
	if (key == SILENT)
		c->flags |= (int)PAM_SILENT;
	if (key == IGNORE_CHLD)
		signal(SIGCHLD, SIG_IGN);
	if (key == HANDLE_CHLD)
		signal(SIGCHLD, reap_all);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct client *c = state->input;

	switch (key) {
	case CONFDIR:
		c->confdir = arg;
		break;
	case SERVICE:
		c->service = arg;
		break;
	case USER:
		c->user = arg;
		break;
	case RHOST:
		c->rhost = arg;
		break;
	case RUSER:
		c->ruser = arg;
		break;
	case TTY:
		c->tty = arg;
		break;
	case ENV:
		append(c->env, &c->env_count, arg);
		break;
	case ANSWER:
		append(c->answers, &c->answer_count, arg);
		break;
	case OP:
		append(c->ops, &c->op_count, arg);
		break;
	case CONV_FAIL:
		c->fail_call = strtol(arg, NULL, 10);
		break;
	case CONV_AGAIN:
		c->again_call = strtol(arg, NULL, 10);
		break;
	case RENAME:
		c->rename = arg;
		break;
	case DELAY:
		c->delay_ms = strtol(arg, NULL, 10);
		break;
	case NOFILE:
		c->files = strtoul(arg, NULL, 10);
		break;
	case MEMORY:
		use_memory(arg);
		break;
	case THREADS:
		c->threads = strtol(arg, NULL, 10);
		break;
	case BLOCK:
		block(arg);
		break;
	case LOCALE:
		if (!setlocale(LC_ALL, arg))
			errx(2, "there is no locale %s", arg);
		break;
	case ARGP_KEY_ARG:
		return ARGP_ERR_UNKNOWN;
	default:
		set_switch(c, key);
	}
	return 0;
}

static const struct argp_option options[] = {
        {"confdir", CONFDIR, "DIR", 0, "where the service files are", 0},
        {"service", SERVICE, "NAME", 0, "PAM_SERVICE", 0},
        {"user", USER, "NAME", 0, "PAM_USER", 0},
        {"rhost", RHOST, "HOST", 0, "PAM_RHOST", 0},
        {"ruser", RUSER, "NAME", 0, "PAM_RUSER", 0},
        {"tty", TTY, "TTY", 0, "PAM_TTY", 0},
        {"env", ENV, "K=V", 0, "a variable of the PAM environment", 0},
        {"answer", ANSWER, "TEXT", 0, "the answer to the next prompt; otherwise it is empty", 0},
        {"ask", ASK, NULL, 0, "take each answer from standard input, a line; at its end NULL", 0},
        {"no-answer", NO_ANSWER, NULL, 0, "answer every prompt with NULL", 0},
        {"no-response", NO_RESPONSE, NULL, 0, "give no response array at all", 0},
        {"no-conversation", NO_CONVERSATION, NULL, 0, "have no conversation function", 0},
        {"conv-fail", CONV_FAIL, "N", 0, "the Nth message gets PAM_CONV_ERR", 0},
        {"conv-again", CONV_AGAIN, "N", 0, "the Nth message gets PAM_CONV_AGAIN", 0},
        {"rename", RENAME, "NAME", 0, "set PAM_USER to this at every prompt", 0},
        {"delay", DELAY, "MS", 0, "think so long at every prompt", 0},
        {"silent", SILENT, NULL, 0, "set PAM_SILENT", 0},
        {"op", OP, "NAME", 0, "an operation; fork ... join: in a child; user=NAME; items", 0},
        {"host-check", HOST_CHECK, NULL, 0, "report what a call changed in this process", 0},
        {"close-stdio", CLOSE_STDIO, NULL, 0, "run with descriptors 0, 1 and 2 closed", 0},
        {"ignore-chld", IGNORE_CHLD, NULL, 0, "run with SIGCHLD ignored", 0},
        {"handle-chld", HANDLE_CHLD, NULL, 0, "run with a handler that reaps every child", 0},
        {"nofile", NOFILE, "N", 0, "run with so many descriptors at most", 0},
        {"memory", MEMORY, "MIB", 0, "use so much memory", 0},
        {"threads", THREADS, "N", 0, "let so many threads work meanwhile", 0},
        {"twice", TWICE, NULL, 0, "do it all in two threads at once, each with a handle", 0},
        {"linger", LINGER, NULL, 0, "stop (SIGSTOP) after each operation", 0},
        {"block", BLOCK, "INT|QUIT|CHLD|ALL", 0, "run with this signal blocked", 0},
        {"locale", LOCALE, "NAME", 0, "run in this locale", 0},
        {0},
};

void client_options_parse(struct client *c, int argc, char **argv)
{
	static const struct argp argp = {.options = options, .parser = parse};

	argp_parse(&argp, argc, argv, 0, NULL, c);
	if (!c->confdir || !c->service)
		errx(2, "--confdir and --service are needed");
}
