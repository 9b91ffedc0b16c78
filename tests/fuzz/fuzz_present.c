/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A challenge as it comes over the wire, shown to a person. Input: a byte of options, two of
 * time, the records host, service and account, then the message. Promises: 79 columns of printable
 * ASCII outside the picture (UIX-12, UIX-18), of UTF-8 with another language than English, and a
 * picture that says what the bits say.
 */
#include <locale.h>
#include <wchar.h>

#include "catalogue.h"
#include "fuzz_picture.h"
#include "language.h"
#include "po_wire.h"
#include "present.h"

/* What a terminal shows a line in, by libc; the promise is broken by what it cannot show. */
static int columns(const char *p, size_t len)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = uselocale(utf8);
	int all = 0;
	wchar_t c;

	for (mbstate_t state = {0}; len > 0;) {
		size_t n = mbrtowc(&c, p, len, &state);

		must(utf8 && n > 0 && n <= len && wcwidth(c) > 0);
		all += wcwidth(c);
		p += n;
		len -= n;
	}
	uselocale(before);
	freelocale(utf8);
	return all;
}

/* The lines of words; a code or URI longer than its line stands there in pieces. */
static const char *check_words(const char *p, size_t lines, unsigned language)
{
	for (; lines > 0; lines--) {
		size_t len = strcspn(p, "\n");

		must(len > 0 && p[len] == '\n' && columns(p, len) <= PO_TEXT_COLUMNS);
		for (; len > 0; len--, p++)
			must(fuzz_is_print(*p) || language != PO_ENGLISH);
		p++;
	}
	return p;
}

static void check_text(const char *text, const struct po_presentation *p)
{
	const struct po_challenge *c = p->challenge;
	enum po_qr_mode mode = p->config->qr != PO_QR_AUTO ? p->config->qr
	                       : p->utf8                   ? PO_QR_UTF8
	                                                   : PO_QR_NONE;
	size_t lines = 0;
	unsigned long w, h = 0;

	if (c->qr_side && mode != PO_QR_NONE)
		po_qrtext_size(mode, c->qr_side, &w, &h);
	for (const char *s = text; *s; s++)
		lines += *s == '\n';
	must(lines >= h + p->newline_first + 4 && lines <= h + p->newline_first + 13);
	must(!p->newline_first || *text++ == '\n');
	if (p->text_first)
		text = check_words(text, lines - p->newline_first - h, p->language);
	if (h)
		text = check_picture(text, c, mode, p->config->qr_invert);
	if (!p->text_first)
		text = check_words(text, lines - p->newline_first - h, p->language);
	must(!*text);
}

/* A URI is never shortened; newlines are all that may come between its parts. */
static void check_whole(const char *text, const char *uri)
{
	char *joined = malloc(strlen(text) + 1);
	size_t n = 0;

	must(joined);
	for (; *text; text++)
		if (*text != '\n')
			joined[n++] = *text;
	joined[n] = '\0';
	must(strstr(joined, uri));
	free(joined);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in;
	struct po_config config = {.qr_invert = false};
	struct po_message m = {.kind = PO_KIND_CHALLENGE};
	struct po_presentation p = {.config = &config, .challenge = &m.challenge};
	struct po_fault f = {0};
	char *names[3];
	char *text;

	if (size < 3)
		return 0;
	in = (struct fuzz_input){data + 3, size - 3};
	config.qr = (enum po_qr_mode)(data[0] & 3);
	config.qr_invert = data[0] & 4;
	p.utf8 = data[0] & 8;
	p.text_first = data[0] & 16;
	p.newline_first = data[0] & 32;
	/* two bits are left: English, or another language by the time */
	if (data[0] & 192)
		p.language = 1 + data[1] % (unsigned)(po_language_count - 1);
	p.left_s = (unsigned long)data[1] << 8 | data[2];
	for (size_t i = 0; i < 3; i++)
		names[i] = fuzz_record(&in, NULL);
	p.host = names[0];
	p.service = names[1];
	p.account = names[2];
	if (in.data && po_wire_decode(in.data, in.size, &m, &f) && m.kind == PO_KIND_CHALLENGE &&
	    po_challenge_valid(&m.challenge, &f)) {
		text = po_present(&p, &f);
		must(text);
		check_text(text, &p);
		must(strstr(text, m.challenge.user_code));
		check_whole(text, m.challenge.verification_uri);
		free(text);
	}
	po_message_free(&m);
	for (size_t i = 0; i < 3; i++)
		free(names[i]);
	return 0;
}
