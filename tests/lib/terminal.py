# SPDX-License-Identifier: BSD-2-Clause
"""What a person sees of a message: the QR symbol read back, and the words apart from it."""

import qrread

QUIET = 2                                   # UIX-14
# Upper and lower module of a character: True = ink.
BLOCKS = {" ": (False, False), "\u2580": (True, False), "\u2584": (False, True),
          "\u2588": (True, True)}


def is_drawing(line):
    """Is this a line of a symbol, in either mode?"""
    return bool(line.strip(" ")) and not line.strip(" #\u2580\u2584\u2588")


def split(text):
    """(lines of the symbol, all other lines) of a message."""
    lines = text.split("\n")
    return ([line for line in lines if is_drawing(line)],
            [line for line in lines if not is_drawing(line)])


def _half_blocks(lines, width):
    rows = []
    for line in lines:
        cells = [BLOCKS[c] for c in line.ljust(width)]
        rows += [[upper for upper, _ in cells], [lower for _, lower in cells]]
    return rows


def _ascii(lines, width):
    for line in lines:
        cells = [line.ljust(width)[i:i + 2] for i in range(0, width, 2)]
        assert set(cells) <= {"##", "  "}, line
        yield [cell == "##" for cell in cells]


def modules(lines, invert=False):
    """The modules of a drawn symbol, True = dark, without the quiet zone, which is checked.

    As drawn by default ink is light (UIX-14); with invert ink is dark and the quiet zone is blank.
    """
    columns = 2 if any("#" in line for line in lines) else 1
    width = -(-max(map(len, lines)) // columns) + (2 * QUIET if invert else 0)
    rows = _half_blocks(lines, width) if columns == 1 else list(_ascii(lines, 2 * width))
    dark = [[ink == invert for ink in row] for row in rows]
    ys = [y for y, row in enumerate(dark) if any(row[QUIET:-QUIET]) and not all(row)]
    xs = [x for x in range(width) if any(dark[y][x] for y in ys)]
    left, top, side = min(xs), min(ys), max(xs) - min(xs) + 1
    if not invert:
        assert left == QUIET and top == QUIET, f"quiet zone of {left} x {top}"
        assert width == side + 2 * QUIET, f"quiet zone: {width} columns for {side} modules"
    return [row[left:left + side] for row in dark[top:top + side]]


def uri_of(lines, invert=False):
    """What a drawn symbol says."""
    return qrread.read(modules(lines, invert)).decode()
