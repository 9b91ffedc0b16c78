# SPDX-License-Identifier: BSD-2-Clause
"""Proof that the misfortunes of tests/idp/server.mjs and ca.py really happen."""

import signal
import socket
import ssl
import subprocess
import time

import pytest
from ca import Ca
from device_client import DeviceClient
from idp import IdpError, OidcProvider

# A reset may meet the handshake, what is being sent, or the wait for an answer.
CUT_OFF = (ConnectionError, ssl.SSLError)


@pytest.fixture(scope="module")
def server():
    with OidcProvider() as idp:
        yield idp


@pytest.fixture
def idp(server):
    yield server
    server.control("clear")


@pytest.fixture
def client(idp):
    return DeviceClient(idp)


def test_starts_and_ends_when_told():
    with OidcProvider() as idp:
        idp.process.send_signal(signal.SIGTERM)
        assert idp.process.wait(1) == 0


def test_ends_with_its_parent():
    with OidcProvider() as idp:
        idp.process.stdin.close()
        assert idp.process.wait(1) == 0


def test_killed_and_started_again_with_its_state():
    """The same address, keys and codes, and what was approved stays approved."""
    with OidcProvider(device_interval=1, state="state.json") as idp:
        issuer, client = idp.issuer, DeviceClient(idp)
        before, after = client.start(), client.start()
        idp.phone().approve(before["verification_uri"], before["user_code"])
        keys = client.jwks()
        idp.kill()
        assert idp.restart().issuer == issuer
        assert client.jwks() == keys
        idp.phone().approve(after["verification_uri"], after["user_code"])
        for device in (before, after):
            status, tokens = client.poll(device)
            assert status == 200 and tokens["id_token"], tokens


def test_listens_on_loopback_only(idp):
    with open("/proc/net/tcp", encoding="ascii") as table:
        port = f":{idp.port:04X}"
        listeners = [line.split()[1] for line in table if line.split()[3] == "0A"]
    assert [local for local in listeners if local.endswith(port)] == [f"0100007F{port}"]


def test_failures_wear_out(idp, client):
    device = client.start()
    idp.control("fail", path="/token", status=503, count=2, headers={"Retry-After": "7"},
                body="down")
    for _ in range(2):
        status, answer, headers = client.post("token_endpoint", {})
        assert (status, answer, headers["Retry-After"]) == (503, "down", "7")
    assert client.poll(device)[1]["error"] == "authorization_pending"


def test_reset_of_a_first_request(idp, client):
    device = client.start()
    idp.control("reset", path="/token", when="first")
    with pytest.raises(CUT_OFF):
        client.poll(device)
    assert idp.log("/token")[-1]["status"] == 0
    assert client.poll(device)[1]["error"] == "authorization_pending"


def test_reset_of_a_reused_connection(idp, client):
    device = client.start()
    idp.control("reset", path="/token", when="reused")
    assert client.poll(device)[1]["error"] == "authorization_pending"
    connection = client.connect(idp.issuer)
    client.get(client.metadata["jwks_uri"], connection=connection)
    with pytest.raises(CUT_OFF):
        client.poll(device, connection=connection)


def test_reset_before_the_handshake(idp, client):
    idp.control("reset_connection", count=1)
    with pytest.raises(CUT_OFF):
        client.jwks()
    assert client.jwks()["keys"]


def test_delay(idp, client):
    idp.control("delay", path="/jwks", ms=400)
    began = time.monotonic()
    client.jwks()
    assert time.monotonic() - began >= 0.4
    assert idp.log("/jwks")[-1]["duration"] >= 0.399


def test_idle_connections_are_closed(idp, client):
    connection = client.connect(idp.issuer)
    client.get(client.metadata["jwks_uri"], connection=connection)
    number = idp.log("/jwks")[-1]["connection"]
    connection.sock.settimeout(5)
    idp.control("close_idle")
    assert connection.sock.recv(1) == b""
    deadline = time.monotonic() + 5
    while number not in [entry["connection"] for entry in idp.log(event="close")]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    connection.close()


def test_keep_alive_is_seen(idp, client):
    connection = client.connect(idp.issuer)
    for _ in range(3):
        client.get(client.metadata["jwks_uri"], connection=connection)
    connection.close()
    entries = idp.log("/jwks")[-3:]
    assert len({entry["connection"] for entry in entries}) == 1
    assert [entry["nth"] for entry in entries] == [1, 2, 3]


@pytest.mark.parametrize("version", (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3))
def test_resumption_is_seen(idp, version):
    context = ssl.create_default_context(cafile=idp.ca_file)
    context.maximum_version = version
    session = None
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", idp.port)) as plain:
            with context.wrap_socket(plain, server_hostname="localhost", session=session) as tls:
                tls.sendall(b"GET /jwks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                while tls.recv(65536):
                    pass
                session = tls.session
    assert [entry["resumed"] for entry in idp.log("/jwks")[-2:]] == [False, True]
    assert [entry["resumed"] for entry in idp.log(event="tls")[-2:]] == [False, True]


def test_log_holds_no_secrets(idp):
    client = DeviceClient(idp, auth_method="client_secret_post")
    device = client.start()
    idp.phone().approve(device["verification_uri_complete"], device["user_code"])
    tokens = client.poll(device)[1]
    text = (idp.directory / "access.log").read_text()
    for secret in (device["device_code"], device["user_code"], client.secret,
                   tokens["access_token"], tokens["id_token"]):
        assert secret not in text
    for entry in idp.log():
        assert "?" not in entry["path"]
        assert abs(entry["time"] - time.time()) < 600


def test_orderly_rotation_keeps_old_keys(idp, client):
    before = {key["kid"] for key in client.jwks()["keys"]}
    idp.control("rotate", keep=True)
    assert before < {key["kid"] for key in client.jwks()["keys"]}


def test_unknown_command(idp):
    with pytest.raises(IdpError, match="unknown command"):
        idp.control("explode")


def _verify(*args):
    return subprocess.run(["openssl", "verify", "-x509_strict", *map(str, args)],
                          capture_output=True, text=True, check=False)


def test_certificates(tmp_path):
    ca = Ca(tmp_path)
    good, _ = ca.issue()
    for name in (("-verify_hostname", "localhost"), ("-verify_ip", "127.0.0.1"),
                 ("-verify_ip", "::1")):
        assert _verify("-CAfile", ca.file, *name, good).returncode == 0
    assert _verify("-CApath", ca.hashed_directory(), "-no-CAfile", good).returncode == 0
    for (cert, _), words in (
            (ca.issue("late", expired=True), "certificate has expired"),
            (ca.issue("self", self_signed=True), "self-signed certificate"),
            (ca.issue_wrong_host(), "hostname mismatch")):
        answer = _verify("-CAfile", ca.file, "-verify_hostname", "localhost", cert)
        assert answer.returncode != 0
        assert words in answer.stderr


@pytest.mark.parametrize("options", ({"expired": True}, {"self_signed": True},
                                     {"names": ("wrong.example",)}))
def test_bad_certificates_are_served(tmp_path, options):
    ca = Ca(tmp_path)
    with OidcProvider(directory=tmp_path, ca=ca, certificate=ca.issue("bad", **options)) as idp:
        with pytest.raises(ssl.SSLCertVerificationError):
            DeviceClient(idp)
        assert idp.log() == []
