# SPDX-License-Identifier: BSD-2-Clause
"""Every method of client authentication at a real provider, over real ssh: CAU-1 to CAU-9. What is
told at one endpoint is told at all: tokens are revoked afterwards, with the same method (EXT-20)."""

import os

import pytest

from answers import Answer
from client_credentials import (PASSPHRASE, SECRET, CertificateClient, SecretClient,
                                SigningClient)
from fake_as import FakeAs
from idp import OidcProvider

SUBJECT = "248289761001"
SIGNERS = [SigningClient("RS256"), SigningClient("PS256"), SigningClient("ES256"),
           SigningClient("EdDSA"), SigningClient("ES256", encrypted=True)]
SECRETS = [SecretClient("HS256"), SecretClient("HS384"), SecretClient("HS512")]
CERTIFICATES = ["san_dns", "subject_dn", "self_signed", "bound"]
CASES = {client.ident: client for client in [*SIGNERS, *SECRETS]}


@pytest.fixture(scope="module", name="certificates")
def _certificates(tmp_path_factory):
    from ca import Ca  # pylint: disable=import-outside-toplevel
    authority = Ca(tmp_path_factory.mktemp("clients"), name="A CA of clients")
    made = {how: CertificateClient(authority, "san_dns" if how == "bound" else how, how == "bound")
            for how in CERTIFICATES}
    return authority, made


@pytest.fixture(scope="module", name="keys_elsewhere")
def _keys_elsewhere(lab):
    """Where the keys of a client with pairwise subjects are: this provider wants them there."""
    signer = SIGNERS[2]
    with FakeAs(lab, extra={"/keys": Answer(signer.metadata()["jwks"])}) as server:
        os.environ["NODE_EXTRA_CA_CERTS"] = lab.ca_file
        yield {**signer.metadata(), "client_id": "pairwise", "subject_type": "pairwise",
               "jwks": None, "jwks_uri": server.url("/keys")}
        del os.environ["NODE_EXTRA_CA_CERTS"]


@pytest.fixture(scope="module", name="provider")
def _provider(certificates, keys_elsewhere):
    """One server that knows all of them."""
    authority, made = certificates
    clients = [c.metadata() for c in [*CASES.values(), *made.values()]]
    clients.append({name: value for name, value in keys_elsewhere.items() if value is not None})
    clients.append({"client_id": "encrypted", "token_endpoint_auth_method": "private_key_jwt",
                    **_encrypted(SIGNERS[0])})
    with OidcProvider(device_interval=1, clients=clients, client_ca=str(authority.file)) as idp:
        yield idp


def _encrypted(signer):
    """A client for which ID tokens are encrypted (RFC 7516)."""
    metadata = signer.metadata()
    (key,) = metadata["jwks"]["keys"]
    return {"jwks": {"keys": [key, {**key, "kid": "key-2", "use": "enc", "alg": "RSA-OAEP"}]},
            "id_token_encrypted_response_alg": "RSA-OAEP",
            "id_token_encrypted_response_enc": "A128CBC-HS256"}


def sign_in(host, provider, login, settings, subject=SUBJECT):
    """A whole login with these settings; the client that asked."""
    host.configure(provider, {"alice": f"sub={subject}"}, revoke="yes", **settings)
    ssh = login()
    uri, code = ssh.challenge()
    provider.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")


def revoked_since(provider, before):
    """The provider has taken a token back since."""
    return provider.wait_for_log(before + 1, "/token/revocation")[before:]


@pytest.mark.parametrize("ident", CASES)
def test_assertions(ident, host, provider, login, watch):
    """CAU-5, CAU-6, CAU-7: the provider accepts them at three endpoints, each only once (jti)."""
    before = len(provider.log("/token/revocation"))
    sign_in(host, provider, login, CASES[ident].settings(host))
    assert watch.outcome()["result"] == "success"
    assert [e["status"] for e in revoked_since(provider, before)] == [200]
    watch.secrets |= {SECRET, PASSPHRASE}


@pytest.mark.parametrize("how", CERTIFICATES)
def test_certificates(how, host, provider, login, watch, certificates):
    """CAU-9: by name, by subject and by key; an access token that is bound to the certificate
    is shown at UserInfo with the same one (RFC 8705 section 3)."""
    before = len(provider.log("/token/revocation"))
    settings = certificates[1][how].settings(host)
    if how == "bound":
        settings["identity_source"] = "userinfo"
    sign_in(host, provider, login, settings)
    assert watch.outcome()["result"] == "success"
    assert [e["status"] for e in revoked_since(provider, before)] == [200]


def test_another_certificate(host, provider, login, watch, certificates):
    """CAU-9: the handshake is good, but it is not this client's."""
    settings = {**certificates[1]["san_dns"].settings(host),
                "client_id": certificates[1]["subject_dn"].ident}
    host.configure(provider, {"alice": f"sub={SUBJECT}"}, **settings)
    login(options=["NumberOfPasswordPrompts=1"]).expect("administrator")
    assert "invalid_client" in watch.outcome()["reason"]


def test_a_key_that_the_provider_does_not_know(host, provider, login, watch):
    """CAU-6: a clear word in the log."""
    settings = {**SigningClient("ES256").settings(host), "client_id": SIGNERS[2].ident}
    host.configure(provider, {"alice": f"sub={SUBJECT}"}, **settings)
    login(options=["NumberOfPasswordPrompts=1"]).expect("administrator")
    assert "invalid_client" in watch.outcome()["reason"]


def test_pairwise_subjects(host, provider, login, watch):
    """IDN-8: the subject is another one for each client; a map names that one."""
    settings = {**SIGNERS[2].settings(host), "client_id": "pairwise"}
    sign_in(host, provider, login, settings, f"{SUBJECT}-pairwise")
    assert watch.outcome()["sub"] == f"{SUBJECT}-pairwise"


def test_encrypted_id_tokens_are_refused(host, provider, login, watch):
    """IDT-1: said by name, not as a token that is broken."""
    settings = {**SIGNERS[0].settings(host), "client_id": "encrypted"}
    host.configure(provider, {"alice": f"sub={SUBJECT}"}, **settings)
    ssh = login()
    uri, code = ssh.challenge()
    provider.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_refused("")
    assert "encrypted tokens are not supported" in watch.outcome()["reason"]
