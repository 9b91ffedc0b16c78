# SPDX-License-Identifier: BSD-2-Clause
"""Networks as administrators have them: a proxy that asks who it is, pinned keys, a folder of
certificates, addresses where nobody answers (NET-2, NET-17, NET-21)."""

import base64
import hashlib
import pathlib
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

import namespace
from answers import SUBJECT
from fake_as import FakeAs
from idp import OidcProvider
from live import Live
from network import Network
from proxies import Http2Front, Tinyproxy, TlsFront

ALICE = "sub=248289761001"
ONE_LOGIN = ["/.well-known/openid-configuration", "/device/auth", "/jwks", "/token"]
CREDENTIALS = "gate:s3same-pass"
# dead, alive, is the dead one tried first?
HALF_DEAD = {
    "a dead IPv6 beside an IPv4": (Network.DEAD_IPV6, Network.IPV4, True),
    "a dead IPv4 beside an IPv6": (Network.DEAD_IPV4, Network.IPV6, False),
    "a dead IPv4 before an IPv4": (Network.DEAD_IPV4, Network.IPV4, True),
}


def pin_of(certificate):
    """pinned_keys for this certificate."""
    key = x509.load_pem_x509_certificate(pathlib.Path(certificate).read_bytes()).public_key()
    der = key.public_bytes(serialization.Encoding.DER,
                           serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def sign_in(idp, login):
    """Alice is let in."""
    ssh = login()
    uri, code = ssh.challenge()
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")


@pytest.fixture(name="proxy")
def _proxy(tmp_path):
    with Tinyproxy(tmp_path / "proxy", CREDENTIALS) as server:
        yield server


def test_through_a_proxy_that_asks_who_it_is(host, idp, login, watch, proxy):
    """NET-21, CAU-10: the credentials are root's file, the login is one tunnel."""
    secret = host.write("proxy_credentials", CREDENTIALS + "\n", 0o600)
    host.configure(idp, {"alice": ALICE}, proxy=proxy.url, proxy_credentials_file=str(secret))
    watch.secrets.add(CREDENTIALS.split(":")[1])
    sign_in(idp, login)
    assert proxy.connects() == [idp.issuer.removeprefix("https://")]
    assert watch.outcome()["result"] == "success"


def test_through_a_proxy_behind_tls(host, idp, login, watch, proxy, tmp_path):
    """NET-2, NET-21: what an https proxy is sent, credentials above all, is encrypted, and it is
    verified like the provider."""
    secret = host.write("proxy_credentials", CREDENTIALS + "\n", 0o600)
    with TlsFront(tmp_path / "tls", *idp.certificate, proxy.port) as front:
        host.configure(idp, {"alice": ALICE}, proxy=front.url, proxy_credentials_file=str(secret))
        sign_in(idp, login)
    assert proxy.connects() == [idp.issuer.removeprefix("https://")]
    assert watch.outcome()["result"] == "success"


def test_a_provider_that_speaks_http2(host, login, watch, tmp_path):
    """A whole login over HTTP/2: a real provider behind a real server of it."""
    address, name = "127.0.0.2", "h2.example.org"
    host.name_host(name, address)
    with OidcProvider(device_interval=1, hostname=name) as idp, \
            Http2Front(tmp_path, *idp.certificate, idp.port, address) as front:
        host.configure(idp, {"alice": ALICE})
        sign_in(idp, login)
        asked = [path for protocol, _, path, _ in front.requests() if protocol == "h2"]
    assert [path for path in asked if not path.startswith("/device?")] == ONE_LOGIN, asked
    assert watch.outcome()["result"] == "success"


def test_a_proxy_that_refuses_is_named_in_the_log(host, idp, login, watch, proxy):
    """NET-21: the administrator reads who said no."""
    host.configure(idp, {"alice": ALICE}, proxy=proxy.url)
    ssh = login()
    ssh.expect("cannot be reached")
    outcome = watch.outcome()
    assert outcome["result"] == "provider_unreachable" and f"through proxy {proxy.url}: " in outcome["reason"]


def test_a_folder_of_certificates_and_a_pinned_key(host, idp, login, watch):
    """NET-2, NET-17: the sandbox lets the folder be read; the key is the right one."""
    folder = namespace.BASE / "certificates"
    folder.mkdir(mode=0o755)
    (folder / "ca.pem").write_bytes(pathlib.Path(idp.ca_file).read_bytes())
    subprocess.run(["openssl", "rehash", str(folder)], check=True)
    host.configure(idp, {"alice": ALICE}, ca_file=None, ca_path=str(folder), tls_min="1.3",
                   pinned_keys=pin_of(idp.certificate[0]))
    sign_in(idp, login)
    assert watch.outcome()["result"] == "success"


def test_another_key_than_the_pinned_one(host, idp, login, watch):
    """NET-17: a certificate of a trusted authority is not enough."""
    other = base64.b64encode(hashlib.sha256(b"another key").digest()).decode()
    host.configure(idp, {"alice": ALICE}, pinned_keys=other)
    ssh = login()
    ssh.expect("cannot be reached")
    assert "public key" in watch.outcome()["reason"]


def test_services_have_issuers_of_their_own(host, idp, login, watch):
    """GEN-5: one issuer for each login, chosen by the service alone."""
    host.configure(idp, {"alice": ALICE}, issuer="https://elsewhere.example",
                   **{"sshd:issuer": idp.issuer})
    host.write("map", host.rules(idp.issuer, {"alice": ALICE}))
    sign_in(idp, login)
    assert watch.outcome()["issuer"] == idp.issuer


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize("case", HALF_DEAD)
def test_an_address_where_nobody_answers(case, lab):
    """Happy eyeballs, and the next address of the same family: the login goes on within the time
    that one connection may take."""
    dead, alive, tried = HALF_DEAD[case]
    hosts = pathlib.Path("/etc/hosts")
    before = hosts.read_text(encoding="ascii")
    with Network() as net:
        net.swallow(Network.DEAD_IPV4, Network.DEAD_IPV6)
        server = net.at_the_provider(lambda: FakeAs(lab, tls="network", address=alive,
                                                    host=Network.HALF_DEAD))
        server.ca_file = lab.ca_file
        try:
            hosts.write_text(f"{before}{dead} {Network.HALF_DEAD}\n{alive} {Network.HALF_DEAD}\n",
                             encoding="ascii")
            with server, Live(server, {"alice": f"sub={SUBJECT}"}, display="prompt",
                              prefix=net.prefix()) as login:
                login.challenge()
                login.answer()
                assert login.end().result == "PAM_SUCCESS", str(login)
            assert bool(net.swallowed()) == tried, "the dead address is really dead, and was tried"
        finally:
            hosts.write_text(before, encoding="ascii")
