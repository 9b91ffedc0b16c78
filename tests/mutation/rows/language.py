# SPDX-License-Identifier: BSD-2-Clause
"""Mutants of what is said in which language, and of what is let into the table."""

MODULE = "pam_oauth/module"

ROWS = {
    f"{MODULE}/screen.c": [
        ("UIX-12 a language is for UTF-8 only", "if (po_screen_qr(c) != PO_QR_UTF8)", "if (false)",
         "unit screen", "module test_language"),
        ("SSH-5 a text of sshd is English", "if (po_screen_is_sshd(service) && !in_prompt)",
         "if (false)", "unit screen", "module test_language"),
        ("UIX-13 auto asks the locale", "return locale_is_utf8() ? PO_QR_UTF8 : PO_QR_NONE;",
         "return PO_QR_UTF8;", "unit screen"),
    ],
    f"{MODULE}/language.c": [
        ("GEN-1 a language that does not exist", "language < po_language_count ? language : "
         "PO_ENGLISH", "language", "unit language"),
        ("GEN-1 a sentence that does not exist", " || sentence >= PO_SENTENCE_COUNT)", ")",
         "unit language"),
        ("MAP-14 a value is text and no format", "text += plain + (place ? 2 : 0);",
         "text += plain + (place ? 1 : 0);", "unit language"),
    ],
    f"{MODULE}/login.c": [
        ("SSH-5 a challenge that is no prompt", "l->config->display == PO_DISPLAY_PROMPT);",
         "true);", "unit login_show"),
    ],
    "po/catalogue.py": [
        ("UIX-18 a translation fits its place", "if columns(text) > sentence.columns:", "if False:",
         "meta catalogues"),
        ("UIX-12 no control character in a translation", 'if unicodedata.category(c)[0] not in "LNPS" and c != " ":',
         "if False:", "meta catalogues"),
        ("MAP-14 directives are those of the English",
         'if re.findall("%.?", text) != directives:', "if False:", "meta catalogues"),
    ],
}
