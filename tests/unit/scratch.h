/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder for the files of one test, gone afterwards. */
#ifndef PO_TEST_SCRATCH_H
#define PO_TEST_SCRATCH_H

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
	char dir[64];
	char path[PATH_MAX]; /* of scratch_path */
};

static inline void scratch_make(struct scratch *s)
{
	snprintf(s->dir, sizeof(s->dir), "/tmp/po_test.XXXXXX");
	assert_non_null(mkdtemp(s->dir));
}

/* The path of a name in the folder; valid until the next call. */
static inline const char *scratch_path(struct scratch *s, const char *name)
{
	snprintf(s->path, sizeof(s->path), "%s/%s", s->dir, name);
	return s->path;
}

/* Writes a file, whatever was there; returns its path like scratch_path. */
static inline const char *scratch_write(struct scratch *s, const char *name, const void *data,
                                        size_t len, mode_t mode)
{
	const char *path = scratch_path(s, name);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static inline const char *scratch_text(struct scratch *s, const char *name, const char *text)
{
	return scratch_write(s, name, text, strlen(text), 0644);
}

static inline const char *scratch_folder(struct scratch *s, const char *name, mode_t mode)
{
	const char *path = scratch_path(s, name);

	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static inline int scratch_drop(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void scratch_remove(struct scratch *s)
{
	assert_int_equal(nftw(s->dir, scratch_drop, 8, FTW_DEPTH | FTW_PHYS), 0);
}

#endif
