/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the state of its own process and changes nothing but the umask, which it puts back. */
#include "host_state.h"

#include <dirent.h>
#include <err.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/* NOLINTNEXTLINE(readability-redundant-declaration): POSIX wants it declared */
extern char **environ;

static void put_set(FILE *out, const char *name, const sigset_t *set)
{
	fprintf(out, "%s", name);
	for (int n = 1; n < NSIG; n++)
		if (sigismember(set, n) == 1)
			fprintf(out, " %d", n);
	fputc('\n', out);
}

static void put_signals(FILE *out)
{
	sigset_t set;

	for (int n = 1; n < NSIG; n++) {
		struct sigaction a;
		unsigned long handler = 0;

		if (sigaction(n, NULL, &a) != 0)
			continue;
		memcpy(&handler, &a.sa_handler, sizeof(a.sa_handler));
		fprintf(out, "signal %d: handler %lx, flags %x\n", n, handler,
		        (unsigned)a.sa_flags);
	}
	sigprocmask(SIG_SETMASK, NULL, &set);
	put_set(out, "mask", &set);
	sigpending(&set);
	put_set(out, "pending", &set);
}

static void put_timers(FILE *out)
{
	static const int timers[] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};

	for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
		struct itimerval t = {0};

		getitimer(timers[i], &t);
		fprintf(out, "timer %d: %s\n", timers[i],
		        t.it_value.tv_sec || t.it_value.tv_usec ? "runs" : "off");
	}
}

static void put_process(FILE *out)
{
	char cwd[4096] = "";
	mode_t mask = umask(0);

	umask(mask);
	fprintf(out, "umask %03o\n", (unsigned)mask);
	fprintf(out, "cwd %s\n", getcwd(cwd, sizeof(cwd)) ? cwd : "?");
	fprintf(out, "locale %s\n", setlocale(LC_ALL, NULL));
	fprintf(out, "thread's locale: %s\n",
	        uselocale((locale_t)0) == LC_GLOBAL_LOCALE ? "global" : "its own");
	fprintf(out, "ids %u %u %u %u\n", getuid(), geteuid(), getgid(), getegid());
	fprintf(out, "group %d, session %d\n", (int)getpgrp(), (int)getsid(0));
	fprintf(out, "priority %d\n", getpriority(PRIO_PROCESS, 0));
	for (char **e = environ; e && *e; e++)
		fprintf(out, "environment %s\n", *e);
}

static void put_limits(FILE *out)
{
	for (int n = 0; n < RLIM_NLIMITS; n++) {
		struct rlimit r;

		if (getrlimit((__rlimit_resource_t)n, &r) == 0)
			fprintf(out, "limit %d: %llu %llu\n", n, (unsigned long long)r.rlim_cur,
			        (unsigned long long)r.rlim_max);
	}
}

static void put_descriptors(FILE *out)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;

	if (!d)
		err(1, "/proc/self/fd");
	while ((e = readdir(d))) {
		char target[4096];
		ssize_t n = readlinkat(dirfd(d), e->d_name, target, sizeof(target) - 1);

		if (n < 0 || strtol(e->d_name, NULL, 10) == dirfd(d))
			continue;
		target[n] = '\0';
		fprintf(out, "descriptor %s: %s\n", e->d_name, target);
	}
	closedir(d);
}

static void put_children(FILE *out)
{
	char path[64];
	char text[4096];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	f = fopen(path, "re");
	if (!f)
		err(1, "%s", path);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	fprintf(out, "children %s\n", text);
}

char *host_state_take(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		err(1, "open_memstream");
	put_signals(out);
	put_timers(out);
	put_process(out);
	put_limits(out);
	put_descriptors(out);
	put_children(out);
	if (fclose(out) != 0)
		err(1, "memory");
	return text;
}

static bool has_line(const char *text, const char *line, size_t len)
{
	for (const char *p = text; *p; p += strcspn(p, "\n") + 1)
		if (strncmp(p, line, len) == 0 && p[len] == '\n')
			return true;
	return false;
}

static void missing(const char *from, const char *in, char sign,
                    void (*each)(void *ctx, char sign, const char *line), void *ctx)
{
	for (const char *p = from; *p; p += strcspn(p, "\n") + 1) {
		size_t len = strcspn(p, "\n");
		char *line;

		if (has_line(in, p, len))
			continue;
		line = strndup(p, len);
		if (!line)
			err(1, "memory");
		each(ctx, sign, line);
		free(line);
	}
}

void host_state_compare(const char *before, const char *after,
                        void (*each)(void *ctx, char sign, const char *line), void *ctx)
{
	missing(before, after, '-', each, ctx);
	missing(after, before, '+', each, ctx);
}
