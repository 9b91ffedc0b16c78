/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a PAM handle remembers (PAM-3, PAM-30, SUD-4). libpam lets only a module it has called use
 * pam_set_data, so the test brings a pam_set_data and a pam_get_data of its own.
 */
#include "table.h"

#include <security/pam_modules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decision.h"

struct item {
	char name[40];
	void *data;
	void (*cleanup)(pam_handle_t *pamh, void *data, int status);
};

/* The data of one handle; the code under test never looks into a handle. */
struct pam_handle {
	struct item items[8];
	size_t count;
	bool refuse; /* no memory for another item */
};

static struct item *find(struct pam_handle *h, const char *name)
{
	for (size_t i = 0; i < h->count; i++)
		if (strcmp(h->items[i].name, name) == 0)
			return &h->items[i];
	return NULL;
}

int pam_set_data(pam_handle_t *h, const char *name, void *data,
                 void (*cleanup)(pam_handle_t *pamh, void *data, int status))
{
	struct item *item = find(h, name);

	if (h->refuse)
		return PAM_BUF_ERR;
	if (!item)
		item = &h->items[h->count++];
	else if (item->cleanup)
		item->cleanup(h, item->data, PAM_DATA_REPLACE | PAM_SUCCESS);
	snprintf(item->name, sizeof(item->name), "%s", name);
	item->data = data;
	item->cleanup = cleanup;
	return PAM_SUCCESS;
}

int pam_get_data(const pam_handle_t *h, const char *name, const void **data)
{
	for (size_t i = 0; i < h->count; i++)
		if (strcmp(h->items[i].name, name) == 0) {
			*data = h->items[i].data;
			return PAM_SUCCESS;
		}
	return PAM_NO_MODULE_DATA;
}

static void handle_end(struct pam_handle *h)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->items[i].cleanup)
			h->items[i].cleanup(h, h->items[i].data, PAM_SUCCESS);
	h->count = 0;
}

static char issuer[] = "https://h";
static char subject[] = "f1c8";
static const struct po_identity who = {.issuer = issuer, .subject = subject};

static void only_the_same_account_is_the_same(void **state)
{
	static const struct {
		const char *user;
		enum po_decision decision;
	} rows[] = {
	        {"alice", PO_DECISION_SAME},  {"bob", PO_DECISION_OTHER},
	        {"Alice", PO_DECISION_OTHER}, {"alice ", PO_DECISION_OTHER},
	        {"alic", PO_DECISION_OTHER},  {"", PO_DECISION_OTHER},
	        {"root", PO_DECISION_OTHER},
	};
	struct pam_handle h = {0};
	struct po_fault f = {.code = PO_OK};
	struct table t = {0};
	char user[] = "alice";

	(void)state;
	assert_int_equal(po_decision_for(&h, user), PO_DECISION_NONE);
	assert_true(po_decision_keep(&h, user, 1000, &who, &f));
	memset(user, 'x', 5); /* a copy was kept */
	for (size_t i = 0; i < COUNT(rows); i++) {
		t.row = rows[i].user;
		ROW_NUMBER(&t, po_decision_for(&h, rows[i].user), rows[i].decision);
	}
	handle_end(&h);
	table_end(&t);
}

static void a_later_login_replaces_an_earlier_one(void **state)
{
	struct pam_handle h = {0};
	struct po_fault f = {.code = PO_OK};

	(void)state;
	assert_true(po_decision_keep(&h, "alice", 1000, &who, &f));
	assert_true(po_decision_keep(&h, "bob", 1001, &who, &f));
	assert_int_equal(po_decision_for(&h, "alice"), PO_DECISION_OTHER);
	assert_int_equal(po_decision_for(&h, "bob"), PO_DECISION_SAME);
	handle_end(&h);
}

/* GEN-1: a second attempt that fails must not live on the first one's success. */
static void a_new_attempt_forgets_the_old_one(void **state)
{
	struct pam_handle h = {0};
	struct po_fault f = {.code = PO_OK};

	(void)state;
	po_decision_forget(&h); /* nothing there yet */
	assert_int_equal(po_decision_for(&h, "alice"), PO_DECISION_NONE);
	assert_true(po_decision_keep(&h, "alice", 1000, &who, &f));
	po_decision_forget(&h);
	assert_int_equal(po_decision_for(&h, "alice"), PO_DECISION_NONE);
	handle_end(&h);
}

static void what_cannot_be_kept_is_a_failure(void **state)
{
	struct pam_handle h = {.refuse = true};
	struct po_fault f = {.code = PO_OK};
	bool again;

	(void)state;
	assert_false(po_decision_keep(&h, "alice", 1000, &who, &f));
	assert_int_equal(f.code, PO_E_MEMORY);
	assert_int_equal(po_decision_for(&h, "alice"), PO_DECISION_NONE);
	assert_false(po_decision_round(&h, &again, &f));
	assert_int_equal(f.code, PO_E_MEMORY);
	handle_end(&h);
}

/* SUD-4: the rounds of one handle are counted, of another they are not. */
static void the_second_round_of_a_handle_is_known(void **state)
{
	struct pam_handle one = {0};
	struct pam_handle two = {0};
	struct po_fault f = {.code = PO_OK};
	bool again = true;

	(void)state;
	assert_true(po_decision_round(&one, &again, &f));
	assert_false(again);
	assert_true(po_decision_round(&one, &again, &f));
	assert_true(again);
	assert_true(po_decision_round(&one, &again, &f));
	assert_true(again);
	assert_true(po_decision_round(&two, &again, &f));
	assert_false(again);
	assert_int_equal(po_decision_for(&one, "alice"),
	                 PO_DECISION_NONE); /* a round is no login */
	handle_end(&one);
	handle_end(&two);
}

/* PAM-11: told once, the last one only, and in a copy. */
static void what_is_owed_is_told_once(void **state)
{
	struct pam_handle h = {0};
	char text[] = "denied";

	(void)state;
	assert_string_equal(po_decision_owed(&h), "");
	po_decision_owe(&h, "too late");
	po_decision_owe(&h, text);
	memset(text, 'x', 3);
	assert_string_equal(po_decision_owed(&h), "denied");
	po_decision_owe(&h, NULL);
	assert_string_equal(po_decision_owed(&h), "");
	h.refuse = true;
	po_decision_owe(&h, text); /* no memory: nothing is told, nothing leaks */
	assert_string_equal(po_decision_owed(&h), "");
	handle_end(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(only_the_same_account_is_the_same),
	        cmocka_unit_test(a_later_login_replaces_an_earlier_one),
	        cmocka_unit_test(a_new_attempt_forgets_the_old_one),
	        cmocka_unit_test(what_cannot_be_kept_is_a_failure),
	        cmocka_unit_test(the_second_round_of_a_handle_is_known),
	        cmocka_unit_test(what_is_owed_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
