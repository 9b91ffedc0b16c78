#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""doc/THREATS.md names the tests that show what it says: all of them exist, and each line has one."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
THREATS = (ROOT / "doc" / "THREATS.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:\w+/)+test_\w+\.(?:py|c))::(\w+)`", THREATS)))
TABLE_ROWS = [line for line in THREATS.splitlines()
              if line.startswith("| ") and not line.startswith("| threat |")
              and not line.startswith("| where |")]


@pytest.mark.parametrize("file, function", NAMED, ids="::".join)
def test_it_exists(file, function):
    """As a function of pytest, or as one that cmocka is given."""
    text = (ROOT / "tests" / file).read_text()
    if file.endswith(".py"):
        assert re.search(rf"^def {function}\(", text, re.M)
    else:
        assert re.search(rf"^static void {function}\(void \*\*state\)", text, re.M)
        assert len(re.findall(rf"\b{function}\b", text)) >= 2, "it is run"


@pytest.mark.parametrize("line", TABLE_ROWS, ids=lambda line: line[2:40].replace(" ", "_"))
def test_each_line_is_shown_by_something(line):
    """A defence that no test shows is a hope."""
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert re.fullmatch(r"(`(?:\w+/)+test_\w+\.(py|c)::\w+` ?)+", cells[-1]), line


def test_nothing_is_named_in_another_way():
    """So that nothing escapes the check above."""
    mentioned = re.findall(r"(?:\w+/)+test_\w+\.(?:py|c)", THREATS)
    inside = re.findall(r"`((?:\w+/)+test_\w+\.(?:py|c))(?:::\w+)?`", THREATS)
    assert sorted(mentioned) == sorted(inside) and len(NAMED) > 60


@pytest.mark.parametrize("document", ["README.md", "SECURITY.md"])
def test_it_is_linked(document):
    """Where somebody looks for it."""
    assert "(doc/THREATS.md)" in (ROOT / document).read_text()
