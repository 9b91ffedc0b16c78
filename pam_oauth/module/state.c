/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * State between logins. Called by quota.c, pins.c and grace.c. The lock is a file of its own, held
 * for a read-modify-write and never across a prompt or the network; POSIX record locks are not
 * used: any close() in the application would drop them.
 */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "build.h"
#include "folder.h"
#include "po_clock.h"

#define NAME_SIZE 64

/* The folder, the lock file in it, and what they are for. */
struct place {
	const struct po_state_file *file;
	struct po_folder dir;
	int lock; /* -1 = not open */
};

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
static bool wait_for_lock(const struct place *p, const char *name, struct po_fault *f)
{
	int64_t until = po_clock_after(PO_STATE_LOCK_MS);

	while (flock(p->lock, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return po_folder_fail(&p->dir, name, errno, f);
		if (po_clock_left(until) == 0)
			return po_folder_refuse(&p->dir, name,
			                        "locked by another process for too long", f);
		poll(NULL, 0, (int)po_clock_jitter(PO_STATE_RETRY_MIN_MS, PO_STATE_RETRY_MAX_MS));
	}
	return true;
}

static const char *folder_of(const struct po_state_file *file)
{
	return file->folder ? file->folder : po_build_state_dir();
}

static bool enter(struct place *p, struct po_fault *f)
{
	char name[NAME_SIZE];

	if (!companion(p->file, "lock", name, f))
		return false;
	if (!po_folder_open(&p->dir, folder_of(p->file), f))
		return false;
	p->lock = po_folder_file(&p->dir, name, O_RDWR | O_CREAT, f);
	return p->lock >= 0 && wait_for_lock(p, name, f);
}

/* Unlocked by name: a child that the application forked meanwhile has the descriptor, too. */
static void leave(struct place *p)
{
	if (p->lock >= 0) {
		flock(p->lock, LOCK_UN);
		close(p->lock);
	}
	po_folder_close(&p->dir);
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
static bool read_all(const struct place *p, int fd, struct po_buf *text, struct po_fault *f)
{
	unsigned char chunk[4096];
	ssize_t n;

	while ((n = read_some(fd, chunk, sizeof(chunk))) > 0 && text->len <= p->file->limit) {
		size_t room = p->file->limit + 1 - text->len;

		if (!po_buf_add(text, chunk, (size_t)n < room ? (size_t)n : room))
			return po_fail_memory(f);
	}
	return n >= 0 || po_folder_fail(&p->dir, p->file->name, errno, f);
}

static bool read_old(const struct place *p, struct po_buf *text, bool *exists, struct po_fault *f)
{
	bool ok;
	int fd;

	if (!po_folder_read(&p->dir, p->file->name, &fd, f))
		return false;
	*exists = fd >= 0;
	if (fd < 0)
		return true;
	ok = read_all(p, fd, text, f);
	close(fd);
	return ok;
}

static bool write_all(const struct place *p, int fd, const struct po_buf *content, const char *name,
                      struct po_fault *f)
{
	for (size_t done = 0; done < content->len;) {
		ssize_t n = write(fd, content->data + done, content->len - done);

		if (n < 0 && errno != EINTR)
			return po_folder_fail(&p->dir, name, errno, f);
		if (n > 0)
			done += (size_t)n;
	}
	return !p->file->durable || fsync(fd) == 0 || po_folder_fail(&p->dir, name, errno, f);
}

/* A leftover of somebody who died in here has the name already; it is never looked at. */
static bool replace(const struct place *p, const struct po_buf *content, struct po_fault *f)
{
	const int dir = p->dir.fd;
	char name[NAME_SIZE];
	bool ok;
	int fd;

	if (!companion(p->file, "new", name, f))
		return false;
	if (unlinkat(dir, name, 0) != 0 && errno != ENOENT)
		return po_folder_fail(&p->dir, name, errno, f);
	fd = po_folder_file(&p->dir, name, O_WRONLY | O_CREAT | O_EXCL, f);
	if (fd < 0)
		return false;
	ok = write_all(p, fd, content, name, f);
	if (close(fd) != 0 && ok)
		ok = po_folder_fail(&p->dir, name, errno, f);
	if (ok && renameat(dir, name, dir, p->file->name) != 0)
		ok = po_folder_fail(&p->dir, name, errno, f);
	if (ok && p->file->durable && fsync(dir) != 0)
		return po_folder_fail(&p->dir, "", errno, f);
	if (!ok)
		unlinkat(dir, name, 0);
	return ok;
}

static bool look(const struct place *p, struct po_buf *text, struct po_state_old *old,
                 struct po_fault *f)
{
	*old = (struct po_state_old){0};
	if (!read_old(p, text, &old->exists, f))
		return false;
	old->too_large = text->len > p->file->limit;
	if (!old->too_large) {
		old->data = text->data;
		old->len = text->len;
	}
	return true;
}

bool po_state_read(const struct po_state_file *file, struct po_buf *text, struct po_state_old *old,
                   struct po_fault *f)
{
	struct place p = {.file = file, .dir = PO_FOLDER_CLOSED, .lock = -1};
	bool ok;

	po_buf_init(text, file->limit + 1);
	ok = po_folder_open(&p.dir, folder_of(file), f) && look(&p, text, old, f);
	po_folder_close(&p.dir);
	return ok;
}

static bool change_content(const struct place *p, po_state_change *change, void *ctx,
                           struct po_buf *text, struct po_buf *content, struct po_fault *f)
{
	struct po_state_old old;

	if (!look(p, text, &old, f))
		return false;
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
	struct place p = {.file = file, .dir = PO_FOLDER_CLOSED, .lock = -1};
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

static bool remove_file(const struct place *p, bool *removed, struct po_fault *f)
{
	const char *name = p->file->name;
	bool gone = unlinkat(p->dir.fd, name, 0) == 0;

	if (!gone && errno != ENOENT)
		return po_folder_fail(&p->dir, name, errno, f);
	if (gone && p->file->durable && fsync(p->dir.fd) != 0)
		return po_folder_fail(&p->dir, "", errno, f);
	*removed = gone;
	return true;
}

bool po_state_remove(const struct po_state_file *file, bool *removed, struct po_fault *f)
{
	struct place p = {.file = file, .dir = PO_FOLDER_CLOSED, .lock = -1};
	bool ok = enter(&p, f) && remove_file(&p, removed, f);

	leave(&p);
	return ok;
}

/* In a host with closed stdio the byte must not be what it prints to (PAM-35). */
static int lifted(const struct po_folder *d, int fd, const char *name, struct po_fault *f)
{
	int high;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (high < 0)
		po_folder_fail(d, name, errno, f);
	close(fd);
	return high;
}

static struct flock byte_lock(unsigned long byte, short type)
{
	return (struct flock){
	        .l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)byte, .l_len = 1};
}

/* From the first byte on, so that services with different counts count the same flows. */
static bool lock_byte(const struct po_folder *d, int fd, const char *name, unsigned long count,
                      bool *taken, struct po_fault *f)
{
	for (unsigned long byte = 0; byte < count; byte++) {
		struct flock lock = byte_lock(byte, F_WRLCK);

		if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
			return *taken = true;
		if (errno != EAGAIN && errno != EACCES)
			return po_folder_fail(d, name, errno, f);
	}
	*taken = false;
	return true;
}

bool po_state_take_byte(const char *name, unsigned long count, int *fd, struct po_fault *f)
{
	struct po_folder dir;
	bool taken = false;
	bool ok;
	int file;

	if (!po_folder_open(&dir, po_build_state_dir(), f))
		return false;
	file = lifted(&dir, po_folder_file(&dir, name, O_RDWR | O_CREAT, f), name, f);
	ok = file >= 0 && lock_byte(&dir, file, name, count, &taken, f);
	po_folder_close(&dir);
	if (file >= 0 && !taken)
		close(file);
	*fd = taken ? file : -1;
	return ok;
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
