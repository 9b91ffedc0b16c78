# SPDX-License-Identifier: BSD-2-Clause
"""po/: gettext's own tools agree with the catalogues, what was made of them is what they say, and
po/catalogue.py refuses every mistake that a catalogue can have."""

import gettext
import pathlib
import re
import shutil
import subprocess
import sys
import unicodedata

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PO = ROOT / "po"
TABLE = ROOT / "pam_oauth" / "module" / "sentences.h"
MADE = ROOT / "pam_oauth" / "module" / "catalogue.c"
CATALOGUES = sorted(PO.glob("*.po"))
LANGUAGES = [path.stem for path in CATALOGUES]
ENGLISH = re.compile(r'X\((\w+), \d+,[\s\\]*"([^"]*)"\)')
ROW = re.compile(r'\[PO_SAY_(\w+)\] = \{"((?:[^"\\]|\\[0-7]{3})*)", (\d+)\},')


def sentences():
    """name -> English."""
    return dict(ENGLISH.findall(TABLE.read_text(encoding="utf-8")))


def catalogue(*arguments, top=ROOT):
    """Runs po/catalogue.py of a tree."""
    return subprocess.run([sys.executable, "-B", str(top / "po" / "catalogue.py"),
                           *map(str, arguments)], capture_output=True, text=True, check=False)


def test_the_languages_of_the_program():
    """Those of the manual, of the Makefile and of the folder; and there are sentences."""
    listed = re.search(r"^catalogues = (.*)$", (PO / "po.am").read_text(), re.M).group(1)
    assert listed.split() == [f"po/{name}.po" for name in LANGUAGES]
    manual = (ROOT / "man" / "pam_oauth.conf.5").read_text()
    assert f".It Cm language = Cm {' | '.join(['en', *LANGUAGES])}\n" in manual
    assert set(LANGUAGES) >= {"cs", "de", "es", "fr", "ja"} and len(sentences()) > 20


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: p.stem)
def test_msgfmt_has_nothing_to_say(path, tmp_path):
    """Syntax, header, directives: not a warning; everything is translated."""
    done = subprocess.run(["msgfmt", "--check", "--statistics", "-o", str(tmp_path / "mo"), str(path)],
                          capture_output=True, text=True, check=False, env={"LC_ALL": "C"})
    assert (done.returncode, done.stderr) == (0, f"{len(sentences())} translated messages.\n")


def test_the_template_is_up_to_date(tmp_path):
    """make template"""
    assert catalogue("template", tmp_path / "pot").returncode == 0
    assert (tmp_path / "pot").read_text() == (PO / "pam_oauth.pot").read_text()
    subprocess.run(["msgfmt", "--check-format", "--check-domain", "-o", str(tmp_path / "mo"),
                    str(PO / "pam_oauth.pot")], check=True)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: p.stem)
def test_nothing_is_left_to_merge(path, tmp_path):
    """What make template would write into a catalogue stands there: comments, order, form."""
    merged = tmp_path / path.name
    subprocess.run(["msgmerge", "--quiet", "--no-location", "--no-fuzzy-matching", "--no-wrap",
                    "-o", str(merged), str(path), str(PO / "pam_oauth.pot")], check=True)
    assert merged.read_text() == path.read_text()


def test_the_table_is_up_to_date(tmp_path):
    """What was compiled."""
    done = catalogue("table", tmp_path / "catalogue.c")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "catalogue.c").read_text() == MADE.read_text()


@pytest.mark.parametrize("number,path", enumerate(CATALOGUES, 1), ids=LANGUAGES)
def test_the_table_says_what_gettext_reads(number, path, tmp_path):
    """Another reader of the same file: msgfmt, and gettext of Python."""
    subprocess.run(["msgfmt", "-o", str(tmp_path / "mo"), str(path)], check=True)
    with open(tmp_path / "mo", "rb") as file:
        known = gettext.GNUTranslations(file)
    block = MADE.read_text(encoding="ascii").split("\t{ /* ")[number + 1]
    assert block.startswith(f"{path.stem} */")
    rows = {name: re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), text).encode("latin-1")
            for name, text, _ in ROW.findall(block) if name != "NOTHING"}
    assert {name: text.decode() for name, text in rows.items()} == \
        {name: known.pgettext(name, english) for name, english in sentences().items()}


def test_no_sentence_stands_in_the_code():
    """One place: whoever says something to a person names it."""
    for path in sorted((ROOT / "pam_oauth" / "module").glob("*.[ch]")):
        if path not in (TABLE, MADE):
            text = path.read_text(encoding="utf-8")
            assert not [s for s in sentences().values() if f'"{s}' in text and len(s) > 9], path.name
            for call in re.findall(r"\bpam_(?:error|info|prompt)\((.*?)\);", text, re.S):
                assert re.findall('"([^"]*)"', call) == ["%s"], f"{path.name}: {call}"


def entry(name):
    """A regular expression for the entry of this name, without its msgstr."""
    return rf'((?:#.*\n)*msgctxt "{name}"\nmsgid ".*"\n)'


def said(name, text):
    """Change: this is the translation."""
    return lambda po: re.sub(entry(name) + 'msgstr ".*"', lambda m: f'{m[1]}msgstr "{text}"', po)


def swap(old, new):
    """Change: another text, which is there exactly once."""
    def change(po):
        assert po.count(old) == 1, old
        return po.replace(old, new)
    return change


MISTAKES = {
    "missing": (lambda po: re.sub(entry("MEMORY") + r'msgstr ".*"\n\n', "", po), "MEMORY is missing"),
    "unknown": (swap('msgctxt "MEMORY"', 'msgctxt "MEMORIES"'), "no sentence 'MEMORIES'"),
    "without a name": (swap('msgctxt "MEMORY"\n', ""), "no sentence 'None'"),
    "there twice": (lambda po: po + "\n" + re.search(entry("MEMORY") + 'msgstr ".*"\n', po)[0],
                    "MEMORY: there twice"),
    "fuzzy": (swap('msgctxt "MEMORY"', '#, fuzzy\nmsgctxt "MEMORY"'), "MEMORY: fuzzy"),
    "fuzzy among flags": (swap('#, c-format\nmsgctxt "TITLE"', '#, c-format, fuzzy\nmsgctxt "TITLE"'),
                          "TITLE: fuzzy"),
    "of an older English": (swap('msgid "Access denied."', 'msgid "No access."'),
                            'the English is now "Access denied."'),
    "empty": (said("MEMORY", ""), "MEMORY: empty"),
    "a directive missing": (said("TITLE", "%s (%s)"), "TITLE: expected the directives %s %s %s"),
    "a directive too many": (said("MEMORY", "%s."), "MEMORY: expected the directives (none)"),
    "a directive of another kind": (said("REFERENCE", "R: %d"), "expected the directives %s"),
    "a directive with a width": (said("REFERENCE", "R: %9s"), "expected the directives %s"),
    "a numbered directive": (said("REFERENCE", "R: %1$s"), "expected the directives %s"),
    "a bare percent sign": (said("MEMORY", "100 %"), "expected the directives (none)"),
    "too wide": (said("OPEN", "x" * 14), "OPEN: 14 columns, 13 is the most"),
    "too wide in wide characters": (said("OPEN", "開" * 7), "OPEN: 14 columns, 13 is the most"),
    "too wide without its values": (said("LEFT_MINUTES", "x" * 23 + "%s"), "23 columns, 22 is"),
    "an escape sequence": (said("MEMORY", "\x1b[2J."), "U+001B"),
    "a tabulator": (said("MEMORY", "a\tb."), "U+0009"),
    "a newline": (said("MEMORY", "a\\nb."), "U+000A"),
    "a control of C1": (said("MEMORY", "a\u0085b."), "U+0085"),
    "a change of direction": (said("MEMORY", "a\u202eb."), "U+202E"),
    "a blank without width": (said("MEMORY", "a\u200bb."), "U+200B"),
    "a blank that does not break": (said("MEMORY", "a\u00a0b."), "U+00A0"),
    "a combining mark": (said("MEMORY", "x\u0323."), "U+0323"),
    "a private character": (said("MEMORY", "\ue000."), "U+E000"),
    "from right to left": (said("MEMORY", "\u05d0."), "U+05D0"),
    "not in NFC": (said("MEMORY", unicodedata.normalize("NFD", "é.")), "NFC"),
    "of a width that depends": (said("MEMORY", "開→."), "U+2192"),
    "without the key": (said("PROMPT", "Enter: "), "PROMPT: the key q"),
    "another key": (said("PROMPT", "Enter, x: "), "PROMPT: the key q"),
    "the key in a word": (said("PROMPT", "Enter, quit: "), "PROMPT: the key q"),
    "without the last blank": (said("PROMPT", "Enter, q:"), "PROMPT: the end"),
    "a blank at the end": (said("MEMORY", "No. "), "MEMORY: the end"),
    "a blank at the beginning": (said("MEMORY", " No."), "MEMORY: empty, or blanks"),
    "two blanks": (said("MEMORY", "No  no."), "MEMORY: empty, or blanks"),
    "a plural": (swap('msgctxt "MEMORY"\n', 'msgctxt "MEMORY"\nmsgid_plural "x"\n'), "msgid_plural"),
    "an obsolete entry": (lambda po: po + '\n#~ msgid "x"\n#~ msgstr "y"\n', "obsolete"),
    "an unknown escape": (said("MEMORY", "\\x41."), "escape"),
    "not quoted": (swap('msgid "Access denied."', "msgid Access"), "not a quoted text"),
    "no translation": (lambda po: re.sub(entry("MEMORY") + 'msgstr ".*"\n', r"\1", po),
                       "without msgid or msgstr"),
    "a word of no format": (swap('msgctxt "MEMORY"', 'context "MEMORY"'), "does not belong here"),
    "no header": (lambda po: po[po.index("#. "):], "does not begin with a header"),
    "another language's header": (swap('"Language: de\\n"', '"Language: fr\\n"'), "Language: de"),
    "another encoding": (swap("charset=UTF-8", "charset=ISO-8859-1"), "Content-Type"),
    "a fuzzy header": (lambda po: "#, fuzzy\n" + po, "header is fuzzy"),
}


@pytest.fixture(name="tree")
def _tree(tmp_path):
    """A copy of what catalogue.py reads."""
    shutil.copytree(PO, tmp_path / "po", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "po").chmod(0o755)      # in distcheck the original is read-only
    (tmp_path / "pam_oauth" / "module").mkdir(parents=True)
    shutil.copy(TABLE, tmp_path / "pam_oauth" / "module")
    for path in tmp_path.rglob("*.*"):
        path.chmod(path.stat().st_mode | 0o200)
    return tmp_path


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_refused(name, tree):
    """It is named with its file, and nothing is written."""
    change, told = MISTAKES[name]
    path = tree / "po" / "de.po"
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before
    done = catalogue("table", tree / "made", top=tree)
    assert done.returncode == 1 and told in done.stderr, done.stderr
    assert re.match(r"de\.po(:\d+)?: ", done.stderr) and "Traceback" not in done.stderr
    assert not (tree / "made").exists()


@pytest.mark.parametrize("name", ["german.po", "de.utf8.po", "en.po"])
def test_a_file_is_named_after_its_language(name, tree):
    """And there is no catalogue of English."""
    (tree / "po" / "de.po").rename(tree / "po" / name)
    done = catalogue("table", tree / "made", top=tree)
    assert done.returncode == 1 and f"{name}: not named after a language" in done.stderr


def test_bytes_that_are_no_utf8(tree):
    """Whatever the header says."""
    path = tree / "po" / "de.po"
    path.write_bytes(path.read_bytes().replace("ü".encode(), b"\xfc"))
    done = catalogue("table", tree / "made", top=tree)
    assert done.returncode == 1 and "de.po: not UTF-8" in done.stderr


SLIPS = {
    "too wide": ('X(OPEN, 13, "Open")', 'X(OPEN, 3, "Open")', "OPEN: 4 columns, 3 is the most"),
    "there twice": ('X(OPEN, 13, "Open")', 'X(SCAN, 13, "Open")', "SCAN: there twice"),
    "no comment": ("/* No memory is left. */", "", "a row is not understood"),
    "a directive": ('"Open")', '"Open %d")', "expected the directives"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_in_the_table_is_refused(name, tree):
    """The English is held to the same rules."""
    old, new, told = SLIPS[name]
    path = tree / "pam_oauth" / "module" / "sentences.h"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    done = catalogue("table", tree / "made", top=tree)
    assert done.returncode == 1 and told in done.stderr, done.stderr


def test_a_new_language_is_only_its_file(tree):
    """doc/CONTRIBUTING.md: what a translator does, as far as the program is concerned."""
    text = (tree / "po" / "de.po").read_text(encoding="utf-8")
    (tree / "po" / "gsw_CH.po").write_text(text.replace("Language: de", "Language: gsw_CH"),
                                           encoding="utf-8")
    assert catalogue("table", tree / "made", top=tree).returncode == 0
    assert '"fr", "gsw_CH", "ja", NULL' in (tree / "made").read_text(encoding="ascii")
