# SPDX-License-Identifier: BSD-2-Clause
"""Where tokens, codes and secrets do not stand (issue item 8): in the log at debug level, in the
memory of the process that called PAM, in any environment or argument, in a core file."""

import base64
import dataclasses
import json
import os
import pathlib
import re
import secrets
import signal
import subprocess
import time

import pytest

import memory
from answers import SUBJECT, IdToken, error, grant, pending
from built import built
from client_credentials import SigningClient
from fake_as import FakeAs
from host import pam_folder
from sshd import Sshd
import namespace

# As sshd, su and sudo are linked. Otherwise the loader, when it looks up one of pam_client's calls,
# saves the vector registers to the stack, and in these is what strlen or memcpy has seen last.
BOUND = {"LD_BIND_NOW": "1"}
PIECE = 16           # of a secret: what is cut is still found


@dataclasses.dataclass
class Remembered(IdToken):
    """An ID token that can be searched for."""

    made: list = dataclasses.field(default_factory=list)

    def make(self, server):
        self.made.append(super().make(server))
        return self.made[-1]


class Case:
    """One provider with secrets, and what it did to the login."""

    def __init__(self, lab, **script):
        self.id_token = Remembered(**script.pop("id_token", {}))
        self.refresh_token = secrets.token_urlsafe(32)
        self.client_secret = secrets.token_urlsafe(32)
        token = script.pop("token", [])
        self.server = FakeAs(lab, token=[*token, *[grant(
            self.id_token, refresh_token=self.refresh_token)] * 3], **script)
        self.server.client_secret, self.server.auth_method = self.client_secret, "basic"
        self.server.ca_file = lab.ca_file

    def values(self):
        """Name and bytes of every secret that exists by now; the user code is not among them."""
        server = self.server
        basic = base64.b64encode(f"{server.client_id}:{self.client_secret}".encode())
        found = {"access token": server.access_token, "device code": server.device_code,
                 "refresh token": self.refresh_token, "client secret": self.client_secret,
                 "client secret in Basic": basic.decode()[-28:]}
        for token in self.id_token.made:
            _, payload, signature = token.split(".")
            found["payload of the ID token"] = payload[40:]
            found["signature of the ID token"] = signature
        return {name: value[:PIECE].encode() for name, value in found.items()}


ENDS = {
    "success": ({}, {}, ()),
    "success after some polls": ({"token": [pending(), pending()]}, {}, ()),
    "denied": ({"token": [error("access_denied")]}, {}, ()),
    "expired": ({"token": [error("expired_token")]}, {}, ()),
    "client refused": ({"token": [error("invalid_client", 401)]}, {}, ()),
    "token of somebody else": ({"id_token": {"claims": {"sub": "999"}}}, {}, ()),
    "token that has expired": ({"id_token": {"claims": {"exp": 1}}}, {}, ()),
    "token with a wrong signature": ({"id_token": {"signature": secrets.token_bytes(256)}}, {}, ()),
    "cancelled": ({}, {}, ("--answer", "q")),
    "no conversation": ({}, {}, ("--conv-fail", "1")),
    "not approved in time": ({"token": [pending()] * 20}, {"max_wait": "10"}, ()),
    "rules that cannot be read": ({}, {"map_file": "/etc/pam_oauth/none"}, ()),
    "device endpoint refuses": ({"device": error("invalid_client", 401)}, {}, ()),
}
WORKER_DIES = {name: ({"token": [pending()] * 20}, {}, ()) for name in ("ABRT", "SEGV", "KILL")}


@pytest.fixture(name="service", scope="module")
def _service(host):             # pylint: disable=unused-argument
    """A folder of PAM services with the module as installed, at debug level."""
    folder = namespace.BASE / "secrets.d"
    folder.mkdir()
    module = f"{pam_folder()}/pam_oauth.so debug"
    for name in ("sshd", "sudo", "other"):
        (folder / name).write_text(f"auth required {module}\naccount required {module}\n")
    return folder


class Client:
    """pam_client, stopped after pam_authenticate."""

    def __init__(self, folder, *options, service="sshd"):
        self.path = namespace.BASE / f"client-{time.monotonic_ns()}"
        with open(self.path, "wb") as output:
            self.process = subprocess.Popen(
                [built("PO_PAM_CLIENT"), "--confdir", str(folder), "--service", service, "--user",
                 "alice", "--linger", "--op", "authenticate", *options], env=BOUND, cwd="/",
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    @property
    def pid(self):
        """The process that called PAM."""
        return self.process.pid

    def stopped(self, timeout=30):
        """Wait until authenticate has returned and all is as it left it."""
        end = time.monotonic() + timeout
        while "State:\tT" not in pathlib.Path(f"/proc/{self.pid}/status").read_text():
            assert self.process.poll() is None, self.path.read_text()
            assert time.monotonic() < end, self.path.read_text()
            time.sleep(0.02)
        return self

    def lines(self):
        """Everything that it reported."""
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def close(self):
        """Let it end."""
        self.process.send_signal(signal.SIGCONT)
        self.process.wait(10)


def configure(host, case, **settings):
    """This provider, with its secret."""
    host.configure(case.server, {"alice": f"sub={SUBJECT}"}, **settings)


def copies_of_the_code(found, code):
    """Those that are not pam_client's own, which has them as JSON: the screen, in this test."""
    own = re.compile(rb"u000a  and enter +%b|%b +\([\w ]+\)\\u000a" % ((re.escape(code),) * 2))
    return [hit for hit in found if hit[0] == "user code" and not own.search(hit[3])]


def assert_clean(case, client, expected_code_on_screen):
    """Neither in memory nor in what was told, apart from the challenge."""
    code = case.server.user_code.encode()
    found = memory.find(client.pid, {**case.values(), "user code": code})
    assert not [hit for hit in found if hit[0] != "user code"]
    assert not copies_of_the_code(found, code)
    said = client.lines()
    logs = " ".join(line["log"] for line in said if "log" in line)
    for name, value in {**case.values(), "user code": code}.items():
        assert value.decode() not in logs, name
    shown = " ".join(line["text"] for line in said if "style" in line)
    assert (case.server.user_code in shown) == expected_code_on_screen
    for name, value in case.values().items():
        assert value.decode() not in shown, name
    return logs


@pytest.mark.parametrize("service_name", ["sshd", "sudo"])
@pytest.mark.parametrize("name", ENDS)
def test_memory_and_log_of_the_host(name, service_name, host, lab, service):
    """After each kind of end nothing is left in the process that called PAM."""
    script, settings, options = ENDS[name]
    case = Case(lab, **script)
    case.server.user_code = "QZRX-" + secrets.token_hex(2).upper()
    with case.server:
        configure(host, case, **settings)
        client = Client(service, *options, service=service_name).stopped()
        try:
            logs = assert_clean(case, client, "rules" not in name and "device" not in name)
        finally:
            client.close()
    assert "result=" in logs
    if name.startswith("success"):
        assert "result=success" in logs and "sandbox: landlock ABI" in logs, "at debug level"
    assert case.client_secret in pathlib.Path("/etc/pam_oauth/client_secret").read_text()
    if "rules" not in name:
        assert case.server.requests, "the secret was in use"


def test_keys_of_a_client(host, lab, service):
    """CAU-10: key, passphrase and the proxy's credentials: in the worker while it waits, and neither
    in the host, nor in an argument, an environment, or a file that others could read."""
    signer = SigningClient("RS256", encrypted=True)
    passphrase, password = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    case = Case(lab, token=[pending()] * 20)
    case.server.client_secret = None
    with case.server:
        settings = {**signer.settings(host, passphrase), "no_proxy": "localhost",
                    "proxy": "http://127.0.0.1:9", "proxy_credentials_file": str(
                        host.write("credentials", f"gate:{password}\n", 0o600))}
        configure(host, case, **settings)
        pem = pathlib.Path(settings["client_key_file"]).read_text(encoding="ascii")
        values = {"key": pem.splitlines()[5][:PIECE].encode(),
                  "passphrase": passphrase[:PIECE].encode(),
                  "password of the proxy": password[:PIECE].encode()}
        client = Client(service)
        try:
            wait_for_polls(case.server)
            (worker,) = host.workers()
            assert {hit[0] for hit in memory.find(worker, values)} == set(values), "the control"
            assert not memory.find(client.pid, values)
            told = b"".join(told_by(pid) for pid in memory.processes())
            assert not [name for name, value in values.items() if value in told]
            asked = case.server.named("token")[0]
            assert asked.field("client_assertion") and not asked.header("authorization")
        finally:
            client.process.kill()
            client.process.wait(5)
        for name in ("client_key_file", "client_key_passphrase_file", "proxy_credentials_file"):
            assert os.stat(settings[name]).st_mode & 0o777 == 0o600


def told_by(pid):
    """Arguments and environment of a process; nothing if it has gone."""
    try:
        return memory.told_by_proc(pid)
    except OSError:
        return b""


def test_the_search_finds(host, lab, service):
    """The control: the worker does hold them, and the search sees that."""
    case = Case(lab, token=[pending()] * 20)
    with case.server:
        configure(host, case)
        client = Client(service)
        try:
            wait_for_polls(case.server)
            (worker,) = host.workers()
            found = {hit[0] for hit in memory.find(worker, case.values())}
            assert {"device code", "client secret"} <= found
        finally:
            client.process.kill()
            client.process.wait(5)


@pytest.mark.parametrize("service_name", ["sshd", "sudo"])
def test_host_while_the_person_is_busy(service_name, host, lab, service):
    """A core of the host in the middle of a login: the code that it shows, and no secret (GEN-4)."""
    case = Case(lab, token=[pending()] * 20)
    case.server.user_code = "QZRX-" + secrets.token_hex(2).upper()
    with case.server:
        configure(host, case)
        client = Client(service, service=service_name)
        try:
            wait_for_polls(case.server)
            assert len(host.workers()) == 1, "it is in the middle"
            code = case.server.user_code.encode()
            found = memory.find(client.pid, {**case.values(), "user code": code})
            assert not [hit for hit in found if hit[0] != "user code"]
            assert [hit for hit in found if hit[0] == "user code"], "the prompt is there"
        finally:
            client.process.kill()
            client.process.wait(5)


def wait_for_polls(server, number=1):
    """Until it was polled so often."""
    end = time.monotonic() + 20
    while len(server.named("token")) < number:
        assert time.monotonic() < end, server.paths()
        time.sleep(0.02)


@pytest.mark.parametrize("name", WORKER_DIES)
def test_worker_that_dies(name, host, lab, service):
    """A core file would hold it all; and the host is clean after this end, too."""
    script, settings, options = WORKER_DIES[name]
    case = Case(lab, **script)
    with case.server:
        configure(host, case, **settings)
        client = Client(service, *options)
        try:
            wait_for_polls(case.server)
            (worker,) = host.workers()
            limits = pathlib.Path(f"/proc/{worker}/limits").read_text()
            assert re.search(r"Max core file size +0 +0 ", limits)
            assert os.stat(f"/proc/{worker}/mem").st_uid == 0, "not dumpable"
            os.kill(worker, getattr(signal, f"SIG{name}"))
            logs = assert_clean(case, client.stopped(), True)
        finally:
            client.process.kill()
            client.process.wait(5)
    assert "result=worker_late " in logs
    results = [line["result"] for line in client.lines() if "result" in line]
    assert results == ["PAM_MAXTRIES"]
    assert not [path for place in ("/", "/tmp", "/var/tmp", "/run", "/var/lib/systemd/coredump",
                                   namespace.BASE) for path in pathlib.Path(place).glob("core*")]


def test_arguments_and_environments(host, lab, login, watch, sshd):  # pylint: disable=unused-argument
    """Of all processes, while one login waits: no secret, and no code."""
    case = Case(lab, token=[pending()] * 3)
    with case.server:
        configure(host, case)
        ssh = login()
        ssh.challenge()
        ssh.enter()
        wait_for_polls(case.server)
        values = {**case.values(), "user code": case.server.user_code.encode()}
        seen = 0
        for pid in memory.processes():
            try:
                told = memory.told_by_proc(pid)
            except OSError:
                continue
            seen += 1
            assert not [name for name, value in values.items() if value in told], pid
        assert seen > 3
        ssh.expect_in("alice")
    watch.outcome()


@pytest.mark.parametrize("name", ["success", "denied", "token of somebody else",
                                  "token with a wrong signature", "cancelled"])
def test_syslog_of_sshd_at_debug_level(name, host, lab, login, watch):
    """With sshd's own log at DEBUG3 and the module's at debug."""
    script, settings, options = ENDS[name]
    case = Case(lab, **script)
    stack = pathlib.Path("/etc/pam.d/sshd")
    stack.write_text(stack.read_text().replace("pam_oauth.so\n", "pam_oauth.so debug\n"))
    try:
        with case.server, Sshd(host, LogLevel="DEBUG3") as server:
            configure(host, case, **settings)
            ssh = login(server=server)
            ssh.challenge()
            ssh.type("q\r" if options else "\r")
            if name == "success":
                ssh.expect_in("alice")
            else:
                ssh.expect_refused()
    finally:
        host.set_stack()
    watch.outcome()
    assert watch.lines("worker: .*landlock ABI") and watch.lines("debug3: "), "it was at debug level"
    watch.secrets.update(value.decode() for value in case.values().values())
    watch.secrets.add(case.server.user_code)


def test_processes_of_an_open_session(host, lab, login, watch, sshd):
    """No process of sshd, and no shell, holds a token once somebody is in."""
    case = Case(lab)
    with case.server:
        configure(host, case)
        ssh = login(command=None, tty=True)
        ssh.challenge()
        ssh.enter()
        ssh.expect(r"alice@\S+:~\$ ")
        looked_at = []
        for pid in memory.processes():
            if pid in (os.getpid(), os.getppid(), 1):
                continue                        # the provider is a thread of this process
            looked_at.append(pathlib.Path(f"/proc/{pid}/comm").read_text().strip())
            assert not memory.find(pid, case.values()), looked_at[-1]
        assert looked_at.count("sshd") + looked_at.count("sshd-session") >= 2, looked_at
        assert sshd.process.pid and "bash" in looked_at
        ssh.type("env; exit\r")
        ssh.end()
        assert "PAM_OAUTH" not in ssh.text
    watch.outcome()
