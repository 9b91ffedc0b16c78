# SPDX-License-Identifier: BSD-2-Clause
"""Builds what the demo shows, in a build folder of its own, without a word unless it fails.

Runs as the owner of the source tree, so that sudo leaves no files of root in it.
"""

import os
import pathlib
import pwd
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = SOURCE / "build/demo"
MODULE, WORKER = FOLDER / ".libs/pam_oauth.so", FOLDER / "pam_oauth_worker"
IDP = SOURCE / "tests/idp"
LOG_TAIL = 25
# What others may have made before us; whoever did is the one who can make it anew.
MADE = ("configure", "aclocal.m4", "Makefile.in", "autom4te.cache", "build-aux", "build",
        "build/demo", "tests/idp/node_modules")


class BuildError(Exception):
    """A step failed; the message says which, and where its output is."""


def _owner():
    """The user who can write everything that is to be made; else root."""
    uid = SOURCE.stat().st_uid
    made = [SOURCE / name for name in MADE]
    if any(path.exists() and path.stat().st_uid != uid for path in made):
        return pwd.getpwuid(0)
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return pwd.getpwuid(0)


def _newer(target, *sources):
    """Is the target there, and not older than any source?"""
    return target.exists() and all(
        target.stat().st_mtime >= source.stat().st_mtime for source in sources)


class Build:
    """One run of all the steps that are due."""

    def __init__(self):
        self.owner = _owner()
        for folder in (FOLDER.parent, FOLDER):
            if not folder.exists():
                folder.mkdir()
                os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        self.log = FOLDER / "demo.log"
        self.log.write_text("")

    def run(self, *command, cwd=FOLDER):
        """One command; its output goes to the log file."""
        who = {} if self.owner.pw_uid == os.geteuid() else {
            "user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        env = {**os.environ, "HOME": self.owner.pw_dir, "USER": self.owner.pw_name,
               "npm_config_cache": str(FOLDER / "npm-cache")}     # nothing is left in the home
        with open(self.log, "a", encoding="utf-8") as log:
            print("$", *command, file=log, flush=True)
            try:
                status = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                                        stdout=log, stderr=log, check=False, **who).returncode
            except OSError as e:
                raise BuildError(f"{command[0]}: {e.strerror}") from e
        if status != 0:
            lines = self.log.read_text(errors="replace").splitlines()[-LOG_TAIL:]
            print(*lines, sep="\n", file=sys.stderr)
            raise BuildError(f"{' '.join(command)} failed; all of its output: {self.log}")

    def module(self):
        """The module and the worker, as they are shipped."""
        configure = SOURCE / "configure"
        if not _newer(configure, SOURCE / "configure.ac") or not _newer(
                SOURCE / "Makefile.in", SOURCE / "Makefile.am", SOURCE / "tests/tests.am"):
            self.run("autoreconf", "-i", cwd=SOURCE)
        if not _newer(FOLDER / "Makefile", configure, SOURCE / "Makefile.in"):
            self.run(str(configure), "-q", "--prefix=/usr", "--sysconfdir=/etc")
        self.run("make", "-s", f"-j{os.cpu_count() or 1}")

    def provider(self):
        """The packages of the embedded provider, exactly those of the lock file."""
        lock = IDP / "package-lock.json"
        if not _newer(IDP / "node_modules/.package-lock.json", lock):
            self.run("npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund",
                     "--fetch-retries=1", cwd=IDP)
