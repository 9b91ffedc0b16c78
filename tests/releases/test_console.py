# SPDX-License-Identifier: BSD-2-Clause
"""The console: Debian 12 has login of shadow, later ones that of util-linux."""

import fcntl
import os
import pathlib
import re
import struct

import pytest

from console import Console

SHELL = r"alice@\S+:~\$ "
TIOCGPTN = 0x80045430


class Held(Console):
    """util-linux' login closes its terminal and opens it again; that is not the end of it. Two
    more descriptors keep the other side from seeing one, until the text is there."""

    def __init__(self):
        super().__init__()
        number = struct.unpack("I", fcntl.ioctl(self.process.child_fd, TIOCGPTN, bytes(4)))[0]
        self.held = [os.open(f"/dev/pts/{number}", os.O_RDWR | os.O_NOCTTY) for _ in range(2)]

    def challenge(self, timeout=20):
        found = super().challenge(timeout)
        self.release()
        return found

    def release(self):
        """From now on the end is the end."""
        while self.held:
            os.close(self.held.pop())

    def close(self):
        self.release()
        super().close()


@pytest.fixture(name="console")
def _console(host, idp, watch):          # pylint: disable=unused-argument
    host.set_stack(service="login")
    opened = []

    def start():
        opened.append(Held())
        opened[-1].log_in_as("alice")
        return opened[-1]

    yield start
    for login in opened:
        login.close()


def test_approved(console, idp, watch):
    """display = info is the preset: no key is pressed."""
    login = console()
    uri, code = login.challenge()
    idp.phone("alice").approve(uri, code)
    login.expect(SHELL)
    login.type("echo in-as-$(id -un); exit\r")
    login.expect("in-as-alice\r\n")
    assert watch.outcome()["result"] == "success"


def test_another_person_approves(console, idp, watch):
    """Refused, and login asks for a name again or ends."""
    login = console()
    uri, code = login.challenge()
    idp.phone("bob").approve(uri, code)
    login.expect("Access denied.")
    assert watch.outcome()["result"] == "not_allowed"
    assert not re.search(SHELL, login.text)


def test_login_timeout(console, watch):
    """login ends itself by LOGIN_TIMEOUT in the middle of the flow: no worker stays."""
    defs = pathlib.Path("/etc/login.defs")
    told = re.sub(r"(?m)^\s*LOGIN_TIMEOUT.*$", "", defs.read_text())
    defs.write_text(told + "\nLOGIN_TIMEOUT 4\n")
    login = console()
    login.challenge()
    login.end(timeout=30)
    watch.no_worker(within=5)
    assert not re.search(SHELL, login.text)
