# SPDX-License-Identifier: BSD-2-Clause
"""How the provider is reached, where the configuration says so: certificates, pins, addresses, times
(NET-2, NET-3, NET-17, LIM-12)."""

import base64
import hashlib
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from answers import Answer
from flow import row, table

DOWN = "UNREACHABLE"


def pin_of(certificate):
    """The SHA-256 of the public key of a certificate, in base64."""
    with open(certificate, "rb") as file:
        key = x509.load_pem_x509_certificate(file.read()).public_key()
    der = key.public_bytes(serialization.Encoding.DER,
                           serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def good_pin(server):
    """That of the scripted server."""
    server.lab.context("good")
    return pin_of(server.lab.directory / "ca" / "good.pem")


OTHER_PIN = base64.b64encode(hashlib.sha256(b"another key").digest()).decode()


def hashed(server):
    """A folder with the CA as `openssl rehash` leaves it."""
    folder = server.lab.directory / "hashed"
    if not folder.exists():
        folder.mkdir()
        (folder / "ca.pem").write_bytes((server.lab.directory / "ca" / "ca.pem").read_bytes())
        subprocess.run(["openssl", "rehash", str(folder)], check=True)
    return str(folder)


def empty(server):
    """A folder without any certificate."""
    folder = server.lab.directory / "empty"
    folder.mkdir(exist_ok=True)
    return str(folder)


def nothing_sent(result):
    """No request reached the server."""
    assert not result.server.requests and result.server.accepted, str(result)


def below(seconds):
    """The login took less."""
    def check(result):
        assert result.seconds < seconds, str(result)
    return check


TRUST = [
    row("NET-2 ca_path alone", request={"ca_file": None, "ca_path": hashed}),
    row("NET-2 ca_path beside ca_file", request={"ca_path": empty}),
    row("NET-2 a ca_path that rehash has not seen is named", "CONFIG", "ca_path: /",
        request={"ca_file": None, "ca_path": empty}, check=lambda r: _nobody(r)),
    row("NET-17 the right key", request={"pinned_keys": lambda s: [good_pin(s)]}),
    row("NET-17 a spare key comes first", request={"pinned_keys": lambda s: [OTHER_PIN, good_pin(s)]}),
    row("NET-17 another key is a wrong certificate", DOWN, "public key",
        request={"pinned_keys": [OTHER_PIN]}, check=nothing_sent),
    row("NET-17 the right key does not make up for a wrong certificate", DOWN, "certificate",
        tls="self_signed", check=nothing_sent,
        request={"pinned_keys": lambda s: [s.lab.context("self_signed") and pin_of(
            s.lab.directory / "ca" / "self-signed.pem")]}),
    row("NET-3 TLS 1.3 at least", request={"tls_min": "1.3"},
        check=lambda r: _speaks(r, "TLSv1.3")),
    row("NET-3 TLS 1.3 at least, and a server without", DOWN, "discovery: ", tls="tls12",
        request={"tls_min": "1.3"}, check=nothing_sent),
]
ADDRESSES = [
    row("ip = 4", request={"ip": "4"}),
    row("ip = 6", address="::1", request={"ip": "6"}),
    row("ip = any reaches IPv6 only", address="::1"),
    row("ip = 4 does not try IPv6", DOWN, "discovery: https://", address="::1", request={"ip": "4"},
        check=lambda r: _nobody(r)),
    row("ip = 6 does not try IPv4", DOWN, "discovery: https://", request={"ip": "6"}, check=lambda r: _nobody(r)),
    row("LIM-12 connect_timeout", DOWN, "time", tls="silent", request={"connect_timeout_s": 1},
        check=below(4)),
    row("LIM-12 connect_timeout is 5 seconds where nothing is said", DOWN, "time", tls="silent",
        request={"connect_timeout_s": 0}, check=below(12), slow=True),
    row("LIM-12 timeout is not said", DOWN, "timed out", discovery=Answer(hang=True), slow=True,
        request={"timeout_s": 0}, check=below(30)),
    row("LIM-12 timeout", DOWN, "timed out", discovery=Answer(hang=True), request={"timeout_s": 1},
        check=below(4)),
]


def _speaks(result, version):
    assert {c.tls for c in result.server.connections} == {version}, str(result)


def _nobody(result):
    assert result.server.accepted == 0, str(result)


@table(TRUST)
def test_trust(row, judge):  # pylint: disable=redefined-outer-name
    """Who is believed to be the provider."""
    judge(row)


@table(ADDRESSES)
def test_addresses_and_times(row, judge):  # pylint: disable=redefined-outer-name
    """Which addresses are tried, and for how long."""
    judge(row)
