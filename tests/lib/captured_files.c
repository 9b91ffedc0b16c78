/* SPDX-License-Identifier: BSD-2-Clause */
/* What a captured worker might try on files; each attempt undoes what succeeded. */
#include "captured.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static long open_as(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

#define READ_ROW(name, path)                              \
	static long read_##name(const struct captured *c) \
	{                                                 \
		(void)c;                                  \
		return open_as(path, O_RDONLY);           \
	}
READ_ROW(shadow, "/etc/shadow")
READ_ROW(secret, "/etc/pam_oauth/client_secret")
READ_ROW(self_mem, "/proc/self/mem")
READ_ROW(init, "/proc/1/status")
READ_ROW(terminal, "/dev/tty")
READ_ROW(hosts, "/etc/hosts")
READ_ROW(folder, "/home")
READ_ROW(var, "/var")

/* A new file with a byte in it; an empty one is told by its own number. */
static long create(const char *folder)
{
	char path[100];
	long error = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/captured", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;
	if (write(fd, "x", 1) < 0)
		error = errno;
	close(fd);
	unlink(path);
	return error;
}

#define CREATE_ROW(name, path)                              \
	static long create_##name(const struct captured *c) \
	{                                                   \
		(void)c;                                    \
		return create(path);                        \
	}
CREATE_ROW(tmp, "/tmp")
CREATE_ROW(var_tmp, "/var/tmp")
CREATE_ROW(run, "/run")
CREATE_ROW(shm, "/dev/shm")
CREATE_ROW(cwd, ".")
CREATE_ROW(etc, "/etc")

static long make_folder(const struct captured *c)
{
	long error = by(mkdir("/tmp/captured", 0700));

	(void)c;
	rmdir("/tmp/captured");
	return error;
}

static long make_link(const struct captured *c)
{
	long error = by(symlink("/etc/shadow", "/tmp/captured"));

	(void)c;
	unlink("/tmp/captured");
	return error;
}

static long write_file(const struct captured *c) /* one that everybody may write */
{
	(void)c;
	return open_as("/tmp/writable", O_WRONLY);
}

static long truncate_file(const struct captured *c)
{
	(void)c;
	return by(truncate("/tmp/writable", 0));
}

static long bind_path(const struct captured *c)
{
	const struct sockaddr at = {.sa_family = AF_UNIX, .sa_data = "/tmp/socket"};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	long error = fd < 0 ? errno : by(bind(fd, &at, sizeof(at)));

	(void)c;
	close(fd);
	unlink("/tmp/socket");
	return error;
}

const struct attempt_row captured_files[] = {
        ROW(read_self_mem), /* the first: captured.c looks again */
        ROW(read_shadow),    ROW(read_secret), ROW(read_init),  ROW(read_terminal),
        ROW(read_hosts),     ROW(read_folder), ROW(read_var),   ROW(create_tmp),
        ROW(create_var_tmp), ROW(create_run),  ROW(create_shm), ROW(create_cwd),
        ROW(create_etc),     ROW(make_folder), ROW(make_link),  ROW(write_file),
        ROW(truncate_file),  ROW(bind_path),   {NULL, NULL},
};
