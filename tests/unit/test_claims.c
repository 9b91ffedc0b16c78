/* SPDX-License-Identifier: BSD-2-Clause */
/* Asking for claims and reading them back: IDN-12, IDN-13, LIM-20. */
#include "claims.h"

#include "table.h"

#include <stdio.h>

static void a_claim_is_asked_for_once_for_each_reading(void **state)
{
	struct po_request r = {.issuer = NULL};
	struct po_list some = {0};
	struct po_list more = {0};
	struct po_fault f;

	(void)state;
	assert_true(po_list_add_words(&some, "a b", 9) && po_list_add_words(&more, "b c", 9));
	assert_true(po_claims_want(&r, "sub", PO_READ_VALUE, NULL, &f));
	assert_int_equal(r.want_count, 0);
	assert_true(po_claims_want(&r, "groups", PO_READ_LIST, &some, &f));
	assert_true(po_claims_want(&r, "groups", PO_READ_LIST, &more, &f));
	assert_true(po_claims_want(&r, "groups", PO_READ_VALUE, NULL, &f));
	assert_true(po_claims_want(&r, "groups", PO_READ_VALUE, NULL, &f));
	assert_int_equal(r.want_count, 2);
	assert_int_equal(r.wants[0].values.count, 3);
	assert_string_equal(r.wants[0].values.items[2], "c");
	assert_int_equal(r.wants[1].read, PO_READ_VALUE);
	po_list_free(&some);
	po_list_free(&more);
	po_request_free(&r);
}

/* LIM-20: 32 claims, 256 values in all of them together */
static void limits_are_exact(void **state)
{
	struct po_request r = {.issuer = NULL};
	struct po_fault f = {0};
	char name[32];

	(void)state;
	for (unsigned i = 0; i < PO_LIMIT_CLAIMS; i++) {
		snprintf(name, sizeof(name), "c%u", i);
		assert_true(po_claims_want(&r, name, PO_READ_LIST, NULL, &f));
	}
	assert_false(po_claims_want(&r, "one more", PO_READ_LIST, NULL, &f));
	assert_int_equal(f.code, PO_E_CONFIG);
	assert_true(po_claims_want(&r, "c7", PO_READ_LIST, NULL, &f));
	for (unsigned i = 0; i <= PO_LIMIT_CLAIM_VALUES; i++) {
		struct po_list one = {0};

		snprintf(name, sizeof(name), "v%u", i);
		assert_true(po_list_add(&one, name));
		if (po_claims_want(&r, i % 2 ? "c1" : "c2", PO_READ_LIST, &one, &f) !=
		    (i < PO_LIMIT_CLAIM_VALUES))
			fail_msg("value %u", i);
		po_list_free(&one);
	}
	po_request_free(&r);
}

static void what_was_not_asked_for_is_not_there(void **state)
{
	struct po_request r = {.issuer = NULL};
	struct po_identity who = {.subject = strdup("s")};
	struct po_evidence e = {.request = &r, .who = &who};
	char decimal[PO_CLAIM_TEXT_SIZE];
	struct po_fault f;

	(void)state;
	assert_null(po_claims_get(&e, "id", PO_READ_VALUE));
	assert_true(po_claims_want(&r, "id", PO_READ_VALUE, NULL, &f));
	assert_null(po_claims_get(&e, "id", PO_READ_VALUE)); /* fewer claims than wants */
	assert_true(po_claims_want(&r, "second", PO_READ_VALUE, NULL, &f));
	assert_true(po_identity_set_claims(&who, 1));
	assert_null(po_claims_get(&e, "second", PO_READ_VALUE)); /* and fewer still */
	assert_non_null(po_claims_get(&e, "id", PO_READ_VALUE));
	assert_null(po_claims_get(&e, "id", PO_READ_LIST));
	assert_null(po_claims_text(&e, "id", decimal));
	who.claims[0].kind = PO_CLAIM_INTEGER;
	who.claims[0].integer = INT64_MIN;
	assert_string_equal(po_claims_text(&e, "id", decimal), "-9223372036854775808");
	who.claims[0].kind = PO_CLAIM_BOOLEAN;
	assert_null(po_claims_text(&e, "id", decimal));
	assert_string_equal(po_claims_text(&e, "sub", decimal), "s");
	e.who = NULL;
	assert_null(po_claims_get(&e, "id", PO_READ_VALUE));
	assert_null(po_claims_text(&e, "sub", decimal));
	po_identity_free(&who);
	po_request_free(&r);
}

static void a_claim_is_that_of_its_want(void **state)
{
	struct po_request r = {.issuer = NULL};
	struct po_identity who = {.subject = NULL};
	const struct po_evidence e = {.request = &r, .who = &who};
	struct po_fault f;

	(void)state;
	assert_true(po_claims_want(&r, "a", PO_READ_VALUE, NULL, &f));
	assert_true(po_claims_want(&r, "b", PO_READ_VALUE, NULL, &f));
	assert_true(po_claims_want(&r, "a", PO_READ_LIST, NULL, &f));
	assert_true(po_identity_set_claims(&who, 3));
	assert_ptr_equal(po_claims_get(&e, "a", PO_READ_VALUE), &who.claims[0]);
	assert_ptr_equal(po_claims_get(&e, "b", PO_READ_VALUE), &who.claims[1]);
	assert_ptr_equal(po_claims_get(&e, "a", PO_READ_LIST), &who.claims[2]);
	po_identity_free(&who);
	po_request_free(&r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_claim_is_asked_for_once_for_each_reading),
	        cmocka_unit_test(limits_are_exact),
	        cmocka_unit_test(what_was_not_asked_for_is_not_there),
	        cmocka_unit_test(a_claim_is_that_of_its_want),
	};

	return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
