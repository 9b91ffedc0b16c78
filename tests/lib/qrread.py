# SPDX-License-Identifier: BSD-2-Clause
"""Reads a QR symbol back: level L, byte mode, versions 1 to 14 (ISO/IEC 18004).

Tests compare what a symbol says, not what some encoder draws. Nothing is
corrected: a module that is wrong makes the text wrong.
"""

ALIGNMENT = ((), (6, 18), (6, 22), (6, 26), (6, 30), (6, 34), (6, 22, 38), (6, 24, 42),
             (6, 26, 46), (6, 28, 50), (6, 30, 54), (6, 32, 58), (6, 34, 62), (6, 26, 46, 66))
# Data codewords of each block, level L.
BLOCKS = ((19,), (34,), (55,), (80,), (108,), (68, 68), (78, 78), (97, 97), (116, 116),
          (68, 68, 69, 69), (81,) * 4, (92, 92, 93, 93), (107,) * 4, (115, 115, 115, 116))
MASKS = (
    lambda x, y: (x + y) % 2, lambda x, y: y % 2, lambda x, y: x % 3, lambda x, y: (x + y) % 3,
    lambda x, y: (y // 2 + x // 3) % 2, lambda x, y: x * y % 2 + x * y % 3,
    lambda x, y: (x * y % 2 + x * y % 3) % 2, lambda x, y: ((x + y) % 2 + x * y % 3) % 2,
)
LEVEL_L = 1
BYTE_MODE = 4
FORMAT_MASK = 0b101010000010010


class QrError(Exception):
    """This is no such symbol."""


def _finder(rows, left, top):
    """Are the 7 x 7 modules at this corner a finder pattern?"""
    return all(rows[top + y][left + x] == (max(abs(x - 3), abs(y - 3)) != 2)
               for y in range(7) for x in range(7))


def _format(rows):
    """Level and mask, from the copy around the first finder pattern."""
    places = [(x, 8) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(8, y) for y in (7, 5, 4, 3, 2, 1, 0)]
    bits = 0
    for x, y in places:
        bits = bits << 1 | rows[y][x]
    bits ^= FORMAT_MASK
    return bits >> 13, bits >> 10 & 7


def _function_modules(side, version):
    """The places that hold no data."""
    taken = set()

    def area(left, top, width, height):
        taken.update((x, y) for x in range(left, left + width) for y in range(top, top + height))

    area(0, 0, 9, 9)
    area(side - 8, 0, 8, 9)
    area(0, side - 8, 9, 8)
    area(6, 0, 1, side)
    area(0, 6, side, 1)
    centres = ALIGNMENT[version - 1]
    corners = {(6, 6), (6, side - 7), (side - 7, 6)}
    for x in centres:
        for y in centres:
            if (x, y) not in corners:
                area(x - 2, y - 2, 5, 5)
    if version >= 7:
        area(side - 11, 0, 3, 6)
        area(0, side - 11, 6, 3)
    return taken


def _data_bits(rows, version, mask):
    """All data modules, unmasked, in their zigzag order."""
    side = len(rows)
    taken = _function_modules(side, version)
    columns = [x for x in range(side - 1, 0, -2) if x > 6] + [5, 3, 1]
    upwards = True
    for right in columns:
        for y in range(side - 1, -1, -1) if upwards else range(side):
            for x in (right, right - 1):
                if (x, y) not in taken:
                    yield rows[y][x] ^ (MASKS[mask](x, y) == 0)
        upwards = not upwards


def _bytes(bits):
    bits = list(bits)
    return [int("".join("01"[b] for b in bits[i:i + 8]), 2) for i in range(0, len(bits) - 7, 8)]


def _deinterleave(codewords, version):
    sizes = BLOCKS[version - 1]
    blocks, rest = [[] for _ in sizes], iter(codewords)
    for i in range(max(sizes)):
        for block, size in zip(blocks, sizes):
            if i < size:
                block.append(next(rest))
    return [codeword for block in blocks for codeword in block]


def read(rows):
    """The bytes of a symbol, given as rows of booleans (True = dark), without quiet zone."""
    side = len(rows)
    version = (side - 17) // 4
    if side != 17 + 4 * version or not 1 <= version <= 14 or any(len(r) != side for r in rows):
        raise QrError(f"{side} rows of {sorted({len(r) for r in rows})} modules")
    rows = [[bool(m) for m in row] for row in rows]
    if not (_finder(rows, 0, 0) and _finder(rows, side - 7, 0) and _finder(rows, 0, side - 7)):
        raise QrError("a finder pattern is missing")
    level, mask = _format(rows)
    if level != LEVEL_L:
        raise QrError(f"level {level}")
    words = _deinterleave(_bytes(_data_bits(rows, version, mask)), version)
    stream = int.from_bytes(bytes(words), "big")
    total = len(words) * 8
    width = 8 if version < 10 else 16
    if stream >> total - 4 != BYTE_MODE:
        raise QrError(f"mode {stream >> total - 4}")
    length = stream >> total - 4 - width & (1 << width) - 1
    if 4 + width + 8 * length > total:
        raise QrError(f"{length} bytes in a symbol of version {version}")
    text = stream >> total - 4 - width - 8 * length & (1 << 8 * length) - 1
    return text.to_bytes(length, "big")
