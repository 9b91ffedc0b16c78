#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A compile database from what make would do: make -n V=1 check | compile_commands.py FOLDER

Nothing is compiled for it; FOLDER is where make ran. Prints the JSON that clang's tools and
cppcheck read. What only concerns gcc's code generation and warnings is left out, and
tests/lib/analyser.h comes first in every file but the one that implements what it describes.
"""

import json
import pathlib
import re
import shlex
import sys

HINTS = pathlib.Path(__file__).resolve().with_name("analyser.h")
NO_HINTS = "pam_oauth/common/err.c"
COMPILE = re.compile(r"\bgcc [^;&\n]* -c -o [^;&\n]*\.c\b")
SOURCE_IN_VPATH = re.compile(r"`test -f '.*?' \|\| echo '(.*?)'`")
DROPPED = re.compile(r"-(I/usr/.*|DPACKAGE_(?!VERSION).*|M[DP]|O\d|g|fstack-.*|fcf-.*|fPI[CE]|W.*|"
                     r"[UD]_FORTIFY_SOURCE.*)$")
DROPPED_WITH_VALUE = ("-MT", "-MF", "-o", "-c")


def quote(word):
    """Quotes as cppcheck 2.10 reads them too, which knows no single ones."""
    return word.replace('"', '\\"')


def entry(words, folder):
    """What the database says of one compiler call."""
    source = words[-1]
    flags, skip = [], False
    for word in words[1:-1]:
        if not skip and word != "-c" and word not in DROPPED_WITH_VALUE and \
                not DROPPED.match(word):
            flags.append(word)
        skip = word in DROPPED_WITH_VALUE and word != "-c"
    if not source.endswith(NO_HINTS):
        flags += ["-include", str(HINTS)]
    return {"directory": folder, "file": source,
            "command": " ".join(quote(word) for word in ("clang", *flags, "-c", source))}


def main():
    text = SOURCE_IN_VPATH.sub(r"\1", sys.stdin.read())
    entries = {e["file"]: e for e in (entry(shlex.split(call), sys.argv[1])
                                      for call in COMPILE.findall(text))}
    if not entries:
        sys.exit("compile_commands: make has nothing to compile: is the folder fresh?")
    json.dump(list(entries.values()), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
