/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of state files: what is written is read back, and nothing else is read (PAM-38). */
#include "records.h"

#include "table.h"

#include <stdio.h>

#define MOST UINT64_C(18446744073709551615)

static void what_is_written_is_read(void **state)
{
	static const unsigned char bytes[] = {0, 1, 0x7f, 0x80, 0xff, '\n'};
	struct po_record_reader r;
	struct po_buf text;
	struct po_buf got;
	struct po_buf none;
	char *name;

	(void)state;
	po_buf_init(&text, 1024);
	po_buf_init(&got, 6);
	po_buf_init(&none, 0);
	po_buf_add_str(&text, "first line\n");
	po_record_text(&text, "name", "a b  c ");
	po_record_number(&text, "number", 0);
	po_record_number(&text, "most", MOST);
	po_record_bytes(&text, "bytes", bytes, sizeof(bytes));
	po_record_bytes(&text, "none", NULL, 0);
	assert_string_equal(po_buf_str(&text), "first line\nname a b  c \nnumber 0\n"
	                                       "most 18446744073709551615\nbytes 00017f80ff0a\n"
	                                       "none \n");
	po_record_begin(&r, text.data, text.len);
	assert_true(po_record_line(&r, "first line"));
	name = po_record_take_text(&r, "name");
	assert_string_equal(name, "a b  c ");
	free(name);
	assert_int_equal(po_record_take_number(&r, "number", 0), 0);
	assert_true(po_record_take_number(&r, "most", MOST) == MOST);
	assert_false(po_record_done(&r));
	assert_true(po_record_take_bytes(&r, "bytes", &got));
	assert_int_equal(got.len, sizeof(bytes));
	assert_memory_equal(got.data, bytes, sizeof(bytes));
	assert_true(po_record_take_bytes(&r, "none", &none));
	assert_true(po_record_done(&r));
	po_buf_free(&text);
	po_buf_free(&got);
}

static const struct {
	const char *name;
	const char *text;
	size_t len; /* 0: all of the text */
} bad_lines[] = {
        {"nothing", "", 0},
        {"no end", "a 1", 0},
        {"another name", "b 1\n", 0},
        {"a longer name", "ab 1\n", 0},
        {"no blank", "a1\n", 0},
        {"name only", "a\n", 0},
        {"part of the name", "\n", 0},
        {"blank before", " a 1\n", 0},
        {"a NUL in the value", "a 1\0\n", 5},
        {"a NUL in the name", "\0 1\n", 4},
        {"the line before", "\na 1\n", 0},
};

static void a_line_is_exact_or_bad(void **state)
{
	struct table t = {.row = ""};

	(void)state;
	for (size_t i = 0; i < COUNT(bad_lines); i++) {
		size_t len = bad_lines[i].len ? bad_lines[i].len : strlen(bad_lines[i].text);
		struct po_record_reader r;
		struct po_buf out;

		t.row = bad_lines[i].name;
		po_record_begin(&r, bad_lines[i].text, len);
		ROW(&t, po_record_take_text(&r, "a") == NULL && !po_record_done(&r));
		po_record_begin(&r, bad_lines[i].text, len);
		ROW(&t, po_record_take_number(&r, "a", MOST) == 0 && !po_record_done(&r));
		po_buf_init(&out, 8);
		po_record_begin(&r, bad_lines[i].text, len);
		ROW(&t, !po_record_take_bytes(&r, "a", &out) && !po_record_done(&r));
		po_buf_free(&out);
		po_record_begin(&r, bad_lines[i].text, len);
		ROW(&t, !po_record_line(&r, "a 1") && !po_record_done(&r));
	}
	table_end(&t);
}

static const struct {
	const char *value;
	uint64_t most;
	bool ok;
} numbers[] = {
        {"0", 0, true},
        {"1", 0, false},
        {"9", 9, true},
        {"10", 9, false},
        {"18446744073709551615", MOST, true},
        {"18446744073709551616", MOST, false},
        {"99999999999999999999999", MOST, false},
        {"", MOST, false},
        {"00", MOST, false},
        {"01", MOST, false},
        {"+1", MOST, false},
        {"-1", MOST, false},
        {" 1", MOST, false},
        {"1 ", MOST, false},
        {"1\r", MOST, false},
        {"0x1", MOST, false},
        {"1e3", MOST, false},
};

/* One spelling, so that a file that reads is the file that was written; 64 bits everywhere. */
static void numbers_have_one_spelling(void **state)
{
	struct table t = {.row = ""};

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct po_record_reader r;
		char line[64];

		t.row = numbers[i].value;
		snprintf(line, sizeof(line), "n %s\n", numbers[i].value);
		po_record_begin(&r, line, strlen(line));
		po_record_take_number(&r, "n", numbers[i].most);
		ROW(&t, po_record_done(&r) == numbers[i].ok);
	}
	table_end(&t);
}

static const struct {
	const char *value;
	size_t limit;
	bool ok;
} bytes_rows[] = {
        {"", 0, true},       {"00", 1, true},    {"00", 0, false},  {"0", 8, false},
        {"000", 8, false},   {"AB", 8, false},   {"0g", 8, false},  {"g0", 8, false},
        {"00 00", 8, false}, {"0x00", 8, false}, {"ffff", 2, true}, {"ffffff", 2, false},
};

static void bytes_are_bounded(void **state)
{
	struct table t = {.row = ""};

	(void)state;
	for (size_t i = 0; i < COUNT(bytes_rows); i++) {
		struct po_record_reader r;
		struct po_buf out;
		char line[64];

		t.row = bytes_rows[i].value;
		snprintf(line, sizeof(line), "b %s\n", bytes_rows[i].value);
		po_buf_init(&out, bytes_rows[i].limit);
		po_record_begin(&r, line, strlen(line));
		ROW(&t, po_record_take_bytes(&r, "b", &out) == bytes_rows[i].ok);
		ROW(&t, po_record_done(&r) == bytes_rows[i].ok && out.len <= bytes_rows[i].limit);
		po_buf_free(&out);
	}
	table_end(&t);
}

/* After the first fault everything is empty, however good the lines behind are. */
static void a_fault_stays(void **state)
{
	static const char text[] = "a 1\nb 2\nc 3\n";
	struct po_record_reader r;

	(void)state;
	po_record_begin(&r, text, strlen(text));
	assert_null(po_record_take_text(&r, "x"));
	assert_null(po_record_take_text(&r, "b"));
	assert_int_equal(po_record_take_number(&r, "c", MOST), 0);
	assert_false(po_record_line(&r, "c 3"));
	assert_false(po_record_done(&r));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_is_written_is_read),
	        cmocka_unit_test(a_line_is_exact_or_bad),
	        cmocka_unit_test(numbers_have_one_spelling),
	        cmocka_unit_test(bytes_are_bounded),
	        cmocka_unit_test(a_fault_stays),
	};

	return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
