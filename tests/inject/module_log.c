/* SPDX-License-Identifier: BSD-2-Clause */
/* What the module says of its logins: syslog, and the journal whose socket the world has. */
#include "module_world.h"

#include <err.h>
#include <security/pam_ext.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>

#include "inject.h"
#include "log.h"

static struct seen *seen_; /* what stands for libpam's pam_syslog needs to know it */

void world_listen(struct seen *seen)
{
	seen_ = seen;
}

/* Counts and keeps what is said, by syslog or to the journal. */
static void take_line(int priority, const char *line)
{
	const char *result = strstr(line, " result=");
	const char *reason = result ? strstr(result, "reason=\"") : NULL;

	if (!reason) {
		seen_->warnings += LOG_PRI(priority) <= LOG_WARNING;
		if (LOG_PRI(priority) <= LOG_ERR)
			snprintf(seen_->reason, sizeof(seen_->reason), "%.500s", line);
		return;
	}
	seen_->outcomes++;
	snprintf(seen_->result, sizeof(seen_->result), "%.*s", (int)strcspn(result + 8, " "),
	         result + 8);
	snprintf(seen_->reason, sizeof(seen_->reason), "%.*s", (int)strcspn(reason + 8, "\""),
	         reason + 8);
}

/* In place of libpam's own, for the module's objects. */
void pam_syslog(const pam_handle_t *pamh, int priority, const char *fmt, ...)
{
	char line[2048];
	va_list ap;

	(void)pamh;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	take_line(priority, line);
}

void __real_po_log_outcome(pam_handle_t *pamh, const struct po_outcome *o);
void __wrap_po_log_outcome(pam_handle_t *pamh, const struct po_outcome *o);

void __wrap_po_log_outcome(pam_handle_t *pamh, const struct po_outcome *o)
{
	inject_memory_is(MEMORY_OF_THE_LOG);
	__real_po_log_outcome(pamh, o);
	inject_memory_is(NULL);
}

/* An entry is lines "NAME=VALUE"; what syslog would have been told is MESSAGE. */
void world_read_journal(const struct world *w)
{
	char entry[16384];
	ssize_t n;

	while ((n = recv(w->journal, entry, sizeof(entry) - 1, MSG_DONTWAIT)) > 0) {
		char *message;

		entry[n] = '\0';
		message = strstr(entry, "\nMESSAGE=");
		assert_non_null(message);
		message[1 + strcspn(message + 1, "\n")] = '\0';
		take_line(LOG_INFO, message + 1);
	}
}

void world_open_journal(struct world *w)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "journal"};

	w->journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bind(w->journal, (struct sockaddr *)&address, sizeof(address)) != 0)
		err(1, "journal");
}
