#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Lines and branches that were reached, by file: coverage_table.py LCOV-FILE UNCOVERED-FILE LEAST

Prints a table (markdown); writes the lines of pam_oauth/ that were not reached, with their text.
Exit status 1 when less than LEAST percent of all lines were.
"""

import pathlib
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]


class File:
    """What is known of one source file: line -> times, and branches reached of how many."""

    def __init__(self):
        self.lines, self.branches, self.taken = {}, 0, 0

    def note(self, kind, value):
        fields = value.split(",")
        if kind == "DA":
            self.lines[int(fields[0])] = int(fields[1])
        elif kind == "BRDA":
            self.branches += 1
            self.taken += fields[3] not in ("-", "0")

    def missed(self):
        return [number for number, times in sorted(self.lines.items()) if not times]


def read(path):
    """Name below pam_oauth/ -> File, of what has lines."""
    files, current = {}, None
    for line in pathlib.Path(path).read_text().splitlines():
        kind, _, value = line.partition(":")
        if kind == "SF":
            source = pathlib.Path(value).resolve()
            inside = source.is_relative_to(TOP / "pam_oauth")
            current = files.setdefault(str(source.relative_to(TOP)), File()) if inside else None
        elif current:
            current.note(kind, value)
    return {name: file for name, file in sorted(files.items()) if file.lines}


def percent(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "–"


def row(name, files):
    lines = sum(len(f.lines) for f in files)
    missed = sum(len(f.missed()) for f in files)
    branches, taken = sum(f.branches for f in files), sum(f.taken for f in files)
    print(f"| {name} | {lines} | {percent(lines - missed, lines)} | {missed} "
          f"| {branches} | {percent(taken, branches)} |")
    return 100 * (lines - missed) / lines


def main():
    info, uncovered, least = sys.argv[1:]
    files = read(info)
    if not files:
        sys.exit("coverage: the profile knows no file of pam_oauth/")
    with open(uncovered, "w", encoding="utf-8") as out:
        for name, file in files.items():
            text = (TOP / name).read_text(encoding="utf-8").splitlines()
            out.writelines(f"{name}:{n}:{text[n - 1]}\n" for n in file.missed())
    print("| file | lines | reached | missed | branches | taken |\n|---|--:|--:|--:|--:|--:|")
    for name, file in files.items():
        row(f"`{name.removeprefix('pam_oauth/')}`", [file])
    total = row("**all**", files.values())
    print(f"\nThe lines that were missed: {uncovered}")
    if total < float(least):
        sys.exit(f"coverage: less than {least} % of the lines")


if __name__ == "__main__":
    main()
