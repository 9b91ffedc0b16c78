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
	int error;
} calls[] = {
        {"execveat", SYS_execveat, -1, EPERM},
        {"process_vm_readv", SYS_process_vm_readv, -1, EPERM},
        {"process_vm_writev", SYS_process_vm_writev, -1, EPERM},
        {"tkill", SYS_tkill, -1, EPERM},
        {"tgkill of others", SYS_tgkill, 0, EPERM},
        {"setpriority", SYS_setpriority, 0, EPERM},
        {"ioprio_set", SYS_ioprio_set, -1, EPERM},
        {"sched_setparam", SYS_sched_setparam, 0, EPERM},
        {"sched_setscheduler", SYS_sched_setscheduler, -1, EPERM},
        {"sched_setattr", SYS_sched_setattr, 0, EPERM},
        {"sched_setaffinity", SYS_sched_setaffinity, 0, EPERM},
        {"rt_sigqueueinfo", SYS_rt_sigqueueinfo, -1, EPERM},
        {"rt_tgsigqueueinfo", SYS_rt_tgsigqueueinfo, -1, EPERM},
        {"pidfd_open", SYS_pidfd_open, -1, EPERM},
        {"pidfd_send_signal", SYS_pidfd_send_signal, -1, EPERM},
#ifdef SYS_pidfd_getfd
        {"pidfd_getfd", SYS_pidfd_getfd, -1, EPERM},
#endif
#ifdef SYS_listen
        {"listen", SYS_listen, -1, EPERM},
#endif
#ifdef SYS_msgget
        {"shmget", SYS_shmget, -1, EPERM},
        {"msgget", SYS_msgget, 0, EPERM},
        {"semget", SYS_semget, -1, EPERM},
#endif
        {"mq_open", SYS_mq_open, -1, EPERM},
        {"bpf", SYS_bpf, -1, EPERM},
        {"perf_event_open", SYS_perf_event_open, -1, EPERM},
        {"userfaultfd", SYS_userfaultfd, -1, EPERM},
        {"add_key", SYS_add_key, -1, EPERM},
        {"request_key", SYS_request_key, -1, EPERM},
        {"keyctl", SYS_keyctl, -1, EPERM},
        {"io_setup", SYS_io_setup, -1, EPERM},
        {"io_uring_setup", SYS_io_uring_setup, -1, EPERM},
        {"setns", SYS_setns, -1, EPERM},
        {"mount", SYS_mount, -1, EPERM},
        {"umount2", SYS_umount2, -1, EPERM},
        {"pivot_root", SYS_pivot_root, -1, EPERM},
        {"chroot", SYS_chroot, -1, EPERM},
#ifdef SYS_open_tree
        {"open_tree", SYS_open_tree, -1, EPERM},
        {"fsopen", SYS_fsopen, -1, EPERM},
        {"move_mount", SYS_move_mount, -1, EPERM},
#endif
        {"open_by_handle_at", SYS_open_by_handle_at, -1, EPERM},
        {"init_module", SYS_init_module, -1, EPERM},
        {"finit_module", SYS_finit_module, -1, EPERM},
        {"swapon", SYS_swapon, -1, EPERM},
        {"quotactl", SYS_quotactl, -1, EPERM},
        {"personality", SYS_personality, -1, EPERM},
        {"prlimit64 of others", SYS_prlimit64, -1, EPERM},
#ifdef SYS_clone3
        {"clone3, which glibc then does without", SYS_clone3, -1, ENOSYS},
#endif
#ifdef __x86_64__
        {"getpid by the numbers of x32", 0x40000000L + SYS_getpid, -1, EPERM},
#endif
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
			                      errno == calls[i].error
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
