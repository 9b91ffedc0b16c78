#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Copies a corpus as far as the tree's limits allow: keep.py FROM TO

libFuzzer's set_cover_merge writes the files that add most first; among those of one tick of the
clock the larger ones, which get further into the code, come first.
"""

import pathlib
import sys

FILES = 60
BYTES = 200 * 1024


def main():
    source, target = map(pathlib.Path, sys.argv[1:])
    paths = sorted(source.iterdir(), key=lambda p: (p.stat().st_mtime_ns, -p.stat().st_size))
    room, kept = BYTES, 0
    for path in paths:
        data = path.read_bytes()
        if kept < FILES and len(data) <= room:
            (target / path.name).write_bytes(data)
            room, kept = room - len(data), kept + 1
    if kept < len(paths):
        print(f"{target.name}: {len(paths) - kept} of {len(paths)} files left out")


if __name__ == "__main__":
    main()
