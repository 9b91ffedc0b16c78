# SPDX-License-Identifier: BSD-2-Clause
"""Runs as a unit of a systemd that has booted a root of a release, with the package installed: see
tests/packages/boot.sh. Everything here changes the system that it runs on."""

import os
import pathlib
import subprocess

import pytest

from host import CONFIG, Host
from idp import OidcProvider
from local_login import LocalLogin
from ssh_login import SshLogin

UNITS = pathlib.Path("/etc/systemd/system")
SUBJECT = "248289761001"


def pytest_cmdline_main(config):  # pylint: disable=unused-argument
    """Never on a system of anybody's."""
    if not pathlib.Path("/build/pam-oauth").is_dir() or "INVOCATION_ID" not in os.environ:
        raise pytest.UsageError("this is for tests/packages/systemd and tests/packages/apparmor")


class BootedHost(Host):
    """The system itself, by its own units, sshd and journal."""

    def __init__(self):  # pylint: disable=super-init-not-called
        self._debian = {name: pathlib.Path("/etc/pam.d", name).read_text() for name in ("sshd", "sudo")}
        for service in self._debian:
            self.set_shipped_stack(service)
        options = "UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication no\n"
        if "persourcepenalties" in self.run("sshd", "-T"):
            options += "PerSourcePenalties no\n"     # all failures come from one address here
        pathlib.Path("/etc/ssh/sshd_config.d/pam_oauth.conf").write_text(options)
        self.run("systemctl", "restart", "ssh.service")
        pathlib.Path("/etc/sudoers.d/alice").write_text("Defaults lecture=never\nalice ALL=(ALL:ALL) ALL\n")

    def restore_stacks(self):
        """As the release has them: the same root may be booted again."""
        for name, text in self._debian.items():
            pathlib.Path("/etc/pam.d", name).write_text(text)

    @staticmethod
    def run(*command, check=True, **options):
        """What it prints."""
        return subprocess.run(command, check=check, text=True, stdout=subprocess.PIPE,
                              **{"stderr": subprocess.STDOUT, **options}).stdout

    def unit(self, name, text):
        """A unit, or a drop-in of one; gone with text=None."""
        path = UNITS / name
        path.parent.mkdir(exist_ok=True)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text)
        self.run("systemctl", "daemon-reload")

    @staticmethod
    def client(user, *command, options=(), tty=False):  # pylint: disable=unused-argument
        """The arguments of ssh to the system's own server."""
        keep = {"UserKnownHostsFile": "/dev/null", "StrictHostKeyChecking": "no",
                "PreferredAuthentications": "keyboard-interactive"}
        return ["ssh", "-F", "none", *[f"-o{name}={value}" for name, value in keep.items()],
                f"{user}@127.0.0.1", *command]

    def journal_since(self, mark):
        """Texts of the journal since then, of time.time(): a cursor is one of several files."""
        self.run("journalctl", "--sync")
        return self.run("journalctl", "-q", "-o", "cat", f"--since=@{mark:.6f}")

    def kernel_lines(self):
        """What the kernel has said since it started."""
        return self.run("dmesg").splitlines()


@pytest.fixture(scope="session", name="system")
def _system():
    host = BootedHost()
    yield host
    host.restore_stacks()


@pytest.fixture(scope="session", name="provider")
def _provider():
    """A real one, and clients that authenticate."""
    from client_credentials import SigningClient  # pylint: disable=import-outside-toplevel
    signer = SigningClient("ES256", encrypted=True)
    with OidcProvider(auth_method="client_secret_basic", device_interval=1,
                      clients=[signer.metadata()]) as idp:
        idp.signer = signer
        yield idp


@pytest.fixture(name="configure")
def _configure(system, provider):
    """configure(key=value…): of [general]; a secret lies only where that says."""
    def configure(**settings):
        keys = {"client_secret_file": None, **settings}
        system.configure(provider, {"alice": f"sub={SUBJECT}"}, **keys)
        (CONFIG / "client_secret").unlink()
    return configure


@pytest.fixture(name="ssh")
def _ssh(system):
    """ssh(command): a client of alice's, which is gone after the test."""
    opened = []

    def ssh(*command):
        opened.append(SshLogin(system, "alice", *command))
        return opened[-1]
    yield ssh
    for one in opened:
        one.close()


@pytest.fixture(name="sudo")
def _sudo():
    """sudo(): of alice's, as in any session of hers."""
    opened = []

    def sudo():
        opened.append(LocalLogin("alice", ["sudo", "-k", "id", "-u"]))
        return opened[-1]
    yield sudo
    for one in opened:
        one.close()
