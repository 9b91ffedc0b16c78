# SPDX-License-Identifier: BSD-2-Clause
"""How the real system looks from outside of all namespaces, to be compared before and after."""

import os
import pathlib
import time

PLACES = ("/etc", "/run", "/var/log/wtmp", "/var/log/btmp", "/var/log/lastlog")
DEVICES = "/dev"


def _facts(path):
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return None
    # a folder's own times tell of files that came and went
    return (found.st_ino, found.st_mode, found.st_uid, found.st_gid, found.st_size,
            found.st_mtime_ns)


def snapshot():
    """Every file of /etc and /run, the records of sign-ins, the names in /dev, all mounts."""
    paths = []
    for place in PLACES:
        paths.append(place)
        for folder, folders, files in os.walk(place):
            paths += [os.path.join(folder, name) for name in (*folders, *files)]
    found = {path: _facts(path) for path in paths}
    found["devices"] = sorted(os.listdir(DEVICES))
    found["mounts"] = pathlib.Path("/proc/self/mountinfo").read_text()
    return found


def changes(before, after):
    """What is not as it was."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _parents():
    table = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            table[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return table


def family(pid):
    """This process and all that descend from it, as {pid: (start time, name)}."""
    parents = _parents()
    found = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return {p: mark for p in found if (mark := _mark(p))}
        found |= more


def _mark(pid):
    """What tells a process from a later one of the same number; None if there is none."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    name, rest = text.partition("(")[2].rpartition(")")[::2]
    fields = rest.split()
    return None if fields[0] == "Z" else (fields[19], name)


def survivors(processes, within=3.0):
    """Those of a family that still run after so many seconds."""
    deadline = time.monotonic() + within
    while True:
        left = {pid: mark for pid, mark in processes.items() if _mark(pid) == mark}
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.02)
