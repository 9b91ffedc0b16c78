/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The deny list alone: it stops by itself what the other chains may stop too, and threads go on.
 * The control shows that without it the same attempts succeed, so that a refusal means something.
 */
#include "attempts.h"

#include "seccomp.h"

static bool filter(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && po_seccomp_deny();
}

static const struct attempt_row denied[] = {
        {"no child", try_fork, REFUSED},
        {"no child by the system call", try_clone, REFUSED},
        {"no other program", try_exec, REFUSED},
        {"no child with another program", try_spawn, REFUSED},
        {"no signal to others", try_kill, REFUSED},
        {"no ptrace", try_ptrace, REFUSED},
        {"no namespace", try_namespace, REFUSED},
};

static void the_filter_alone_stops_them(void **state)
{
	(void)state;
	attempt_walk(filter, denied, COUNT(denied));
}

/*
 * One call of each kind that is denied, with arguments that make no sense: whatever else the kernel
 * would answer is not EPERM (to root, who runs these tests before a release).
 */
static const struct {
	const char *name;
	long number;
	long second; /* argument; the others are -1 */
} calls[] = {
        {"execveat", SYS_execveat, -1},
        {"process_vm_readv", SYS_process_vm_readv, -1},
        {"process_vm_writev", SYS_process_vm_writev, -1},
        {"tkill", SYS_tkill, -1},
        {"tgkill of others", SYS_tgkill, 0},
        {"setpriority", SYS_setpriority, 0},
        {"ioprio_set", SYS_ioprio_set, -1},
        {"sched_setparam", SYS_sched_setparam, 0},
        {"sched_setscheduler", SYS_sched_setscheduler, -1},
        {"sched_setattr", SYS_sched_setattr, 0},
        {"sched_setaffinity", SYS_sched_setaffinity, 0},
        {"rt_sigqueueinfo", SYS_rt_sigqueueinfo, -1},
        {"rt_tgsigqueueinfo", SYS_rt_tgsigqueueinfo, -1},
        {"pidfd_open", SYS_pidfd_open, -1},
        {"pidfd_send_signal", SYS_pidfd_send_signal, -1},
#ifdef SYS_pidfd_getfd
        {"pidfd_getfd", SYS_pidfd_getfd, -1},
#endif
#ifdef SYS_listen
        {"listen", SYS_listen, -1},
#endif
#ifdef SYS_msgget
        {"shmget", SYS_shmget, -1},
        {"msgget", SYS_msgget, 0},
        {"semget", SYS_semget, -1},
#endif
        {"mq_open", SYS_mq_open, -1},
        {"bpf", SYS_bpf, -1},
        {"perf_event_open", SYS_perf_event_open, -1},
        {"userfaultfd", SYS_userfaultfd, -1},
        {"add_key", SYS_add_key, -1},
        {"request_key", SYS_request_key, -1},
        {"keyctl", SYS_keyctl, -1},
        {"io_setup", SYS_io_setup, -1},
        {"io_uring_setup", SYS_io_uring_setup, -1},
        {"setns", SYS_setns, -1},
        {"mount", SYS_mount, -1},
        {"umount2", SYS_umount2, -1},
        {"pivot_root", SYS_pivot_root, -1},
        {"chroot", SYS_chroot, -1},
#ifdef SYS_open_tree
        {"open_tree", SYS_open_tree, -1},
        {"fsopen", SYS_fsopen, -1},
        {"move_mount", SYS_move_mount, -1},
#endif
        {"open_by_handle_at", SYS_open_by_handle_at, -1},
        {"init_module", SYS_init_module, -1},
        {"finit_module", SYS_finit_module, -1},
        {"swapon", SYS_swapon, -1},
        {"quotactl", SYS_quotactl, -1},
        {"personality", SYS_personality, -1},
};

static void each_call_is_denied(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(calls); i++) {
		int status = 0;
		pid_t pid = fork();

		if (pid == 0)
			_exit(filter() &&
			                      syscall(calls[i].number, -1L, calls[i].second, -1L,
			                              -1L, -1L, -1L) == -1 &&
			                      errno == EPERM
			              ? 0
			              : 1);
		t.row = calls[i].name;
		assert_int_equal(waitpid(pid, &status, 0), pid);
		ROW_NUMBER(&t, status, 0);
	}
	table_end(&t);
}

#ifdef __x86_64__
/* getpid by the door of 32-bit programs, where 20 is its number; the result, or a signal's status.
 */
static int compat_getpid(lock *lock_it, bool *answered)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		long result = 20;

		if (lock_it && !lock_it())
			_exit(NOT_LOCKED);
		__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
		_exit((int)result == -EPERM ? REFUSED : (int)result > 0 ? ALLOWED : STRANGE);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	*answered = WIFEXITED(status) && WEXITSTATUS(status) != STRANGE;
	return WEXITSTATUS(status);
}

/* The same numbers mean other calls there: a filter that does not look is none. */
static void calls_of_another_architecture_are_denied(void **state)
{
	bool answered = false;
	int verdict = compat_getpid(NULL, &answered);

	(void)state;
	if (!answered) {
		print_message("SKIPPED: this kernel runs no 32-bit programs\n");
		skip();
	}
	assert_int_equal(verdict, ALLOWED);
	assert_int_equal(compat_getpid(filter, &answered), REFUSED);
}
#endif

/* As libc's abort and pthread_kill do. */
static enum verdict try_signal_to_self(void)
{
	signal(SIGUSR1, SIG_IGN);
	return raise(SIGUSR1) == 0 ? ALLOWED : REFUSED;
}

static void ordinary_work_goes_on(void **state)
{
	static const struct attempt_row rows[] = {
	        {"threads work: libcurl's resolver is one", try_thread, ALLOWED},
	        {"a signal to ourselves", try_signal_to_self, ALLOWED},
	        {"hosts can be read", try_read_hosts, ALLOWED},
	        {"libraries can be read", try_read_usr, ALLOWED},
	        {"a planned port can be reached", try_planned_port, ALLOWED},
	        {"a file can be read", try_read, ALLOWED},
	};

	(void)state;
	attempt_walk(filter, rows, COUNT(rows));
}

/* No control for exec, which would replace the child, nor for namespaces, which hosts forbid. */
static void without_the_filter_they_succeed(void **state)
{
	static const struct attempt_row rows[] = {
	        {"child", try_fork, ALLOWED},
	        {"child by the system call", try_clone, ALLOWED},
	        {"child with another program", try_spawn, ALLOWED},
	        {"signal to others", try_kill, ALLOWED},
	        {"ptrace", try_ptrace, ALLOWED},
	};

	(void)state;
	attempt_walk(NULL, rows, COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        ATTEMPT_TEST(without_the_filter_they_succeed),
	        ATTEMPT_TEST(the_filter_alone_stops_them),
	        ATTEMPT_TEST(each_call_is_denied),
#ifdef __x86_64__
	        ATTEMPT_TEST(calls_of_another_architecture_are_denied),
#endif
	        ATTEMPT_TEST(ordinary_work_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
