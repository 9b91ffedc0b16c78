# SPDX-License-Identifier: BSD-2-Clause
"""A copy of the source tree that may be broken, and its builds."""

import os
import pathlib
import re
import shutil
import signal
import subprocess

SKIPPED = {".git", "build", "autom4te.cache", "__pycache__", "node_modules"}
OPTIONS = {"sanitized": ["--enable-sanitizers"], "plain": []}
FAILED = re.compile(r"^(?:\[  FAILED  \] (?!\d+ test)|FAILED |ERROR: )(\S.*)$", re.M)
PROGRAM_ENDED = re.compile(r"^.*(?:AddressSanitizer|LeakSanitizer|runtime error).*$", re.M)
# One after the other: `all` is a make of its own, and two of them would build one archive at once.
SUITE_NEEDS = [["all"], ["pam_oauth_test.la", "tests/lib/pam_client", "tests/lib/captured"]]
TIMEOUT = {"make": 900, "unit": 120, "suite": 600, "check": 2400}


class ScratchError(Exception):
    """The scratch folder cannot be used."""


class TimedOut(Exception):
    """A command did not end."""


def run(command, log, timeout):
    """Runs to the end or the timeout, output in `log`; the exit status."""
    with open(log, "wb") as out, subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True) as process:
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired as e:
            os.killpg(process.pid, signal.SIGKILL)
            raise TimedOut from e
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise


class Scratch:
    """top is the tree, path the folder that takes its copy and the builds."""

    def __init__(self, top, path):
        self.top = pathlib.Path(top)
        self.path = pathlib.Path(path)
        self.tree = self.path / "tree"
        self.log = self.path / "last.log"
        self.jobs = f"-j{os.environ.get('JOBS', '2')}"

    def sync(self):
        """Makes the copy equal to the tree; what is equal keeps its time, so make keeps it."""
        wanted = set()
        for folder, folders, files in os.walk(self.top):
            folders[:] = [f for f in folders if f not in SKIPPED
                          and pathlib.Path(folder, f) != self.path]
            for name in files:
                source = pathlib.Path(folder, name)
                relative = source.relative_to(self.top)
                wanted.add(relative)
                self._copy(source, self.tree / relative)
        for old in [p for p in self.tree.rglob("*") if p.is_file() and not p.is_symlink()]:
            relative = old.relative_to(self.tree)
            if relative not in wanted and not SKIPPED & set(relative.parts):
                old.unlink()
        modules = self.tree / "tests/idp/node_modules"
        if not modules.exists() and (self.top / "tests/idp/node_modules").exists():
            modules.symlink_to(self.top / "tests/idp/node_modules")

    @staticmethod
    def _copy(source, target):
        if target.exists() and target.read_bytes() == source.read_bytes():
            return
        fresh = not target.exists()
        target.parent.mkdir(parents=True, exist_ok=True)
        if fresh:
            shutil.copy2(source, target, follow_symlinks=False)
        else:
            shutil.copyfile(source, target)
            shutil.copymode(source, target)

    def configure(self, kind):
        """Once for each build; without --enable-werror: a mutant may leave something unused."""
        build = self.path / kind
        if (build / "Makefile").exists():
            return
        build.mkdir(parents=True, exist_ok=True)
        if not (self.tree / "configure").exists():
            self._must(["sh", "-c", f"cd {self.tree} && autoreconf -i"])
        self._must(["sh", "-c", f"cd {build} && {self.tree}/configure --prefix=/usr "
                                f"--sysconfdir=/etc {' '.join(OPTIONS[kind])}"])

    def _must(self, command):
        if run(command, self.log, TIMEOUT["make"]) != 0:
            raise ScratchError(f"failed: {' '.join(command)}\n{self.log.read_text()[-2000:]}")

    def _make(self, kind, targets, timeout):
        self.configure(kind)
        return run(["make", "-C", self.path / kind, self.jobs, *targets], self.log, timeout)

    def build(self, killer):
        """What a killer needs; False if it does not compile."""
        suite, what = killer.split(" ", 1)
        kind = "plain" if suite == "e2e" else "sanitized"
        steps = [[f"tests/unit/test_{what}"]] if suite == "unit" else SUITE_NEEDS
        if all(self._make(kind, targets, TIMEOUT["make"]) == 0 for targets in steps):
            return True
        shutil.copyfile(self.log, self.path / "not_built.log")
        return False

    def kill(self, killer):
        """Runs a killer: None if all its tests pass, else the first one that does not."""
        suite, what = killer.split(" ", 1)
        if suite == "unit":
            return self._in_tests("sanitized", f"tests/unit/test_{what}", TIMEOUT["unit"])
        pytest = f"{self.tree}/tests/run-pytest {suite} -x -k {what}"
        return self._in_tests("plain" if suite == "e2e" else "sanitized", pytest, TIMEOUT["suite"])

    def _in_tests(self, kind, command, timeout):
        status = self._make(kind, ["-s", "in-tests", f"COMMAND={command}"], timeout)
        return self._culprit(status, [])

    def check(self):
        """The whole sanitized `make check`: None, or the first test that fails."""
        status = self._make("sanitized", ["check"], TIMEOUT["check"])
        logs = (self.path / "sanitized/tests").rglob("*.log")
        return self._culprit(status, sorted(p.relative_to(self.path / "sanitized") for p in logs))

    def _culprit(self, status, logs):
        if status == 0:
            return None
        texts = [self.log.read_text(errors="replace")]
        texts += [(self.path / "sanitized" / log).read_text(errors="replace") for log in logs
                  if (self.path / "sanitized" / log).exists()]
        for pattern in (FAILED, PROGRAM_ENDED):
            for text in reversed(texts):
                found = pattern.search(text)
                if found:
                    return found.group(found.lastindex or 0).strip()[:100]
        return f"exit status {status}"
