/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An application that uses PAM, for the module tests: calls libpam's operations in the order of its
 * arguments, answers the conversation as told, and reports every message, log line and result as
 * one JSON line. It defines pam_syslog and pam_vsyslog itself, so that what a module logs comes out
 * here instead of at syslog; link it with -rdynamic.
 */
#include <err.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <security/pam_appl.h>
#include <security/pam_ext.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "client_options.h"
#include "host_state.h"
#include "json_line.h"
#include "pam_names.h"

#define HIGH_FD 100 /* above whatever a module could take for its own */

static FILE *output(void)
{
	static FILE *out; /* a test program of one thread: where its lines go */
	int fd;

	if (out)
		return out;
	fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, HIGH_FD);
	out = fd < 0 ? NULL : fdopen(fd, "we");
	if (!out)
		err(1, "standard output");
	return out;
}

static void report(const char *name, const char *text, const char *name2, const char *text2)
{
	struct json_line l;

	json_line_begin(&l, output());
	json_line_text(&l, name, text);
	if (name2)
		json_line_text(&l, name2, text2);
	json_line_end(&l);
}

/* In place of libpam's own: a log line as JSON. */
void pam_vsyslog(const pam_handle_t *pamh, int priority, const char *fmt, va_list args)
{
	static const char *const names[] = {"emerg",   "alert",  "crit", "err",
	                                    "warning", "notice", "info", "debug"};
	char *text = NULL;

	(void)pamh;
	if (vasprintf(&text, fmt, args) < 0)
		errx(1, "memory");
	report("log", text, "priority", names[LOG_PRI(priority)]);
	free(text);
}

void pam_syslog(const pam_handle_t *pamh, int priority, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pam_vsyslog(pamh, priority, fmt, args);
	va_end(args);
}

static void wait_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	while (nanosleep(&t, &t) != 0)
		;
}

/* A line of standard input: whoever runs us decides when. */
static char *asked_for(void)
{
	char line[256];

	return fgets(line, sizeof(line), stdin) ? strndup(line, strcspn(line, "\n")) : NULL;
}

/* The answer to one message, NULL where there is none. */
static char *answer_to(struct client *c, int style)
{
	const char *text = "";

	if (style != PAM_PROMPT_ECHO_ON && style != PAM_PROMPT_ECHO_OFF)
		return NULL;
	wait_ms(c->delay_ms);
	if (c->rename)
		pam_set_item(c->pamh, PAM_USER, c->rename);
	if (c->no_answer)
		return NULL;
	if (c->ask)
		return asked_for();
	if (c->answered < c->answer_count)
		text = c->answers[c->answered++];
	return strdup(text);
}

static int converse(int count, const struct pam_message **messages, struct pam_response **responses,
                    void *ctx)
{
	struct client *c = ctx;

	c->calls++;
	for (int i = 0; i < count; i++)
		report("style", style_name(messages[i]->msg_style), "text", messages[i]->msg);
	if (count != 1)
		report("problem", "more than one message in a call", NULL, NULL);
	if (c->calls == c->fail_call)
		return PAM_CONV_ERR;
	if (c->calls == c->again_call)
		return PAM_CONV_AGAIN;
	*responses = c->no_response ? NULL : calloc((size_t)count, sizeof(**responses));
	for (int i = 0; i < count && *responses; i++)
		(*responses)[i].resp = answer_to(c, messages[i]->msg_style);
	return PAM_SUCCESS;
}

/* libpam would sleep; the tests only want to know that it was asked to (PAM-42). */
static void note_delay(int code, unsigned delay_us, void *ctx)
{
	struct json_line l;

	(void)code;
	(void)ctx;
	json_line_begin(&l, output());
	json_line_number(&l, "fail_delay", delay_us);
	json_line_end(&l);
}

/* No operation of libpam's: does what a module must not, to show that the check sees it. */
static int self_test(pam_handle_t *pamh, int flags)
{
	(void)pamh;
	(void)flags;
	umask(0123);
	signal(SIGUSR1, SIG_IGN);
	setenv("SELF_TEST", "yes", 1);
	return dup(fileno(output())) < 0 ? PAM_SYSTEM_ERR : PAM_SUCCESS;
}

struct operation {
	const char *name;
	int (*call)(pam_handle_t *pamh, int flags);
	int flags;
};

static const struct operation operations[] = {
        {"authenticate", pam_authenticate, 0},
        {"acct_mgmt", pam_acct_mgmt, 0},
        {"setcred", pam_setcred, PAM_ESTABLISH_CRED},
        {"setcred_delete", pam_setcred, PAM_DELETE_CRED},
        {"setcred_reinitialize", pam_setcred, PAM_REINITIALIZE_CRED},
        {"setcred_refresh", pam_setcred, PAM_REFRESH_CRED},
        {"open_session", pam_open_session, 0},
        {"close_session", pam_close_session, 0},
        {"chauthtok", pam_chauthtok, 0},
        {"selftest", self_test, 0},
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void report_change(void *ctx, char sign, const char *line)
{
	const char text[] = {sign, '\0'};

	(void)ctx;
	/* NOLINTNEXTLINE(readability-suspicious-call-argument): a line is a text too */
	report("changed", line, "sign", text);
}

static void call(struct client *c, const struct operation *o)
{
	char *before = c->host_check ? host_state_take() : NULL;
	double start = now();
	int code = o->call(c->pamh, o->flags | c->flags);
	double seconds = now() - start;
	struct json_line l;

	if (before) {
		char *after = host_state_take();

		host_state_compare(before, after, report_change, NULL);
		free(after);
		free(before);
	}
	json_line_begin(&l, output());
	json_line_text(&l, "op", o->name);
	json_line_text(&l, "result", result_name(code));
	json_line_number(&l, "seconds", seconds);
	json_line_end(&l);
	if (c->linger)
		raise(SIGSTOP);
}

/* What a module left in the PAM environment and items. */
static void report_items(struct client *c)
{
	const void *user = NULL;
	char **env = pam_getenvlist(c->pamh);

	pam_get_item(c->pamh, PAM_USER, &user);
	report("item", "user", "value", user);
	for (char **e = env; e && *e; e++) {
		report("item", "env", "value", *e);
		free(*e);
	}
	free(env);
}

static void run_op(struct client *c, const char *name)
{
	if (strncmp(name, "user=", 5) == 0) {
		pam_set_item(c->pamh, PAM_USER, name + 5);
		return;
	}
	if (strcmp(name, "items") == 0) {
		report_items(c);
		return;
	}
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (strcmp(operations[i].name, name) == 0) {
			call(c, &operations[i]);
			return;
		}
	errx(2, "there is no operation %s", name);
}

/* Runs the operations up to "join" in a child, as sshd does; returns the index of "join". */
static int run_forked(struct client *c, int i)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		err(1, "fork");
	while (i < c->op_count && strcmp(c->ops[i], "join") != 0) {
		if (pid == 0)
			run_op(c, c->ops[i]);
		i++;
	}
	if (pid == 0)
		_exit(0);
	if (waitpid(pid, &status, 0) != pid || status != 0)
		report("problem", "the child failed", NULL, NULL);
	return i;
}

static void run_ops(struct client *c)
{
	for (int i = 0; i < c->op_count; i++) {
		if (strcmp(c->ops[i], "fork") == 0)
			i = run_forked(c, i + 1);
		else
			run_op(c, c->ops[i]);
	}
}

static void set_items(struct client *c)
{
	void (*delay)(int, unsigned, void *) = note_delay;
	const void *item;

	memcpy(&item, &delay, sizeof(item));
	pam_set_item(c->pamh, PAM_FAIL_DELAY, item);
	if (c->rhost)
		pam_set_item(c->pamh, PAM_RHOST, c->rhost);
	if (c->ruser)
		pam_set_item(c->pamh, PAM_RUSER, c->ruser);
	if (c->tty)
		pam_set_item(c->pamh, PAM_TTY, c->tty);
	for (int i = 0; i < c->env_count; i++)
		if (pam_putenv(c->pamh, c->env[i]) != PAM_SUCCESS)
			errx(1, "pam_putenv %s", c->env[i]);
}

static void run(struct client *c)
{
	struct pam_conv conv = {c->no_conversation ? NULL : converse, c};
	int code = pam_start_confdir(c->service, c->user, &conv, c->confdir, &c->pamh);

	if (code != PAM_SUCCESS)
		errx(1, "pam_start_confdir: %s", result_name(code));
	set_items(c);
	run_ops(c);
	pam_end(c->pamh, PAM_SUCCESS);
}

static void *run_in_thread(void *arg)
{
	run(arg);
	return NULL;
}

/* PAM-34: two handles in two threads; what the process looks like is compared around both. */
static void run_twice(const struct client *c)
{
	struct client two[2] = {*c, *c};
	char *before = host_state_take();
	pthread_t threads[2];
	char *after;

	for (int i = 0; i < 2; i++) {
		two[i].host_check = false;
		if (pthread_create(&threads[i], NULL, run_in_thread, &two[i]) != 0)
			errx(1, "pthread_create");
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	after = host_state_take();
	host_state_compare(before, after, report_change, NULL);
	free(before);
	free(after);
}

/* Never idle, and often inside of malloc's and stdio's locks, when the module forks. */
static void *work(void *arg)
{
	(void)arg;
	for (;;) {
		char *text = NULL;

		if (asprintf(&text, "%ld", random()) < 0)
			errx(1, "memory");
		free(text);
		(void)setlocale(LC_ALL, NULL);
	}
	return NULL;
}

static void start_threads(long count)
{
	pthread_t thread;

	while (count-- > 0)
		if (pthread_create(&thread, NULL, work, NULL) != 0)
			errx(1, "pthread_create");
}

/* The soft limit only: the worker may have more than the host that starts it. */
static void limit_files(unsigned long number)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		err(1, "getrlimit");
	r.rlim_cur = number ? number : r.rlim_cur;
	if (setrlimit(RLIMIT_NOFILE, &r) != 0)
		err(1, "setrlimit");
}

static void report_memory(void)
{
	struct json_line l;
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	json_line_begin(&l, output());
	json_line_number(&l, "peak_kib", (double)usage.ru_maxrss);
	json_line_end(&l);
}

int main(int argc, char **argv)
{
	struct client c = {0};

	client_options_parse(&c, argc, argv);
	output();
	if (c.close_stdio)
		for (int fd = 0; fd < 3; fd++)
			close(fd);
	start_threads(c.threads);
	limit_files(c.files);
	report_memory();
	if (c.twice)
		run_twice(&c);
	else
		run(&c);
	report_memory();
	return 0;
}
