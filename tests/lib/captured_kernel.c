/* SPDX-License-Identifier: BSD-2-Clause */
/* What a captured worker might try on the network and on the kernel. */
#include "captured.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static long a_socket(int family, int type, int protocol)
{
	int fd = socket(family, type | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static long raw_socket(const struct captured *c)
{
	(void)c;
	return a_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

static long packet_socket(const struct captured *c)
{
	(void)c;
	return a_socket(AF_PACKET, SOCK_RAW, 0);
}

static struct sockaddr_in loopback(unsigned short port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

static long with_tcp(unsigned short port, int (*call)(int, const struct sockaddr *, socklen_t))
{
	const struct sockaddr_in a = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	long error = fd < 0 ? errno : by(call(fd, (const struct sockaddr *)&a, sizeof(a)));

	close(fd);
	return error;
}

static int do_connect(int fd, const struct sockaddr *a, socklen_t len)
{
	return connect(fd, a, len);
}

static int do_bind(int fd, const struct sockaddr *a, socklen_t len)
{
	return bind(fd, a, len);
}

/* Without bind, which Landlock knows of: the kernel chooses a port. */
static int do_listen(int fd, const struct sockaddr *a, socklen_t len)
{
	(void)a;
	(void)len;
	return listen(fd, 1);
}

static long connect_other(const struct captured *c)
{
	return with_tcp(c->port, do_connect);
}

static long bind_tcp(const struct captured *c)
{
	(void)c;
	return with_tcp(0, do_bind);
}

static long listen_tcp(const struct captured *c)
{
	(void)c;
	return with_tcp(0, do_listen);
}

static long become_root(const struct captured *c)
{
	(void)c;
	return by(setuid(0));
}

static long become_roots_group(const struct captured *c)
{
	(void)c;
	return by(setgid(0));
}

static long take_groups(const struct captured *c)
{
	const gid_t group = 0;

	(void)c;
	return by(setgroups(1, &group));
}

static long mount_something(const struct captured *c)
{
	(void)c;
	return by(mount("none", "/tmp", "tmpfs", 0, NULL));
}

static long change_root(const struct captured *c)
{
	(void)c;
	return by(chroot("/"));
}

static long new_user_namespace(const struct captured *c)
{
	return c->locked ? by(unshare(CLONE_NEWUSER)) : 0;
}

#define CALL_ROW(name, ...)                        \
	static long name(const struct captured *c) \
	{                                          \
		(void)c;                           \
		return by(syscall(__VA_ARGS__));   \
	}
CALL_ROW(load_bpf, SYS_bpf, 0, NULL, 0)
CALL_ROW(fault_handler, SYS_userfaultfd, 0)
CALL_ROW(ring, SYS_io_uring_setup, 1, NULL)
CALL_ROW(keyring, SYS_keyctl, 0, -3, 0)
CALL_ROW(add_key, SYS_add_key, "user", "captured", "x", 1, -3)
CALL_ROW(performance, SYS_perf_event_open, NULL, 0, -1, -1, 0)
CALL_ROW(async_io, SYS_io_setup, 0, NULL)
CALL_ROW(personality_of, SYS_personality, 0x0040000)
CALL_ROW(module_load, SYS_finit_module, -1, "", 0)
CALL_ROW(by_handle, SYS_open_by_handle_at, AT_FDCWD, NULL, 0)
CALL_ROW(restart, SYS_reboot, 0, 0, 0, NULL)
#ifdef __x86_64__
CALL_ROW(other_abi, 0x40000000 | SYS_getpid)
#endif

/* What would outlive the process: a segment of shared memory, a message queue. */
static long shared_memory(const struct captured *c)
{
	int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	long error = by(id);

	(void)c;
	if (id >= 0)
		shmctl(id, IPC_RMID, NULL);
	return error;
}

static long message_queue(const struct captured *c)
{
	long fd = syscall(SYS_mq_open, "captured", O_CREAT | O_RDWR, 0600, NULL);
	long error = by(fd);

	(void)c;
	if (fd >= 0)
		close((int)fd);
	syscall(SYS_mq_unlink, "captured");
	return error;
}

const struct attempt_row captured_kernel[] = {
        ROW(raw_socket),
        ROW(packet_socket),
        ROW(connect_other),
        ROW(bind_tcp),
        ROW(listen_tcp),
        ROW(become_root),
        ROW(become_roots_group),
        ROW(take_groups),
        ROW(mount_something),
        ROW(change_root),
        ROW(new_user_namespace),
        ROW(load_bpf),
        ROW(fault_handler),
        ROW(ring),
        ROW(keyring),
        ROW(add_key),
        ROW(performance),
        ROW(async_io),
        ROW(personality_of),
        ROW(module_load),
        ROW(by_handle),
        ROW(restart),
#ifdef __x86_64__
        ROW(other_abi),
#endif
        ROW(shared_memory),
        ROW(message_queue),
        {NULL, NULL},
};
