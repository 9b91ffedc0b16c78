/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of the administrator: read only after the descriptor in hand, not the path, was found to
 * be root's own (MAP-13, CAU-10). Called by config.c and its helpers; must never block (a FIFO in
 * place of a file) and never follow a link that somebody else could turn.
 */
#include "safefile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "po_text.h"

#define OPEN_FLAGS (O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

/* The file's defect, or this host's trouble? (10.1) */
static bool fail_errno(const char *path, int error, struct po_fault *f)
{
	bool trouble = error == EMFILE || error == ENFILE || error == ENOMEM || error == EIO;

	return po_fail(f, trouble ? PO_E_SYSTEM : PO_E_CONFIG, "%s: %s", path,
	               po_text_errno(error));
}

static int open_checked(const char *path, int extra, struct po_fault *f)
{
	int fd;

	if (path[0] != '/') {
		po_fail(f, PO_E_CONFIG, "%s: not an absolute path", path);
		return -1;
	}
	fd = open(path, OPEN_FLAGS | extra);
	if (fd < 0 && errno == ELOOP)
		po_fail(f, PO_E_CONFIG, "%s: symbolic links are not followed", path);
	else if (fd < 0)
		fail_errno(path, errno, f);
	return fd;
}

static bool owner_ok(const char *path, const struct stat *st, mode_t forbidden, struct po_fault *f)
{
	if (st->st_uid != po_build_owner())
		return po_fail(f, PO_E_CONFIG, "%s: owned by uid %lu, must be owned by uid %lu",
		               path, (unsigned long)st->st_uid, (unsigned long)po_build_owner());
	if (st->st_mode & forbidden)
		return po_fail(f, PO_E_CONFIG, "%s: mode %04o gives group or others too much", path,
		               (unsigned)(st->st_mode & 07777));
	return true;
}

static bool too_large(const char *path, size_t limit, struct po_fault *f)
{
	return po_fail(f, PO_E_CONFIG, "%s: larger than %zu bytes", path, limit);
}

static bool file_ok(const char *path, int fd, enum po_safefile kind, size_t limit,
                    struct po_fault *f)
{
	mode_t forbidden = kind == PO_FILE_SECRET ? S_IRWXG | S_IRWXO : (mode_t)(S_IWGRP | S_IWOTH);
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail_errno(path, errno, f);
	if (!S_ISREG(st.st_mode))
		return po_fail(f, PO_E_CONFIG, "%s: not a regular file", path);
	if (!owner_ok(path, &st, forbidden, f))
		return false;
	if (st.st_size > 0 && (size_t)st.st_size > limit)
		return too_large(path, limit, f);
	return true;
}

static bool read_all(const char *path, int fd, struct po_buf *out, struct po_fault *f)
{
	unsigned char chunk[4096];
	bool ok = false;
	ssize_t n;

	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if ((size_t)n > out->limit - out->len) {
			too_large(path, out->limit, f);
			goto out;
		}
		if (!po_buf_add(out, chunk, (size_t)n)) {
			po_fail_memory(f);
			goto out;
		}
	}
	if (n < 0) {
		fail_errno(path, errno, f);
		goto out;
	}
	ok = true;
out:
	explicit_bzero(chunk, sizeof(chunk)); /* it may have been a secret */
	return ok;
}

bool po_safefile_read(const char *path, enum po_safefile kind, struct po_buf *out,
                      struct po_fault *f)
{
	int fd = open_checked(path, 0, f);
	bool ok;

	if (fd < 0)
		return false;
	ok = file_ok(path, fd, kind, out->limit, f) && read_all(path, fd, out, f);
	close(fd);
	if (!ok)
		po_buf_free(out);
	return ok;
}

bool po_safefile_check(const char *path, struct po_fault *f)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return fail_errno(path, errno, f);
	if (!S_ISREG(st.st_mode))
		return po_fail(f, PO_E_CONFIG, "%s: not a regular file", path);
	if (st.st_size == 0)
		return po_fail(f, PO_E_CONFIG, "%s: empty", path);
	return owner_ok(path, &st, S_IWGRP | S_IWOTH, f);
}

bool po_safefile_check_folder(const char *path, struct po_fault *f)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return fail_errno(path, errno, f);
	if (!S_ISDIR(st.st_mode))
		return po_fail(f, PO_E_CONFIG, "%s: not a folder", path);
	return owner_ok(path, &st, S_IWGRP | S_IWOTH, f);
}

static bool name_fits(const char *name, const char *suffix)
{
	size_t len = strlen(name);
	size_t end = strlen(suffix);

	return name[0] != '.' && len > end && strcmp(name + len - end, suffix) == 0;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool collect(DIR *dir, const char *folder, const char *suffix, struct po_list *paths,
                    struct po_fault *f)
{
	const struct dirent *entry;

	/* errno alone tells the end of the folder from a failure. */
	for (errno = 0; (entry = readdir(dir)); errno = 0) {
		char *path = NULL;
		bool added;

		if (!name_fits(entry->d_name, suffix))
			continue;
		if (asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
			return po_fail_memory(f);
		added = po_list_add(paths, path);
		free(path);
		if (!added)
			return po_fail_memory(f);
	}
	if (errno)
		return fail_errno(folder, errno, f);
	return true;
}

bool po_safefile_list(const char *folder, const char *suffix, struct po_list *paths,
                      struct po_fault *f)
{
	size_t before = paths->count;
	struct stat st;
	DIR *dir;
	int fd;
	bool ok;

	if (lstat(folder, &st) != 0 && errno == ENOENT)
		return true;
	fd = open_checked(folder, O_DIRECTORY, f);
	if (fd < 0)
		return false;
	dir = fstat(fd, &st) == 0 ? fdopendir(fd) : NULL;
	if (!dir) {
		fail_errno(folder, errno, f);
		close(fd);
		return false;
	}
	ok = owner_ok(folder, &st, S_IWGRP | S_IWOTH, f) && collect(dir, folder, suffix, paths, f);
	closedir(dir);
	if (ok && paths->count > before)
		qsort(paths->items + before, paths->count - before, sizeof(char *), by_bytes);
	return ok;
}
