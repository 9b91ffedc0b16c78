# SPDX-License-Identifier: BSD-2-Clause
"""doc/TROUBLESHOOTING.md says what programs say: each result with its sentence, texts, keys."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / "doc" / "TROUBLESHOOTING.md").read_text(encoding="utf-8")
TABLE = (ROOT / "include" / "po_err.h").read_text(encoding="utf-8")
MANUAL = (ROOT / "man" / "pam_oauth.conf.5").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in TEXT.splitlines() if re.match(r"\| `\w+` \|", line)]
SENTENCES = dict(re.findall(r'X\((\w+), \d+,[\s\\]*"([^"]*)"\)', (
    ROOT / "pam_oauth" / "module" / "sentences.h").read_text(encoding="utf-8")), NOTHING="")
FAULTS = [(name, SENTENCES[said]) for name, said in re.findall(
    r'X\(PO_\w+, "(\w+)", \w+, \w+,[\s\\]*PO_SAY_(\w+)\)', TABLE)]
SOURCES = "\n".join(path.read_text(encoding="utf-8")
                    for path in sorted((ROOT / "pam_oauth").rglob("*.c")))
# Texts of faults, as one string each, with what is filled in as the document writes it.
FORMATS = {re.sub(r"%(?:l|ll|z|0\d)*[a-z]", "…", text)
           for text in re.findall(r'"((?:[^"\\\n]|\\.)*)"', SOURCES)}
# What a provider or sshd says.
WORDS = {"refuse", "Permission denied (publickey)"}
QUOTED = sorted({text for text in re.findall(r'"([^"\n]+)"', TEXT) if text not in WORDS})
KEYS = sorted(set(re.findall(
    r"`((?:limit|qr|max|min|refuse|skip|trusted|allow|id_token|endpoint|iss|identity)_\w+"
    r"|system_accounts|account|issuer|scope|grace|qr)\b", TEXT)))


def test_every_result_has_its_line_and_sentence():
    """Both directions: whatever the log can say is explained, and nothing else."""
    said = dict(FAULTS)
    del said["success"]
    assert len(said) > 20
    told = {row[0].strip("`"): row[1] for row in ROWS}
    assert set(told) == set(said)
    for name, sentence in said.items():
        if sentence:
            assert told[name] == sentence.replace("1 minute.", "…"), name


@pytest.mark.parametrize("text", QUOTED)
def test_quoted_texts_are_the_programs_own(text):
    """Somebody searches for what stands in the log."""
    plain = [part for part in text.split("…") if part.strip(" :'")]
    found = [form for form in FORMATS
             if form == text or (text in form) or form.strip("…: ") == text.strip("…: ")]
    assert plain and found, text


@pytest.mark.parametrize("key", KEYS)
def test_keys_exist(key):
    """In the manual of the configuration."""
    assert re.search(rf"^\.It (?:Cm|Ic|Va) .*\b{key}\b", MANUAL, re.M), key


@pytest.mark.parametrize("verb", sorted(set(re.findall(r"pam-oauth (\w+)", TEXT))))
def test_verbs_exist(verb):
    """In the manual of the command."""
    assert f"\n.It Cm {verb}" in (ROOT / "man" / "pam-oauth.8").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", ["TROUBLESHOOTING.md", "SCREENS.md"])
def test_pictures_and_links_exist(document):
    """Each target, and each picture that is kept."""
    text = (ROOT / "doc" / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([\w./-]+)\)", text):
        assert (ROOT / "doc" / target).is_file(), target


def test_every_kept_picture_is_shown():
    """Nothing lies in doc/pictures for nobody."""
    shown = "".join((ROOT / path).read_text(encoding="utf-8")
                    for path in ("README.md", "doc/SCREENS.md"))
    for path in sorted((ROOT / "doc" / "pictures").iterdir()):
        assert f"pictures/{path.name}" in shown, path.name
