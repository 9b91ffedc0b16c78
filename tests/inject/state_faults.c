/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each call that pins and grace make and that can fail does, at every place in turn, once alone and
 * once with all that follow. MAP-11: nobody is let in whom the file does not name afterwards, and
 * nobody besides him later; PAM-39: what cannot be read does not count; PAM-38: the old content or
 * the new one.
 */
#include "../unit/table.h"

#include <errno.h>
#include <stdio.h>

#include "../unit/scratch.h"
#include "grace.h"
#include "inject.h"
#include "pins.h"

#define ISSUER    "https://sso.example.org"
#define TURNS_MAX 400

static const struct {
	const char *call;
	int error;
} faults[] = {
        {INJECT_MEMORY, ENOMEM}, {"open", EMFILE},     {"openat", EMFILE}, {"openat", EACCES},
        {"fstat", EIO},          {"read", EIO},        {"write", ENOSPC},  {"mkdir", EROFS},
        {"unlinkat", EACCES},    {"renameat", ENOSPC}, {"flock", ENOLCK},  {"close", EIO},
};

static char issuer[] = ISSUER;
static char local[] = "alice";
static char subjects[][2] = {"A", "B"};
static const struct po_account account = {.local = local, .name = local, .uid = 1000};

static struct po_identity person(size_t i)
{
	return (struct po_identity){.issuer = issuer, .subject = subjects[i]};
}

/* Without faults: is this person, and only he, let in? */
static bool is_bound_to(size_t i)
{
	const struct po_identity he = person(i);
	const struct po_identity other = person(1 - i);
	struct po_fault f;

	return po_pin_holds(&account, &he, &f) && !po_pin_holds(&account, &other, &f);
}

static bool try_pin(struct table *t, const struct inject_plan *plan, bool bound_before)
{
	const struct po_identity first = person(0);
	struct po_fault f = {.code = PO_OK};
	bool bound = false;
	bool ok;

	unlink("pins/pin-1000");
	if (bound_before)
		ROW(t, po_pin_hold(&account, &first, &bound, &f) && bound);
	bound = false;
	inject_arm(plan);
	ok = po_pin_hold(&account, &first, &bound, &f);
	inject_disarm();
	ROW(t, ok || f.code == PO_E_PIN);
	ROW(t, !ok || is_bound_to(0));
	ROW(t, !bound_before || is_bound_to(0));
	ROW(t, access("pins/pin-1000", F_OK) != 0 || is_bound_to(0));
	return inject_happened();
}

static struct po_config config;

static struct po_evidence evidence(const struct po_identity *who)
{
	return (struct po_evidence){.request = &config.provider,
	                            .who = who,
	                            .service = "sudo",
	                            .address = "local",
	                            .caller = 1000};
}

static bool find(struct po_fault *f, struct po_identity *who)
{
	const struct po_evidence e = evidence(NULL);

	return po_grace_find(&config, &account, &e, who, f);
}

static bool keep(struct po_fault *f)
{
	const struct po_identity who = person(0);
	const struct po_evidence e = evidence(&who);

	return po_grace_keep(&config, &account, &e, f);
}

/* A login is remembered while something fails; what was there before is still there, or the new. */
static bool try_keep(struct table *t, const struct inject_plan *plan, bool there_before)
{
	struct po_identity who = {0};
	struct po_fault f = {.code = PO_OK};
	bool ok;

	unlink("run/grace-1000");
	ROW(t, !there_before || keep(&f));
	inject_arm(plan);
	ok = keep(&f);
	inject_disarm();
	ROW(t, ok || f.code != PO_OK);
	f.text[0] = '\0';
	ROW(t, find(&f, &who) || !(ok || there_before));
	ROW(t, who.issuer || !f.text[0]);
	po_identity_free(&who);
	return inject_happened();
}

/* What /proc does not say of an ancestor is "no", without a word. */
static bool concerns_proc(const struct inject_plan *plan)
{
	return strcmp(plan->call, "open") == 0 || strcmp(plan->call, "read") == 0;
}

/* A login is looked for while something fails: not found, or whole. */
static bool try_find(struct table *t, const struct inject_plan *plan, bool there)
{
	struct po_identity who = {0};
	struct po_fault f = {.code = PO_OK};
	bool found;

	unlink("run/grace-1000");
	ROW(t, !there || keep(&f));
	f = (struct po_fault){.code = PO_OK};
	inject_arm(plan);
	found = find(&f, &who);
	inject_disarm();
	ROW(t, there || !found);
	ROW(t, found || !who.issuer);
	ROW(t, !found || (strcmp(who.issuer, ISSUER) == 0 && strcmp(who.subject, "A") == 0));
	if (there && !found && !concerns_proc(plan))
		ROW(t, f.text[0]); /* why not is in the log */
	po_identity_free(&who);
	return inject_happened();
}

typedef bool try_it(struct table *t, const struct inject_plan *plan, bool before);

static void all_turns(struct table *t, try_it *try, size_t fault, bool before, bool onward)
{
	char row[96];
	long at = 1;

	for (bool more = true; more && at <= TURNS_MAX; at++) {
		const struct inject_plan plan = {faults[fault].call, faults[fault].error, at,
		                                 onward};

		snprintf(row, sizeof(row), "%s, %s, call %ld%s, %s", faults[fault].call,
		         strerror(faults[fault].error), at, onward ? " and all behind" : "",
		         before ? "again" : "first");
		t->row = row;
		more = try(t, &plan, before);
	}
	ROW(t, at <= TURNS_MAX);
	t->row = ""; /* the text above ends here */
}

static void every_fault(try_it *try)
{
	struct table t = {.row = ""};

	for (size_t i = 0; i < COUNT(faults); i++)
		for (int k = 0; k < 4; k++)
			all_turns(&t, try, i, k & 1, k & 2);
	table_end(&t);
}

static void pins(void **state)
{
	(void)state;
	every_fault(try_pin);
}

static void grace_that_is_kept(void **state)
{
	(void)state;
	every_fault(try_keep);
}

static void grace_that_is_found(void **state)
{
	(void)state;
	every_fault(try_find);
}

static struct scratch files;

static int begin(void **state)
{
	(void)state;
	scratch_make(&files);
	config.grace_minutes = 10;
	config.provider.issuer = issuer;
	assert_true(po_list_add(&config.grace_services, "sudo"));
	return chdir(files.dir);
}

static int end(void **state)
{
	(void)state;
	po_list_free(&config.grace_services);
	if (chdir("/") != 0)
		return -1;
	scratch_remove(&files);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(pins),
	        cmocka_unit_test(grace_that_is_kept),
	        cmocka_unit_test(grace_that_is_found),
	};

	return cmocka_run_group_tests_name("state_faults", tests, begin, end);
}
