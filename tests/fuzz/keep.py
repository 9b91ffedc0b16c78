#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Copies a corpus, the small files first, as far as the tree's limits allow: keep.py FROM TO"""

import pathlib
import sys

FILES = 60
BYTES = 200 * 1024


def main():
    source, target = map(pathlib.Path, sys.argv[1:])
    room, kept = BYTES, 0
    for path in sorted(source.iterdir(), key=lambda p: (p.stat().st_size, p.name)):
        data = path.read_bytes()
        if kept == FILES or len(data) > room:
            print(f"left out: {path.name}, {len(data)} bytes")
            continue
        (target / path.name).write_bytes(data)
        room, kept = room - len(data), kept + 1


if __name__ == "__main__":
    main()
