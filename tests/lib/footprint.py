# SPDX-License-Identifier: BSD-2-Clause
"""What memory processes cost, as the kernel accounts it (proc(5): smaps, status).

    family = footprint.family(sshd.process.pid)          # all descendants, by what they are
    footprint.of(pid).pss

PSS counts a page that n processes share as 1/n for each of them. Of files that also others use
(libc) the share depends on how many those are; anonymous pages, written copies of a library's
pages among them, belong to a login alone. Page tables are in neither and are counted beside them.
"""

import dataclasses
import pathlib
import re

PROC = pathlib.Path("/proc")
AREA = re.compile(r"[0-9a-f]+-[0-9a-f]+ ")


@dataclasses.dataclass
class Footprint:
    """KiB."""

    pss: float = 0
    anonymous: float = 0            # of pss
    tables: float = 0

    def __add__(self, other):
        return Footprint(self.pss + other.pss, self.anonymous + other.anonymous,
                         self.tables + other.tables)

    def __sub__(self, other):
        return Footprint(self.pss - other.pss, self.anonymous - other.anonymous,
                         self.tables - other.tables)

    def __truediv__(self, count):
        return Footprint(self.pss / count, self.anonymous / count, self.tables / count)


def _fields(text):
    return {name: int(value.split()[0]) for name, _, value in
            (line.partition(":") for line in text.splitlines()) if value.endswith("kB")}


def of(pid):
    """The Footprint of a process."""
    memory = _fields((PROC / str(pid) / "smaps_rollup").read_text())
    status = _fields((PROC / str(pid) / "status").read_text())
    return Footprint(memory["Pss"], memory["Pss_Anon"], status["VmPTE"])


def areas(pid):
    """name -> KiB of private dirty pages: "[heap]", "[stack]", "anonymous", or a file's name."""
    found, name = {}, None
    for line in (PROC / str(pid) / "smaps").read_text().splitlines():
        if AREA.match(line):
            parts = line.split(None, 5)
            name = parts[5].rpartition("/")[2] if len(parts) > 5 else "anonymous"
        elif line.startswith("Private_Dirty:"):
            found[name] = found.get(name, 0) + int(line.split()[1])
    return found


def descriptors(pid):
    """How many descriptors a process has open."""
    return len(list((PROC / str(pid) / "fd").iterdir()))


def parents():
    """pid -> parent's pid of all processes that are there."""
    found = {}
    for process in PROC.glob("[0-9]*"):
        try:
            stat = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if stat[0] != "Z":
            found[int(process.name)] = int(stat[1])
    return found


def family(ancestor):
    """The pids of all descendants."""
    tree, found = parents(), {ancestor}
    while more := {pid for pid, parent in tree.items() if parent in found} - found:
        found |= more
    return found - {ancestor}


def by_role(sshd):
    """"sshd" and "worker" -> Footprint of all processes that serve this server's logins."""
    sums = {"sshd": Footprint(), "worker": Footprint()}
    for pid in family(sshd.process.pid):
        name = (PROC / str(pid) / "comm").read_text()
        sums["worker" if name.startswith("pam_oauth_worke") else "sshd"] += of(pid)
    return sums
