/* SPDX-License-Identifier: BSD-2-Clause */
/* Only files that the administrator alone could have written are read (MAP-13, CAU-10). */
#include "safefile.h"

#include "scratch.h"

#define LIMIT 100

static int setup(void **state)
{
	struct scratch *s = calloc(1, sizeof(*s));

	scratch_make(s);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	scratch_remove(*state);
	free(*state);
	return 0;
}

/* Reads path; NULL on success, else the fault's text, which must begin with the path. */
static const char *reading(const char *path, enum po_safefile kind, struct po_buf *out,
                           struct po_fault *f)
{
	*f = (struct po_fault){0};
	po_buf_init(out, LIMIT);
	if (po_safefile_read(path, kind, out, f))
		return NULL;
	assert_int_equal(f->code, PO_E_CONFIG);
	assert_int_equal(strncmp(f->text, path, strlen(path)), 0);
	assert_int_equal(out->len, 0);
	return f->text + strlen(path);
}

static void reads_whole_file(void **state)
{
	static const char text[] = "first\nsecond\0third\n";
	struct po_fault f;
	struct po_buf b;
	const char *path = scratch_write(*state, "f", text, sizeof(text), 0644);

	assert_null(reading(path, PO_FILE_PUBLIC, &b, &f));
	assert_int_equal(b.len, sizeof(text));
	assert_memory_equal(b.data, text, sizeof(text));
	po_buf_free(&b);
}

static void empty_file_is_empty(void **state)
{
	struct po_fault f;
	struct po_buf b;

	assert_null(reading(scratch_text(*state, "f", ""), PO_FILE_PUBLIC, &b, &f));
	assert_int_equal(b.len, 0);
	assert_string_equal(po_buf_str(&b), "");
	po_buf_free(&b);
}

struct size_case {
	const char *name;
	size_t size;
	bool ok;
};

static void limit_is_exact(void **state)
{
	static const struct size_case cases[] = {
	        {"one below", LIMIT - 1, true},
	        {"at the limit", LIMIT, true},
	        {"one above", LIMIT + 1, false},
	        {"far above", 50000, false},
	};
	static char bytes[50000];
	struct po_fault f;
	struct po_buf b;

	memset(bytes, 'x', sizeof(bytes));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *path = scratch_write(*state, "f", bytes, cases[i].size, 0600);
		const char *why = reading(path, PO_FILE_PUBLIC, &b, &f);

		if ((why == NULL) != cases[i].ok || (why && !strstr(why, "larger than 100 bytes")))
			fail_msg("%s: %s", cases[i].name, why ? why : "read");
		if (!why)
			assert_int_equal(b.len, cases[i].size);
		po_buf_free(&b);
	}
}

/* A file that claims no size, as those of /proc do, meets the limit all the same. */
static void limit_holds_without_a_size(void **state)
{
	struct po_fault f = {0};
	struct po_buf b;

	(void)state;
	po_buf_init(&b, 10);
	assert_false(po_safefile_read("/proc/self/status", PO_FILE_PUBLIC, &b, &f));
	assert_string_equal(f.text, "/proc/self/status: larger than 10 bytes");
	po_buf_free(&b);
}

/* A read that fails halfway is no short file: half of the rules are not the rules (GEN-1). */
static void what_cannot_be_read_is_refused(void **state)
{
	struct po_fault f;
	struct po_buf b;

	(void)state;
	po_buf_init(&b, 10); /* nothing is mapped at address 0, where this file begins */
	assert_false(po_safefile_read("/proc/self/mem", PO_FILE_PUBLIC, &b, &f));
	assert_string_equal(f.text, "/proc/self/mem: Input/output error");
	po_buf_free(&b);
}

struct mode_case {
	mode_t mode;
	bool as_public;
	bool as_secret;
};

static void rights_of_others_decide(void **state)
{
	static const struct mode_case cases[] = {
	        {0600, true, true},   {0400, true, true},   {0700, true, true},
	        {0640, true, false},  {0604, true, false},  {0644, true, false},
	        {0610, true, false},  {0601, true, false},  {0620, false, false},
	        {0602, false, false}, {0666, false, false}, {0664, false, false},
	};
	struct po_fault f;
	struct po_buf b;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *path = scratch_write(*state, "f", "x", 1, cases[i].mode);
		const char *why = reading(path, PO_FILE_PUBLIC, &b, &f);
		char expected[32];

		po_buf_free(&b);
		if ((why == NULL) != cases[i].as_public)
			fail_msg("%04o as a public file", (unsigned)cases[i].mode);
		why = reading(path, PO_FILE_SECRET, &b, &f);
		po_buf_free(&b);
		if ((why == NULL) != cases[i].as_secret)
			fail_msg("%04o as a secret file", (unsigned)cases[i].mode);
		snprintf(expected, sizeof(expected), "mode %04o", (unsigned)cases[i].mode);
		if (why)
			assert_non_null(strstr(why, expected));
		unlink(path);
	}
}

static void foreign_owner_is_refused(void **state)
{
	const char *path = "/etc/passwd";
	struct po_fault f;
	struct po_buf b;
	const char *why;

	if (geteuid() == 0) {
		path = scratch_text(*state, "f", "x");
		assert_int_equal(chown(path, 1, 1), 0);
	}
	why = reading(path, PO_FILE_PUBLIC, &b, &f);
	assert_non_null(why);
	assert_non_null(strstr(why, "must be owned by"));
}

static void only_regular_files(void **state)
{
	struct scratch *s = *state;
	char link_path[PATH_MAX];
	struct po_fault f;
	struct po_buf b;
	const char *why;

	why = reading(scratch_folder(s, "folder", 0755), PO_FILE_PUBLIC, &b, &f);
	assert_non_null(why);
	assert_non_null(strstr(why, "not a regular file"));

	/* opening a FIFO for reading would wait for a writer for ever */
	assert_int_equal(mkfifo(scratch_path(s, "fifo"), 0600), 0);
	why = reading(s->path, PO_FILE_PUBLIC, &b, &f);
	assert_non_null(why);
	assert_non_null(strstr(why, "not a regular file"));

	snprintf(link_path, sizeof(link_path), "%s/link", s->dir);
	assert_int_equal(symlink(scratch_text(s, "f", "x"), link_path), 0);
	why = reading(link_path, PO_FILE_PUBLIC, &b, &f);
	assert_non_null(why);
	assert_non_null(strstr(why, "symbolic link"));
}

/* For what a library opens itself (ca_file). */
static void what_a_library_opens_is_a_file_with_something_in_it(void **state)
{
	struct po_fault f;

	assert_true(po_safefile_check(scratch_text(*state, "f", "x"), &f));
	assert_false(po_safefile_check(scratch_folder(*state, "folder", 0755), &f));
	assert_true(po_safefile_check_folder(scratch_path(*state, "folder"), &f));
	assert_int_equal(chmod(scratch_path(*state, "folder"), 0775), 0);
	assert_false(po_safefile_check_folder(scratch_path(*state, "folder"), &f));
	assert_false(po_safefile_check_folder("/dev/null", &f));
	assert_false(po_safefile_check_folder("/nonexistent", &f));
	assert_false(po_safefile_check(scratch_path(*state, "folder"), &f));
	assert_non_null(strstr(f.text, "not a regular file"));
	assert_false(po_safefile_check(scratch_text(*state, "empty", ""), &f));
	assert_non_null(strstr(f.text, "empty"));
	assert_false(po_safefile_check(scratch_path(*state, "missing"), &f));
	assert_non_null(strstr(f.text, "No such file"));
	assert_false(po_safefile_check(scratch_write(*state, "g", "x", 1, 0664), &f));
}

static void path_must_be_absolute_and_there(void **state)
{
	struct po_fault f;
	struct po_buf b;
	const char *why;

	why = reading("relative", PO_FILE_PUBLIC, &b, &f);
	assert_non_null(why);
	assert_non_null(strstr(why, "not an absolute path"));
	why = reading("", PO_FILE_PUBLIC, &b, &f);
	assert_non_null(why);
	why = reading(scratch_path(*state, "missing"), PO_FILE_PUBLIC, &b, &f);
	assert_non_null(why);
	assert_non_null(strstr(why, "No such file"));
}

static void no_descriptor_is_left_open(void **state)
{
	struct po_list paths = {0};
	struct po_fault f;
	struct po_buf b;
	int before = dup(0);
	int after;

	close(before);
	reading(scratch_path(*state, "missing"), PO_FILE_PUBLIC, &b, &f);
	reading(scratch_write(*state, "f", "x", 1, 0666), PO_FILE_PUBLIC, &b, &f);
	assert_null(reading(scratch_write(*state, "f", "x", 1, 0600), PO_FILE_PUBLIC, &b, &f));
	po_buf_free(&b);
	assert_false(po_safefile_list(scratch_folder(*state, "d", 0777), "", &paths, &f));
	assert_true(po_safefile_list(((struct scratch *)*state)->dir, "", &paths, &f));
	po_list_free(&paths);
	after = dup(0);
	close(after);
	assert_int_equal(before, after);
}

static void folder_is_listed_in_byte_order(void **state)
{
	static const char *const names[] = {"b.conf", "a.conf",  "B.conf",      "10.conf", "9.conf",
	                                    "_.conf", ".x.conf", "a.conf.bak~", "a.CONF",  ".conf"};
	static const char *const expected[] = {"10.conf", "9.conf", "B.conf",
	                                       "_.conf",  "a.conf", "b.conf"};
	struct scratch *s = *state;
	struct po_list paths = {0};
	struct po_fault f = {0};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		scratch_text(s, names[i], "");
	assert_true(po_list_add(&paths, "before"));
	assert_true(po_safefile_list(s->dir, ".conf", &paths, &f));
	assert_int_equal(paths.count, 1 + sizeof(expected) / sizeof(expected[0]));
	assert_string_equal(paths.items[0], "before");
	for (size_t i = 1; i < paths.count; i++)
		assert_string_equal(paths.items[i], scratch_path(s, expected[i - 1]));
	po_list_free(&paths);
}

static void missing_folder_has_no_entries(void **state)
{
	struct po_list paths = {0};
	struct po_fault f = {0};

	assert_true(po_safefile_list(scratch_path(*state, "missing"), ".conf", &paths, &f));
	assert_int_equal(paths.count, 0);
}

static void folder_of_others_is_refused(void **state)
{
	struct scratch *s = *state;
	struct po_list paths = {0};
	struct po_fault f = {0};
	char link_path[PATH_MAX];

	assert_false(po_safefile_list(scratch_folder(s, "w", 0775), ".conf", &paths, &f));
	assert_int_equal(f.code, PO_E_CONFIG);
	assert_non_null(strstr(f.text, "mode 0775"));
	assert_int_equal(chmod(s->path, 0757), 0);
	assert_false(po_safefile_list(s->path, ".conf", &paths, &f));
	assert_int_equal(chmod(s->path, 0755), 0);
	assert_true(po_safefile_list(s->path, ".conf", &paths, &f));

	snprintf(link_path, sizeof(link_path), "%s/link", s->dir);
	assert_int_equal(symlink(s->path, link_path), 0);
	assert_false(po_safefile_list(link_path, ".conf", &paths, &f));
	assert_false(po_safefile_list(scratch_text(s, "file", ""), ".conf", &paths, &f));
	assert_non_null(strstr(f.text, "Not a directory"));
	assert_int_equal(symlink("/nonexistent", scratch_path(s, "dangling")), 0);
	assert_false(po_safefile_list(s->path, ".conf", &paths, &f));
	if (geteuid() == 0) {
		assert_int_equal(chown(scratch_folder(s, "theirs", 0755), 1, 1), 0);
		assert_false(po_safefile_list(s->path, ".conf", &paths, &f));
		assert_non_null(strstr(f.text, "must be owned by"));
	}
	assert_int_equal(paths.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(reads_whole_file),
	        TEST(empty_file_is_empty),
	        TEST(limit_is_exact),
	        TEST(limit_holds_without_a_size),
	        TEST(what_cannot_be_read_is_refused),
	        TEST(rights_of_others_decide),
	        TEST(foreign_owner_is_refused),
	        TEST(only_regular_files),
	        TEST(what_a_library_opens_is_a_file_with_something_in_it),
	        TEST(path_must_be_absolute_and_there),
	        TEST(no_descriptor_is_left_open),
	        TEST(folder_is_listed_in_byte_order),
	        TEST(missing_folder_has_no_entries),
	        TEST(folder_of_others_is_refused),
	};

	return cmocka_run_group_tests_name("safefile", tests, NULL, NULL);
}
