# SPDX-License-Identifier: BSD-2-Clause
"""The table of the mutation check still fits the tree; the check itself takes hours
(tests/mutation/run)."""

import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/mutation"))

import mutants  # noqa: E402  pylint: disable=wrong-import-position

TABLE = mutants.load()
LEAST = 60
# What an attacker would break first: a table that loses one of these is not the one that was run.
AREAS = ["IDT-10", "IDT-11", "IDT-12", "IDT-13", "IDT-14", "IDT-16", "IDT-4", "JWS-3", "JWK-4",
         "NET-2", "NET-4", "DSC-4", "DEV-44", "UIX-4", "LIM-19", "GEN-2", "MAP-7", "MAP-8",
         "MAP-5", "IDN-9", "IDN-4", "MAP-13", "PAM-38", "PAM-41", "PAM-31", "NET-30"]


@pytest.mark.parametrize("mutant", TABLE, ids=lambda m: m.name)
def test_row_fits_the_tree(mutant):
    """The original text stands exactly once in its file (apply says so otherwise)."""
    text = (ROOT / mutant.file).read_text()
    assert mutant.apply(text) != text


@pytest.mark.parametrize("killer", sorted({k for m in TABLE for k in m.killers}))
def test_killer_exists(killer):
    """A unit program, or a suite that has something of that name."""
    suite, what = killer.split(" ")
    if suite == "unit":
        assert (ROOT / f"tests/unit/test_{what}.c").exists()
    else:
        assert any(what in p.name or what in p.read_text()
                   for p in (ROOT / "tests" / suite).glob("test_*.py"))


@pytest.mark.parametrize("area", AREAS)
def test_area_is_covered(area):
    """The conditions that matter most have rows."""
    assert [m for m in TABLE if m.name.startswith(f"{area} ")]


def test_there_are_enough():
    """Issue and documentation speak of so many."""
    assert len(TABLE) >= LEAST
