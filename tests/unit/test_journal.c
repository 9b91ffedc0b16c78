/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries as journald takes them, read from a real datagram socket at its place. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "build.h"
#include "journal.h"

static int setup(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	static int fd;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", po_build_journal());
	unlink(po_build_journal());
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	*state = &fd;
	return bind(fd, (struct sockaddr *)&address, sizeof(address));
}

static int teardown(void **state)
{
	close(*(int *)*state);
	return unlink(po_build_journal());
}

static void an_entry_is_one_datagram_of_fields(void **state)
{
	char wanted[256];
	char got[1024] = "";
	struct po_buf entry;

	po_buf_init(&entry, 4096);
	po_journal_begin(&entry, LOG_NOTICE, "pam_oauth(sshd:auth): x");
	po_journal_add(&entry, "PAM_OAUTH_USER", "alice");
	po_journal_add(&entry, "PAM_OAUTH_SUB", "");
	po_journal_add(&entry, "PAM_OAUTH_ACR", NULL);
	po_journal_add(&entry, "PAM_OAUTH_RESULT", "x\nMESSAGE=forged");
	assert_true(po_journal_send(&entry));
	assert_true(recv(*(int *)*state, got, sizeof(got) - 1, 0) > 0);
	snprintf(wanted, sizeof(wanted),
	         "PRIORITY=5\nSYSLOG_FACILITY=10\nSYSLOG_PID=%ld\nSYSLOG_IDENTIFIER=%s\n"
	         "MESSAGE=pam_oauth(sshd:auth): x\nPAM_OAUTH_USER=alice\n",
	         (long)getpid(), program_invocation_short_name);
	assert_string_equal(got, wanted);
	po_buf_free(&entry);
}

/* PAM-33: the number of the next descriptor would have moved. */
static void no_descriptor_stays(void **state)
{
	int before = dup(*(int *)*state);
	struct po_buf entry;
	int after;

	close(before);
	po_buf_init(&entry, 4096);
	po_journal_begin(&entry, LOG_INFO, "x");
	po_journal_send(&entry);
	po_buf_free(&entry);
	after = dup(*(int *)*state);
	close(after);
	assert_int_equal(after, before);
}

/* A journald that has stopped reading must not stop a login. */
static void a_full_socket_is_given_up(void **state)
{
	char got[8];
	struct po_buf entry;
	int sent = 0;

	po_buf_init(&entry, 4096);
	po_journal_begin(&entry, LOG_INFO, "x");
	while (sent < 10000 && po_journal_send(&entry))
		sent++;
	assert_in_range(sent, 1, 9999);
	while (recv(*(int *)*state, got, sizeof(got), 0) > 0)
		;
	assert_true(po_journal_send(&entry));
	po_buf_free(&entry);
}

static void without_journald_the_caller_is_told(void **state)
{
	struct po_buf entry;
	struct stat st;

	(void)state;
	po_buf_init(&entry, 4096);
	po_journal_begin(&entry, LOG_INFO, "x");
	assert_int_equal(rename(po_build_journal(), "elsewhere"), 0);
	assert_false(po_journal_send(&entry));
	assert_int_equal(rename("elsewhere", po_build_journal()), 0);
	assert_int_equal(stat(po_build_journal(), &st), 0);
	po_buf_free(&entry);
	po_buf_init(&entry, 20);
	po_journal_begin(&entry, LOG_INFO, "longer than there is room");
	assert_false(po_journal_send(&entry));
	po_buf_free(&entry);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_entry_is_one_datagram_of_fields),
	        cmocka_unit_test(no_descriptor_stays),
	        cmocka_unit_test(a_full_socket_is_given_up),
	        cmocka_unit_test(without_journald_the_caller_is_told),
	};

	return cmocka_run_group_tests_name("journal", tests, setup, teardown);
}
