/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders of state. Called by state.c: everything in one is opened relative to its descriptor. */
#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "po_text.h"

#define SAFE_FLAGS (O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

/*
 * A caller of su can lower its limit of descriptors: that is no defect of the folder, and must not
 * count as one where rate_limit_fail = open.
 */
bool po_folder_fail(const struct po_folder *d, const char *name, int error, struct po_fault *f)
{
	bool exhausted = error == EMFILE || error == ENFILE || error == ENOMEM;

	return po_fail(f, exhausted ? PO_E_SYSTEM : PO_E_STATE, "%s/%s: %s", d->path, name,
	               error == ELOOP ? "symbolic links are not followed" : po_text_errno(error));
}

bool po_folder_refuse(const struct po_folder *d, const char *name, const char *why,
                      struct po_fault *f)
{
	return po_fail(f, PO_E_STATE, "%s/%s: %s", d->path, name, why);
}

/*
 * PAM-38: 0700 or 0600, and the owner the only one who may do anything. A right of the owner's that
 * is missing is what the umask took when it was made: under su it is the caller's.
 */
static bool is_ours(const struct po_folder *d, int fd, mode_t type, const char *name,
                    struct po_fault *f)
{
	const mode_t rights = type == S_IFDIR ? 0700 : 0600;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return po_folder_fail(d, name, errno, f);
	if ((st.st_mode & S_IFMT) != type)
		return po_folder_refuse(d, name, "not of the right type", f);
	if (st.st_uid != po_build_owner())
		return po_folder_refuse(d, name, "wrong owner", f);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return po_folder_refuse(d, name, "gives rights to group or others", f);
	return (st.st_mode & rights) == rights || fchmod(fd, rights) == 0 ||
	       po_folder_fail(d, name, errno, f);
}

/* The same, for a descriptor just opened, which is closed if it is not; -1: *f. */
static int checked(const struct po_folder *d, int fd, mode_t type, const char *name,
                   struct po_fault *f)
{
	if (fd < 0) {
		po_folder_fail(d, name, errno, f);
		return -1;
	}
	if (is_ours(d, fd, type, name, f))
		return fd;
	close(fd);
	return -1;
}

/* By path, since a folder without rights opens only for a root with all of its capabilities. */
static bool make_folder(const char *path)
{
	if (mkdir(path, 0700) != 0)
		return errno == EEXIST;
	return chmod(path, 0700) == 0;
}

bool po_folder_open(struct po_folder *d, const char *path, struct po_fault *f)
{
	*d = (struct po_folder){.path = path, .fd = -1};
	if (!make_folder(path))
		return po_folder_fail(d, "", errno, f);
	d->fd = checked(d, open(path, O_RDONLY | O_DIRECTORY | SAFE_FLAGS), S_IFDIR, "", f);
	return d->fd >= 0;
}

int po_folder_file(const struct po_folder *d, const char *name, int flags, struct po_fault *f)
{
	return checked(d, openat(d->fd, name, flags | SAFE_FLAGS, 0600), S_IFREG, name, f);
}

bool po_folder_read(const struct po_folder *d, const char *name, int *fd, struct po_fault *f)
{
	int found = openat(d->fd, name, O_RDONLY | SAFE_FLAGS);

	*fd = -1;
	if (found < 0 && errno == ENOENT)
		return true;
	*fd = checked(d, found, S_IFREG, name, f);
	return *fd >= 0;
}

void po_folder_close(struct po_folder *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}
