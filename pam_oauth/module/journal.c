/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries for journald. Called by log.c. libsystemd would be one more library in sshd and sudo, for
 * a protocol of newline-separated fields; the socket is opened and closed for each entry.
 */
#include "journal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "build.h"

void po_journal_begin(struct po_buf *entry, int priority, const char *message)
{
	po_buf_addf(entry, "PRIORITY=%d\nSYSLOG_FACILITY=%d\n", LOG_PRI(priority),
	            LOG_FAC(LOG_AUTHPRIV));
	po_buf_addf(entry, "SYSLOG_PID=%ld\n", (long)getpid());
	po_journal_add(entry, "SYSLOG_IDENTIFIER", program_invocation_short_name);
	po_journal_add(entry, "MESSAGE", message);
}

void po_journal_add(struct po_buf *entry, const char *name, const char *value)
{
	if (value && *value && !strchr(value, '\n'))
		po_buf_addf(entry, "%s=%s\n", name, value);
}

bool po_journal_send(const struct po_buf *entry)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = po_build_journal();
	ssize_t n;
	int fd;

	if (entry->failed || strlen(path) >= sizeof(address.sun_path))
		return false;
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	do
		n = sendto(fd, entry->data, entry->len, MSG_NOSIGNAL,
		           (const struct sockaddr *)&address, sizeof(address));
	while (n < 0 && errno == EINTR);
	close(fd);
	return n == (ssize_t)entry->len;
}
