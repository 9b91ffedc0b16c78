/* SPDX-License-Identifier: BSD-2-Clause */
/* For fuzz_config.c: files in memory, and a second, simple-minded reader of their lines. */
#ifndef PO_FUZZ_FILES_H
#define PO_FUZZ_FILES_H

#include "fuzz.h"

#define FUZZ_CONF "/etc/pam_oauth/pam_oauth.conf"

enum { FUZZ_MAIN, FUZZ_DROP_IN, FUZZ_MAP, FUZZ_SECRET, FUZZ_LOGIN_DEFS, FUZZ_FILES };

struct fuzz_file {
	char *text; /* NULL = there is no such file */
	size_t len;
};

struct fuzz_files {
	struct fuzz_file all[FUZZ_FILES];
};

static inline void fuzz_files_take(struct fuzz_files *f, const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};

	*f = (struct fuzz_files){0};
	for (size_t i = 0; i < FUZZ_FILES; i++)
		f->all[i].text = fuzz_record(&in, &f->all[i].len);
	if (!f->all[FUZZ_LOGIN_DEFS].text)
		f->all[FUZZ_LOGIN_DEFS].text = calloc(1, 1);
}

static inline void fuzz_files_free(struct fuzz_files *f)
{
	for (size_t i = 0; i < FUZZ_FILES; i++)
		free(f->all[i].text);
}

/* The login.defs of this build is /dev/null: a path that is always there. */
static inline const struct fuzz_file *fuzz_file_find(const struct fuzz_files *f, const char *path)
{
	static const char *const paths[FUZZ_FILES] = {FUZZ_CONF, FUZZ_CONF ".d/10.conf",
	                                              "/etc/pam_oauth/map", "/etc/pam_oauth/secret",
	                                              "/dev/null"};

	for (size_t i = 0; i < FUZZ_FILES; i++)
		if (f->all[i].text && strcmp(paths[i], path) == 0)
			return &f->all[i];
	return NULL;
}

/* Where a line begins, counted from 1; NULL if there are fewer. */
static inline const char *fuzz_line(const struct fuzz_file *f, unsigned line)
{
	const char *p = f->text;

	for (; p && line > 1; line--) {
		p = memchr(p, '\n', f->len - (size_t)(p - f->text));
		p += p != NULL;
	}
	return p;
}

/* Is the last header above this line the one of [section], with nothing behind it? */
static inline bool fuzz_section_is(const struct fuzz_file *f, unsigned line, const char *section)
{
	const char *p = "";
	size_t len = strlen(section);

	for (; line > 0 && *p != '['; line--)
		p = fuzz_line(f, line);
	if (*p != '[' || strncmp(p + 1, section, len) != 0 || p[1 + len] != ']')
		return false;
	p += len + 2;
	return strchr("\n", p[strspn(p, " \t")]);
}

/* What stands behind NAME = in a line, blanks at both ends cut; NULL if NAME does not. Free it. */
static inline char *fuzz_value_in(const struct fuzz_file *f, unsigned line, const char *name)
{
	const char *p = fuzz_line(f, line);
	size_t len = strlen(name);

	if (!p || strncmp(p, name, len) != 0)
		return NULL;
	p += len + strspn(p + len, " \t");
	if (*p++ != '=')
		return NULL;
	p += strspn(p, " \t");
	len = strcspn(p, "\n");
	while (len > 0 && strchr(" \t", p[len - 1]))
		len--;
	return strndup(p, len);
}

/* Does a line above, below the same header, give this key? Twice in one file is a fault. */
static inline bool fuzz_given_before(const struct fuzz_file *f, unsigned line, const char *name)
{
	bool found = false;

	while (--line > 0 && !found && *fuzz_line(f, line) != '[') {
		char *value = fuzz_value_in(f, line, name);

		found = value != NULL;
		free(value);
	}
	return found;
}

#endif
