# SPDX-License-Identifier: BSD-2-Clause
"""What stands in a process: its memory, its arguments, its environment.

    memory.find(pid, {"device code": b"..."})      # [("device code", "[heap]", 0x55..)]
"""

import pathlib
import re

AROUND = 40
SKIPPED = ("[vvar]", "[vvar_vclock]", "[vsyscall]")


def regions(pid):
    """(start, bytes, name) of everything that the process could read."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            area, rights, _, _, _, *name = line.split(None, 5)
            name = name[0] if name else ""
            if "r" not in rights or name in SKIPPED:
                continue
            start, end = (int(part, 16) for part in area.split("-"))
            memory.seek(start)
            yield start, _read(memory, end - start), name


def _read(memory, size):
    parts = []
    while size > 0:
        try:
            part = memory.read(min(size, 1 << 24))
        except OSError:
            break                                # a hole: nothing was ever there
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def find(pid, wanted):
    """Where any of these values stands: (name, region, address, what is around it)."""
    found = []
    for start, data, region in regions(pid):
        for name, value in wanted.items():
            for match in re.finditer(re.escape(value), data):
                around = data[max(match.start() - AROUND, 0):match.end() + AROUND]
                found.append((name, region, hex(start + match.start()), around))
    return found


def told_by_proc(pid):
    """Arguments and environment, as /proc shows them."""
    return b"".join(pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
                    for name in ("cmdline", "environ"))


def processes():
    """All process ids of this namespace."""
    return [int(p.name) for p in pathlib.Path("/proc").glob("[0-9]*")]
