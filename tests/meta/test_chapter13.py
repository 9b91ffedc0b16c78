#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Chapter 13 of the requirements, row by row: each SRV id is a row of a table that a real worker
runs against a hostile server (tests/worker) or, for what happens to names, a row that the
module's rules are asked (tests/unit). And each such row says what has to come of it, as PAM code
and as reason in the log, and says what the chapter says."""

import importlib
import pathlib
import re
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKER = ROOT / "tests" / "worker"
RULES = [ROOT / "tests" / "unit" / name for name in ("policy_rows.h", "test_rules.c",
                                                      "test_conditions.c")]
ID = re.compile(r"\bSRV-(\d+)\b")
PAM = {"AE": "PAM_AUTH_ERR", "AU": "PAM_AUTHINFO_UNAVAIL", "OK": None}
# A poll is repeated (P): it succeeds in the end, or the login ends as DEV-45 says.
POLL = ("OK", "AE", "AU")

# What the chapter allows as the end of each row. TYPED: the worker hands the claim over as "cannot
# be read", and the module's rule then fails (tests/module/test_results.py, tests/unit).
TYPED = ("OK", "AE")
CHAPTER = {
    # 13.1
    **dict.fromkeys((1, 2, 3, 5, 6, 7, 8, 14), ("AU", *POLL)),
    4: ("AU", "AE"), 9: ("AU", "AE"), 10: ("AU",), 11: ("AU",), 12: ("AU",), 13: ("OK",),
    15: ("AU", *POLL), 16: ("AU", "AE"), 17: ("OK",), 18: ("OK",), 19: ("AU", "AE"),
    20: ("AU", "AE"), 21: ("AU", "AE"), 22: POLL, 23: POLL, 24: ("AE",), 25: ("AU", "AE"),
    26: ("OK",), 27: ("AU", "AE"),
    # 13.2; what is not JSON at discovery and device authorization is AU (10.1)
    **dict.fromkeys((30, 31, 34, 35, 36, 41, 42, 43), ("AU", "AE")),
    32: ("AU", "AE", "OK"), 33: ("OK",), 37: ("AU", "AE", "OK"),
    38: ("AE",), 39: ("AE", "OK"), 40: ("AE",), 44: ("OK",),
    # 13.3
    **dict.fromkeys((50, 52, 53, 59, 61, 62, 63, 65, 66, 67, 68, 72, 79, 80), ("AU",)),
    **dict.fromkeys((51, 54, 55, 56, 57, 58, 60, 64, 69, 70, 73, 74, 75, 76, 77, 78), ("OK",)),
    71: ("OK", "AU"),
    # 13.4
    **dict.fromkeys((90, 91, 96, 98, 99, 100, 101, 102, 105, 106, 107, 94), ("AE",)),
    92: ("AE", "OK"), 93: ("AE", "OK"), 95: ("OK", "AE"), 97: ("AE", "OK"), 103: ("OK",),
    104: ("OK",),
    # 13.5
    **dict.fromkeys((*range(120, 127), 128, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141,
                     142, 143, 144, 145, 154), ("AE",)),
    127: ("AE",), 129: ("OK", "AE"), 130: ("AE", "OK"), 148: TYPED, 149: TYPED,
    146: TYPED, 147: TYPED,
    150: ("AE", "OK"), 151: ("AE", "OK"), 152: ("AE", "OK"), 153: ("OK", "AE"),
    # 13.6
    160: ("AU",), 161: ("AU",), 162: ("OK", "AU", "AE"), 163: ("AU", "OK"), 164: ("OK",),
    165: ("AU",), 166: ("OK",), 167: ("AE",), 168: ("OK",), 169: ("AE",), 170: ("AE",),
    171: ("OK",),
    # 13.7, by the rules; of 185 the worker has its part
    **dict.fromkeys((180, 181, 182, 183, 184, 186, 187, 188), ("AE",)), 185: TYPED,
}

# Rows that nothing can say yet, because what they are about does not exist; none for other reasons.
NOT_YET = {
}


def worker_rows():
    """(file, Row) of every table in tests/worker."""
    sys.path[:0] = [str(ROOT / "tests" / "lib"), str(WORKER)]
    try:
        for path in sorted(WORKER.glob("test_*.py")):
            module = importlib.import_module(path.stem)
            for function in vars(module).values():
                for mark in getattr(function, "pytestmark", []):
                    if mark.name == "parametrize" and mark.args[0] == "row":
                        yield from ((path.name, row) for row in mark.args[1])
    finally:
        sys.path.remove(str(WORKER))


ROWS = list(worker_rows())
NAMED = [(file, row) for file, row in ROWS if ID.search(row.name)]


def ids(text):
    """The numbers of the SRV ids in a text."""
    return {int(number) for number in ID.findall(text)}


def pam_codes():
    """Fault code: PAM result, from the one table that has it."""
    text = (ROOT / "include" / "po_err.h").read_text()
    return dict(re.findall(r'X\(PO_E_(\w+), "\w+", (PAM_\w+),', text))


def rule_rows():
    """The strings of the rules' tables that begin with an id."""
    return [text for path in RULES
            for text in re.findall(r'\{"(SRV-\d+[^"]*)"', path.read_text())]


def test_the_list_is_that_of_the_chapter():
    """1-27, 30-44, 50-80, 90-107, 120-154, 160-171, 180-188."""
    parts = ((1, 27), (30, 44), (50, 80), (90, 107), (120, 154), (160, 171), (180, 188))
    assert sorted(CHAPTER) == [n for low, high in parts for n in range(low, high + 1)]


def test_every_row_is_tested():
    """Each id is a row of a table, or stands above with its reason; not both."""
    tested = set().union(*(ids(row.name) for _, row in NAMED), *map(ids, rule_rows()))
    assert not sorted(set(CHAPTER) - tested - set(NOT_YET)), "no row for these"
    assert not sorted(tested - set(CHAPTER)), "no such rows in the chapter"
    assert not sorted(tested & set(NOT_YET)), "tested, and said to be impossible"


def test_names_are_asked_of_the_rules():
    """13.7 is about the module: its rows stand where the rules are asked."""
    assert set(range(180, 189)) <= set().union(*map(ids, rule_rows()))


def test_ages_and_levels_are_judged_by_the_module():
    """SRV-146, SRV-147: the worker hands over what the token says; the module's conditions refuse."""
    conditions = re.findall(r'\{"(SRV-\d+)[^"]*", "[^"]*", [^;]*?PO_(NO|UNKNOWN)\}',
                            (ROOT / "tests" / "unit" / "test_conditions.c").read_text())
    assert {("SRV-146", "NO"), ("SRV-146", "UNKNOWN"), ("SRV-147", "NO"),
            ("SRV-147", "UNKNOWN")} <= set(conditions)


@pytest.mark.parametrize("number", [n for n in CHAPTER if n not in NOT_YET and n < 180])
def test_the_end_is_that_of_the_chapter(number):
    """One fault code, whose PAM result the chapter has for this row."""
    codes = pam_codes()
    allowed = {PAM[end] for end in CHAPTER[number]}
    rows = [(file, row) for file, row in NAMED if number in ids(row.name)]
    assert rows
    for file, row in rows:
        assert row.code is None or isinstance(row.code, str), f"{file}: {row.name}: {row.code}"
        found = None if row.code is None else codes[row.code]
        assert found in allowed, f"{file}: {row.name}: {found}, the chapter says {allowed}"


@pytest.mark.parametrize("file", sorted({file for file, _ in ROWS}))
def test_every_refusal_has_its_reason(file):
    """A row that expects a fault says what the log has to tell, too: a refusal for another reason
    than the one that the row is about proves nothing."""
    silent = [row.name for where, row in ROWS if where == file and row.code and not row.text]
    assert not silent


def test_reasons_name_something_unwritten():
    """The control: the table of PAM codes was read."""
    assert pam_codes()["UNREACHABLE"] == "PAM_AUTHINFO_UNAVAIL"
    assert pam_codes()["TOKEN"] == "PAM_AUTH_ERR" and len(ROWS) > 1000
