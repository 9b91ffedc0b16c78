# SPDX-License-Identifier: BSD-2-Clause
"""su and sudo on the private host: a provider that both trust, and whoever starts them."""

import pathlib
import socket

import pytest

from answers import SUBJECT, pending
from fake_as import FakeAs
from local_login import LocalLogin

PROGRAMS = {"su": ["su", "bob", "-c", "echo in-as-$USER"],
            "sudo": ["sudo", "-u", "bob", "/bin/sh", "-c", "echo in-as-$USER"]}


@pytest.fixture(scope="module", autouse=True)
def programs(host):
    """Their stacks; alice may become anybody."""
    host.set_up_su_and_sudo()
    host.name_host(socket.gethostname())    # sudo looks it up


@pytest.fixture(name="server")
def twice_pending(host, lab):
    """A provider that is asked twice before it says yes, for alice and bob alike."""
    with FakeAs(lab, token=[pending(), pending()]) as server:
        trust(host, server)
        yield server


def trust(host, server, ca_file=None, accounts=("alice", "bob"), **settings):
    """A host that believes this provider."""
    server.auth_method, server.client_secret = "none", None
    server.ca_file = ca_file or server.lab.ca_file
    host.configure(server, dict.fromkeys(accounts, f"sub={SUBJECT}"), **settings)


@pytest.fixture(name="start")
def starter(host, watch):         # pylint: disable=unused-argument
    """Starts su or sudo, mostly as alice; ends those that are left, and sudo's memory of them."""
    opened = []

    def start(args, caller="alice", **kwargs):
        command = PROGRAMS[args] if isinstance(args, str) else args
        opened.append(LocalLogin(caller, command, **kwargs))
        return opened[-1]

    yield start
    for program in opened:
        program.close()
    for stamp in pathlib.Path("/run/sudo").glob("ts/*"):
        stamp.unlink()
