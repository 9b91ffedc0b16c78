/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the worker is told and what the person is shown, by display mode and service (11.4, SSH-6,
 * PAM-17, UIX-10, UIX-13). Linked with fake_launch.c, fake_clock.c and fake_poll.c (--wrap=poll).
 */
#include "login_world.h"

#include <locale.h>

/* What the worker is told, the secret included, and nothing of it stays here (GEN-4, CAU-10). */
static void the_request_goes_out_whole(void **state)
{
	static const struct login_row row = {.display = PO_DISPLAY_INFO, .steps = {{100, FAULT}}};
	struct po_fault f = {.code = PO_OK};
	struct po_identity who = {0};
	struct world w;

	(void)state;
	world_begin(&w, &row);
	assert_false(po_login_run(&w.login, &who, &f));
	read_sent(&w);
	assert_int_equal(w.received.task, PO_TASK_LOGIN);
	assert_string_equal(w.received.issuer, ISSUER);
	assert_string_equal(w.received.client_secret.data, SECRET);
	assert_int_equal(w.received.remaining_ms, 100000);
	assert_int_equal(w.received.qr_side_max, 33); /* ascii on 80 x 40: version 4 (LIM-16) */
	assert_null(w.request.client_secret.data);
	assert_int_equal(w.request.client_secret.len, 0);
	world_end(&w);
}

#define WARNING "  Only continue if YOU started this; never enter a code somebody sent you.\n"
#define WARNING_DE \
	"  Nur fortfahren, wenn SIE dies begonnen haben; nie zugesandte Codes eingeben.\n"
#define QUESTION_DE "Nach der Freigabe Enter dr\303\274cken, q bricht ab: "
#define GERMAN      2
#define QUESTION    "Press Enter after approving, q to cancel: "

struct text_row {
	const char *name;
	const char *service;
	enum po_display display;
	enum po_qr_mode qr;
	const char *locale;
	const char *calls;
	const char *begins, *ends; /* of the first message */
	bool drawn;
	unsigned language;
};

/* clang-format off */
static const struct text_row texts[] = {
	{"SSH-6 sshd", "sshd", PO_DISPLAY_PROMPT, PO_QR_UTF8, "C", "P", "\n\xe2\x96",
	 WARNING QUESTION, true, 0},
	{"PAM-17 elsewhere no newline", "login", PO_DISPLAY_PROMPT, PO_QR_UTF8, "C", "P",
	 "\xe2\x96", WARNING QUESTION, true, 0},
	{"SSH-6 sshd, info: text first", "sshd", PO_DISPLAY_INFO, PO_QR_UTF8, "C", "I",
	 "\n  Web sign-in", "\n", true, 0},
	{"SSH-6 sshd, info+prompt: text first", "sshd", PO_DISPLAY_INFO_PROMPT, PO_QR_UTF8, "C",
	 "IP", "\n  Web sign-in", "\n", true, 0},
	{"11.4 sudo", "sudo", PO_DISPLAY_INFO, PO_QR_ASCII, "C", "I", "##", WARNING, true, 0},
	{"11.4 polkit", "polkit-1", PO_DISPLAY_INFO_PROMPT, PO_QR_NONE, "C", "IP", "  Web sign-in",
	 WARNING, false, 0},
	{"UIX-13 auto in a UTF-8 locale", "sudo", PO_DISPLAY_INFO, PO_QR_AUTO, "C.UTF-8", "I",
	 "\xe2\x96", WARNING, true, 0},
	{"UIX-13 auto in another", "sudo", PO_DISPLAY_INFO, PO_QR_AUTO, "C", "I", "  Web sign-in",
	 WARNING, false, 0},
	{"11.4 sshd-something is not sshd", "sshd-x", PO_DISPLAY_PROMPT, PO_QR_NONE, "C", "P",
	 "  Web sign-in", WARNING QUESTION, false, 0},
	{"UIX-12 sshd in German", "sshd", PO_DISPLAY_PROMPT, PO_QR_UTF8, "C", "P", "\n\xe2\x96",
	 WARNING_DE QUESTION_DE, true, GERMAN},
	{"UIX-12 German where the screen may not take it", "sshd", PO_DISPLAY_PROMPT, PO_QR_ASCII,
	 "C.UTF-8", "P", "\n##", WARNING QUESTION, true, GERMAN},
	{"SSH-5 sshd, info: no language survives it", "sshd", PO_DISPLAY_INFO, PO_QR_UTF8, "C", "I",
	 "\n  Web sign-in", "\n", true, GERMAN},
	{"SSH-5 sshd, info+prompt: nor here", "sshd", PO_DISPLAY_INFO_PROMPT, PO_QR_UTF8, "C", "IP",
	 "\n  Web sign-in", "\n", true, GERMAN},
	{"UIX-12 sudo in German", "sudo", PO_DISPLAY_INFO, PO_QR_UTF8, "C", "I", "\xe2\x96",
	 WARNING_DE, true, GERMAN},
	{"UIX-12 info+prompt in German", "login", PO_DISPLAY_INFO_PROMPT, PO_QR_UTF8, "C", "IP",
	 "\xe2\x96", WARNING_DE, true, GERMAN},
	{"UIX-13 auto in a UTF-8 locale, in German", "sudo", PO_DISPLAY_INFO, PO_QR_AUTO, "C.UTF-8",
	 "I", "\xe2\x96", WARNING_DE, true, GERMAN},
	{"UIX-13 auto in another: English", "sudo", PO_DISPLAY_INFO, PO_QR_AUTO, "C", "I",
	 "  Web sign-in", WARNING, false, GERMAN},
};
/* clang-format on */

static bool ends_with(const char *text, const char *end)
{
	return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

static void each_mode_shows_the_challenge_in_its_way(void **state)
{
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		const struct login_row row = {
		        .display = texts[i].display,
		        .steps = {{100, texts[i].drawn ? CHALLENGE : NO_SYMBOL}},
		        .cancels = true,
		};
		struct po_fault f = {.code = PO_OK};
		struct po_identity who = {0};
		struct world w;
		bool german;

		t.row = texts[i].name;
		assert_non_null(setlocale(LC_ALL, texts[i].locale));
		world_begin(&w, &row);
		w.login.service = texts[i].service;
		w.config.qr = texts[i].qr;
		w.config.language = texts[i].language;
		po_login_run(&w.login, &who, &f);
		setlocale(LC_ALL, "C");
		read_sent(&w);
		ROW_TEXT(&t, w.calls, texts[i].calls);
		ROW(&t, strncmp(w.texts[0], texts[i].begins, strlen(texts[i].begins)) == 0);
		ROW(&t, ends_with(w.texts[0], texts[i].ends));
		ROW(&t, strstr(w.texts[0], "WDJB-MJHT") && strstr(w.texts[0], ISSUER "/device"));
		german = strstr(texts[i].ends, WARNING_DE) != NULL;
		ROW(&t, strstr(w.texts[0], german ? " als alice\n" : " as alice\n") != NULL);
		if (texts[i].display == PO_DISPLAY_INFO_PROMPT)
			ROW_TEXT(&t, w.texts[1], german ? QUESTION_DE : QUESTION);
		ROW(&t, (w.received.qr_side_max > 0) == texts[i].drawn);
		world_end(&w);
	}
	table_end(&t);
}

/* UIX-10: the shorter of what the codes and what this login have left. */
static void the_time_shown_is_the_shorter_of_two(void **state)
{
	static const struct {
		const char *name;
		int64_t challenge_at;
		unsigned long max_wait_s;
		const char *left;
	} cases[] = {
	        {"the login ends first", 100, 100, "(1 min 39 s left)"},
	        {"a slow provider", 40000, 100, "(1 min left)"},
	        {"the codes end first", 100, 900, "(10 min left)"},
	};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct login_row row = {.display = PO_DISPLAY_PROMPT,
		                              .cancels = true,
		                              .steps = {{cases[i].challenge_at, CHALLENGE}}};
		struct po_fault f = {.code = PO_OK};
		struct po_identity who = {0};
		struct world w;

		t.row = cases[i].name;
		world_begin(&w, &row);
		w.config.max_wait_s = cases[i].max_wait_s;
		po_login_run(&w.login, &who, &f);
		ROW(&t, strstr(w.texts[0], cases[i].left) != NULL);
		read_sent(&w);
		world_end(&w);
	}
	table_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_request_goes_out_whole),
	        cmocka_unit_test(each_mode_shows_the_challenge_in_its_way),
	        cmocka_unit_test(the_time_shown_is_the_shorter_of_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
