/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders of state (PAM-38), asked directly; who uses them is tested in test_state.c. */
#include "folder.h"

#include "table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "scratch.h"

struct fixture {
	struct scratch files;
	struct po_folder dir;
	struct po_fault fault;
};

static int setup(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));

	scratch_make(&x->files);
	x->dir = (struct po_folder)PO_FOLDER_CLOSED;
	*state = x;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *x = *state;

	po_folder_close(&x->dir);
	po_folder_close(&x->dir);
	assert_int_equal(x->dir.fd, -1);
	scratch_remove(&x->files);
	free(x);
	return 0;
}

static bool open_scratch(struct fixture *x, mode_t mode)
{
	assert_int_equal(chmod(x->files.dir, mode), 0);
	po_folder_close(&x->dir);
	return po_folder_open(&x->dir, x->files.dir, &x->fault);
}

static void its_parent_must_exist(void **state)
{
	struct fixture *x = *state;

	assert_false(po_folder_open(&x->dir, "/nonexistent/a/b", &x->fault));
	assert_int_equal(x->fault.code, PO_E_STATE);
	assert_string_equal(x->fault.text, "/nonexistent/a/b/: No such file or directory");
	assert_int_equal(x->dir.fd, -1);
}

static const struct {
	mode_t mode;
	bool ok;
	mode_t after;
} modes[] = {
        {0700, true, 0700},  {0500, true, 0700},  {0000, true, 0700},
        {0701, false, 0701}, {0710, false, 0710}, {0777, false, 0777},
};

/* What the owner may not do is given back; what others may is never taken as root's. */
static void rights(void **state)
{
	struct fixture *x = *state;
	struct table t = {.row = ""};

	for (size_t i = 0; i < COUNT(modes); i++) {
		char row[16];
		struct stat st;

		if (geteuid() != 0 && !(modes[i].mode & 0400))
			continue; /* only root opens it */
		snprintf(row, sizeof(row), "%04o", (unsigned)modes[i].mode);
		t.row = row;
		ROW(&t, open_scratch(x, modes[i].mode) == modes[i].ok);
		ROW(&t, stat(x->files.dir, &st) == 0 && (st.st_mode & 0777) == modes[i].after);
		ROW(&t, (x->dir.fd >= 0) == modes[i].ok);
		ROW(&t, modes[i].ok || x->fault.code == PO_E_STATE);
	}
	chmod(x->files.dir, 0700);
	table_end(&t);
}

static void a_file_that_is_not_there_is_no_fault(void **state)
{
	struct fixture *x = *state;
	int fd = 7;

	assert_true(open_scratch(x, 0700));
	assert_true(po_folder_read(&x->dir, "none", &fd, &x->fault));
	assert_int_equal(fd, -1);
	assert_int_equal(po_folder_file(&x->dir, "none", O_RDWR, &x->fault), -1);
	assert_int_equal(x->fault.code, PO_E_STATE);
}

static void files_are_roots_alone(void **state)
{
	struct fixture *x = *state;
	struct stat st;
	int fd;

	assert_true(open_scratch(x, 0700));
	fd = po_folder_file(&x->dir, "f", O_RDWR | O_CREAT, &x->fault);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(fd);
	assert_int_equal(chmod(scratch_path(&x->files, "f"), 0640), 0);
	assert_false(po_folder_read(&x->dir, "f", &fd, &x->fault));
	assert_int_equal(fd, -1);
	assert_non_null(strstr(x->fault.text, "/f: gives rights to group or others"));
}

static const struct {
	int error;
	enum po_code code;
} errors[] = {
        {EACCES, PO_E_STATE},  {ELOOP, PO_E_STATE},   {EROFS, PO_E_STATE},   {ENOSPC, PO_E_STATE},
        {EMFILE, PO_E_SYSTEM}, {ENFILE, PO_E_SYSTEM}, {ENOMEM, PO_E_SYSTEM},
};

/* What a caller of su can bring about himself is no defect of the folder. */
static void faults(void **state)
{
	struct fixture *x = *state;
	struct table t = {.row = ""};
	const struct po_folder d = {.path = "/p", .fd = -1};

	for (size_t i = 0; i < COUNT(errors); i++) {
		t.row = strerror(errors[i].error);
		ROW(&t, !po_folder_fail(&d, "n", errors[i].error, &x->fault));
		ROW_NUMBER(&t, x->fault.code, errors[i].code);
		ROW(&t, strncmp(x->fault.text, "/p/n: ", 6) == 0);
	}
	table_end(&t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(its_parent_must_exist),
	        TEST(rights),
	        TEST(a_file_that_is_not_there_is_no_fault),
	        TEST(files_are_roots_alone),
	        TEST(faults),
	};

	return cmocka_run_group_tests_name("folder", tests, NULL, NULL);
}
