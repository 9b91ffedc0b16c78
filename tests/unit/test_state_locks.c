/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The locks of the state folder (PAM-38, PAM-41): nobody waits for one without end, a reader for
 * none, and the kernel gives back what the dead and their children held. Waiting is virtual.
 */
#include "state_change.h"

#include <signal.h>
#include <sys/file.h>

static void release(void *ctx)
{
	flock(*(int *)ctx, LOCK_UN);
}

static int lock_it(struct fixture *x)
{
	int fd = open(state_path(x, "f.lock"), O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	return fd;
}

static void a_lock_is_waited_for(void **state)
{
	struct fixture *x = *state;
	int fd;

	must_write(x, "first");
	fd = lock_it(x);
	fake_clock_at(PO_STATE_LOCK_MS - 100, release, &fd);
	must_write(x, "second");
	assert_in_range(fake_clock_since_start(), PO_STATE_LOCK_MS - 100, PO_STATE_LOCK_MS);
	close(fd);
}

static void but_not_for_ever(void **state)
{
	struct fixture *x = *state;
	int fd;

	must_write(x, "first");
	fd = lock_it(x);
	must_refuse(x, "locked by another process for too long");
	assert_in_range(fake_clock_since_start(), PO_STATE_LOCK_MS, PO_STATE_LOCK_MS + 20);
	close(fd);
	must_hold(x, "first");
}

static void must_read(struct fixture *x, const char *text)
{
	struct po_state_old old;
	struct po_buf bytes;

	x->fault = (struct po_fault){0};
	if (!po_state_read(&file, &bytes, &old, &x->fault))
		fail_msg("%s", x->fault.text);
	assert_int_equal(old.exists, text != NULL);
	assert_false(old.too_large);
	assert_int_equal(old.len, text ? strlen(text) : 0);
	assert_memory_equal(old.len ? old.data : (const void *)"", text ? text : "", old.len);
	po_buf_free(&bytes);
}

/* Whoever stops while he holds the lock is in no reader's way. */
static void a_reader_waits_for_nobody(void **state)
{
	struct fixture *x = *state;
	int fd;

	must_read(x, NULL);
	assert_int_equal(access(state_path(x, "f.lock"), F_OK), -1);
	must_write(x, "");
	must_read(x, "");
	must_write(x, "first");
	fd = lock_it(x);
	put(state_path(x, "f.new"), "half of", 0600);
	must_read(x, "first");
	assert_int_equal(fake_clock_since_start(), 0);
	close(fd);
}

static void a_reader_is_as_careful(void **state)
{
	struct fixture *x = *state;
	struct po_state_old old;
	struct po_buf bytes;
	char text[LIMIT + 2];

	must_write(x, "first");
	assert_int_equal(chmod(state_path(x, "f"), 0640), 0);
	assert_false(po_state_read(&file, &bytes, &old, &x->fault));
	assert_int_equal(x->fault.code, PO_E_STATE);
	po_buf_free(&bytes);
	unlink(x->path);
	assert_int_equal(symlink("/etc/passwd", x->path), 0);
	assert_false(po_state_read(&file, &bytes, &old, &x->fault));
	assert_non_null(strstr(x->fault.text, "symbolic links are not followed"));
	po_buf_free(&bytes);
	unlink(x->path);
	memset(text, 'x', sizeof(text));
	text[LIMIT + 1] = '\0';
	put(x->path, text, 0600);
	assert_true(po_state_read(&file, &bytes, &old, &x->fault));
	assert_true(old.exists && old.too_large && old.len == 0);
	po_buf_free(&bytes);
}

static bool remove_it(struct fixture *x, bool *removed)
{
	x->fault = (struct po_fault){0};
	return po_state_remove(&file, removed, &x->fault);
}

static void a_removal_waits_for_the_lock(void **state)
{
	struct fixture *x = *state;
	bool removed = false;
	int fd;

	must_write(x, "first");
	fd = lock_it(x);
	fake_clock_at(PO_STATE_LOCK_MS - 100, release, &fd);
	assert_true(remove_it(x, &removed) && removed);
	assert_in_range(fake_clock_since_start(), PO_STATE_LOCK_MS - 100, PO_STATE_LOCK_MS);
	assert_int_equal(access(state_path(x, "f"), F_OK), -1);
	assert_int_equal(access(state_path(x, "f.lock"), F_OK), 0); /* others may wait for it */
	assert_true(remove_it(x, &removed) && !removed);
	must_write(x, "second");
	close(fd);
}

static enum po_state_verdict be_robbed(void *ctx, const struct po_state_old *old,
                                       struct po_buf *content, struct po_fault *f)
{
	struct po_fault theirs = {0};
	bool removed = false;

	(void)f;
	*(bool *)ctx = po_state_remove(&file, &removed, &theirs) || removed;
	po_buf_add(content, old->data, old->len);
	return PO_STATE_WRITE;
}

/* Between reading and replacing nothing is removed: it would be written back. */
static void nothing_that_is_being_written_is_removed(void **state)
{
	struct fixture *x = *state;
	bool robbed = true;
	bool removed = false;

	must_write(x, "first");
	assert_true(po_state_update(&file, be_robbed, &robbed, &x->fault));
	assert_false(robbed);
	must_hold(x, "first");
	assert_true(remove_it(x, &removed) && removed);
}

static void a_removal_that_fails_says_so(void **state)
{
	struct fixture *x = *state;
	bool removed = false;

	must_write(x, "first");
	unlink(state_path(x, "f"));
	assert_int_equal(mkdir(x->path, 0700), 0);
	assert_false(remove_it(x, &removed) || removed);
	assert_int_equal(x->fault.code, PO_E_STATE);
	assert_int_equal(rmdir(x->path), 0);
	chmod(x->folder, 0777);
	assert_false(remove_it(x, &removed) || removed);
	chmod(x->folder, 0700);
}

static void bytes_are_counted(void **state)
{
	struct fixture *x = *state;
	int a = -1;
	int b = -1;
	int c = -1;

	assert_true(take(x, 2, &a) && a >= 0);
	assert_true(take(x, 2, &b) && b >= 0);
	assert_true(take(x, 2, &c) && c < 0);
	assert_true(take(x, 3, &c) && c >= 0); /* a service with a higher limit */
	po_state_let_go(&a);
	assert_int_equal(a, -1);
	po_state_let_go(&a);
	assert_true(take(x, 2, &a) && a >= 0);
	po_state_let_go(&a);
	po_state_let_go(&b);
	po_state_let_go(&c);
}

/* A child that the application forked meanwhile, and that lives on. */
static void a_byte_is_free_though_a_child_has_its_descriptor(void **state)
{
	struct fixture *x = *state;
	int fd = -1;
	pid_t child;

	assert_true(take(x, 1, &fd) && fd >= 0);
	child = fork();
	if (child == 0)
		for (;;)
			pause();
	po_state_let_go(&fd);
	assert_true(take(x, 1, &fd) && fd >= 0);
	po_state_let_go(&fd);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static enum po_state_verdict fork_in_here(void *ctx, const struct po_state_old *old,
                                          struct po_buf *content, struct po_fault *f)
{
	pid_t *child = ctx;

	(void)old;
	(void)content;
	(void)f;
	*child = fork();
	if (*child == 0)
		for (;;)
			pause();
	return PO_STATE_KEEP;
}

/* The same for the lock: a child that has its descriptor does not have the lock. */
static void the_lock_is_free_though_a_child_has_its_descriptor(void **state)
{
	struct fixture *x = *state;
	pid_t child = 0;

	must_write(x, "first");
	assert_true(po_state_update(&file, fork_in_here, &child, &x->fault));
	assert_true(child > 0);
	must_hold(x, "first");
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void death_gives_a_byte_back(void **state)
{
	struct fixture *x = *state;
	char ready;
	int ends[2];
	int fd = -1;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		if (take(x, 1, &fd) && fd >= 0)
			(void)!write(ends[1], "r", 1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ends[0], &ready, 1), 1);
	assert_true(take(x, 1, &fd) && fd < 0);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(take(x, 1, &fd) && fd >= 0);
	po_state_let_go(&fd);
	close(ends[0]);
	close(ends[1]);
}

/* PAM-35: what the application prints must not go into our file. */
static void standard_descriptors_stay_free(void **state)
{
	struct fixture *x = *state;
	pid_t child = fork();
	int status;

	if (child == 0) {
		int fd = -1;

		close(0);
		close(1);
		_exit(take(x, 1, &fd) && fd > 2 && fcntl(0, F_GETFD) < 0 && fcntl(1, F_GETFD) < 0 &&
		                      (fcntl(fd, F_GETFD) & FD_CLOEXEC)
		              ? 0
		              : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void no_descriptor_is_left_open(void **state)
{
	struct change c = {.text = "x", .verdict = PO_STATE_FAIL};
	struct fixture *x = *state;
	int before = next_descriptor();
	int fd = -1;

	must_write(x, "first");
	assert_false(update(x, &c));
	assert_true(take(x, 1, &fd));
	po_state_let_go(&fd);
	chmod(x->folder, 0777);
	must_refuse(x, "rights");
	assert_false(take(x, 1, &fd));
	chmod(x->folder, 0700);
	chmod(state_path(x, "f.lock"), 0777);
	must_refuse(x, "rights");
	assert_int_equal(next_descriptor(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(a_lock_is_waited_for),
	        TEST(but_not_for_ever),
	        TEST(a_reader_waits_for_nobody),
	        TEST(a_reader_is_as_careful),
	        TEST(a_removal_waits_for_the_lock),
	        TEST(nothing_that_is_being_written_is_removed),
	        TEST(a_removal_that_fails_says_so),
	        TEST(bytes_are_counted),
	        TEST(a_byte_is_free_though_a_child_has_its_descriptor),
	        TEST(the_lock_is_free_though_a_child_has_its_descriptor),
	        TEST(death_gives_a_byte_back),
	        TEST(standard_descriptors_stay_free),
	        TEST(no_descriptor_is_left_open),
	};

	return cmocka_run_group_tests_name("state_locks", tests, NULL, NULL);
}
