# SPDX-License-Identifier: BSD-2-Clause
"""The whole way: real ssh, real sshd, the module and worker as shipped, real providers.

Needs root. pytest starts itself again inside a private namespace (tests/lib/namespace.py), so
that accounts, PAM stack and processes exist for the tests only.
"""

import os
import pathlib
import re
import sys
import time

import pytest

import namespace
from scene import is_alive

HOST_NAME = "web01.example.org"
PICTURES = "PO_TEST_PICTURES"      # a folder to keep the pictures of the terminal in
PROFILES = "PO_TEST_PROFILES"      # where tests/coverage counts
ALICE, BOB = "sub=248289761001", "sub=248289761002"
WORKER_PATHS = ("/.well-known/openid-configuration", "/device/auth", "/jwks", "/token", "/me",
                "/token/introspection")
OUTCOME = r"pam_oauth\([\w-]+:auth\): user=.* result="
START = r"pam_oauth\([\w-]+:auth\): start: "
REFERENCE = re.compile(r" ref=(\w*)")
FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')


def pytest_addoption(parser):
    """What mostly waits can run beside its like: each part has a private host of its own."""
    parser.addoption("--part", default="1/1", metavar="I/N",
                     help="the I-th of N parts of the suite, by files")


def pytest_collection_modifyitems(config, items):
    """Whole files, in turn."""
    part, parts = map(int, config.getoption("--part").split("/"))
    files = sorted({item.path for item in items})
    mine = set(files[part - 1::parts])
    others = [item for item in items if item.path not in mine]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item.path in mine]


def pytest_cmdline_main(config):  # pylint: disable=unused-argument
    """Everything happens inside a private namespace."""
    if namespace.inside():
        return None
    if os.geteuid() != 0:
        raise pytest.UsageError("these tests need root, for namespaces and a real sshd")
    keep = {name: str(pathlib.Path(os.environ[name]).resolve()) for name in (PICTURES, PROFILES)
            if os.environ.get(name)}
    os.environ.update(keep)
    try:
        return namespace.run(lambda: os.execv(sys.executable, sys.orig_argv), hostname=HOST_NAME,
                             writable=list(keep.values()), own_network=True)
    except namespace.NamespaceError as e:
        raise pytest.UsageError(str(e)) from e


@pytest.fixture(scope="session")
def host(worker_binary):
    """The private host."""
    from built import built  # pylint: disable=import-outside-toplevel
    from host import Host  # pylint: disable=import-outside-toplevel
    return Host(built("PO_TEST_SHIPPED"), worker_binary)


@pytest.fixture(scope="session")
def sshd(host):
    """Its ordinary sshd."""
    from sshd import Sshd  # pylint: disable=import-outside-toplevel
    with Sshd(host) as server:
        yield server


@pytest.fixture(scope="session")
def _provider():
    from idp import OidcProvider  # pylint: disable=import-outside-toplevel
    with OidcProvider(device_interval=1) as server:
        yield server


@pytest.fixture
def idp(host, _provider):
    """oidc-provider, and a host that lets alice and bob in with their own identities."""
    host.configure(_provider, {"alice": ALICE, "bob": BOB})
    yield _provider
    _provider.control("clear")


class Watch:
    """What a test caused: log lines, workers, requests."""

    def __init__(self, host):
        self.host = host
        self.mark = host.log.mark()
        self.secrets = set()

    def lines(self, pattern=""):
        """The log of this test."""
        return self.host.log.lines(pattern, self.mark)

    def outcome(self, count=1):
        """The fields of the (last) outcome line; exactly `count` of them are there."""
        found = self.host.log.wait_for(OUTCOME, self.mark, count)
        assert len(found) == count, found
        fields = {name: quoted or plain for name, quoted, plain in FIELD.findall(found[-1].text)}
        fields["priority"] = found[-1].priority
        return fields

    def wait_for(self, pattern, **kwargs):
        """Lines of this test, when they are there."""
        return self.host.log.wait_for(pattern, self.mark, **kwargs)

    def no_worker(self, within=1.0):
        """SSH-13: the seconds until no worker was left."""
        began = time.monotonic()
        while self.host.workers():
            assert time.monotonic() - began < within, "a worker outlives the login"
            time.sleep(0.01)
        return time.monotonic() - began

    def no_login(self, within=30.0):
        """The outcome of each login that has begun is in the log, if its process lived to tell it:
        it is told after the worker has ended, and belongs to no later test."""
        deadline = time.monotonic() + within
        self.host.log.catch_up()
        while going_on := self._unfinished():
            assert time.monotonic() < deadline, f"a login goes on: {going_on}"
            time.sleep(0.02)

    def _unfinished(self):
        """The start lines without an outcome. Who is alive is asked first: what a process said
        before it ended is in the socket, and then among the lines."""
        alive = {line for line in self.lines(START) if is_alive(line.sender)}
        self.host.log.catch_up()
        told = {found.group(1) for line in self.lines(OUTCOME)
                if (found := REFERENCE.search(line.text))}
        return [line for line in alive if REFERENCE.search(line.text).group(1) not in told]

    def assert_no_secret(self):
        """No code, token or secret is in any line."""
        for line in self.lines():
            for secret in self.secrets:
                assert secret not in line.raw, f"{secret!r} in the log: {line}"
            if "pam_oauth" in line.text:
                assert not re.search(r"eyJ[\w-]{8}|[\w-]{40}", line.text), f"a token in: {line}"


@pytest.fixture
def watch(host):
    """The log of this test; afterwards: no secret in it, and no worker left."""
    seen = Watch(host)
    yield seen
    print("log:", *seen.lines(), sep="\n")      # shown when the test failed
    seen.no_worker(within=10.0)
    seen.no_login()
    seen.assert_no_secret()


@pytest.fixture
def login(sshd, watch):
    """Starts ssh clients; ends those that are left."""
    from ssh_login import CODE, SshLogin  # pylint: disable=import-outside-toplevel
    opened = []

    def start(user="alice", *, server=sshd, **kwargs):
        opened.append(SshLogin(server, user, **kwargs))
        return opened[-1]

    yield start
    for ssh in opened:
        ssh.close()
        watch.secrets.update(CODE.findall(ssh.text))


class Requests:
    """What the worker asked of the provider since the test began."""

    def __init__(self, idp):
        self.idp = idp
        self.skipped = len(idp.log(event=None))

    def entries(self):
        """The worker's requests; the phone asks for other paths."""
        return [e for e in self.idp.log(event=None)[self.skipped:]
                if e["event"] == "request" and e["path"] in WORKER_PATHS]

    def paths(self):
        """Their paths, in order."""
        return [e["path"] for e in self.entries()]

    def handshakes(self):
        """For each connection of the worker, in order: was it resumed?"""
        ours = {e["connection"] for e in self.entries()}
        return [e["resumed"] for e in self.idp.log(event="tls") if e["connection"] in ours]

    def wait_for(self, path, count=1, timeout=10):
        """Wait until this path was asked for so often."""
        deadline = time.monotonic() + timeout
        while self.paths().count(path) < count:
            assert time.monotonic() < deadline, f"{count} of {path} expected: {self.paths()}"
            time.sleep(0.02)

    def wait_for_close(self, timeout=10):
        """Wait until the worker's connections are closed: a request that was held back until then
        is among the others now."""
        deadline = time.monotonic() + timeout
        while True:
            mine = self.idp.log(event=None)[self.skipped:]
            opened, closed = ({e["connection"] for e in mine if e["event"] == kind}
                              for kind in ("tls", "close"))
            if opened and opened <= closed:
                return
            assert time.monotonic() < deadline, mine
            time.sleep(0.02)


@pytest.fixture
def requests(idp):
    """The requests of this test."""
    return Requests(idp)
