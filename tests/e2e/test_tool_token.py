# SPDX-License-Identifier: BSD-2-Clause
"""pam-oauth verify-token: real tokens of a real provider, judged in a worker of their own."""

import base64
import contextlib
import json
import pathlib
import subprocess
import time

import pytest

import wire
from built import built
from device_client import DeviceClient
from host import compiled_in_worker
from test_tool import as_it_was

SUBJECT = "248289761001"
CONF = pathlib.Path("/etc/pam_oauth/pam_oauth.conf")


def verify(token, *options, status):
    """(items, lines) of the command; the token goes in on standard input."""
    command = [built("PO_TOOL"), "verify-token", *options]
    ran = {}
    for extra in ((), ("--json",)):
        done = subprocess.run([*command, *extra], input=token, capture_output=True, text=True,
                              check=False, timeout=60)
        assert done.returncode == status and not done.stderr, (done.stdout, done.stderr)
        ran[extra] = done.stdout
    return json.loads(ran[("--json",)])["items"], ran[()]


@pytest.fixture(name="client")
def _client(host, idp):
    client = DeviceClient(idp)
    host.configure(idp, {"alice": f"sub={SUBJECT}"}, client_id=client.client_id)
    return client


@pytest.fixture(name="token")
def _token(idp, client):
    """An ID token that somebody has approved."""
    started = client.start(scope="openid profile")
    idp.phone("alice").approve(started["verification_uri"], started["user_code"])
    for _ in range(20):
        status, answer = client.poll(started)
        if status == 200:
            return answer["id_token"]
        time.sleep(started.get("interval", 5) / 4)
    raise AssertionError(answer)


def broken(token):
    """Another signature of the same length."""
    head, _, signature = token.rpartition(".")
    octets = bytearray(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
    octets[0] ^= 1
    return f"{head}.{base64.urlsafe_b64encode(octets).rstrip(b'=').decode()}"


def test_good_token(token, client):
    """Configuration, keys and clock of this host; the newline behind it is not part of it."""
    (item,), lines = verify(token + "\n", status=0)
    assert item["claims"]["sub"] == SUBJECT and item["claims"]["aud"] == client.client_id
    assert json.loads(lines) == item["claims"]


def test_token_of_yesterday(token):
    """Expired now; at its own time it is good."""
    (item,), lines = verify(token, "--now", str(int(time.time()) + 86400), status=1)
    assert "expired" in item["fault"] and "expired" in lines
    verify(token, "--now", str(int(time.time()) - 86400), status=1)


@pytest.mark.parametrize("options,part", [(("--audience", "another"), "aud"),
                                          (("--issuer", "https://localhost:1"), "is not the configured issuer")])
def test_terms(options, part, token, client, tmp_path):
    """For another client, from another issuer."""
    keys = tmp_path / "jwks"
    keys.write_text(json.dumps(client.jwks()))
    (item,), _ = verify(token, "--jwks", str(keys), *options, status=1)
    assert part in item["fault"], item


def test_signature(token, client, tmp_path):
    """Refused whatever is asked; nothing of the token is in the words."""
    keys = tmp_path / "jwks"
    keys.write_text(json.dumps(client.jwks()))
    (item,), _ = verify(broken(token), status=1)
    assert "signature does not verify" in item["fault"]
    (item,), lines = verify(broken(token), "--signature-only", "--jwks", str(keys), status=1)
    assert "signature does not verify" in item["fault"]
    assert token.split(".")[1] not in lines


def test_signature_alone(token, client, tmp_path):
    """Anybody's token, of any time, with the keys at hand."""
    keys = tmp_path / "jwks"
    keys.write_text(json.dumps(client.jwks()))
    terms = ("--signature-only", "--jwks", str(keys), "--now", "1", "--issuer",
             "https://nobody.invalid", "--audience", "x")
    (item,), _ = verify(token, *terms, status=0)
    assert item["claims"]["sub"] == SUBJECT


def test_host_without_configuration(token, client, idp, tmp_path):
    """The options say all of it."""
    keys = tmp_path / "jwks"
    keys.write_text(json.dumps(client.jwks()))
    CONF.unlink()
    (item,), _ = verify(token, status=2)
    assert "--issuer" in item["fault"]
    (item,), _ = verify(token, "--issuer", idp.issuer, "--jwks", str(keys), status=2)
    assert "--audience" in item["fault"]
    (item,), _ = verify(token, "--issuer", idp.issuer, "--jwks", str(keys), "--audience",
                        client.client_id, status=0)
    assert item["claims"]["sub"] == SUBJECT
    verify(token, "--issuer", idp.issuer, "--ca-file", "/etc/pam_oauth/ca.pem", "--audience", client.client_id,
           status=0)
    verify(token, "--signature-only", "--jwks", str(keys), status=0)


TROUBLE = [("", (), "no token"), ("x", ("--now", "noon"), "--now"), ("x", ("--jwks", "/nowhere"), "/nowhere"),
           ("x", ("--issuer", "http://plain.example"), "issuer"), ("x" * 140000, (), "too large"),
           ("x", ("--conf", "/nowhere"), "/nowhere")]


@pytest.mark.parametrize("token,options,part", TROUBLE, ids=[part for *_, part in TROUBLE])
def test_question_that_cannot_be_answered(token, options, part, client):  # pylint: disable=unused-argument
    """Exit status 2, and why."""
    (item,), lines = verify(token, *options, status=2)
    assert part in item["fault"] and part in lines, item


def test_provider_that_is_down(token):
    """Where its keys are needed."""
    (item,), _ = verify(token, "--issuer", "https://localhost:1", status=2)
    assert "localhost:1" in item["fault"]


LIAR = """#!/usr/bin/python3
import socket
sock = socket.socket(fileno=0)
sock.recv(200000)
for message in {messages!r}:
    sock.send(message)
"""
FLOOD = [wire.log("again", "WARNING")] * (32 + 1)
LIES = {
    "escape sequences": ([wire.log("\x1b]0;owned\x07", "WARNING"), wire.fault("TOKEN", "\x1b[2J\u009b")],
                         1, "\\x1B]0;owned"),
    "a flood": (FLOOD, 2, "floods the log"),
    "claims that are none": ([wire.encode("CLAIMS", {"claims": "\x1b[2J"})], 2, "cannot be read"),
    "an address that is none": ([wire.encode("CHALLENGE", {
        "verification_uri": "https://x/\x1b[2J", "user_code": "A", "expires_in_s": 60, "qr_side": 0,
        "qr_bits": None})], 2, "verification_uri"),
    "nothing": ([], 2, "without an answer"),
}


@contextlib.contextmanager
def liar(messages):
    """A worker that says these, in place of the real one."""
    path = pathlib.Path(compiled_in_worker(built("PO_TEST_SHIPPED")))
    with as_it_was(path):
        path.unlink()
        path.write_text(LIAR.format(messages=messages), encoding="ascii")
        path.chmod(0o755)
        yield


def is_plain(text):
    """Nothing that a terminal obeys."""
    return all(" " <= c <= "~" or c == "\n" for c in text)


@pytest.mark.parametrize("name", LIES)
def test_worker_that_lies(name, client):  # pylint: disable=unused-argument
    """GEN-3: what it says is no more to root's terminal than to the module."""
    messages, status, word = LIES[name]
    with liar(messages):
        items, lines = verify("a.b.c", status=status)
    assert word in lines and items, lines
    assert is_plain(lines), repr(lines)


# An answer to another question is none: the words of it are not those of verify-token.
LOGIN_LIES = {**{name: (messages, word) for name, (messages, _, word) in LIES.items()},
              "claims that are none": (LIES["claims that are none"][0], "out of order"),
              "octets that are no text": ([wire.log(b"\xff\xfe", "WARNING")], "\\xFF\\xFE"),
              "nothing": ([], "without an answer")}


@pytest.mark.parametrize("name", LOGIN_LIES)
def test_worker_that_lies_to_a_login(name, client):  # pylint: disable=unused-argument
    """GEN-3: login prints what a worker says, too."""
    messages, word = LOGIN_LIES[name]
    with liar(messages):
        done = subprocess.run([built("PO_TOOL"), "login", "--account", "alice"], input="q\n", text=True,
                              capture_output=True, check=False, timeout=60)
    assert done.returncode == 2 and word in done.stdout, done
    assert is_plain(done.stdout + done.stderr), done
