#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Lines that a corpus reaches, from llvm-cov's export: lines.py NAME EXPORT FILE..."""

import json
import pathlib
import sys


def main():
    name, export, *wanted = sys.argv[1:]
    found = {}
    for entry in json.loads(pathlib.Path(export).read_text())["data"][0]["files"]:
        for file in wanted:
            if entry["filename"].endswith("pam_oauth/" + file):
                found[file] = entry["summary"]["lines"]
    lines = sum(s["count"] for s in found.values())
    covered = sum(s["covered"] for s in found.values())
    parts = ", ".join(f"{pathlib.Path(f).name} {s['covered']}/{s['count']}"
                      for f, s in found.items())
    print(f"{name:14} {100 * covered / max(lines, 1):5.1f} % of {lines} lines: {parts}")
    if missing := set(wanted) - set(found):
        sys.exit(f"{name}: not in the program: {', '.join(sorted(missing))}")


if __name__ == "__main__":
    main()
