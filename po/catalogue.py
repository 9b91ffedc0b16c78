#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""From po/*.po to the module's constant table of sentences, and from that to po/pam_oauth.pot.

    catalogue.py table FILE     checks every catalogue and writes the C file (make does that)
    catalogue.py template FILE  writes the template for translators (make template)

Both read the English sentences, with their names and places, from pam_oauth/module/sentences.h. A
catalogue with a mistake is refused as a whole: FILE is written only if nothing was found. What it
means to be without mistakes stands in the functions check_*, and in doc/CONTRIBUTING.md.
"""

import collections
import os
import pathlib
import re
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE.parent / "pam_oauth" / "module" / "sentences.h"
LICENCE = "SPDX-License-Identifier: BSD-2-Clause"
KEY = re.compile(r"(?<![A-Za-z])q(?![A-Za-z])")         # what the person types, in any language
HEADERS = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8",
           "Content-Transfer-Encoding": "8bit"}

Sentence = collections.namedtuple("Sentence", "columns english comment")
Entry = collections.namedtuple("Entry", "line flags context msgid msgstr")


class Mistake(Exception):
    """One line for whoever edits the file."""


# --- what there is to say ---------------------------------------------------------------------

def sentences():
    """name -> Sentence, in the order of sentences.h."""
    row = re.compile(r'/\* ([^*]+) \*/\s*X\((\w+), (\d+), "((?:[^"\\]|\\.)*)"\)')
    text = re.sub(r"\s*\\\n\s*", " ", TABLE.read_text(encoding="utf-8"))
    table = text.partition("#define PO_SENTENCE_TABLE(X)")[2].partition("\n")[0]
    found = {}
    for comment, name, columns, english in row.findall(table):
        if name in found or "\\" in english:
            raise Mistake(f"{TABLE.name}: {name}: there twice, or has a backslash")
        found[name] = Sentence(int(columns), english, comment)
    if len(found) != len(re.findall(r"\bX\(", table)):
        raise Mistake(f"{TABLE.name}: a row is not understood: comment, name, columns, English?")
    return found


# --- po files ---------------------------------------------------------------------------------

def unquote(text, where):
    """The content of a quoted line."""
    if not re.fullmatch(r'"(?:[^"\\]|\\[n"\\])*"', text):
        raise Mistake(f"{where}: not a quoted text, or an escape other than \\n, \\\" and \\\\")
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text[1:-1])


def read_block(block, line, path):
    """One entry: its lines of flags, msgctxt, msgid and msgstr."""
    fields, flags, last = {}, set(), None
    for number, text in enumerate(block, line):
        where = f"{path.name}:{number}"
        keyword, _, rest = text.partition(" ")
        if text.startswith("#,"):
            flags |= {flag.strip() for flag in text[2:].split(",")}
        elif text.startswith("#~"):
            raise Mistake(f"{where}: an obsolete entry: delete it")
        elif keyword in ("msgctxt", "msgid", "msgstr") and keyword not in fields:
            fields[keyword], last = unquote(rest, where), keyword
        elif text.startswith('"') and last:
            fields[last] += unquote(text, where)
        elif not text.startswith("#"):
            raise Mistake(f"{where}: '{keyword}' does not belong here")
    if not fields:
        return None
    if "msgid" not in fields or "msgstr" not in fields:
        raise Mistake(f"{path.name}:{line}: an entry without msgid or msgstr")
    return Entry(line, flags, fields.get("msgctxt"), fields["msgid"], fields["msgstr"])


def read_catalogue(path):
    """All entries of a po file, its header first."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as e:
        raise Mistake(f"{path.name}: not UTF-8: {e.reason}") from e
    entries, begin = [], 0
    for number, text in enumerate([*lines, ""]):
        if not text.strip():
            entry = read_block(lines[begin:number], begin + 1, path)
            entries += [entry] if entry else []
            begin = number + 1
    return entries


# --- what is wrong with a translation ---------------------------------------------------------

def columns(text):
    """What a terminal shows it in, without its %s."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text.replace("%s", ""))


def check_characters(text):
    """Characters that each take one or two columns, whatever the terminal, from left to right."""
    if unicodedata.normalize("NFC", text) != text:
        yield "not in Unicode's form NFC"
    for c in text:
        name = f"U+{ord(c):04X}"
        if unicodedata.category(c)[0] not in "LNPS" and c != " ":
            yield f"{name} is a control, a mark, a blank of another kind or none at all"
        elif unicodedata.bidirectional(c) in ("R", "AL", "AN"):
            yield f"{name} is written from right to left, which terminals do in different ways"


def check_wide(text):
    """Where a text is East Asian, a terminal may show some characters in one column or in two."""
    kinds = {c: unicodedata.east_asian_width(c) for c in text}
    if set(kinds.values()) & {"W", "F"}:
        for c in [c for c, kind in kinds.items() if kind == "A"]:
            yield f"U+{ord(c):04X} is one or two columns wide, which depends on the terminal"


def check_form(text, sentence):
    """What the program relies on."""
    directives = re.findall("%.?", sentence.english)
    if re.findall("%.?", text) != directives:
        yield f"expected the directives {' '.join(directives) or '(none)'}"
    if len(KEY.findall(text)) != len(KEY.findall(sentence.english)):
        yield "the key q has to stand there as in the English"
    if not text or text != text.lstrip(" ") or "  " in text:
        yield "empty, or blanks at the beginning or in a row"
    if text.endswith(": ") != sentence.english.endswith(": ") or \
            text.endswith(" ") != sentence.english.endswith(" "):
        yield "the end, a colon and a blank, has to be as in the English"
    if columns(text) > sentence.columns:
        yield f"{columns(text)} columns, {sentence.columns} is the most"


def check_text(text, sentence):
    """All of it."""
    yield from check_characters(text)
    yield from check_wide(text)
    yield from check_form(text, sentence)


def check_entry(entry, table):
    """A po entry against the sentence that it translates."""
    sentence = table.get(entry.context)
    if not sentence:
        yield f"there is no sentence '{entry.context}'"
        return
    if "fuzzy" in entry.flags:
        yield "fuzzy: look at it and take the mark away"
    if entry.msgid != sentence.english:
        yield f"the English is now \"{sentence.english}\""
    yield from check_text(entry.msgstr, sentence)


def check_header(header, path):
    """The first entry says which language in which encoding."""
    said = dict(line.split(": ", 1) for line in header.msgstr.splitlines() if ": " in line)
    for name, value in {**HEADERS, "Language": path.stem}.items():
        if said.get(name) != value:
            yield f"expected the header {name}: {value}"
    if "fuzzy" in header.flags:
        yield "the header is fuzzy: fill it in and take the mark away"


def check_catalogue(path, table):
    """(name -> translation, [mistake]) of a po file."""
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", path.stem) or path.stem == "en":
        return {}, [f"{path.name}: not named after a language (and country), as in pt_BR.po"]
    entries = read_catalogue(path)
    if not entries or entries[0].msgid or entries[0].context is not None:
        return {}, [f"{path.name}: does not begin with a header"]
    wrong = [f"{path.name}:{entries[0].line}: {w}" for w in check_header(entries[0], path)]
    translated = {}
    for entry in entries[1:]:
        where = f"{path.name}:{entry.line}: {entry.context}"
        wrong += [f"{where}: {w}" for w in check_entry(entry, table)]
        if entry.context in translated:
            wrong.append(f"{where}: there twice")
        translated[entry.context] = entry.msgstr
    wrong += [f"{path.name}: {name} is missing" for name in table if name not in translated]
    return translated, wrong


# --- what is made of it -----------------------------------------------------------------------

def c_string(text):
    """As C: octal escapes end after three digits, whatever follows."""
    return '"' + "".join(c if c.isascii() and c not in '"\\' else
                         "".join(f"\\{b:03o}" for b in c.encode()) for c in text) + '"'


def c_file(table, languages):
    """The constant table. {language: {name: text}}, English first."""
    names = ", ".join(c_string(name) for name in languages)
    rows = [f"/* {LICENCE} */",
            "/* Made by po/catalogue.py of sentences.h and po/: edit those. */",
            '#include "catalogue.h"', "", "/* clang-format off */",
            f"const char *const po_language_names[] = {{{names}, NULL}};", "",
            f"const size_t po_language_count = {len(languages)};", "",
            "const struct po_phrase po_catalogue[][PO_SENTENCE_COUNT] = {"]
    for language, texts in languages.items():
        rows += [f"\t{{ /* {language} */", '\t\t[PO_SAY_NOTHING] = {"", 0},']
        rows += [f"\t\t[PO_SAY_{name}] = {{{c_string(texts[name])}, {columns(texts[name])}}},"
                 for name in table]
        rows.append("\t},")
    return "\n".join([*rows, "};", "/* clang-format on */", ""])


def template(table):
    """What a translator begins with: msginit, or a copy."""
    header = "".join(f'"{name}: {value}\\n"\n' for name, value in {
        "Project-Id-Version": "pam_oauth", "PO-Revision-Date": "YEAR-MO-DA HO:MI+ZONE",
        "Last-Translator": "FULL NAME <EMAIL@ADDRESS>", "Language-Team": "LANGUAGE",
        "Language": "", **HEADERS}.items())
    rows = [f"# {LICENCE}\n# What people read at a login. doc/CONTRIBUTING.md says what to mind.\n"
            f'#, fuzzy\nmsgid ""\nmsgstr ""\n{header}']
    for name, s in table.items():
        flag = "#, c-format\n" if "%" in s.english else ""
        rows.append(f"#. {s.comment}\n#. At most {s.columns} columns.\n{flag}"
                    f'msgctxt "{name}"\nmsgid "{s.english}"\nmsgstr ""\n')
    return "\n".join(rows)


def catalogues(table):
    """English and all that stands in po/, or a Mistake that names every mistake."""
    languages = {"en": {name: s.english for name, s in table.items()}}
    wrong = [f"{TABLE.name}: {name}: {w}" for name, s in table.items()
             for w in check_text(s.english, s)]
    for path in sorted(HERE.glob("*.po")):
        languages[path.stem], found = check_catalogue(path, table)
        wrong += found
    if wrong:
        raise Mistake("\n".join(wrong))
    return languages


def write(path, text):
    """As a whole or not at all: two builds may do this at once."""
    target = pathlib.Path(path)
    new = target.with_name(f".{target.name}.{os.getpid()}")
    new.write_text(text, encoding="utf-8")
    new.replace(target)


def main(arguments):
    """The command line."""
    if len(arguments) != 2 or arguments[0] not in ("table", "template"):
        sys.exit(__doc__)
    try:
        table = sentences()
        made = template(table) if arguments[0] == "template" else c_file(table, catalogues(table))
    except Mistake as e:
        sys.exit(f"{e}")
    write(arguments[1], made)


if __name__ == "__main__":
    main(sys.argv[1:])
