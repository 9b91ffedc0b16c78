# SPDX-License-Identifier: BSD-2-Clause
"""su and sudo on a pseudo-terminal of their own, called by somebody who is not root.

    with LocalLogin("alice", ["sudo", "id", "-u"], env={"https_proxy": ...},
                    limits={"nofile": 32, "cpu": (1, 60)}) as sudo:
        uri, code = sudo.challenge()

Environment and limits are the caller's, as in any shell: whatever they do to a program that runs
as root is what the tests are about.
"""

import os
import pathlib
import pwd
import re
import resource
import time

from ssh_login import CODE, SshLogin, URI

PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
LAST = "never enter a code somebody sent you."


class LocalLogin(SshLogin):
    """One program, started by this account; text and screen as in SshLogin."""

    def __init__(self, caller, args, *, env=None, limits=None,
                 umask=None):  # pylint: disable=super-init-not-called
        entry = pwd.getpwnam(caller)

        def become():
            for name, value in (limits or {}).items():
                resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"),
                                   value if isinstance(value, tuple) else (value, value))
            if umask is not None:
                os.umask(umask)
            os.setgroups([])
            os.setresgid(*[entry.pw_gid] * 3)
            os.setresuid(*[entry.pw_uid] * 3)

        self._open(caller, args, {"PATH": PATH, "TERM": "xterm", "HOME": entry.pw_dir,
                                  "USER": caller, "LANG": "C.UTF-8", **(env or {})},
                   preexec_fn=become, cwd="/")

    def challenge(self, timeout=20):
        """The text comes without a prompt (display = info)."""
        before = len(self.text)
        self.expect(r"and enter +\S+.*\n", timeout)
        told = self.text[before:]
        uri, code = URI.search(told), CODE.search(told)
        assert uri and code, f"no URI and code in:\n{self.text}"
        return uri.group(1), code.group(1)

    def whole_challenge(self):
        """The same, and the words below the code: they may have come with it, or be on the way."""
        shown = self.challenge()
        if LAST not in self.text:
            self.expect(re.escape(LAST))
        return shown

    def waits(self, timeout=20):
        """Wait until the program sleeps. A Ctrl-C between a prompt of sudo's and its read would
        only be noted, and end nothing before the next key."""
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat")
        end = time.monotonic() + timeout
        while stat.read_text(encoding="ascii").rpartition(") ")[2][0] != "S":
            assert time.monotonic() < end, f"it never waits; it printed:\n{self.text}"
            time.sleep(0.01)

    def interrupt(self):
        """Ctrl-C"""
        self.type("\x03")

    def expect_output(self, line, status=0):
        """The command ran and printed this line."""
        self.expect(re.escape(line) + "\r\n")
        assert self.end() == status, self.text
