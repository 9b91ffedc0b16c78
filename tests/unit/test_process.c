/* SPDX-License-Identifier: BSD-2-Clause */
/* PAM-39: a process is its number and its birth; real ones, of this test's own. */
#include "process.h"

#include "table.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child finds, by its exit status. */
static void in_child(bool (*holds)(void *ctx), void *ctx)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(holds(ctx) ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static bool in_grandchild(bool (*holds)(void *ctx), void *ctx)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(holds(ctx) ? 0 : 1);
	return waitpid(child, &status, 0) == child && status == 0;
}

static bool descends(void *ctx)
{
	return po_process_is_ancestor(ctx);
}

static bool is_alien(void *ctx)
{
	return !po_process_is_ancestor(ctx);
}

static void boot_has_a_name(void **state)
{
	char id[PO_BOOT_ID_SIZE] = "";
	char again[PO_BOOT_ID_SIZE] = "";

	(void)state;
	assert_true(po_process_boot(id) && po_process_boot(again));
	assert_int_equal(strspn(id, "0123456789abcdef-"), 36);
	assert_int_equal(strlen(id), 36);
	assert_string_equal(id, again);
}

static void knows_itself_and_its_parent(void **state)
{
	struct po_process self = {0};
	struct po_process parent = {0};

	(void)state;
	assert_true(po_process_self(&self) && po_process_parent(&parent));
	assert_int_equal(self.pid, getpid());
	assert_int_equal(parent.pid, getppid());
	assert_true(self.start > 0 && parent.start > 0 && parent.start <= self.start);
}

static void parents_are_ancestors_and_nobody_else(void **state)
{
	struct po_process self = {0};
	struct po_process parent = {0};
	pid_t sibling;
	struct po_process other;

	(void)state;
	assert_true(po_process_self(&self) && po_process_parent(&parent));
	assert_true(po_process_is_ancestor(&parent));
	assert_false(po_process_is_ancestor(&self));
	in_child(descends, &self);
	in_child(descends, &parent);
	sibling = fork();
	if (sibling == 0)
		for (;;)
			pause();
	other = (struct po_process){sibling, self.start};
	in_child(is_alien, &other);
	kill(sibling, SIGKILL);
	assert_int_equal(waitpid(sibling, NULL, 0), sibling);
}

/* Its number came back for another process, born at another time. */
static void a_recycled_number_is_nobody(void **state)
{
	struct po_process parent = {0};

	(void)state;
	assert_true(po_process_parent(&parent));
	parent.start++;
	assert_false(po_process_is_ancestor(&parent));
	parent.start -= 2;
	assert_false(po_process_is_ancestor(&parent));
}

/* All processes descend from init: it is the owner of no session. */
static void init_is_no_owner(void **state)
{
	static const pid_t pids[] = {1, 0, -1};

	(void)state;
	for (size_t i = 0; i < COUNT(pids); i++) {
		struct po_process p = {.pid = pids[i]};

		for (p.start = 0; p.start < 100; p.start++)
			assert_false(po_process_is_ancestor(&p));
	}
}

static bool named_oddly(void *ctx)
{
	return prctl(PR_SET_NAME, ") S 1 (2) 3\n4)") == 0 && in_grandchild(descends, ctx);
}

/* proc(5): the name stands in the midst of the numbers, and is the process's own choice. */
static void names_are_no_fields(void **state)
{
	struct po_process self = {0};

	(void)state;
	assert_true(po_process_self(&self));
	in_child(named_oddly, &self);
}

static bool leads(void *ctx)
{
	struct po_process p = {0};

	(void)ctx;
	return setsid() == getpid() && po_process_leader(&p) && p.pid == getpid();
}

static bool parent_leads(void *ctx)
{
	struct po_process p = {0};
	struct po_process parent = {0};

	(void)ctx;
	return po_process_leader(&p) && po_process_parent(&parent) && p.pid == parent.pid &&
	       p.start == parent.start;
}

static bool nobody_near_leads(void *ctx)
{
	struct po_process p = {0};

	(void)ctx;
	return !po_process_leader(&p);
}

static bool leads_its_child(void *ctx)
{
	return setsid() == getpid() && in_grandchild(parent_leads, ctx);
}

static bool pass_on(void *ctx)
{
	return in_grandchild(nobody_near_leads, ctx);
}

static bool leads_from_afar(void *ctx)
{
	return setsid() == getpid() && in_grandchild(pass_on, ctx);
}

/* sshd's monitor calls PAM itself or has a child for it; the listener leads another session. */
static void leader_is_self_or_parent(void **state)
{
	(void)state;
	in_child(leads, NULL);
	in_child(leads_its_child, NULL);
	in_child(leads_from_afar, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(boot_has_a_name),
	        cmocka_unit_test(knows_itself_and_its_parent),
	        cmocka_unit_test(parents_are_ancestors_and_nobody_else),
	        cmocka_unit_test(a_recycled_number_is_nobody),
	        cmocka_unit_test(init_is_no_owner),
	        cmocka_unit_test(names_are_no_fields),
	        cmocka_unit_test(leader_is_self_or_parent),
	};

	return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
