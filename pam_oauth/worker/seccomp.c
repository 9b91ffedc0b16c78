/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A deny list, not an allow list: what a resolver, a TLS library and a C library call differs
 * between releases, and an allow list breaks logins on systems nobody tested. What is denied is
 * what turns a captured parser into something that stays, spreads or climbs.
 */
#include "seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#	define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#	define NATIVE_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#	define NATIVE_ARCH AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#	define NATIVE_ARCH AUDIT_ARCH_PPC64LE
#elif defined(__s390x__)
#	define NATIVE_ARCH AUDIT_ARCH_S390X
#elif defined(__i386__)
#	define NATIVE_ARCH AUDIT_ARCH_I386
#elif defined(__arm__)
#	define NATIVE_ARCH AUDIT_ARCH_ARM
#endif

#define X32_BIT 0x40000000U /* x86-64: another numbering of the same calls */

#define ANSWER(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define ALLOW         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LOAD(field)   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))

/* If the loaded word is (not) k, the next instruction runs; else it is skipped. */
#define IF_EQUAL(k)     BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(k), 0, 1)
#define IF_NOT_EQUAL(k) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(k), 1, 0)

#define DENY(number) IF_EQUAL(number), ANSWER(EPERM)

/* In place of our process id, until that is known; no call has such a number. */
#define OWN_PID 0xFFFFFFFFU

#define CALL_LISTEN 4 /* SYS_LISTEN of <linux/net.h>, for socketcall */

/* The low word of the first argument: where it stands depends on the byte order. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#	define ARG0_LOW (offsetof(struct seccomp_data, args))
#else
#	define ARG0_LOW (offsetof(struct seccomp_data, args) + sizeof(uint32_t))
#endif
#if defined(__s390x__)
#	define CLONE_FLAGS_LOW (ARG0_LOW + sizeof(uint64_t)) /* s390: the second argument */
#else
#	define CLONE_FLAGS_LOW ARG0_LOW
#endif

#ifdef NATIVE_ARCH
static const struct sock_filter filter[] = {
        LOAD(arch),
        IF_NOT_EQUAL(NATIVE_ARCH),
        ANSWER(EPERM),
        LOAD(nr),
#	if defined(__x86_64__)
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, X32_BIT, 0, 1),
        ANSWER(EPERM),
#	endif
        /* other programs, other processes */
        DENY(SYS_execve),
        DENY(SYS_execveat),
#	ifdef SYS_fork
        DENY(SYS_fork),
        DENY(SYS_vfork),
#	endif
        DENY(SYS_ptrace),
        DENY(SYS_process_vm_readv),
        DENY(SYS_process_vm_writev),
        DENY(SYS_kill),
        DENY(SYS_tkill),
        DENY(SYS_rt_sigqueueinfo),
        DENY(SYS_rt_tgsigqueueinfo),
#	ifdef SYS_pidfd_open
        DENY(SYS_pidfd_open),
        DENY(SYS_pidfd_send_signal),
#	endif
#	ifdef SYS_pidfd_getfd
        DENY(SYS_pidfd_getfd),
#	endif
        /* signals to other workers, which have our uid: libc's abort and threads signal ourselves
         */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG0_LOW),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_PID, 1, 0),
        ANSWER(EPERM),
        LOAD(nr),
        /* their pace */
        DENY(SYS_setpriority),
        DENY(SYS_ioprio_set),
        DENY(SYS_sched_setparam),
        DENY(SYS_sched_setscheduler),
        DENY(SYS_sched_setattr),
        DENY(SYS_sched_setaffinity),
        /* their limits: one second of CPU time ends them */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prlimit64, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG0_LOW),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0 /* ourselves, as libc says it */, 1, 0),
        ANSWER(EPERM),
        LOAD(nr),
/* what others could reach, or what would stay when this process has ended; a listening socket
 * needs no bind, which is all that Landlock knows of */
#	ifdef SYS_listen
        DENY(SYS_listen),
#	endif
#	ifdef SYS_socketcall
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socketcall, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG0_LOW),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALL_LISTEN, 0, 1),
        ANSWER(EPERM),
        LOAD(nr),
#	endif
#	ifdef SYS_shmget
        DENY(SYS_shmget),
        DENY(SYS_msgget),
        DENY(SYS_semget),
#	endif
#	ifdef SYS_ipc
        DENY(SYS_ipc),
#	endif
        DENY(SYS_mq_open),
        /* the kernel's larger doors */
        DENY(SYS_bpf),
        DENY(SYS_perf_event_open),
        DENY(SYS_userfaultfd),
        DENY(SYS_add_key),
        DENY(SYS_request_key),
        DENY(SYS_keyctl),
        DENY(SYS_io_setup),
#	ifdef SYS_io_uring_setup
        DENY(SYS_io_uring_setup),
#	endif
        DENY(SYS_unshare),
        DENY(SYS_setns),
        DENY(SYS_mount),
        DENY(SYS_umount2),
        DENY(SYS_pivot_root),
        DENY(SYS_chroot),
#	ifdef SYS_open_tree
        DENY(SYS_open_tree),
        DENY(SYS_fsopen),
        DENY(SYS_move_mount),
#	endif
        DENY(SYS_open_by_handle_at),
        DENY(SYS_init_module),
        DENY(SYS_finit_module),
        DENY(SYS_kexec_load),
        DENY(SYS_reboot),
        DENY(SYS_swapon),
        DENY(SYS_quotactl),
        DENY(SYS_personality),
/* threads stay possible (libcurl's resolver), children do not: clone3 hides its flags
 * from the filter, so glibc is sent back to clone */
#	ifdef SYS_clone3
        IF_EQUAL(SYS_clone3),
        ANSWER(ENOSYS),
#	endif
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, CLONE_FLAGS_LOW),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0),
        ANSWER(EPERM),
        ALLOW,
};
#endif

#ifdef NATIVE_ARCH
#	define LENGTH (sizeof(filter) / sizeof(filter[0]))

static void name_ourselves(struct sock_filter copy[LENGTH])
{
	for (size_t i = 0; i < LENGTH; i++)
		if (copy[i].code == (BPF_JMP | BPF_JEQ | BPF_K) && copy[i].k == OWN_PID)
			copy[i].k = (uint32_t)getpid();
}
#endif

bool po_seccomp_deny(void)
{
#ifdef NATIVE_ARCH
	struct sock_filter copy[LENGTH];
	struct sock_fprog program = {.len = LENGTH, .filter = copy};

	memcpy(copy, filter, sizeof(copy));
	name_ourselves(copy);
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
#else
	errno = ENOSYS;
	return false;
#endif
}
