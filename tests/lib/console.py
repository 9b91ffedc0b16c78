# SPDX-License-Identifier: BSD-2-Clause
"""The console: agetty on a pseudo-terminal, which asks for a name and runs login.

    with Console() as console:
        console.log_in_as("alice")
        uri, code = console.challenge()
"""

import shutil

from local_login import LocalLogin


class Console(LocalLogin):
    """agetty as init starts it, as root, on the terminal that it already has."""

    def __init__(self, term="linux"):  # pylint: disable=super-init-not-called
        getty = shutil.which("agetty", path="/sbin:/usr/sbin")
        assert getty, "util-linux is not installed"
        self._open("root", [getty, "--8bits", "--noclear", "--noissue", "--nohostname", "-", term],
                   {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TERM": term}, cwd="/")

    def log_in_as(self, name):
        """At the prompt of agetty, or of login for another try."""
        self.expect("login: ")
        self.type(f"{name}\r")

    def expect_shell(self, user):
        """The person has a shell of this account."""
        self.expect(r"\$ ")
        self.type("echo I am $(id -un)\r")
        self.expect(f"I am {user}\r\n")
