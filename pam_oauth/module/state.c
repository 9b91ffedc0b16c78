/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state folder. Called by quota.c. Everything in it is opened relative to the folder's
 * descriptor, follows no link, and is believed only after fstat says that it is root's alone. The
 * lock is a file of its own, held for a read-modify-write and never across a prompt or the
 * network; POSIX record locks are not used: any close() in the application would drop them.
 */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "po_clock.h"

#define SAFE_FLAGS (O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
#define NAME_SIZE  64

/* The folder, the lock file in it, and what they are for; -1 = not open. */
struct place {
	const struct po_state_file *file;
	int dir;
	int lock;
};

/*
 * A caller of su can lower its limit of descriptors: that is no defect of the folder, and must not
 * count as one where rate_limit_fail = open.
 */
static bool fail_errno(struct po_fault *f, const char *name, int error)
{
	bool exhausted = error == EMFILE || error == ENFILE || error == ENOMEM;

	return po_fail(f, exhausted ? PO_E_SYSTEM : PO_E_STATE, "%s/%s: %s", po_build_state_dir(),
	               name, error == ELOOP ? "symbolic links are not followed" : strerror(error));
}

static bool fail_name(struct po_fault *f, const char *name, const char *why)
{
	return po_fail(f, PO_E_STATE, "%s/%s: %s", po_build_state_dir(), name, why);
}

/*
 * PAM-38: 0700 or 0600, and the owner the only one who may do anything. A right of the owner's that
 * is missing is what the umask took when it was made: under su it is the caller's.
 */
static bool is_ours(int fd, mode_t type, const char *name, struct po_fault *f)
{
	const mode_t rights = type == S_IFDIR ? 0700 : 0600;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail_errno(f, name, errno);
	if ((st.st_mode & S_IFMT) != type)
		return fail_name(f, name, "not of the right type");
	if (st.st_uid != po_build_owner())
		return fail_name(f, name, "wrong owner");
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return fail_name(f, name, "gives rights to group or others");
	return (st.st_mode & rights) == rights || fchmod(fd, rights) == 0 ||
	       fail_errno(f, name, errno);
}

/* The same, for a descriptor just opened, which is closed if it is not; -1: *f. */
static int checked(int fd, mode_t type, const char *name, struct po_fault *f)
{
	if (fd < 0) {
		fail_errno(f, name, errno);
		return -1;
	}
	if (is_ours(fd, type, name, f))
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

static int open_folder(struct po_fault *f)
{
	const char *path = po_build_state_dir();

	if (!make_folder(path)) {
		fail_errno(f, "", errno);
		return -1;
	}
	return checked(open(path, O_RDONLY | O_DIRECTORY | SAFE_FLAGS), S_IFDIR, "", f);
}

static int open_file(int dir, const char *name, int flags, struct po_fault *f)
{
	return checked(openat(dir, name, flags | SAFE_FLAGS, 0600), S_IFREG, name, f);
}

/* Two names that a file brings along: NAME.lock and NAME.new. */
static bool companion(const struct po_state_file *file, const char *suffix, char name[NAME_SIZE],
                      struct po_fault *f)
{
	int len = snprintf(name, NAME_SIZE, "%s.%s", file->name, suffix);

	return (len > 0 && len < NAME_SIZE) || po_fail(f, PO_E_SYSTEM, "state: name too long");
}

/*
 * Not for ever: a login that hangs behind a stopped process would be worse than one that fails.
 * flock cannot wait for a time, and the alarm clock is the application's (PAM-33).
 */
static bool wait_for_lock(int fd, const char *name, struct po_fault *f)
{
	int64_t until = po_clock_after(PO_STATE_LOCK_MS);

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return fail_errno(f, name, errno);
		if (po_clock_left(until) == 0)
			return fail_name(f, name, "locked by another process for too long");
		poll(NULL, 0, (int)po_clock_jitter(PO_STATE_RETRY_MIN_MS, PO_STATE_RETRY_MAX_MS));
	}
	return true;
}

static bool enter(struct place *p, struct po_fault *f)
{
	char name[NAME_SIZE];

	if (!companion(p->file, "lock", name, f))
		return false;
	p->dir = open_folder(f);
	if (p->dir < 0)
		return false;
	p->lock = open_file(p->dir, name, O_RDWR | O_CREAT, f);
	return p->lock >= 0 && wait_for_lock(p->lock, name, f);
}

/* Unlocked by name: a child that the application forked meanwhile has the descriptor, too. */
static void leave(struct place *p)
{
	if (p->lock >= 0) {
		flock(p->lock, LOCK_UN);
		close(p->lock);
	}
	if (p->dir >= 0)
		close(p->dir);
}

static ssize_t read_some(int fd, void *data, size_t size)
{
	ssize_t n;

	do
		n = read(fd, data, size);
	while (n < 0 && errno == EINTR);
	return n;
}

/* One byte more than fits tells a file that is too large from one that just fits. */
static bool read_all(int fd, const struct po_state_file *file, struct po_buf *text,
                     struct po_fault *f)
{
	unsigned char chunk[4096];
	ssize_t n;

	while ((n = read_some(fd, chunk, sizeof(chunk))) > 0 && text->len <= file->limit) {
		size_t room = file->limit + 1 - text->len;

		if (!po_buf_add(text, chunk, (size_t)n < room ? (size_t)n : room))
			return po_fail_memory(f);
	}
	return n >= 0 || fail_errno(f, file->name, errno);
}

static bool read_old(const struct place *p, struct po_buf *text, struct po_fault *f)
{
	int fd = openat(p->dir, p->file->name, O_RDONLY | SAFE_FLAGS);
	bool ok;

	if (fd < 0 && errno == ENOENT)
		return true;
	fd = checked(fd, S_IFREG, p->file->name, f);
	if (fd < 0)
		return false;
	ok = read_all(fd, p->file, text, f);
	close(fd);
	return ok;
}

static bool write_all(int fd, const struct po_buf *content, const char *name, struct po_fault *f)
{
	for (size_t done = 0; done < content->len;) {
		ssize_t n = write(fd, content->data + done, content->len - done);

		if (n < 0 && errno != EINTR)
			return fail_errno(f, name, errno);
		if (n > 0)
			done += (size_t)n;
	}
	return true;
}

/* A leftover of somebody who died in here has the name already; it is never looked at. */
static bool replace(const struct place *p, const struct po_buf *content, struct po_fault *f)
{
	char name[NAME_SIZE];
	bool ok;
	int fd;

	if (!companion(p->file, "new", name, f))
		return false;
	if (unlinkat(p->dir, name, 0) != 0 && errno != ENOENT)
		return fail_errno(f, name, errno);
	fd = open_file(p->dir, name, O_WRONLY | O_CREAT | O_EXCL, f);
	if (fd < 0)
		return false;
	ok = write_all(fd, content, name, f);
	if (close(fd) != 0 && ok)
		ok = fail_errno(f, name, errno);
	if (ok && renameat(p->dir, name, p->dir, p->file->name) != 0)
		ok = fail_errno(f, name, errno);
	if (!ok)
		unlinkat(p->dir, name, 0);
	return ok;
}

static bool change_content(const struct place *p, po_state_change *change, void *ctx,
                           struct po_buf *text, struct po_buf *content, struct po_fault *f)
{
	struct po_state_old old = {0};

	if (!read_old(p, text, f))
		return false;
	old.too_large = text->len > p->file->limit;
	if (!old.too_large) {
		old.data = text->data;
		old.len = text->len;
	}
	switch (change(ctx, &old, content, f)) {
	case PO_STATE_FAIL:
		return false;
	case PO_STATE_KEEP:
		return true;
	case PO_STATE_WRITE:
		return content->failed ? po_fail_memory(f) : replace(p, content, f);
	}
	return po_fail(f, PO_E_SYSTEM, "state: no verdict");
}

bool po_state_update(const struct po_state_file *file, po_state_change *change, void *ctx,
                     struct po_fault *f)
{
	struct place p = {.file = file, .dir = -1, .lock = -1};
	struct po_buf text;
	struct po_buf content;
	bool ok;

	po_buf_init(&text, file->limit + 1);
	po_buf_init(&content, file->limit);
	ok = enter(&p, f) && change_content(&p, change, ctx, &text, &content, f);
	leave(&p);
	po_buf_free(&text);
	po_buf_free(&content);
	return ok;
}

/* In a host with closed stdio the byte must not be what it prints to (PAM-35). */
static int lifted(int fd, const char *name, struct po_fault *f)
{
	int high;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (high < 0)
		fail_errno(f, name, errno);
	close(fd);
	return high;
}

static struct flock byte_lock(unsigned long byte, short type)
{
	return (struct flock){
	        .l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)byte, .l_len = 1};
}

/* From the first byte on, so that services with different counts count the same flows. */
static bool lock_byte(int fd, const char *name, unsigned long count, bool *taken,
                      struct po_fault *f)
{
	for (unsigned long byte = 0; byte < count; byte++) {
		struct flock lock = byte_lock(byte, F_WRLCK);

		if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
			return *taken = true;
		if (errno != EAGAIN && errno != EACCES)
			return fail_errno(f, name, errno);
	}
	*taken = false;
	return true;
}

bool po_state_take_byte(const char *name, unsigned long count, int *fd, struct po_fault *f)
{
	int dir = open_folder(f);
	bool taken;
	int file;

	if (dir < 0)
		return false;
	file = lifted(open_file(dir, name, O_RDWR | O_CREAT, f), name, f);
	close(dir);
	if (file < 0)
		return false;
	if (!lock_byte(file, name, count, &taken, f)) {
		close(file);
		return false;
	}
	if (!taken)
		close(file);
	*fd = taken ? file : -1;
	return true;
}

void po_state_let_go(int *fd)
{
	struct flock all = byte_lock(0, F_UNLCK);

	all.l_len = 0;
	if (*fd >= 0) {
		fcntl(*fd, F_OFD_SETLK, &all);
		close(*fd);
	}
	*fd = -1;
}
