#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a terminal shows, as a picture: to read QR codes back, and for the README.

    tmux capture-pane -p | term2png.py [--light] > screen.png
    picture(lines, light=True).save("screen.png")

Block characters are drawn to the pixel, as terminals do; other text in DejaVu Sans Mono, so that
a person can read the picture. Escape sequences are not understood: pam_oauth sends none.
"""

import argparse
import pathlib
import sys

from PIL import Image, ImageDraw, ImageFilter, ImageFont

CELL = (10, 20)
COLUMNS, ROWS = 80, 24
DARK, LIGHT = ((16, 18, 24), (222, 224, 228)), ((252, 252, 250), (32, 34, 40))   # paper, ink
FONT = pathlib.Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf")
# Parts of a cell that are ink: left, top, right, bottom.
BLOCKS = {"\u2580": (0, 0, 1, 0.5), "\u2584": (0, 0.5, 1, 1), "\u2588": (0, 0, 1, 1)}


def _font(cell):
    """The largest size whose characters are as wide as a cell."""
    size = cell[1]
    while size > 4 and ImageFont.truetype(str(FONT), size).getlength("M") > cell[0]:
        size -= 1
    return ImageFont.truetype(str(FONT), size)


def _box(part, column, row, cell):
    left, top, right, bottom = part
    x, y = column * cell[0], row * cell[1]
    # the last pixel of a rectangle is drawn as well
    return (x + int(left * cell[0]), y + int(top * cell[1]),
            x + int(right * cell[0]) - 1, y + int(bottom * cell[1]) - 1)


def picture(lines, *, light=False, cell=CELL, columns=COLUMNS, rows=ROWS):
    """The screen as an image; lines that it does not hold are an error."""
    if len(lines) > rows or any(len(line) > columns for line in lines):
        raise ValueError(f"more than {columns} x {rows} characters")
    paper, ink = LIGHT if light else DARK
    image = Image.new("RGB", (columns * cell[0], rows * cell[1]), paper)
    draw = ImageDraw.Draw(image)
    font = _font(cell)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            if character in BLOCKS:
                draw.rectangle(_box(BLOCKS[character], column, row, cell), fill=ink)
            elif character != " ":
                draw.text((column * cell[0] + cell[0] / 2, (row + 0.78) * cell[1]), character,
                          font=font, fill=ink, anchor="ms")
    return image


def photographed(image, blur):
    """As a camera sees it that is out of focus by so many pixels, and has half of ours."""
    soft = image.filter(ImageFilter.GaussianBlur(blur))
    return soft.resize((image.width // 2, image.height // 2), Image.BOX)


def framed(image, margin=16):
    """With a margin of the paper's colour, as a window has it."""
    paper = image.getpixel((0, image.height - 1))
    whole = Image.new("RGB", (image.width + 2 * margin, image.height + 2 * margin), paper)
    whole.paste(image, (margin, margin))
    return whole


def main():
    """Reads text, writes a PNG."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--light", action="store_true", help="dark on light")
    args = parser.parse_args()
    lines = sys.stdin.buffer.read().decode("utf-8").splitlines()
    rows = max(ROWS, len(lines))
    picture(lines, light=args.light, rows=rows).save(sys.stdout.buffer, "PNG")


if __name__ == "__main__":
    main()
