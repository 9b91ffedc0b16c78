/* SPDX-License-Identifier: BSD-2-Clause */
/* SipHash-2-4: the values of the paper's reference vectors (appendix A and its length 0 to 16). */
#include "siphash.h"

#include "table.h"

static const struct {
	const char *name;
	size_t len;
	uint64_t hash;
} vectors[] = {
        {"nothing", 0, 0x726fdb47dd0e0e31ULL},    {"one byte", 1, 0x74f839c593dc67fdULL},
        {"one word", 8, 0x93f5f5799a932462ULL},   {"appendix A", 15, 0xa129ca6149be45e5ULL},
        {"two words", 16, 0x3f2acc7f57c29bdbULL},
};

static void count_up(unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)i;
}

static void hashes_are_those_of_the_paper(void **state)
{
	unsigned char key[PO_SIPHASH_KEY];
	unsigned char message[16];
	struct table t = {0};

	(void)state;
	count_up(key, sizeof(key));
	count_up(message, sizeof(message));
	for (size_t i = 0; i < COUNT(vectors); i++) {
		t.row = vectors[i].name;
		ROW(&t, po_siphash(key, message, vectors[i].len) == vectors[i].hash);
	}
	table_end(&t);
}

/* Each bit of the key decides, and bytes above 0x7F are not taken for negative numbers. */
static void key_and_text_decide(void **state)
{
	unsigned char key[PO_SIPHASH_KEY] = {0};
	uint64_t plain = po_siphash(key, "alice", 5);

	(void)state;
	for (size_t i = 0; i < sizeof(key); i++) {
		key[i] = 0x80;
		assert_true(po_siphash(key, "alice", 5) != plain);
		key[i] = 0;
	}
	assert_true(po_siphash(key, "\xff", 1) != po_siphash(key, "\xff\xff", 2));
	assert_true(po_siphash(key, "a\0", 2) != po_siphash(key, "a", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(hashes_are_those_of_the_paper),
	        cmocka_unit_test(key_and_text_decide),
	};

	return cmocka_run_group_tests_name("siphash", tests, NULL, NULL);
}
