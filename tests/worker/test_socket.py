# SPDX-License-Identifier: BSD-2-Clause
"""The worker's side of the wire (doc/PROTOCOL.md): what it takes, and in which order."""

import os
import pathlib
import re
import socket
import subprocess

import pytest

import wire
from answers import Answer, pending
from fake_as import FakeAs
from flow import request_for
from wire_fields import (CHALLENGE_FIELDS, CLAIMS_FIELDS, CODES, FAULT_FIELDS, IDENTITY_FIELDS,
                         LOG_FIELDS, REQUEST_DEFAULTS, REQUEST_FIELDS)
from worker import Worker

LOCAL = {"issuer": "https://localhost:1"}       # where nothing listens
GOOD = wire.request(**LOCAL)


def changed(**changes):
    """A request that goes nowhere, with fields changed."""
    return wire.request(**{**LOCAL, **changes})


def verdict(worker, seconds=10):
    """The FAULT or IDENTITY; LOG and CHALLENGE before it are passed over."""
    while message := worker.receive(seconds):
        if message["kind"] in ("FAULT", "IDENTITY"):
            assert worker.receive(5) is None, worker.messages
            worker.finish(5)
            return message
    raise AssertionError(f"no verdict: {worker.messages}")


def position(name):
    """Where a field begins in GOOD."""
    data = wire.head("REQUEST")
    for field, kind in REQUEST_FIELDS:
        if field == name:
            return len(data)
        value = {**REQUEST_DEFAULTS, **LOCAL}[field]
        data += wire._field(kind, value)  # pylint: disable=protected-access
    raise KeyError(name)


def overwrite(name, data):
    """GOOD with other bytes at the beginning of a field."""
    at = position(name)
    return GOOD[:at] + data + GOOD[at + len(data):]


GARBAGE = {
    "one byte": b"\1",
    "only zeros": bytes(100),
    "text": b"GET / HTTP/1.1\r\n\r\n",
    "version 0": bytes([0]) + GOOD[1:],
    "version 2": bytes([2]) + GOOD[1:],
    "version 255": bytes([255]) + GOOD[1:],
    "kind 0": GOOD[:1] + bytes([0]) + GOOD[2:],
    "kind 7": GOOD[:1] + bytes([7]) + GOOD[2:],
    "kind 255": GOOD[:1] + bytes([255]) + GOOD[2:],
    "no fields": GOOD[:2],
    "a byte too many": GOOD + b"\0",
    "a field too many": GOOD + wire.u32(0),
    "two requests in one": GOOD + GOOD,
    "one byte above the limit": changed(scope="x").replace(
        wire.blob("x"), wire.blob("x" * (wire.LIMIT - len(changed(scope="")) + 1)), 1),
    "far above the limit": GOOD + bytes(wire.LIMIT),
    "a length beyond the message": overwrite("issuer", wire.u32(2 ** 31)),
    "a length just below absent": overwrite("issuer", wire.u32(0xFFFFFFFE)),
    "a length one beyond": overwrite("issuer", wire.u32(len(GOOD))),
    "a count beyond the message": overwrite("required_scopes", wire.u32(2 ** 30)),
    "a count of wants beyond the message": GOOD[:-4] + wire.u32(0xFFFFFFFF),
    "NUL in a text": changed(issuer="https://localhost\0:1"),
    "absent item in a list": changed(required_scopes=["a"]).replace(
        wire.blob("a"), wire.u32(wire.ABSENT) + b"\0"),
    "absent name of a claim": changed(wants=[{"name": None}]),
    "reading that does not exist": changed(wants=[{"name": "sub", "read": 5}]),
    "boolean of two": changed(initial_poll=2),
    "task 0": changed(task=0),
    "task 4": changed(task=4),
    "a login with a token": changed(token=b"a.b.c"),
    "verify without a token": changed(task="verify"),
    "discovery 3": changed(discovery=3),
    "client_auth 8": changed(client_auth=8),
    "assertion_aud 2": changed(assertion_aud=2),
    "assertion_typ 3": changed(assertion_typ=3),
    "pkce 2": changed(pkce=2),
    "nonce 3": changed(nonce=3),
    "code_parameter 2": changed(code_parameter=2),
    "tls_min 2": changed(tls_min=2),
    "ip 3": changed(ip=3),
    "revoke 3": changed(revoke=3),
    "basic_encoding 2": changed(basic_encoding=2),
    "send_client_id 3": changed(send_client_id=3),
    "qr_content 2": changed(qr_content=2),
    "no issuer": changed(issuer=None),
    "no client_id": changed(client_id=None),
    "no scope": changed(scope=None),
    "PROCEED first": wire.proceed(),
    "FAULT first": wire.fault("DENIED", "hello"),
    "LOG first": wire.log("hello"),
    "IDENTITY first": wire.encode("IDENTITY", {"issuer": "a", "subject": "b", "claims": []}),
    "CHALLENGE first": wire.encode("CHALLENGE", {
        "verification_uri": "https://a/", "user_code": "A", "expires_in_s": 60, "qr_side": 0,
        "qr_bits": None}),
}


@pytest.mark.parametrize("name", GARBAGE, ids=list(GARBAGE))
def test_garbage(name, worker_binary):
    """A first message that is no proper REQUEST: a FAULT, and the end."""
    with Worker(worker_binary) as worker:
        worker.send(GARBAGE[name])
        message = verdict(worker)
    assert message["code"] == "WORKER", message
    assert [m["kind"] for m in worker.messages] == ["FAULT"]


def test_truncated(worker_binary):
    """A REQUEST cut at any place is refused."""
    for length in range(1, len(GOOD), 11):
        with Worker(worker_binary) as worker:
            worker.send(GOOD[:length])
            assert verdict(worker)["code"] == "WORKER", length


def test_the_request_itself_is_good(worker_binary):
    """The control of this file: GOOD is understood, and ends where nothing listens."""
    with Worker(worker_binary) as worker:
        worker.send(GOOD)
        assert verdict(worker)["code"] == "UNREACHABLE"


def test_largest_request(worker_binary):
    """LIM-19: a message of exactly 128 KiB is taken."""
    size = wire.LIMIT - len(changed(required_scopes=[""]))
    with Worker(worker_binary) as worker:
        data = changed(required_scopes=["s" * size])
        assert len(data) == wire.LIMIT
        worker.send(data)
        assert verdict(worker)["code"] == "UNREACHABLE"


def test_empty_message_is_the_end(worker_binary):
    """A message of no bytes cannot be told from a closed socket."""
    with Worker(worker_binary) as worker:
        worker.sock.send(b"")
        message = worker.receive(5)
        assert message is None or message["code"] == "CANCELLED", message
        worker.finish(5)


OUT_OF_TURN = {
    "a second REQUEST": GOOD,
    "PROCEED before the challenge": wire.proceed(),
    "LOG": wire.log("x"),
    "FAULT": wire.fault("DENIED", "x"),
    "garbage": b"\1\2\3",
    "too long": bytes(wire.LIMIT + 1),
}


@pytest.mark.parametrize("name", OUT_OF_TURN, ids=list(OUT_OF_TURN))
def test_before_the_challenge(name, lab, worker_binary):
    """While the provider is being asked, no message is due."""
    with FakeAs(lab, discovery=Answer(hang=True)) as server, Worker(worker_binary) as worker:
        worker.send(wire.request(**request_for(server, {})))
        worker.send(OUT_OF_TURN[name])
        assert verdict(worker)["code"] == "WORKER"


@pytest.mark.parametrize("name", [n for n in OUT_OF_TURN if "PROCEED" not in n])
def test_at_the_prompt(name, lab, worker_binary):
    """After the challenge only PROCEED is due."""
    with FakeAs(lab) as server, Worker(worker_binary) as worker:
        worker.send(wire.request(**request_for(server, {})))
        while worker.receive(10)["kind"] != "CHALLENGE":
            pass
        worker.send(OUT_OF_TURN[name])
        assert verdict(worker)["code"] == "WORKER"
    assert not server.named("token")


@pytest.mark.parametrize("name", [n for n in OUT_OF_TURN if "PROCEED" not in n] + ["PROCEED"])
def test_while_polling(name, lab, worker_binary):
    """After PROCEED nothing is due, a second PROCEED neither."""
    with FakeAs(lab, token=pending()) as server, Worker(worker_binary) as worker:
        worker.send(wire.request(**request_for(server, {})))
        while worker.receive(10)["kind"] != "CHALLENGE":
            pass
        worker.send(wire.proceed())
        worker.send(OUT_OF_TURN.get(name, wire.proceed()))
        assert verdict(worker)["code"] == "WORKER"
    assert len(server.named("token")) <= 1


def test_proceed_during_the_keys(lab, worker_binary):
    """DEV-40: PROCEED is noticed while the keys are still being fetched."""
    from answers import default_jwks  # pylint: disable=import-outside-toplevel
    with FakeAs(lab, jwks=Answer(default_jwks, delay=1.5)) as server:
        with Worker(worker_binary) as worker:
            worker.send(wire.request(**request_for(server, {})))
            while worker.receive(10)["kind"] != "CHALLENGE":
                pass
            worker.send(wire.proceed())
            assert verdict(worker)["kind"] == "IDENTITY"
    assert not server.violations


def test_no_request(worker_binary):
    """A module that sends nothing: the worker does not wait for ever."""
    with Worker(worker_binary) as worker:
        assert verdict(worker, 30)["code"] == "WORKER"


LIMITS = {
    "no time at all": ({"remaining_ms": 0}, ("TIMED_OUT", "UNREACHABLE")),
    "one millisecond": ({"remaining_ms": 1}, ("TIMED_OUT", "UNREACHABLE")),
    "CA file that does not exist": ({"ca_file": "/nonexistent/ca.pem"}, ("CONFIG", "UNREACHABLE")),
    "CA file that is a folder": ({"ca_file": "/etc"}, ("CONFIG", "UNREACHABLE")),
    "CA file that holds none": ({"ca_file": "/etc/passwd"}, ("CONFIG", "UNREACHABLE")),
    "port 0": ({"endpoint_ports": ["0"]}, ("CONFIG",)),
    "port 65536": ({"endpoint_ports": ["65536"]}, ("CONFIG",)),
    "a port that is a word": ({"endpoint_ports": ["https"]}, ("CONFIG",)),
    "no algorithm": ({"id_token_algs": []}, ("CONFIG", "PROVIDER", "TOKEN")),
    "basic without a secret": ({"client_auth": "basic"}, ("CONFIG", "CLIENT")),
    "post without a secret": ({"client_auth": "post"}, ("CONFIG", "CLIENT")),
    "discovery none without endpoints": ({"discovery": "none"}, ("CONFIG", "PROVIDER")),
}


@pytest.mark.parametrize("name", LIMITS, ids=list(LIMITS))
def test_odd_requests(name, lab, worker_binary):
    """Requests that the module would not send: no crash, no challenge, a clear fault."""
    changes, codes = LIMITS[name]
    with FakeAs(lab) as server, Worker(worker_binary) as worker:
        worker.send(wire.request(**request_for(server, changes)))
        message = verdict(worker)
    assert message["code"] in codes, message
    assert "CHALLENGE" not in [m["kind"] for m in worker.messages]


@pytest.mark.parametrize("kind", ["null", "stream", "file"])
def test_no_such_socket(kind, worker_binary, tmp_path):
    """Started by hand: it says so, and does nothing."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    file = tmp_path / "file"
    file.write_text("hello")
    with ours, theirs, open(file, encoding="utf-8") as stream:
        stdin = {"null": subprocess.DEVNULL, "stream": theirs, "file": stream}[kind]
        done = subprocess.run([worker_binary], stdin=stdin, capture_output=True, env={},
                              timeout=10, check=False)
    assert done.returncode not in (0, None) and done.returncode > 0
    assert b"pam_oauth" in done.stderr and not done.stdout


def _status(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


def _environment(pid):
    """The environment, None where it is not for us: an undumpable process belongs to root."""
    try:
        return pathlib.Path(f"/proc/{pid}/environ").read_bytes()
    except PermissionError:
        assert os.geteuid() != 0
        return None


def test_locked_down(lab, worker_binary):
    """NET-30, architecture 6: what the kernel says of the worker while it talks to the network."""
    with FakeAs(lab, discovery=Answer(hang=True)) as server, Worker(worker_binary) as worker:
        worker.send(wire.request(**request_for(server, {})))
        while not server.named("discovery"):
            assert worker.alive()
        pid = worker.process.pid
        status = _status(pid)
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
        assert status["NoNewPrivs"] == "1", status
        assert status["Seccomp"] == "2", status
        assert re.search(r"Max core file size +0 +0 ", limits), limits
        assert re.search(r"Max file size +0 +0 ", limits), limits
        assert _environment(pid) in (b"", None)
        assert not worker.children()
        worker.cancel()
        worker.finish(5)


def test_environment_is_not_obeyed(lab, worker_binary):
    """NET-21: the module gives it none; if one got through, no proxy and no CA of it counts."""
    with FakeAs(lab) as server, socket.create_server(("127.0.0.1", 0)) as proxy:
        port = proxy.getsockname()[1]
        proxy.setblocking(False)
        names = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        env = {name: f"http://127.0.0.1:{port}" for name in names}
        env.update({"SSL_CERT_FILE": "/nonexistent", "CURL_CA_BUNDLE": "/nonexistent"})
        request = request_for(server, {"endpoint_ports": [str(port)]})
        with Worker(worker_binary, env=env) as worker:
            worker.send(wire.request(**request))
            while (message := worker.receive())["kind"] == "LOG":
                pass
            assert message["kind"] == "CHALLENGE", message
            with pytest.raises(BlockingIOError):
                proxy.accept()


def test_codes_are_those_of_the_header(source_root):
    """The names in tests/lib/wire_fields.py are PO_ERR_TABLE's, in its order."""
    text = (source_root / "include" / "po_err.h").read_text(encoding="ascii")
    names = re.findall(r"^\s*X\(PO_(?:E_)?(\w+),", text, re.MULTILINE)
    assert tuple(names) == CODES


def test_limits_are_those_of_the_header(source_root):
    """The numbers in tests/lib/wire.py are the headers'."""
    limits = (source_root / "include" / "po_limits.h").read_text(encoding="ascii")
    header = (source_root / "include" / "po_wire.h").read_text(encoding="ascii")
    assert re.search(r"PO_LIMIT_MESSAGE\s+\(128 \* 1024\)", limits) and wire.LIMIT == 128 * 1024
    assert re.search(rf"PO_WIRE_VERSION {wire.VERSION}\b", header)


def _section(source_root, number):
    text = (source_root / "doc" / "PROTOCOL.md").read_text(encoding="ascii")
    return text.partition(f"\n### {number} ")[2].partition("\n##")[0]


@pytest.mark.parametrize("number,fields", [
    ("3.1", tuple(field for field in REQUEST_FIELDS if field[0] != "wants")),
    ("3.2", CHALLENGE_FIELDS), ("3.3", IDENTITY_FIELDS), ("3.4", FAULT_FIELDS),
    ("3.5", LOG_FIELDS), ("3.6", CLAIMS_FIELDS)])
def test_document_has_the_fields(number, fields, source_root):
    """doc/PROTOCOL.md names the same fields, of the same types, in the same order."""
    rows = re.findall(r"^    (u32|i64|text|bytes|bool|enum|list|claims) +(\w+)",
                      _section(source_root, number), re.MULTILINE)
    assert rows == [("enum" if isinstance(kind, tuple) else kind, name) for name, kind in fields]


def test_document_has_the_codes(source_root):
    """doc/PROTOCOL.md numbers the fault codes as PO_ERR_TABLE does."""
    pairs = re.findall(r"\b(\d+) ([A-Z_]+)\b", _section(source_root, "3.4"))
    assert {int(n): name for n, name in pairs if name in CODES} == dict(enumerate(CODES))
