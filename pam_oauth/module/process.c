/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking at /proc. Called by grace.c; whatever is not as expected is "no". */
#include "process.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ANCESTORS_MOST 64 /* a session has a handful */
#define STAT_SIZE      1024

static bool read_small(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return true;
}

bool po_process_boot(char id[PO_BOOT_ID_SIZE])
{
	if (!read_small("/proc/sys/kernel/random/boot_id", id, PO_BOOT_ID_SIZE))
		return false;
	id[strcspn(id, "\n")] = '\0';
	return strlen(id) == 36;
}

/* proc(5): the fourth field is the parent, the 22nd the start; the second may hold anything. */
static bool look_at(pid_t pid, struct po_process *p, pid_t *parent)
{
	char path[64];
	char text[STAT_SIZE];
	char *rest;
	unsigned long long start;
	int ppid;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	if (!read_small(path, text, sizeof(text)))
		return false;
	rest = strrchr(text, ')');
	/* NOLINTNEXTLINE(cert-err34-c): the kernel wrote it, and whatever is odd fails to match */
	if (!rest || sscanf(rest + 1,
	                    " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
	                    "%*d %*d %llu",
	                    &ppid, &start) != 2)
		return false;
	*p = (struct po_process){pid, start};
	*parent = ppid;
	return true;
}

bool po_process_self(struct po_process *p)
{
	pid_t parent;

	return look_at(getpid(), p, &parent);
}

bool po_process_parent(struct po_process *p)
{
	pid_t parent;

	return getppid() > 1 && look_at(getppid(), p, &parent);
}

bool po_process_leader(struct po_process *p)
{
	pid_t leader = getsid(0);
	pid_t parent;

	return (leader == getpid() || (leader == getppid() && leader > 1)) &&
	       look_at(leader, p, &parent);
}

bool po_process_is_ancestor(const struct po_process *p)
{
	struct po_process seen;
	pid_t pid = getppid();

	for (int i = 0; i < ANCESTORS_MOST && pid > 1; i++) {
		pid_t parent;

		if (!look_at(pid, &seen, &parent))
			return false;
		if (seen.pid == p->pid)
			return seen.start == p->start;
		pid = parent;
	}
	return false;
}
