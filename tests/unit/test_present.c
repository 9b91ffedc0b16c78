/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the person reads (2.3): the reference text byte for byte, 79 columns whatever the names, 24
 * rows for a version-4 symbol, plain ASCII outside the symbol, and neither URI nor code ever cut.
 */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present.h"
#include "qrtext.h"

struct shown {
	const char *host, *service, *account;
	const char *uri, *code;
	uint32_t side; /* of the symbol; 0 = none */
	enum po_qr_mode qr;
	bool utf8, text_first, newline_first;
	unsigned long left_s;
	unsigned language;
};

#define REFERENCE                                                           \
	.host = "web01.example.org", .service = "sshd", .account = "alice", \
	.uri = "https://sso.example.org/device", .code = "WDJB-MJHT", .left_s = 100

#define WORDS(label)                                                 \
	"  Web sign-in to web01.example.org (sshd) as alice\n" label \
	"https://sso.example.org/device\n"                           \
	"  and enter      WDJB-MJHT        (1 min 40 s left)\n"      \
	"  Only continue if YOU started this; never enter a code somebody sent you.\n"
#define SCAN "  Scan, or open  "
#define OPEN "  Open           "

/* The text; free it. *symbol, if asked for, is the drawing alone. */
static char *present(const struct shown *s, char **symbol)
{
	char *uri = strdup(s->uri);
	char *code = strdup(s->code);
	struct po_challenge ch = {uri, code, 300, s->side, NULL};
	const struct po_config config = {.qr = s->qr};
	const struct po_presentation p = {
	        .config = &config,
	        .challenge = &ch,
	        .host = s->host,
	        .service = s->service,
	        .account = s->account,
	        .left_s = s->left_s,
	        .language = s->language,
	        .utf8 = s->utf8,
	        .text_first = s->text_first,
	        .newline_first = s->newline_first,
	};
	struct po_fault f = {.code = PO_OK};
	struct po_buf drawing;
	char *text;

	if (s->side)
		ch.qr_bits = calloc(1, po_qr_bytes(s->side));
	for (size_t i = 0; i < po_qr_bytes(s->side); i++)
		ch.qr_bits[i] = (unsigned char)(37 * i);
	text = po_present(&p, &f);
	assert_non_null(text);
	if (symbol) {
		po_buf_init(&drawing, 64 * 1024);
		assert_true(po_qrtext_draw(&drawing, &ch, s->qr == PO_QR_AUTO ? PO_QR_UTF8 : s->qr,
		                           false));
		*symbol = po_buf_take(&drawing);
	}
	po_challenge_free(&ch);
	return text;
}

static const struct {
	const char *name;
	struct shown shown;
	const char *before, *words; /* the text: before, picture, words; or words, picture */
	bool picture;
} texts[] = {
        {"2.3 under sshd, with a symbol",
         {REFERENCE, .side = 33, .qr = PO_QR_UTF8, .newline_first = true},
         "\n",
         WORDS(SCAN),
         true},
        {"2.3 elsewhere", {REFERENCE, .side = 33, .qr = PO_QR_UTF8}, "", WORDS(SCAN), true},
        {"UIX-13 ascii", {REFERENCE, .side = 29, .qr = PO_QR_ASCII}, "", WORDS(SCAN), true},
        {"UIX-13 auto, UTF-8",
         {REFERENCE, .side = 33, .qr = PO_QR_AUTO, .utf8 = true},
         "",
         WORDS(SCAN),
         true},
        {"UIX-13 auto, not UTF-8",
         {REFERENCE, .side = 33, .qr = PO_QR_AUTO},
         "",
         WORDS(OPEN),
         false},
        {"UIX-13 none",
         {REFERENCE, .side = 33, .qr = PO_QR_NONE, .newline_first = true},
         "\n",
         WORDS(OPEN),
         false},
        {"UIX-16 no symbol came",
         {REFERENCE, .qr = PO_QR_UTF8, .newline_first = true},
         "\n",
         WORDS(OPEN),
         false},
        {"SSH-6 text first",
         {REFERENCE, .side = 33, .qr = PO_QR_UTF8, .newline_first = true, .text_first = true},
         "\n",
         WORDS(SCAN),
         true},
};

static void the_text_is_that_of_the_paper(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		const struct shown *s = &texts[i].shown;
		char *picture = NULL;
		char *wanted = NULL;
		char *seen = present(s, texts[i].picture ? &picture : NULL);

		t.row = texts[i].name;
		assert_true(asprintf(&wanted, "%s%s%s", texts[i].before,
		                     s->text_first ? texts[i].words
		                     : picture     ? picture
		                                   : "",
		                     !s->text_first ? texts[i].words
		                     : picture      ? picture
		                                    : "") > 0);
		ROW_TEXT(&t, seen, wanted);
		free(seen);
		free(picture);
		free(wanted);
	}
	table_end(&t);
}

static const struct {
	unsigned long left_s;
	const char *text;
} times[] = {
        {0, "(0 s left)\n"},      {1, "(1 s left)\n"},        {59, "(59 s left)\n"},
        {60, "(1 min left)\n"},   {61, "(1 min 1 s left)\n"}, {100, "(1 min 40 s left)\n"},
        {600, "(10 min left)\n"}, {900, "(15 min left)\n"},   {899, "(14 min 59 s left)\n"},
};

/* UIX-10 */
static void the_time_left_is_in_minutes_and_seconds(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		const struct shown s = {.host = "h",
		                        .service = "s",
		                        .account = "a",
		                        .uri = "https://h/",
		                        .code = "X",
		                        .left_s = times[i].left_s};
		char *seen = present(&s, NULL);

		t.row = times[i].text;
		ROW(&t, strstr(seen, times[i].text) != NULL);
		free(seen);
	}
	table_end(&t);
}

/* n times c in a buffer of its own. */
static const char *repeat(char *dst, char c, size_t n)
{
	memset(dst, c, n);
	dst[n] = '\0';
	return dst;
}

static size_t longest_line(const char *text)
{
	size_t longest = 0;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
		if (strcspn(text, "\n") > longest)
			longest = strcspn(text, "\n");
	return longest;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((*text < 0x20 || *text > 0x7e) && *text != '\n')
			return false;
	return true;
}

/* The text without its newlines, to look for what was broken over lines; free it. */
static char *joined(const char *text)
{
	char *all = calloc(1, strlen(text) + 1);
	size_t n = 0;

	for (; *text; text++)
		if (*text != '\n')
			all[n++] = *text;
	return all;
}

/* UIX-9: the code has at least two blanks or a line's end after it. */
static bool code_stands_apart(const char *text, const char *code)
{
	const char *p = strstr(text, code);

	if (!p)
		return false;
	p += strlen(code);
	return *p == '\n' || strncmp(p, "  ", 2) == 0;
}

/* UIX-12, UIX-18: every combination of short, exact and nasty. */
static void nothing_passes_column_79_and_nothing_is_lost(void **state)
{
	static const size_t names[] = {0, 1, 15, 16, 17, 28, 29, 30, 60, 127, 128, 255, 500};
	static const size_t uris[] = {9, 30, 61, 62, 63, 78, 79, 80, 158, 159, 511, 512};
	static const size_t codes[] = {1, 9, 15, 16, 30, 43, 44, 45, 63, 64};
	struct table t = {0};
	char a[600];
	char b[600];
	char uri[600];
	char code[100];
	char row[100];

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		for (size_t k = 0; k < COUNT(uris) * COUNT(codes); k++) {
			const struct shown s = {
			        .host = repeat(a, 'h', names[i]),
			        .service = k % 2 ? repeat(b, 's', names[(i + k) % COUNT(names)])
			                         : "sshd",
			        .account = a,
			        .uri = repeat(uri, 'u', uris[k % COUNT(uris)]),
			        .code = repeat(code, 'C', codes[k / COUNT(uris)]),
			        .left_s = 899,
			};
			char *seen;
			char *flat;

			/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): goes on */
			memcpy(uri, "https://h", 9);
			seen = present(&s, NULL);
			flat = joined(seen);
			snprintf(row, sizeof(row), "names of %zu, URI of %zu, code of %zu",
			         names[i], uris[k % COUNT(uris)], codes[k / COUNT(uris)]);
			t.row = row;
			ROW(&t, longest_line(seen) <= PO_TEXT_COLUMNS);
			ROW(&t, is_ascii(seen));
			ROW(&t, strstr(flat, uri) != NULL);
			ROW(&t, code_stands_apart(seen, code));
			ROW(&t, strstr(seen, "left)") != NULL);
			free(seen);
			free(flat);
		}
	table_end(&t);
}

static const struct {
	const char *name;
	const char *host, *service, *account;
	const char *title;
} titles[] = {
        {"UIX-18 exactly 79 columns", "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh", "sshd",
         "alice",
         "  Web sign-in to hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh (sshd) as alice\n"},
        {"UIX-18 80 columns: shortened with dots",
         "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh", "sshd", "alice",
         "  Web sign-in to hhhhhhhhhhhhhhhhhhhhhhhhhh... (sshd) as alice\n"},
        {"UIX-12 escapes become question marks", "h\x1b[2J", "ss\nhd", "al\rice\x7f",
         "  Web sign-in to h?[2J (ss?hd) as al?ice?\n"},
        {"UIX-12 no character of UTF-8", "h\xc3\xa9", "sshd", "\xd0\xb0lice\xe2\x80\xae",
         "  Web sign-in to h?? (sshd) as ??lice???\n"},
        {"MAP-14 a format is text", "%s%n", "%d", "%1$s", "  Web sign-in to %s%n (%d) as %1$s\n"},
        {"no names at all", NULL, NULL, NULL, "  Web sign-in to  () as \n"},
};

static void names_are_plain_text(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(titles); i++) {
		const struct shown s = {.host = titles[i].host,
		                        .service = titles[i].service,
		                        .account = titles[i].account,
		                        .uri = "https://h/",
		                        .code = "X"};
		char *seen = present(&s, NULL);

		t.row = titles[i].name;
		seen[strcspn(seen, "\n") + 1] = '\0';
		ROW_TEXT(&t, seen, titles[i].title);
		free(seen);
	}
	table_end(&t);
}

/* UIX-18: 19 rows of symbol, 4 of text, the prompt: 24, if the URI fits its line. */
static void a_version_4_symbol_fills_24_rows(void **state)
{
	const struct shown s = {REFERENCE, .side = 33, .qr = PO_QR_UTF8};
	char *seen = present(&s, NULL);
	unsigned lines = 0;

	(void)state;
	for (const char *p = seen; *p; p++)
		lines += *p == '\n';
	assert_int_equal(lines + 1, 24);
	free(seen);
}

/* The largest symbol and the longest texts together still fit the one message. */
static void the_largest_challenge_can_be_shown(void **state)
{
	char uri[513];
	char code[65];
	const struct shown s = {.host = "h",
	                        .service = "s",
	                        .account = "a",
	                        .uri = repeat(uri, 'u', 512),
	                        .code = repeat(code, 'C', 64),
	                        .side = 73,
	                        .qr = PO_QR_UTF8};
	char *seen = present(&s, NULL);

	(void)state;
	assert_non_null(strstr(seen, code));
	free(seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_text_is_that_of_the_paper),
	        cmocka_unit_test(the_time_left_is_in_minutes_and_seconds),
	        cmocka_unit_test(nothing_passes_column_79_and_nothing_is_lost),
	        cmocka_unit_test(names_are_plain_text),
	        cmocka_unit_test(a_version_4_symbol_fills_24_rows),
	        cmocka_unit_test(the_largest_challenge_can_be_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
