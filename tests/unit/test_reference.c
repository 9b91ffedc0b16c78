/* SPDX-License-Identifier: BSD-2-Clause */
/* References tell attempts apart, and can be read aloud. */
#include "table.h"

#include "reference.h"

static void references_differ_and_can_be_read_aloud(void **state)
{
	char seen[200][PO_REFERENCE_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(seen); i++) {
		memset(seen[i], 'x', sizeof(seen[i]));
		po_reference_make(seen[i]);
		assert_int_equal(strlen(seen[i]), PO_REFERENCE_SIZE - 1);
		assert_null(strpbrk(seen[i], "01IO"));
		assert_int_equal(strspn(seen[i], "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"),
		                 PO_REFERENCE_SIZE - 1);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(seen[k], seen[i]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(references_differ_and_can_be_read_aloud),
	};

	return cmocka_run_group_tests_name("reference", tests, NULL, NULL);
}
