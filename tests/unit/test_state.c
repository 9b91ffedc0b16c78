/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state folder (PAM-38): root's alone or not used, no link followed, the old content or the new
 * one and nothing between.
 */
#include "state.h"

#include "state_change.h"

#include <errno.h>
#include <sys/resource.h>

#include "build.h"

static bool foreign;   /* the owner is to be somebody else */
static bool disk_full; /* every write fails */
static bool piecemeal; /* every write takes three bytes at most */

uid_t __wrap_po_build_owner(void);
ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len);

uid_t __wrap_po_build_owner(void)
{
	return foreign ? geteuid() + 1 : geteuid();
}

ssize_t __wrap_write(int fd, const void *data, size_t len)
{
	if (!disk_full)
		return __real_write(fd, data, piecemeal && len > 3 ? 3 : len);
	errno = ENOSPC;
	return -1;
}

static void makes_what_is_missing(void **state)
{
	struct fixture *x = *state;
	int fd = -1;

	must_write(x, "first");
	assert_true(take(x, 1, &fd));
	assert_int_equal(mode_of(x->folder), S_IFDIR | 0700);
	assert_int_equal(mode_of(state_path(x, "f")), S_IFREG | 0600);
	assert_int_equal(mode_of(state_path(x, "f.lock")), S_IFREG | 0600);
	assert_int_equal(mode_of(state_path(x, "flows")), S_IFREG | 0600);
	assert_int_equal(access(state_path(x, "f.new"), F_OK), -1);
	po_state_let_go(&fd);
}

/* Under su the umask is the caller's: it must not leave a folder that root cannot enter. */
static void the_umask_takes_nothing_away(void **state)
{
	static const mode_t masks[] = {0777, 0700, 0277, 0077, 0};
	struct fixture *x = *state;

	for (size_t i = 0; i < COUNT(masks); i++) {
		int fd = -1;
		mode_t before = umask(masks[i]);
		bool taken = take(x, 1, &fd);

		must_write(x, "first");
		umask(before);
		assert_true(taken);
		assert_int_equal(mode_of(x->folder), S_IFDIR | 0700);
		assert_int_equal(mode_of(state_path(x, "f")), S_IFREG | 0600);
		assert_int_equal(mode_of(state_path(x, "f.lock")), S_IFREG | 0600);
		assert_int_equal(mode_of(state_path(x, "flows")), S_IFREG | 0600);
		po_state_let_go(&fd);
		unlink(state_path(x, "f"));
		unlink(state_path(x, "f.lock"));
		unlink(state_path(x, "flows"));
		assert_int_equal(rmdir(x->folder), 0);
	}
}

static void content_is_kept_until_it_is_changed(void **state)
{
	struct change fails = {.text = "lost", .verdict = PO_STATE_FAIL};
	struct change keeps = {.text = "lost", .verdict = PO_STATE_KEEP};
	struct fixture *x = *state;

	must_hold(x, "");
	must_write(x, "first");
	must_hold(x, "first");
	assert_true(update(x, &keeps));
	assert_false(update(x, &fails));
	assert_int_equal(x->fault.code, PO_E_SYSTEM);
	assert_string_equal(x->fault.text, "the test says so");
	must_hold(x, "first");
	must_write(x, "");
	must_hold(x, "");
}

static void limit_is_exact(void **state)
{
	struct change c = {.verdict = PO_STATE_KEEP};
	struct fixture *x = *state;
	char text[LIMIT + 2];

	memset(text, 'x', sizeof(text));
	text[LIMIT + 1] = '\0';
	c.text = text;
	c.verdict = PO_STATE_WRITE;
	assert_false(update(x, &c)); /* more than it may hold is not written in part */
	must_hold(x, "");
	put(state_path(x, "f"), text, 0600);
	c = (struct change){.verdict = PO_STATE_KEEP};
	assert_true(update(x, &c));
	assert_true(c.too_large);
	assert_string_equal(c.old, "");
	text[LIMIT] = '\0';
	must_write(x, text);
	must_hold(x, text);
}

/* Whoever died while writing has left this; it may be anything. */
static void a_leftover_is_overwritten(void **state)
{
	struct fixture *x = *state;

	must_write(x, "first");
	put(state_path(x, "f.new"), "a leftover that is longer than the new text", 0644);
	must_hold(x, "first");
	must_write(x, "second");
	must_hold(x, "second");
	assert_int_equal(mode_of(state_path(x, "f")), S_IFREG | 0600);
	assert_int_equal(access(state_path(x, "f.new"), F_OK), -1);
}

static void a_link_in_place_of_the_new_file_is_not_followed(void **state)
{
	struct fixture *x = *state;
	struct stat st;

	must_write(x, "first");
	assert_int_equal(
	        symlink(scratch_text(&x->files, "victim", "untouched"), state_path(x, "f.new")), 0);
	must_write(x, "second");
	must_hold(x, "second");
	assert_int_equal(stat(scratch_path(&x->files, "victim"), &st), 0);
	assert_int_equal(st.st_size, strlen("untouched"));
}

static void links_are_refused(void **state)
{
	static const char *const names[] = {"f", "f.lock", "flows"};
	struct fixture *x = *state;
	int fd = -1;

	must_write(x, "first");
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *victim = scratch_write(&x->files, "victim", "v", 1, 0600);

		unlink(state_path(x, names[i]));
		assert_int_equal(symlink(victim, x->path), 0);
		if (i < 2)
			must_refuse(x, "symbolic links are not followed");
		else
			assert_false(take(x, 1, &fd));
		assert_int_equal(x->fault.code, PO_E_STATE);
		unlink(state_path(x, names[i]));
	}
}

static void a_linked_folder_is_refused(void **state)
{
	struct fixture *x = *state;
	int fd = -1;

	assert_int_equal(symlink(scratch_folder(&x->files, "elsewhere", 0700), x->folder), 0);
	must_refuse(x, "");
	assert_false(take(x, 1, &fd));
	assert_int_equal(fd, -1);
}

struct mode_case {
	const char *name; /* "" is the folder */
	mode_t mode;
	const char *why; /* NULL: taken */
};

static void rights_of_others_are_refused(void **state)
{
	static const char why[] = "gives rights to group or others";
	static const struct mode_case cases[] = {
	        {"", 0700, NULL},      {"", 0750, why},       {"", 0705, why},
	        {"", 0720, why},       {"", 0777, why},       {"", 01700, NULL},
	        {"f", 0600, NULL},     {"f", 0640, why},      {"f", 0604, why},
	        {"f", 0620, why},      {"f", 0666, why},      {"f.lock", 0600, NULL},
	        {"f.lock", 0660, why}, {"f.lock", 0601, why},
	};
	struct fixture *x = *state;

	must_write(x, "first");
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *path = state_path(x, cases[i].name);
		mode_t before = mode_of(path) & 07777;
		char copy[sizeof(x->path)];

		snprintf(copy, sizeof(copy), "%s", path);
		assert_int_equal(chmod(copy, cases[i].mode), 0);
		if (cases[i].why)
			must_refuse(x, cases[i].why);
		else
			must_hold(x, "first");
		assert_int_equal(chmod(copy, before), 0);
	}
}

static void what_others_own_is_refused(void **state)
{
	struct fixture *x = *state;
	int fd = -1;

	must_write(x, "first");
	foreign = true;
	must_refuse(x, "wrong owner");
	assert_false(take(x, 1, &fd));
	foreign = false;
	must_hold(x, "first");
	if (geteuid() == 0) { /* only root can give files away */
		assert_int_equal(chown(state_path(x, "f"), 1, 1), 0);
		must_refuse(x, "wrong owner");
		assert_int_equal(chown(x->path, 0, 0), 0);
		assert_int_equal(chown(state_path(x, "f.lock"), 1, 1), 0);
		must_refuse(x, "wrong owner");
	}
}

static void only_regular_files(void **state)
{
	static const char *const names[] = {"f", "f.lock"};
	struct fixture *x = *state;
	int fd = -1;

	must_write(x, "first");
	for (size_t i = 0; i < COUNT(names); i++) {
		unlink(state_path(x, names[i]));
		assert_int_equal(mkfifo(x->path, 0600), 0); /* opening it must not wait */
		must_refuse(x, "not of the right type");
		unlink(x->path);
		assert_int_equal(mkdir(x->path, 0700), 0);
		must_refuse(x, names[i]);
		rmdir(x->path);
	}
	assert_int_equal(mkdir(state_path(x, "f.new"), 0700), 0);
	{
		struct change c = {.text = "second", .verdict = PO_STATE_WRITE};

		assert_false(update(x, &c));
		assert_int_equal(x->fault.code, PO_E_STATE);
	}
	assert_int_equal(mkdir(state_path(x, "flows"), 0700), 0);
	assert_false(take(x, 1, &fd));
}

static void a_folder_that_cannot_be_made(void **state)
{
	struct fixture *x = *state;

	put(x->folder, "a file", 0700);
	must_refuse(x, "");
	unlink(x->folder);
	snprintf(x->folder, sizeof(x->folder), "%s/a/b", x->files.dir);
	must_refuse(x, "No such file");
}

static void a_full_disk_keeps_the_old_content(void **state)
{
	struct change c = {.text = "second", .verdict = PO_STATE_WRITE};
	struct fixture *x = *state;

	must_write(x, "first");
	disk_full = true;
	assert_false(update(x, &c));
	disk_full = false;
	assert_int_equal(x->fault.code, PO_E_STATE);
	assert_non_null(strstr(x->fault.text, "No space left"));
	assert_int_equal(access(state_path(x, "f.new"), F_OK), -1);
	must_hold(x, "first");
}

/* A caller of su chooses its limit: no reason to do without limits (rate_limit_fail = open). */
static void a_write_in_pieces_is_whole(void **state)
{
	struct fixture *x = *state;

	must_write(x, "first");
	piecemeal = true;
	must_write(x, "a second one, longer");
	piecemeal = false;
	must_hold(x, "a second one, longer");
}

static void no_descriptors_is_no_defect_of_the_folder(void **state)
{
	struct change c = {.text = "second", .verdict = PO_STATE_WRITE};
	struct fixture *x = *state;
	struct rlimit before;
	struct rlimit low;
	unsigned failed = 0;
	int fd = -1;

	must_write(x, "first");
	getrlimit(RLIMIT_NOFILE, &before);
	low = before;
	for (rlim_t more = 0; more < 3; more++) { /* folder, lock, file */
		low.rlim_cur = (rlim_t)next_descriptor() + more;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
		failed += !update(x, &c) && x->fault.code == PO_E_SYSTEM;
		if (more < 2)
			failed += !take(x, 1, &fd) && x->fault.code == PO_E_SYSTEM;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	}
	assert_int_equal(failed, 5);
	must_hold(x, "first");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(makes_what_is_missing),
	        TEST(the_umask_takes_nothing_away),
	        TEST(content_is_kept_until_it_is_changed),
	        TEST(limit_is_exact),
	        TEST(a_leftover_is_overwritten),
	        TEST(a_link_in_place_of_the_new_file_is_not_followed),
	        TEST(links_are_refused),
	        TEST(a_linked_folder_is_refused),
	        TEST(rights_of_others_are_refused),
	        TEST(what_others_own_is_refused),
	        TEST(only_regular_files),
	        TEST(a_folder_that_cannot_be_made),
	        TEST(a_full_disk_keeps_the_old_content),
	        TEST(a_write_in_pieces_is_whole),
	        TEST(no_descriptors_is_no_defect_of_the_folder),
	};

	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
