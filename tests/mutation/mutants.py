# SPDX-License-Identifier: BSD-2-Clause
"""The table of mutants: one security-relevant condition broken in each.

A row is (name, original, replacement, killer...). The name begins with the requirement's id; the
original stands exactly once in its file, or the row is void. Where two conditions guard the same
thing, the row breaks both: original and replacement are then tuples, of the places in one file. A
killer is where the row's author expects the mutant to die, narrowest first: `unit id_token`,
`worker SRV-61`, `module lies`, `e2e setuid` (a suite and what pytest's -k selects of it).
"""

import dataclasses
import hashlib
import importlib.util
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
SUITES = ("unit", "worker", "module", "meta", "e2e")


class TableError(Exception):
    """A row that does not fit the tree any more, or never did."""


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One row; `file` is relative to the top of the tree."""
    file: str
    name: str
    original: tuple
    replacement: tuple
    killers: tuple

    def apply(self, text):
        """The mutated text of the file."""
        for original, replacement in zip(self.original, self.replacement):
            found = text.count(original)
            if found != 1:
                raise TableError(f"{self.name}: original text found {found} times in {self.file}")
            text = text.replace(original, replacement)
        return text

    def key(self):
        """Tells this row from what it said before it was edited."""
        what = "\0".join((self.file, *self.original, *self.replacement))
        return hashlib.sha256(what.encode()).hexdigest()[:16]


def _module(path):
    spec = importlib.util.spec_from_file_location(f"rows_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _tuple(text):
    return (text,) if isinstance(text, str) else tuple(text)


def _check(mutants):
    names = set()
    for m in mutants:
        if m.name in names:
            raise TableError(f"{m.name}: two rows of this name")
        names.add(m.name)
        if len(m.original) != len(m.replacement):
            raise TableError(f"{m.name}: not as many replacements as places")
        if any(o == r for o, r in zip(m.original, m.replacement)):
            raise TableError(f"{m.name}: changes nothing")
        if not m.killers:
            raise TableError(f"{m.name}: no killer is named")
        for killer in m.killers:
            suite, _, what = killer.partition(" ")
            if suite not in SUITES or not what or " " in what:
                raise TableError(f"{m.name}: '{killer}' is no killer")


def load():
    """All rows, in the order of the files in rows/."""
    mutants = [Mutant(file, name, _tuple(original), _tuple(replacement), tuple(killers))
               for path in sorted((HERE / "rows").glob("*.py"))
               for file, rows in _module(path).ROWS.items()
               for name, original, replacement, *killers in rows]
    _check(mutants)
    return mutants
