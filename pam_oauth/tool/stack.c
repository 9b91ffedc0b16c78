/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by check_stacks.c. */
#include "stack.h"

#include <stdio.h>
#include <string.h>

#include "po_text.h"

#define LINE  8192
#define DEPTH 4 /* su-l includes su, which includes a common one */
#define BLANK " \t\n"

struct walk {
	const char *folder;
	const char *service;
	po_stack_take *take;
	void *ctx;
};

/* A line with what continues it; false at the end of the file. */
static bool read_logical(FILE *file, char *text, size_t size, unsigned *number, unsigned *first)
{
	size_t used = 0;

	*first = *number + 1;
	while (size - used > 1 && fgets(text + used, (int)(size - used), file)) {
		size_t start = used;

		++*number;
		text[start + strcspn(text + start, "#\n")] = '\0';
		used = start + strlen(text + start);
		while (used > start && strchr(BLANK, text[used - 1]))
			used--;
		text[used] = '\0';
		if (used == start || text[used - 1] != '\\')
			return true;
		text[used - 1] = ' ';
	}
	return used > 0;
}

static void lower(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s += 'a' - 'A';
}

static const char *word(const char *p, char *out, size_t size, bool brackets)
{
	size_t len;

	p += strspn(p, BLANK);
	len = brackets && *p == '[' ? strcspn(p, "]") + 1 : strcspn(p, BLANK);
	if (len >= size || len > strlen(p))
		return NULL;
	memcpy(out, p, len);
	out[len] = '\0';
	return p + len;
}

static bool is_include(const struct po_stack_line *l)
{
	return strcmp(l->type, "@include") == 0 || strcmp(l->control, "include") == 0 ||
	       strcmp(l->control, "substack") == 0;
}

static bool read_line(const char *text, struct po_stack_line *l)
{
	const char *p = text + strspn(text, BLANK);

	l->may_be_missing = *p == '-';
	p += strspn(p, "-");
	if (!*p)
		return false;
	p = word(p, l->type, sizeof(l->type), false);
	if (!p)
		return false;
	lower(l->type);
	l->control[0] = '\0';
	if (strcmp(l->type, "@include") != 0) /* Debian's: a file, and nothing more */
		p = word(p, l->control, sizeof(l->control), true);
	if (l->control[0] != '[')
		lower(l->control);
	p = p ? word(p, l->module, sizeof(l->module), false) : NULL;
	if (p)
		snprintf(l->arguments, sizeof(l->arguments), "%s", p + strspn(p, BLANK));
	return p != NULL;
}

static bool is_named(const char *list, const char *service)
{
	size_t len = strlen(service);

	for (; *list; list += strcspn(list, ":"), list += *list == ':')
		if (strcspn(list, ":") == len && strncmp(list, service, len) == 0)
			return true;
	return false;
}

/* The list behind "service notin", if nothing else is asked there; NULL. */
static const char *list_of(const char *arguments)
{
	static const char notin[] = "service notin ";
	const char *list;

	while (strncmp(arguments, "quiet", 5) == 0) {
		arguments += strcspn(arguments, BLANK);
		arguments += strspn(arguments, BLANK);
	}
	list = arguments + sizeof(notin) - 1;
	return strncmp(arguments, notin, sizeof(notin) - 1) == 0 && !strpbrk(list, BLANK) ? list
	                                                                                  : NULL;
}

/* "[success=1 default=ignore] pam_succeed_if.so quiet service notin sshd:su": skips one line. */
static bool skips_next(const struct walk *w, const struct po_stack_line *l)
{
	const char *slash = strrchr(l->module, '/');
	const char *at = l->control;
	const char *list = list_of(l->arguments);
	struct po_stack_entry e;
	bool one = false;

	if (strcmp(slash ? slash + 1 : l->module, "pam_succeed_if.so") != 0 || *at != '[' || !list)
		return false;
	while (po_stack_entry_next(&at, &e))
		one |= strcmp(e.code, "success") == 0 && strcmp(e.action, "1") == 0;
	return one && at && !is_named(list, w->service);
}

/* A file that is being read, and where it goes on when what it includes is at its end. */
struct frame {
	FILE *file;
	char path[768];
	char only[16]; /* lines of this type; empty = all */
	unsigned number;
	bool skip; /* the next line */
};

static bool open_frame(const struct walk *w, const char *name, const char *only, struct frame *fr)
{
	*fr = (struct frame){.number = 0};
	snprintf(fr->path, sizeof(fr->path), "%s%s%s", *name == '/' ? "" : w->folder,
	         *name == '/' ? "" : "/", name);
	snprintf(fr->only, sizeof(fr->only), "%s", only);
	fr->file = fopen(fr->path, "re");
	return fr->file != NULL;
}

/* One line; true: *inner is what it includes. */
static bool take_line(const struct walk *w, struct frame *fr, const char *text, unsigned first,
                      struct frame *inner)
{
	struct po_stack_line l;
	const char *type;
	bool skipped = fr->skip;
	char where[800];

	if (!read_line(text, &l))
		return false;
	type = strcmp(l.type, "@include") == 0 ? fr->only : l.type;
	if (*fr->only && strcmp(type, fr->only) != 0)
		return false;
	fr->skip = skips_next(w, &l);
	if (skipped)
		return false;
	if (inner && is_include(&l) && open_frame(w, l.module, type, inner))
		return true;
	snprintf(where, sizeof(where), "%s:%u", fr->path, first);
	w->take(w->ctx, where, &l);
	return false;
}

bool po_stack_walk(const char *folder, const char *service, po_stack_take *take, void *ctx)
{
	const struct walk w = {folder, service, take, ctx};
	struct frame frames[DEPTH];
	char text[LINE];
	size_t open = 1;
	unsigned first;

	if (!open_frame(&w, service, "", &frames[0]))
		return false;
	while (open > 0) {
		struct frame *fr = &frames[open - 1];

		if (!read_logical(fr->file, text, sizeof(text), &fr->number, &first)) {
			fclose(fr->file);
			open--;
		} else if (take_line(&w, fr, text, first, open < DEPTH ? fr + 1 : NULL)) {
			open++;
		}
	}
	return true;
}

static const char *token(const char *p, char *out, size_t size, const char *end)
{
	size_t len;

	p += strspn(p, BLANK);
	len = strcspn(p, end);
	if (len == 0 || len >= size)
		return NULL;
	memcpy(out, p, len);
	out[len] = '\0';
	return p + len + strspn(p + len, BLANK);
}

bool po_stack_entry_next(const char **at, struct po_stack_entry *e)
{
	const char *p = *at + (**at == '[');

	p += strspn(p, BLANK);
	*at = p;
	if (*p == ']')
		return false;
	p = token(p, e->code, sizeof(e->code), BLANK "=]");
	if (p && *p != '=')
		p = NULL;
	p = p ? token(p + 1, e->action, sizeof(e->action), BLANK "=]") : NULL;
	*at = p;
	return p != NULL;
}
