# SPDX-License-Identifier: BSD-2-Clause
"""This system as the server, and the ssh of each system as the client (tests/releases/run).

Host, sshd, provider and log are those of tests/e2e. PO_TEST_SYSTEMS names the systems, this one
first; the root of each is /mnt/NAME.
"""

import importlib.util
import os
import pathlib
import re
import subprocess

import pytest

import namespace

HERE = pathlib.Path(__file__).resolve().parent
SYSTEMS = os.environ.get("PO_TEST_SYSTEMS", "").split()
SHARED = ("dev", "proc", "run")    # terminals, and the keys and known hosts of a test


def _e2e():
    path = HERE.parent / "e2e/conftest.py"
    spec = importlib.util.spec_from_file_location("e2e_conftest", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_shared = _e2e()
pytest_cmdline_main = _shared.pytest_cmdline_main
host, sshd, idp, _provider = _shared.host, _shared.sshd, _shared.idp, _shared._provider
watch, login, requests = _shared.watch, _shared.login, _shared.requests


class System:
    """One release: its programs run in its own root, with the terminals and /run of this one."""

    def __init__(self, name):
        self.name = name
        self.prefix = []
        if name != SYSTEMS[0]:
            root = pathlib.Path("/mnt", name)
            for folder in SHARED:
                subprocess.run(["mount", "--rbind", f"/{folder}", str(root / folder)], check=True)
            self.prefix = ["chroot", str(root)]
        told = subprocess.run([*self.prefix, "ssh", "-V"], capture_output=True, text=True,
                              check=True).stderr
        self.openssh = tuple(map(int, re.match(r"OpenSSH_(\d+)\.(\d+)", told).groups()))

    def of(self, server):
        """This system's ssh as the client of an Sshd, for SshLogin."""
        return _Client(self, server)

    def __str__(self):
        return f"OpenSSH {self.openssh[0]}.{self.openssh[1]} of {self.name}"


class _Client:
    def __init__(self, system, server):
        self.system, self.server = system, server

    def client(self, *args, **kwargs):
        """As Sshd.client()."""
        return [*self.system.prefix, *self.server.client(*args, **kwargs)]


@pytest.fixture(scope="session", name="systems")
def _systems():
    """All of them by name; a private namespace only has their mounts."""
    assert namespace.inside() and len(SYSTEMS) > 1, "run these by tests/releases/run"
    return {name: System(name) for name in SYSTEMS}


@pytest.fixture(scope="session", name="server")
def _server(systems):
    """This system."""
    return systems[SYSTEMS[0]]


@pytest.fixture(params=SYSTEMS, ids=lambda name: f"client-of-{name}", name="client")
def _client(request, systems):
    """Each system, as the client."""
    return systems[request.param]
