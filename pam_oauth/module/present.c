/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of a challenge: QR first, address and code last, next to the prompt, so that what a
 * small or foreign terminal scrolls away is the picture (SSH-6, UIX-18). Nothing of the server but
 * the validated URI, code and symbol gets here (UIX-17).
 */
#include "present.h"

#include <stdio.h>
#include <string.h>

#include "po_text.h"
#include "qrtext.h"

#define TEXT_LIMIT      (64 * 1024)
#define NAME_SIZE       128
#define HOST_CLIPPED    29 /* the three add up to a first line of 79 columns */
#define SERVICE_CLIPPED 10
#define ACCOUNT_CLIPPED 16
#define LABEL_WIDTH     17 /* "  Scan, or open  " */
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
	static const char format[] = "  Web sign-in to %s (%s) as %s";
	char host[NAME_SIZE];
	char service[NAME_SIZE];
	char account[NAME_SIZE];
	char line[sizeof(format) + sizeof(host) + sizeof(service) + sizeof(account)];

	clean_name(host, p->host, NAME_SIZE);
	clean_name(service, p->service, NAME_SIZE);
	clean_name(account, p->account, NAME_SIZE);
	snprintf(line, sizeof(line), format, host, service, account);
	if (strlen(line) > PO_TEXT_COLUMNS) {
		clean_name(host, p->host, HOST_CLIPPED);
		clean_name(service, p->service, SERVICE_CLIPPED);
		clean_name(account, p->account, ACCOUNT_CLIPPED);
		snprintf(line, sizeof(line), format, host, service, account);
	}
	po_buf_addf(out, "%s\n", line);
}

/* A URI is never shortened; one that is too long for its line gets lines of its own. */
static void add_uri(struct po_buf *out, const char *uri, bool with_qr)
{
	const char *label = with_qr ? "  Scan, or open" : "  Open";
	size_t len = strlen(uri);

	if (LABEL_WIDTH + len <= PO_TEXT_COLUMNS) {
		po_buf_addf(out, "%-*s%s\n", LABEL_WIDTH, label, uri);
		return;
	}
	po_buf_addf(out, "%s\n", label);
	for (; *uri; uri += strnlen(uri, PO_TEXT_COLUMNS))
		po_buf_addf(out, "%.*s\n", PO_TEXT_COLUMNS, uri);
}

/* UIX-10 */
static void format_left(char *dst, size_t size, unsigned long left_s)
{
	unsigned long minutes = left_s / 60;
	unsigned long seconds = left_s % 60;

	if (minutes && seconds)
		snprintf(dst, size, "(%lu min %lu s left)", minutes, seconds);
	else if (minutes)
		snprintf(dst, size, "(%lu min left)", minutes);
	else
		snprintf(dst, size, "(%lu s left)", seconds);
}

/* UIX-9: the code as sent, on a labelled line, well apart from the time. */
static void add_code(struct po_buf *out, const char *code, unsigned long left_s)
{
	static const size_t gap = 2;
	const char *label = "  and enter";
	char left[48];
	size_t width = LABEL_WIDTH + strlen(code);

	format_left(left, sizeof(left), left_s);
	if (width + gap + strlen(left) > PO_TEXT_COLUMNS)
		po_buf_addf(out, "%s\n  %s\n  %s\n", label, code, left);
	else
		po_buf_addf(out, "%-*s%-*s%s\n", LABEL_WIDTH, label,
		            (int)(width + gap <= TIME_COLUMN ? TIME_COLUMN - LABEL_WIDTH
		                                             : strlen(code) + gap),
		            code, left);
}

static void add_words(struct po_buf *out, const struct po_presentation *p, bool with_qr)
{
	add_title(out, p);
	add_uri(out, p->challenge->verification_uri, with_qr);
	add_code(out, p->challenge->user_code, p->left_s);
	po_buf_add_str(
	        out,
	        "  Only continue if YOU started this; never enter a code somebody sent you.\n");
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
