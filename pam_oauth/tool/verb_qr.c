/* SPDX-License-Identifier: BSD-2-Clause */
/* pam-oauth qr: a test card, drawn by what draws at a login; which one a phone reads says which
 * mode to set. */
#include <stdio.h>
#include <stdlib.h>

#include "po_text.h"
#include "qr.h"
#include "qrtext.h"
#include "tool.h"

struct card {
	const char *mode; /* as pam_oauth.conf has it */
	enum po_qr_mode qr;
	bool invert;
};

static const struct card cards[] = {
        {"qr = utf8", PO_QR_UTF8, false},
        {"qr = utf8, qr_invert = yes", PO_QR_UTF8, true},
        {"qr = ascii", PO_QR_ASCII, false},
        {"qr = ascii, qr_invert = yes", PO_QR_ASCII, true},
};

static bool draw(const struct po_tool *t, const struct po_challenge *symbol,
                 const struct card *card)
{
	struct po_buf picture;
	char text[64];
	const struct po_field fields[] = {{"mode", card->mode}, {"picture", NULL}};
	struct po_field filled[2];
	bool ok;

	po_buf_init(&picture, PO_LIMIT_MESSAGE);
	ok = po_qrtext_draw(&picture, symbol, card->qr, card->invert);
	filled[0] = fields[0];
	filled[1] = (struct po_field){"picture", po_buf_str(&picture)};
	snprintf(text, sizeof(text), "\n%s", card->mode);
	po_output_item(t->out, filled, 2, text);
	if (ok && !po_output_is_json(t->out))
		fputs(po_buf_str(&picture), stdout);
	po_buf_free(&picture);
	return ok;
}

int po_verb_qr(const struct po_tool *t)
{
	struct po_challenge symbol = {.qr_side = 0};
	bool ok;

	if (!po_text_uri_ok(t->argument, PO_LIMIT_URI) ||
	    !po_qr_encode(t->argument, PO_QR_SIDE_MAX, &symbol)) {
		po_output_line(t->out, "fault", "%s",
		               "expected an https URI that fits a symbol of 80 columns");
		return PO_EXIT_TROUBLE;
	}
	ok = true;
	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++)
		ok &= draw(t, &symbol, &cards[i]);
	po_challenge_free(&symbol);
	return ok ? PO_EXIT_GOOD : PO_EXIT_TROUBLE;
}
