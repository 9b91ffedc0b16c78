# SPDX-License-Identifier: BSD-2-Clause
"""Proof that the real authorization servers of the tests do what tests rely on."""

import time
import urllib.parse

import glewlwyd
import pytest
from device_client import DEVICE_GRANT, DeviceClient
from idp import ACCOUNTS, ALGS, AUTH_METHODS, Glewlwyd, OidcProvider
from jwk import verify
from phone import PhoneError

PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "k"}
needs_glewlwyd = pytest.mark.skipif(not glewlwyd.available(),
                                    reason="the package glewlwyd is not installed")
BOTH = [pytest.param(OidcProvider, id="oidc-provider"),
        pytest.param(Glewlwyd, id="glewlwyd", marks=needs_glewlwyd)]


@pytest.fixture(scope="module", params=BOTH)
def idp(request):
    with request.param(device_interval=1) as server:
        yield server


@pytest.fixture(scope="module")
def oidc():
    with OidcProvider() as server:
        yield server


def complete(device):
    return device["verification_uri_complete"]


def log_in(client, account="alice"):
    """One whole device grant; the tokens."""
    device = client.start()
    client.idp.phone(account).approve(complete(device), device["user_code"])
    status, tokens = client.poll(device)
    assert status == 200, tokens
    return tokens


def test_discovery(idp):
    client = DeviceClient(idp)
    metadata = client.metadata
    assert metadata["issuer"] == idp.issuer
    assert DEVICE_GRANT in metadata["grant_types_supported"]
    assert set(ALGS) <= set(metadata["id_token_signing_alg_values_supported"])
    for name in ("token_endpoint", "device_authorization_endpoint", "jwks_uri",
                 "userinfo_endpoint", "revocation_endpoint"):
        parts = urllib.parse.urlsplit(metadata[name])
        assert (parts.scheme, parts.netloc) == ("https", f"localhost:{idp.port}")
        assert "//" not in parts.path


def test_keys(idp):
    keys = DeviceClient(idp).jwks()["keys"]
    assert sorted(key["alg"] for key in keys) == sorted(ALGS)
    assert len({key["kid"] for key in keys}) == len(ALGS)
    for key in keys:
        assert key["use"] == "sig"
        assert not PRIVATE_MEMBERS & set(key)


def test_device_authorization(idp):
    device = DeviceClient(idp).start()
    assert device["expires_in"] == 600
    assert device["interval"] == 1
    assert device["verification_uri"].startswith(f"https://localhost:{idp.port}/")
    assert complete(device).startswith(device["verification_uri"] + "?")
    name = "user_code" if isinstance(idp, OidcProvider) else "code"
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(complete(device)).query)
    assert query == {name: [device["user_code"]]}


@pytest.mark.parametrize("auth_method", AUTH_METHODS)
@pytest.mark.parametrize("alg", ALGS)
def test_login(idp, alg, auth_method):
    client = DeviceClient(idp, alg, auth_method)
    tokens = log_in(client)
    assert tokens["token_type"].lower() == "bearer"
    header, claims = verify(tokens["id_token"], client.jwks())
    assert header["alg"] == alg
    assert claims["iss"] == idp.issuer
    assert claims["aud"] == client.client_id
    assert claims["iat"] <= time.time() + 1 < claims["exp"]
    alice = dict(ACCOUNTS["alice"])
    if isinstance(idp, Glewlwyd):
        del alice["sub"]
    assert {name: claims[name] for name in alice} == alice


def test_pending_then_approved_with_a_typed_code(idp):
    client = DeviceClient(idp)
    device = client.start()
    status, answer = client.poll(device)
    assert (status, answer["error"]) == (400, "authorization_pending")
    idp.phone("bob").approve(device["verification_uri"], device["user_code"].lower())
    time.sleep(device["interval"] + 1)
    status, tokens = client.poll(device)
    assert status == 200
    _, claims = verify(tokens["id_token"], client.jwks())
    assert claims["preferred_username"] == "bob"
    assert claims["email_verified"] is False


def test_second_use_of_the_code(idp):
    client = DeviceClient(idp)
    device = client.start()
    idp.phone().approve(complete(device), device["user_code"])
    assert client.poll(device)[0] == 200
    time.sleep(device["interval"] + 1)
    status, answer = client.poll(device)
    expected = "invalid_grant" if isinstance(idp, OidcProvider) else "access_denied"
    assert (status, answer["error"]) == (400, expected)


def test_subject_is_stable(idp):
    client = DeviceClient(idp)
    subjects = [verify(log_in(client, account)["id_token"], client.jwks())[1]["sub"]
                for account in ("alice", "bob", "alice")]
    assert subjects[0] == subjects[2] != subjects[1]


def test_userinfo(idp):
    client = DeviceClient(idp)
    tokens = log_in(client)
    status, answer, _ = client.get(
        client.metadata["userinfo_endpoint"],
        headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert status == 200
    assert answer["sub"] == verify(tokens["id_token"], client.jwks())[1]["sub"]
    assert answer["email"] == "alice@example.org"


@pytest.mark.parametrize("auth_method", AUTH_METHODS[1:])
def test_wrong_secret(idp, auth_method):
    client = DeviceClient(idp, auth_method=auth_method)
    expected = (401, "invalid_client")
    if isinstance(idp, Glewlwyd):
        expected = (403, "unauthorized_client")
    status, answer, _ = client.post("device_authorization_endpoint", {"scope": "openid"},
                                    secret="wrong")
    assert (status, answer["error"]) == expected
    device = client.start()
    status, answer = client.poll(device, secret="wrong")
    assert (status, answer["error"]) == expected


def test_code_of_another_client(idp):
    client = DeviceClient(idp)
    device = client.start()
    status, answer = DeviceClient(idp, "ES256", "client_secret_post").poll(device)
    expected = "invalid_grant" if isinstance(idp, OidcProvider) else "access_denied"
    assert (status, answer["error"]) == (400, expected)


@pytest.mark.parametrize("server", BOTH)
def test_expiry(server):
    with server(device_code_ttl=1) as idp:
        client = DeviceClient(idp)
        device = client.start()
        assert device["expires_in"] == 1
        time.sleep(2.1)
        status, answer = client.poll(device)
        assert (status, answer["error"]) == (400, "expired_token")
        with pytest.raises(PhoneError):
            idp.phone().approve(complete(device), device["user_code"])


@pytest.mark.parametrize("server", BOTH)
def test_rotated_keys(server):
    with server() as idp:
        client = DeviceClient(idp)
        device = client.start()
        before = {key["kid"] for key in client.jwks()["keys"]}
        idp.control("rotate")
        after = client.jwks()
        assert not before & {key["kid"] for key in after["keys"]}
        idp.phone().approve(complete(device), device["user_code"])
        _, tokens = client.poll(device)
        header, _ = verify(tokens["id_token"], after)
        assert header["kid"] not in before


@pytest.mark.parametrize("server", BOTH)
def test_wrong_code(server):
    with server() as idp:
        device = DeviceClient(idp).start()
        with pytest.raises(PhoneError):
            idp.phone().approve(device["verification_uri"], "BBBB-BBBB")


@pytest.mark.parametrize("signed_in", (False, True))
def test_refusal(oidc, signed_in):
    client = DeviceClient(oidc)
    device = client.start()
    oidc.phone().deny(complete(device), device["user_code"], signed_in)
    status, answer = client.poll(device)
    assert (status, answer["error"]) == (400, "access_denied")
    assert client.poll(device)[1]["error"] == "invalid_grant"
    with pytest.raises(PhoneError):
        oidc.phone().approve(complete(device), device["user_code"])


def test_unknown_account(oidc):
    device = DeviceClient(oidc).start()
    with pytest.raises(PhoneError, match="no account 'mallory'"):
        oidc.phone("mallory").approve(complete(device), device["user_code"])


def test_no_interval_by_default(oidc):
    assert "interval" not in DeviceClient(oidc).start()


def test_claims_only_at_userinfo():
    with OidcProvider(claims_in_id_token=False) as idp:
        client = DeviceClient(idp)
        _, claims = verify(log_in(client)["id_token"], client.jwks())
        assert claims["sub"] == ACCOUNTS["alice"]["sub"]
        assert "email" not in claims and "preferred_username" not in claims


@needs_glewlwyd
def test_glewlwyd_knows_no_refusal():
    with Glewlwyd(device_interval=1) as idp:
        client = DeviceClient(idp)
        device = client.start()
        idp.phone().deny(complete(device), device["user_code"], signed_in=True)
        assert client.poll(device)[1]["error"] == "authorization_pending"


@needs_glewlwyd
def test_glewlwyd_slow_down():
    with Glewlwyd(device_interval=3) as idp:
        client = DeviceClient(idp)
        device = client.start()
        answers = []
        # The interval does not grow: a wait of 3 seconds is enough again.
        for wait in (0, 0.5, 3.1, 3.1):
            time.sleep(wait)
            answers.append(client.poll(device)[1]["error"])
        assert answers == ["authorization_pending", "slow_down",
                           "authorization_pending", "authorization_pending"]
