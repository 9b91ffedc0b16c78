/* SPDX-License-Identifier: BSD-2-Clause */
/* pam-oauth sessions, revoke: what is remembered between logins, listed and removed (PAM-38). */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "grace_record.h"
#include "po_clock.h"
#include "po_text.h"
#include "starts.h"
#include "state.h"
#include "tool.h"

#define UID_LARGEST 4294967293UL

static void list_grace(const struct po_tool *t, const char *folder, const char *name)
{
	const struct po_state_file file = {.name = name, .limit = po_grace_limit()};
	struct po_grace_list list = {.count = 0};
	struct po_fault f = {.code = PO_OK};
	struct po_state_old old;
	struct po_buf text;

	if (po_state_read(&file, &text, &old, &f) && old.exists &&
	    po_grace_read(&list, old.data, old.len))
		for (size_t i = 0; i < list.count; i++) {
			const struct po_grace_record *r = &list.items[i];
			char line[1024];
			char plain[sizeof(line)];
			const struct po_field fields[] = {
			        {"kind", "grace"},       {"file", name},
			        {"account", r->account}, {"service", r->service},
			        {"address", r->address}, {"sub", r->who.subject}};

			snprintf(line, sizeof(line), "grace   %s by %s from %s, sub %s (%s)",
			         r->account, r->service, r->address, r->who.subject, name);
			po_output_item(t->out, fields, 6,
			               po_text_escape(plain, sizeof(plain), line));
		}
	else
		po_output_line(t->out, "damaged", "grace   %s: damaged or empty", name);
	(void)folder;
	po_grace_list_free(&list);
	po_buf_free(&text);
}

static void list_pin(const struct po_tool *t, const char *folder, const char *name)
{
	char line[512];
	const struct po_field fields[] = {{"kind", "pin"}, {"folder", folder}, {"file", name}};

	snprintf(line, sizeof(line), "pin     %s/%s", folder, name);
	po_output_item(t->out, fields, 3, line);
}

/* How many starts count against the limits now (PAM-41). */
static void list_starts(const struct po_tool *t, const char *folder, const char *name)
{
	static const unsigned char no_key[PO_SIPHASH_KEY];
	const struct po_state_file file = {.name = name, .limit = po_starts_limit()};
	struct po_starts starts = {.rows = NULL};
	struct po_fault f = {.code = PO_OK};
	struct po_state_old old;
	struct po_buf text;
	char count[24];
	char line[512];
	const struct po_field fields[] = {
	        {"kind", "limits"}, {"folder", folder}, {"file", name}, {"starts", count}};

	if (po_state_read(&file, &text, &old, &f) && old.exists &&
	    po_starts_init(&starts, no_key) &&
	    po_starts_read(&starts, old.data, old.len, po_clock_now()))
		po_starts_expire(&starts, po_clock_now());
	snprintf(count, sizeof(count), "%zu", starts.count);
	snprintf(line, sizeof(line), "limits  %s/%s: %s starts remembered", folder, name, count);
	po_output_item(t->out, fields, 4, line);
	po_starts_free(&starts);
	po_buf_free(&text);
}

/* What kinds of records there are: how their files begin. */
struct kind {
	const char *prefix;
	void (*list)(const struct po_tool *t, const char *folder, const char *name);
};

static const struct kind kinds[] = {
        {"grace-", list_grace},
        {"pin-", list_pin},
        {"starts", list_starts},
};

static const struct kind *kind_of(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(name, kinds[i].prefix, strlen(kinds[i].prefix)) == 0 &&
		    !strchr(name, '.'))
			return &kinds[i];
	return NULL;
}

/* What is counted on the way through the folders. */
struct tally {
	unsigned found, faults;
};

static void fail(const struct po_tool *t, struct tally *n, const char *why)
{
	po_output_foreign(t->out, "fault", "%s", why);
	n->faults++;
}

/* By the number: "01000" is written otherwise, and is uid 1000 all the same. */
static bool is_of(const char *name, const char *uid)
{
	const char *dash = strrchr(name, '-');
	unsigned long theirs;
	unsigned long wanted;

	return dash && po_text_uint(uid, 0, UID_LARGEST, &wanted) &&
	       po_text_uint(dash + 1, 0, UID_LARGEST, &theirs) && wanted == theirs;
}

/* What revoke was asked to remove: all starts, or what is of one uid. */
static bool is_unwanted(const struct po_tool *t, const struct kind *kind, const char *name)
{
	return (t->limits && kind->list == list_starts) || (t->uid && is_of(name, t->uid));
}

/* Under the lock of the file: a login that has read it would write it back. */
static void forget(const struct po_tool *t, const char *folder, const char *name, struct tally *n)
{
	const struct po_state_file file = {.folder = folder, .name = name, .durable = true};
	struct po_fault f = {.code = PO_OK};
	bool removed = false;

	if (!po_state_remove(&file, &removed, &f)) {
		fail(t, n, f.text);
		return;
	}
	if (removed)
		po_output_line(t->out, "removed", "%s/%s: removed", folder, name);
	n->found += removed;
}

static void look_at(const struct po_tool *t, const char *folder, const char *name, struct tally *n)
{
	const struct kind *kind = kind_of(name);

	if (!kind)
		return;
	if (t->uid || t->limits) {
		if (is_unwanted(t, kind, name))
			forget(t, folder, name, n);
		return;
	}
	n->found++;
	kind->list(t, folder, name);
}

static void walk(const struct po_tool *t, const char *folder, struct tally *n)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char why[512];

	if (!dir && errno == ENOENT)
		return; /* nothing was ever remembered there */
	errno = dir ? 0 : errno;
	while (dir && (entry = readdir(dir))) {
		look_at(t, folder, entry->d_name, n);
		errno = 0; /* readdir tells its end from a fault by it alone */
	}
	if (errno != 0) {
		snprintf(why, sizeof(why), "%s: %s", folder, strerror(errno));
		fail(t, n, why);
	}
	if (dir)
		closedir(dir);
}

static struct tally walk_all(const struct po_tool *t)
{
	struct tally n = {0, 0};

	walk(t, po_build_state_dir(), &n);
	walk(t, po_build_pin_dir(), &n);
	return n;
}

int po_verb_sessions(const struct po_tool *t)
{
	struct tally n = walk_all(t);

	if (n.faults > 0)
		return PO_EXIT_TROUBLE;
	if (n.found == 0)
		po_output_line(t->out, "nothing", "nothing is remembered");
	return PO_EXIT_GOOD;
}

int po_verb_revoke(const struct po_tool *t)
{
	unsigned long uid;
	struct tally n;

	if (t->uid ? !po_text_uint(t->uid, 0, UID_LARGEST, &uid) : !t->limits) {
		po_output_line(t->out, "fault", "revoke needs --uid NUMBER or --limits");
		return PO_EXIT_USAGE;
	}
	n = walk_all(t);
	if (n.faults > 0)
		return PO_EXIT_TROUBLE;
	if (n.found > 0)
		return PO_EXIT_GOOD;
	po_output_line(t->out, "nothing", "nothing of that is remembered");
	return PO_EXIT_NO;
}
