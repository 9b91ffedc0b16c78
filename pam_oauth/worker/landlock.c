/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Read-only access to what name resolution and TLS need, nothing writable, nothing executable,
 * and TCP only to known ports. The constants of newer kernels are spelled out here, so that a
 * build on an old system still uses what a new kernel offers.
 */
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

/* Access rights by the ABI that introduced them (kernel documentation, landlock). */
#define FS_ABI1       0x1fffULL /* EXECUTE to MAKE_SYM */
#define FS_REFER      (1ULL << 13)
#define FS_TRUNCATE   (1ULL << 14)
#define FS_IOCTL_DEV  (1ULL << 15)
#define NET_BIND_TCP  (1ULL << 0)
#define NET_CONNECT   (1ULL << 1)
#define SCOPE_ALL     3ULL /* abstract unix sockets, signals */
#define RULE_NET_PORT 2

/* The newest layout that is used; an older kernel is given its own, shorter size. */
struct ruleset {
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};

struct net_rule {
	uint64_t access;
	uint64_t port;
};

static size_t ruleset_size(int abi)
{
	if (abi >= 6)
		return sizeof(struct ruleset);
	return abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

static struct ruleset ruleset_for(int abi)
{
	struct ruleset r = {.fs = FS_ABI1};

	if (abi >= 2)
		r.fs |= FS_REFER;
	if (abi >= 3)
		r.fs |= FS_TRUNCATE;
	if (abi >= 4)
		r.net = NET_BIND_TCP | NET_CONNECT;
	if (abi >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		r.scoped = SCOPE_ALL;
	return r;
}

/* A path that does not exist needs no rule: what is not allowed is refused. */
static bool allow_path(int ruleset, const char *path)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = FS_READ};
	struct stat st;
	bool ok;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return true; /* cppcheck-suppress memleak; nothing was opened */
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
	ok = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return ok;
}

static bool allow_paths(int ruleset, const char *ca_file, const char *ca_path)
{
	static const char *const paths[] = {
	        "/etc",
	        "/usr",
	        "/lib",
	        "/lib64",
	        "/run/systemd/resolve",
	        "/run/resolvconf",
	        "/run/NetworkManager",
	        "/run/nscd",
	        "/dev/urandom",
	        "/dev/null",
	        /* where these are links to other places: the target is what is allowed */
	        "/etc/resolv.conf",
	        "/etc/hosts",
	        "/etc/ssl/certs",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (!allow_path(ruleset, paths[i]))
			return false;
	return (!ca_file || allow_path(ruleset, ca_file)) &&
	       (!ca_path || allow_path(ruleset, ca_path));
}

static bool allow_ports(int ruleset, const struct po_ports *ports)
{
	for (size_t i = 0; i < ports->count; i++) {
		struct net_rule rule = {.access = NET_CONNECT, .port = ports->numbers[i]};

		if (syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &rule, 0) != 0)
			return false;
	}
	return true;
}

int po_landlock_restrict(const char *ca_file, const char *ca_path, const struct po_ports *ports)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset r;
	int fd;
	bool ok;

	if (abi < 1)
		return 0;
	r = ruleset_for((int)abi);
	fd = (int)syscall(SYS_landlock_create_ruleset, &r, ruleset_size((int)abi), 0);
	if (fd < 0)
		return -1;
	ok = allow_paths(fd, ca_file, ca_path) && (abi < 4 || allow_ports(fd, ports)) &&
	     syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	close(fd);
	return ok ? (int)abi : -1;
}
