/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A state folder of one test, shared by the tests of what is kept in one. All are linked with
 * --wrap=po_build_state_dir.
 */
#ifndef PO_TEST_STATE_FIXTURE_H
#define PO_TEST_STATE_FIXTURE_H

#include "fake_clock.h"
#include "scratch.h"
#include "table.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "po_err.h"

struct fixture {
	struct scratch files;
	char folder[96]; /* the state folder: not there yet */
	char path[128];  /* of state_path */
	struct po_fault fault;
};

static const char *state_dir; /* of the test that runs: the wrapper has no other way to learn it */

const char *__wrap_po_build_state_dir(void);

const char *__wrap_po_build_state_dir(void)
{
	return state_dir;
}

static inline int setup(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));

	scratch_make(&x->files);
	snprintf(x->folder, sizeof(x->folder), "%s/run", x->files.dir);
	state_dir = x->folder;
	fake_clock_reset();
	*state = x;
	return 0;
}

static inline int teardown(void **state)
{
	struct fixture *x = *state;

	scratch_remove(&x->files);
	free(x);
	return 0;
}

/* A path in the state folder; valid until the next call. */
static inline const char *state_path(struct fixture *x, const char *name)
{
	snprintf(x->path, sizeof(x->path), "%s/%s", x->folder, name);
	return x->path;
}

static inline void put(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static inline mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode;
}

/* The lowest descriptor that is free. */
static inline int next_descriptor(void)
{
	int fd = dup(2);

	close(fd);
	return fd; /* cppcheck-suppress deallocret; its number is what is asked for */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
