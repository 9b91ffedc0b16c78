# SPDX-License-Identifier: BSD-2-Clause
"""A third implementation of the device grant: Debian's python3-authlib. It slows down who polls too
early, wants assertions for the token endpoint's URL, and knows nothing of the other two."""

import pytest

from authlib_server import AuthlibServer
from client_credentials import SECRET, SecretClient, SigningClient

SUBJECT = "248289761001"
KEY = SigningClient("ES256")
CLIENTS = {
    "public": {"auth_method": "none", "alg": "RS256"},
    "basic": {"auth_method": "client_secret_basic", "alg": "ES256", "secret": SECRET},
    "post": {"auth_method": "client_secret_post", "alg": "RS256", "secret": SECRET},
    KEY.ident: {"auth_method": "private_key_jwt", "alg": "RS256",
                "jwk": KEY.metadata()["jwks"]["keys"][0]},
    "secret-HS256": {"auth_method": "client_secret_jwt", "alg": "RS256", "secret": SECRET},
}


@pytest.fixture(scope="module", name="server")
def _server():
    with AuthlibServer(CLIENTS) as server:
        yield server


def settings_of(name, host):
    """pam_oauth.conf for this client."""
    if name == KEY.ident:
        return {**KEY.settings(host), "assertion_aud": "token_endpoint"}
    if name == "secret-HS256":
        return {**SecretClient("HS256").settings(host), "assertion_aud": "token_endpoint"}
    found = {"client_id": name, "client_auth": "none" if name == "public" else name}
    if name != "public":
        found["client_secret_file"] = str(host.write("client_secret", SECRET + "\n", 0o600))
    return found


def use(host, server, name="public", **settings):
    """The host is this client."""
    host.configure(server, {"alice": f"sub={SUBJECT}"}, **{**settings_of(name, host), **settings})


@pytest.mark.parametrize("name", CLIENTS)
def test_approved(name, host, server, login, watch):
    """Each method, two algorithms of ID tokens (the library hashes for no EdDSA)."""
    use(host, server, name)
    ssh = login()
    uri, code = ssh.challenge()
    server.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")
    outcome = watch.outcome()
    assert outcome["result"] == "success" and outcome["sub"] == SUBJECT
    watch.secrets.add(SECRET)


def test_enter_first_and_never_told_to_slow_down(host, server, login, watch):
    """DEV-41: several polls, and none of them comes early."""
    use(host, server)
    ssh = login()
    uri, code = ssh.challenge()
    ssh.enter()
    ssh.expect("\r\n")
    assert ssh.is_waiting(4.5)
    server.phone("alice").approve(uri, code)
    ssh.expect_in("alice")
    assert watch.outcome()["result"] == "success" and server.slowed() == 0


def test_denied(host, server, login, watch):
    """access_denied"""
    use(host, server)
    ssh = login()
    uri, code = ssh.challenge()
    server.phone("alice").deny(uri, code)
    ssh.enter()
    ssh.expect_refused("")
    assert watch.outcome()["result"] == "denied"


def test_somebody_else(host, server, login, watch):
    """GEN-2: who approves is who is let in, or nobody."""
    use(host, server)
    ssh = login()
    uri, code = ssh.challenge()
    server.phone("bob").approve(uri, code)
    ssh.enter()
    ssh.expect_refused("")
    assert watch.outcome()["result"] == "not_allowed"


def test_assertions_for_the_issuer_are_not_taken(host, server, login, watch):
    """CAU-7: this server insists on its URL; the log says what it answered."""
    use(host, server, KEY.ident, assertion_aud="issuer")
    login(options=["NumberOfPasswordPrompts=1"]).expect("administrator")
    assert "invalid_client" in watch.outcome()["reason"]


def test_codes_expire(host, login, watch):
    """expired_token: the codes' lifetime ends the wait, whatever max_wait allows."""
    with AuthlibServer(CLIENTS, lifetime=12) as server:
        use(host, server)
        ssh = login()
        ssh.challenge()
        ssh.enter()
        ssh.expect_refused("", 30)
    assert watch.outcome()["result"] in ("expired", "timed_out")
