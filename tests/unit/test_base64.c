/* SPDX-License-Identifier: BSD-2-Clause */
/* base64url has one spelling for any bytes and no other is read; base64 is written with padding. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base64.h"

struct pair {
	const char *bytes;
	const char *url;    /* base64url without padding */
	const char *padded; /* base64 */
};

/* RFC 4648 section 10, and the two characters in which the alphabets differ */
static const struct pair pairs[] = {
        {"", "", ""},
        {"f", "Zg", "Zg=="},
        {"fo", "Zm8", "Zm8="},
        {"foo", "Zm9v", "Zm9v"},
        {"foob", "Zm9vYg", "Zm9vYg=="},
        {"fooba", "Zm9vYmE", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
        {"\xfb\xff\xbf", "-_-_", "+/+/"},
        {"\xff", "_w", "/w=="},
        {"\xfb\xef\xbe", "----", "++++"},
};

static void known_pairs_are_decoded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct po_buf b;

		po_buf_init(&b, 100);
		if (!po_base64url_decode(&b, pairs[i].url, strlen(pairs[i].url)))
			fail_msg("%s is refused", pairs[i].url);
		assert_int_equal(b.len, strlen(pairs[i].bytes));
		assert_string_equal(po_buf_str(&b), pairs[i].bytes);
		po_buf_free(&b);
	}
}

static void known_pairs_are_encoded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct po_buf b;

		po_buf_init(&b, 100);
		assert_true(po_base64_encode(&b, pairs[i].bytes, strlen(pairs[i].bytes)));
		assert_string_equal(po_buf_str(&b), pairs[i].padded);
		po_buf_free(&b);
	}
}

/* IDT-2, SRV-133, SRV-134 */
static const struct {
	const char *name;
	const char *text;
	size_t len; /* 0 = strlen */
} refused[] = {
        {"one character", "Z", 0},
        {"five characters", "Zm9vY", 0},
        {"padding", "Zg==", 0},
        {"padding of three", "Zm8=", 0},
        {"padding alone", "====", 0},
        {"padding inside", "Zg=Z", 0},
        {"blank before", " Zm9v", 0},
        {"blank after", "Zm9v ", 0},
        {"blank inside", "Zm 9v", 0},
        {"newline after", "Zm9v\n", 0},
        {"newline inside, length 4n", "Zm\n9", 0},
        {"CR LF after", "Zm9vYmE\r\n", 0},
        {"tab", "Zm\t9", 0},
        {"plus", "+m9v", 0},
        {"slash", "Zm9/", 0},
        {"dot", "Zm9.", 0},
        {"percent", "Zg%3", 0},
        {"NUL inside", "Zm\0v", 4},
        {"NUL at the end", "Zm9\0", 4},
        {"above ASCII", "Zm9\xff", 0},
        {"UTF-8", "Zm\xc3\xa9", 0},
        {"before A", "Zm9@", 0},
        {"after Z", "Zm9[", 0},
        {"before a", "Zm9`", 0},
        {"after z", "Zm9{", 0},
        {"after 9", "Zm9:", 0},
        {"comma, beside minus", "Zm9,", 0},
        {"caret, beside underscore", "Zm9^", 0},
};

static void other_spellings_are_refused_and_leave_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		size_t len = refused[i].len ? refused[i].len : strlen(refused[i].text);
		struct po_buf b;

		po_buf_init(&b, 100);
		if (po_base64url_decode(&b, refused[i].text, len))
			fail_msg("accepted: %s", refused[i].name);
		assert_int_equal(b.len, 0);
		assert_false(b.failed);
		po_buf_free(&b);
	}
}

/* IDT-2: of all last characters exactly those are read whose unused bits are zero. */
static void unused_bits_must_be_zero(void **state)
{
	static const char alphabet[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	(void)state;
	for (size_t i = 0; i < 64; i++) {
		char two[] = {'Z', alphabet[i], '\0'};
		char three[] = {'Z', 'm', alphabet[i], '\0'};
		struct po_buf b;

		po_buf_init(&b, 100);
		assert_int_equal(po_base64url_decode(&b, two, 2), i % 16 == 0);
		assert_int_equal(po_base64url_decode(&b, three, 3), i % 4 == 0);
		po_buf_free(&b);
	}
}

/* Every byte value, at every position of a group, there and back through the other alphabet. */
static void all_bytes_and_lengths_survive(void **state)
{
	unsigned char bytes[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7 + i / 256);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		struct po_buf text;
		struct po_buf back;
		size_t n;

		po_buf_init(&text, 400);
		po_buf_init(&back, len);
		assert_true(po_base64_encode(&text, bytes, len));
		assert_int_equal(text.len, (len + 2) / 3 * 4);
		n = strcspn(po_buf_str(&text), "=");
		assert_int_equal(text.len - n, (3 - len % 3) % 3);
		for (size_t i = 0; i < n; i++)
			text.data[i] = (unsigned char)(text.data[i] == '+'   ? '-'
			                               : text.data[i] == '/' ? '_'
			                                                     : text.data[i]);
		assert_true(po_base64url_decode(&back, po_buf_str(&text), n));
		assert_int_equal(back.len, len);
		if (len > 0)
			assert_memory_equal(back.data, bytes, len);
		po_buf_free(&text);
		po_buf_free(&back);
	}
}

/* RFC 7515 appendix C, and each length. */
static void url_encoding_is_what_the_decoder_takes(void **state)
{
	static const unsigned char bytes[] = {3, 236, 255, 224, 193, 251, 255, 191, 0};

	(void)state;
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		struct po_buf text;
		struct po_buf back;

		po_buf_init(&text, 100);
		po_buf_init(&back, 100);
		assert_true(po_base64url_encode(&text, bytes, len));
		assert_true(po_base64url_decode(&back, po_buf_str(&text), text.len));
		assert_int_equal(back.len, len);
		if (len > 0)
			assert_memory_equal(back.data, bytes, len);
		if (len == 5)
			assert_string_equal(po_buf_str(&text), "A-z_4ME");
		po_buf_free(&text);
		po_buf_free(&back);
	}
}

static void a_full_buffer_is_a_failure(void **state)
{
	struct po_buf b;

	(void)state;
	po_buf_init(&b, 3);
	assert_true(po_base64url_decode(&b, "Zm9v", 4));
	assert_false(po_base64url_decode(&b, "Zg", 2));
	assert_true(b.failed);
	po_buf_free(&b);

	po_buf_init(&b, 64);
	assert_true(po_base64_encode(&b, "012345678901234567890123456789012345678901234567", 48));
	po_buf_free(&b);
	po_buf_init(&b, 63);
	assert_false(po_base64_encode(&b, "012345678901234567890123456789012345678901234567", 48));
	po_buf_free(&b);
}

/* Callers collect: a second call goes on where the first ended. */
static void both_append(void **state)
{
	struct po_buf b;

	(void)state;
	po_buf_init(&b, 100);
	assert_true(po_buf_add_str(&b, "Basic "));
	assert_true(po_base64_encode(&b, "a:b", 3));
	assert_string_equal(po_buf_str(&b), "Basic YTpi");
	assert_true(po_base64url_decode(&b, "YTpi", 4));
	assert_string_equal(po_buf_str(&b), "Basic YTpia:b");
	po_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(known_pairs_are_decoded),
	        cmocka_unit_test(known_pairs_are_encoded),
	        cmocka_unit_test(other_spellings_are_refused_and_leave_nothing),
	        cmocka_unit_test(unused_bits_must_be_zero),
	        cmocka_unit_test(all_bytes_and_lengths_survive),
	        cmocka_unit_test(url_encoding_is_what_the_decoder_takes),
	        cmocka_unit_test(a_full_buffer_is_a_failure),
	        cmocka_unit_test(both_append),
	};

	return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
