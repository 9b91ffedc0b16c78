/* SPDX-License-Identifier: BSD-2-Clause */
/* Walking a folder of test data: every file of it is a row. */
#ifndef PO_TEST_DATA_H
#define PO_TEST_DATA_H

#include "table.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "po_buf.h"

#ifndef PO_TEST_DATA
#	define PO_TEST_DATA "tests/unit/data"
#endif

#define DATA_FILE_MAX (1 << 20)

static inline void data_path(char *dst, size_t size, const char *folder, const char *name)
{
	const char *dir = getenv("PO_TEST_DATA");

	assert_in_range(snprintf(dst, size, "%s/%s/%s", dir ? dir : PO_TEST_DATA, folder, name), 1,
	                size - 1);
}

static inline void data_load(const char *folder, const char *name, struct po_buf *out)
{
	char path[1024];
	char chunk[4096];
	size_t n;
	FILE *file;

	data_path(path, sizeof(path), folder, name);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("cannot open %s", path);
	po_buf_init(out, DATA_FILE_MAX);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		assert_true(po_buf_add(out, chunk, n));
	fclose(file);
}

/* Calls judge for every file of the folder, the row's name being the file's; returns how many. */
static inline size_t data_walk(const char *folder, struct table *t,
                               void (*judge)(struct table *t, const struct po_buf *content))
{
	char path[1024];
	const struct dirent *entry;
	size_t count = 0;
	DIR *dir;

	data_path(path, sizeof(path), folder, "");
	dir = opendir(path);
	if (!dir)
		fail_msg("cannot open %s", path);
	while ((entry = readdir(dir))) {
		struct po_buf content;

		if (entry->d_name[0] == '.')
			continue;
		t->row = entry->d_name;
		data_load(folder, entry->d_name, &content);
		judge(t, &content);
		po_buf_free(&content);
		count++;
	}
	closedir(dir);
	return count;
}

#endif
