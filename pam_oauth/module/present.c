/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of a challenge: QR first, address and code last, next to the prompt, so that what a
 * small or foreign terminal scrolls away is the picture (SSH-6, UIX-18). Nothing of the server but
 * the validated URI, code and symbol gets here (UIX-17). Columns are not bytes: sentences come with
 * theirs, and whatever else stands in a line is ASCII.
 */
#include "present.h"

#include <stdio.h>
#include <string.h>

#include "language.h"
#include "po_text.h"
#include "qrtext.h"

#define TEXT_LIMIT      (64 * 1024)
#define NAME_SIZE       128
#define NUMBER_SIZE     24
#define SERVICE_CLIPPED 10 /* the host gets what a first line of 79 columns has left */
#define ACCOUNT_CLIPPED 16
#define INDENT          2
#define GAP             2
#define LABEL_WIDTH     17 /* "  Scan, or open  "; no language has a longer one */
#define TIME_COLUMN     34 /* where the remaining time stands beside a code of usual length */

/* UIX-12: names that the network or the person chose are shown as plain ASCII. */
static void clean_name(char *dst, const char *src, size_t most)
{
	size_t n = 0;

	for (; src && src[n] && n < NAME_SIZE - 1; n++)
		dst[n] = po_is_print(src[n]) ? src[n] : '?';
	dst[n] = '\0';
	if (n > most)
		memcpy(dst + most - 3, "...", 4);
}

static void add_title(struct po_buf *out, const struct po_presentation *p)
{
	size_t room = PO_TEXT_COLUMNS - INDENT - po_language_columns(p->language, PO_SAY_TITLE);
	char host[NAME_SIZE];
	char service[NAME_SIZE];
	char account[NAME_SIZE];
	const char *const names[] = {host, service, account, NULL};
	char line[PO_LIMIT_PHRASE + sizeof(host) + sizeof(service) + sizeof(account)];

	clean_name(host, p->host, NAME_SIZE);
	clean_name(service, p->service, NAME_SIZE);
	clean_name(account, p->account, NAME_SIZE);
	if (strlen(host) + strlen(service) + strlen(account) > room) {
		clean_name(host, p->host, room - SERVICE_CLIPPED - ACCOUNT_CLIPPED);
		clean_name(service, p->service, SERVICE_CLIPPED);
		clean_name(account, p->account, ACCOUNT_CLIPPED);
	}
	po_language_say(line, sizeof(line), p->language, PO_SAY_TITLE, names);
	po_buf_addf(out, "%*s%s\n", INDENT, "", line);
}

/* A label, and blanks up to this column. */
static void add_label(struct po_buf *out, unsigned language, enum po_sentence label, size_t column)
{
	size_t width = INDENT + po_language_columns(language, label);

	po_buf_addf(out, "%*s%s%*s", INDENT, "", po_language_text(language, label),
	            (int)(width < column ? column - width : 0), "");
}

/* A URI is never shortened; one that is too long for its line gets lines of its own. */
static void add_uri(struct po_buf *out, const struct po_presentation *p, bool with_qr)
{
	enum po_sentence label = with_qr ? PO_SAY_SCAN : PO_SAY_OPEN;
	const char *uri = p->challenge->verification_uri;

	if (LABEL_WIDTH + strlen(uri) <= PO_TEXT_COLUMNS) {
		add_label(out, p->language, label, LABEL_WIDTH);
		po_buf_addf(out, "%s\n", uri);
		return;
	}
	add_label(out, p->language, label, 0);
	po_buf_add_str(out, "\n");
	for (; *uri; uri += strnlen(uri, PO_TEXT_COLUMNS))
		po_buf_addf(out, "%.*s\n", PO_TEXT_COLUMNS, uri);
}

/* The time that is left, and the columns that it takes. */
struct left {
	char text[PO_LIMIT_PHRASE + 2 * NUMBER_SIZE];
	size_t columns;
};

/* UIX-10: minutes, seconds, or both. */
static void format_left(struct left *left, const struct po_presentation *p)
{
	bool full = p->left_s >= 60;
	bool rest = !full || p->left_s % 60 != 0;
	enum po_sentence sentence = full ? PO_SAY_LEFT_MINUTES : PO_SAY_LEFT_SECONDS;
	char minutes[NUMBER_SIZE] = "";
	char seconds[NUMBER_SIZE] = "";
	const char *const values[] = {full ? minutes : seconds, seconds, NULL};

	if (full && rest)
		sentence = PO_SAY_LEFT;
	if (full)
		snprintf(minutes, sizeof(minutes), "%lu", p->left_s / 60);
	if (rest)
		snprintf(seconds, sizeof(seconds), "%lu", p->left_s % 60);
	po_language_say(left->text, sizeof(left->text), p->language, sentence, values);
	left->columns =
	        po_language_columns(p->language, sentence) + strlen(minutes) + strlen(seconds);
}

/* UIX-9: the code as sent, on a labelled line, well apart from the time. */
static void add_code(struct po_buf *out, const struct po_presentation *p)
{
	const char *code = p->challenge->user_code;
	size_t width = LABEL_WIDTH + strlen(code) + GAP;
	struct left left;

	format_left(&left, p);
	if (width + left.columns > PO_TEXT_COLUMNS) {
		add_label(out, p->language, PO_SAY_ENTER, 0);
		po_buf_addf(out, "\n  %s\n  %s\n", code, left.text);
		return;
	}
	add_label(out, p->language, PO_SAY_ENTER, LABEL_WIDTH);
	po_buf_addf(out, "%-*s%s\n",
	            (int)(width <= TIME_COLUMN ? TIME_COLUMN - LABEL_WIDTH : strlen(code) + GAP),
	            code, left.text);
}

static void add_words(struct po_buf *out, const struct po_presentation *p, bool with_qr)
{
	add_title(out, p);
	add_uri(out, p, with_qr);
	add_code(out, p);
	add_label(out, p->language, PO_SAY_WARNING, 0);
	po_buf_add_str(out, "\n");
}

static enum po_qr_mode mode_of(const struct po_presentation *p)
{
	if (p->challenge->qr_side == 0)
		return PO_QR_NONE;
	if (p->config->qr == PO_QR_AUTO)
		return p->utf8 ? PO_QR_UTF8 : PO_QR_NONE;
	return p->config->qr;
}

char *po_present(const struct po_presentation *p, struct po_fault *f)
{
	enum po_qr_mode mode = mode_of(p);
	bool with_qr = mode != PO_QR_NONE;
	struct po_buf out;
	char *text;

	po_buf_init(&out, TEXT_LIMIT);
	if (p->newline_first)
		po_buf_add_str(&out, "\n");
	if (p->text_first)
		add_words(&out, p, with_qr);
	if (with_qr)
		po_qrtext_draw(&out, p->challenge, mode, p->config->qr_invert);
	if (!p->text_first)
		add_words(&out, p, with_qr);
	text = po_buf_take(&out);
	if (!text)
		po_fail_memory(f);
	return text;
}
