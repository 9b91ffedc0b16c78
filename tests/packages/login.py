#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A login through this root's own sshd, with what the package brought and what its README says to
write: configuration, rule, stack. The provider is the scripted one of the tests, over TLS."""

import contextlib
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

import pexpect

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))

# pylint: disable=wrong-import-position
from answers import SUBJECT                         # noqa: E402
from fake_as import FakeAs                          # noqa: E402
from lab import Lab                                 # noqa: E402
from proxies import free_port                       # noqa: E402

STACK = """auth     [success=done ignore=ignore default=die]  pam_oauth.so
@include common-auth
account  required                                  pam_oauth.so
"""


def write(path, text):
    """A file of root's."""
    pathlib.Path(path).write_text(text, encoding="utf-8")


def switch_on(server, ca_file):
    """What the README says, in its order."""
    write("/etc/pam_oauth/ca.pem", pathlib.Path(ca_file).read_text(encoding="ascii"))
    write("/etc/pam_oauth/pam_oauth.conf", f"[general]\nissuer = {server.issuer}\nclient_id = test-client\n"
                                           "ca_file = /etc/pam_oauth/ca.pem\n")
    write("/etc/pam_oauth/map", f"issuer {server.issuer}\nallow sub={SUBJECT} as alice\n")
    before = pathlib.Path("/etc/pam.d/sshd.before")
    if not before.exists():
        write(before, pathlib.Path("/etc/pam.d/sshd").read_text(encoding="utf-8"))
    text = before.read_text(encoding="utf-8")
    assert "@include common-auth\n" in text
    write("/etc/pam.d/sshd", text.replace("@include common-auth\n", STACK))


    write("/etc/ssh/sshd_config.d/pam_oauth.conf", "UsePAM yes\nKbdInteractiveAuthentication yes\n"
                                                   "PasswordAuthentication no\n")


def start_sshd(port):
    """The release's own sshd, in the foreground, when it listens."""
    sshd = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-p", str(port), "-o", "ListenAddress=127.0.0.1"],
                            stderr=subprocess.DEVNULL)
    end = time.monotonic() + 10
    while time.monotonic() < end and sshd.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return sshd
        time.sleep(0.05)
    sshd.kill()
    raise AssertionError("sshd does not listen")


def log_in(port):
    """Alice, who answers the prompt; the shell says who she is."""
    ssh = pexpect.spawn("ssh", ["-p", str(port), "-o", "StrictHostKeyChecking=no", "-o",
                                "UserKnownHostsFile=/dev/null", "alice@127.0.0.1",
                                "echo over-ssh-as=$(id -un)"], encoding="utf-8", timeout=60)
    ssh.expect("Press Enter after approving")
    assert re.search(r"and enter +WDJB-MJHT", ssh.before), ssh.before
    ssh.send("\r")
    ssh.expect("over-ssh-as=alice")
    ssh.expect(pexpect.EOF)


def main():
    """One login."""
    pathlib.Path("/run/sshd").mkdir(exist_ok=True)
    subprocess.run(["ssh-keygen", "-A"], check=True, capture_output=True)
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(folder)
        with FakeAs(lab) as server:
            switch_on(server, lab.ca_file)
            subprocess.run(["pam-oauth", "check", "--service", "sshd"], check=True)
            port = free_port()
            sshd = start_sshd(port)
            try:
                log_in(port)
            finally:
                sshd.terminate()
                sshd.wait()
    print("a login from the package alone")


if __name__ == "__main__":
    main()
