# SPDX-License-Identifier: BSD-2-Clause
"""doc/TROUBLESHOOTING.md knows each result that the log may name, and names no key or verb that is not."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / "doc" / "TROUBLESHOOTING.md").read_text(encoding="utf-8")
RESULTS = TEXT.split("## By `result` in the log")[1].split("\n## ")[0]


def known(pattern, path):
    """What a source or manual names."""
    return set(re.findall(pattern, (ROOT / path).read_text(encoding="utf-8"), re.M))


def test_every_result_has_its_row():
    """Both ways; one row each."""
    names = known(r'X\(PO_\w+, "(\w+)"', "include/po_err.h")
    rows = re.findall(r"^\| (\w+) \|", RESULTS, re.M)
    assert len(names) > 20 and sorted(rows) == sorted(names | {"result"})


def test_keys_are_those_of_the_manual():
    """A key that was renamed would send the reader nowhere."""
    keys = known(r"^\.It Cm (\w+) =", "man/pam_oauth.conf.5")
    said = set(re.findall(r"`(\w+)(?: =)?`", TEXT))
    other = {"result", "reason", "pam_oauth", "authpriv", "openid", "sudo", "date", "keyboard", "UsePAM",
             "LoginGraceTime", "AuthenticationMethods", "pam"}
    assert len(said & keys) > 8 and not {word for word in said - keys - other if "_" in word or word.islower()}


def test_verbs_are_those_of_the_command():
    """pam-oauth VERB."""
    verbs = known(r"^\.Nm pam-oauth (\w+)|^\.It Cm (\w+)$", "man/pam-oauth.8")
    verbs = {name for pair in verbs for name in pair if name} or verbs
    said = set(re.findall(r"pam-oauth (\w+)", TEXT))
    assert "check" in said and said <= verbs, said - verbs
