# SPDX-License-Identifier: BSD-2-Clause
"""Somebody approves on a phone and is in."""

import re
import time

import pytest

from idp import ALGS, AUTH_METHODS, OidcProvider
from sshd import Sshd, make_key

ONE_LOGIN = ["/.well-known/openid-configuration", "/device/auth", "/jwks", "/token"]
SUBJECT = "248289761001"


@pytest.mark.parametrize("method", AUTH_METHODS)
@pytest.mark.parametrize("alg", ALGS)
def test_each_algorithm_and_kind_of_client(host, idp, login, watch, alg, method):
    idp.client_id, idp.client_secret = idp.client(alg, method)
    idp.auth_method = method
    host.configure(idp, {"alice": f"sub={SUBJECT}"}, id_token_algs=alg)
    ssh = login()
    uri, code = ssh.challenge()
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")
    outcome = watch.outcome()
    assert re.fullmatch("[2-9A-HJ-NP-Z]{8}", outcome.pop("ref"))
    assert outcome == {"user": "alice", "service": "sshd", "rhost": "127.0.0.1",
                       "issuer": idp.issuer, "sub": SUBJECT, "result": "success", "acr": "",
                       "reason": "rule of line 2, claim sub", "priority": 6}
    watch.wait_for(r"Accepted keyboard-interactive/pam for alice")
    if idp.client_secret:
        watch.secrets.add(idp.client_secret)


def test_approved_later_than_one_interval_then_enter_is_one_round_trip(host, login, requests):
    """Chapter 11.4 and DEV-40: the first poll goes out at Enter, and it is the only one. The
    interval is a long one, so that a machine may be slow and still be faster."""
    with OidcProvider(device_interval=5) as slow:
        host.configure(slow, {"alice": f"sub={SUBJECT}"})
        requests = type(requests)(slow)
        ssh = login()
        uri, code = ssh.challenge()
        slow.phone("alice").approve(uri, code)
        assert ssh.is_waiting(5.2)
        assert requests.paths() == ONE_LOGIN[:3], "polled while the prompt was open"
        ssh.enter()
        assert ssh.expect_in("alice") < 4
        assert requests.paths() == ONE_LOGIN


def test_one_login_is_four_requests_on_one_connection(idp, login, requests):
    ssh = login()
    uri, code = ssh.challenge()
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")
    assert requests.paths() == ONE_LOGIN
    assert requests.handshakes() == [False]
    assert {e["connection"] for e in requests.entries()} == {requests.entries()[0]["connection"]}


def test_enter_before_the_approval_keeps_waiting(idp, login, requests, watch):
    """GEN-7: Enter is no second start, and nothing is printed meanwhile (DEV-54)."""
    ssh = login()
    uri, code = ssh.challenge()
    ssh.enter()
    ssh.expect("\r\n")
    requests.wait_for("/token", 2)
    assert ssh.is_waiting(0.5)
    idp.phone("alice").approve(uri, code)
    ssh.expect_in("alice")
    assert watch.outcome()["result"] == "success"
    paths = requests.paths()
    assert paths[:3] == ONE_LOGIN[:3] and set(paths[3:]) == {"/token"}
    assert requests.handshakes() == [False]


def test_polls_keep_the_interval(idp, login, requests):
    """DEV-41: each wait is the interval and 0.5 to 1 s, from the end of the last answer."""
    ssh = login()
    uri, code = ssh.challenge()
    ssh.enter()
    requests.wait_for("/token", 3)
    idp.phone("alice").approve(uri, code)
    ssh.expect_in("alice")
    polls = [e for e in requests.entries() if e["path"] == "/token"]
    issued = next(e for e in requests.entries() if e["path"] == "/device/auth")
    waits = [b["time"] - a["time"] - a["duration"]
             for a, b in zip([issued, *polls], polls)]
    assert waits[0] >= 1.0, waits
    # 2 s at most; a machine that was slow never takes as long as a slow_down would
    assert all(1.5 <= wait <= 5 for wait in waits[1:]), waits


def test_connection_that_the_provider_closed_meanwhile_is_resumed(idp, login, requests):
    """NET-10: one full handshake, whatever happens while the person is busy."""
    ssh = login()
    uri, code = ssh.challenge()
    requests.wait_for("/jwks")
    time.sleep(0.2)
    idp.control("close_idle")
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")
    assert requests.paths() == ONE_LOGIN
    assert requests.handshakes() == [False, True]


def test_interactive_shell(idp, login, watch):
    ssh = login(command=None, tty=True)
    uri, code = ssh.challenge()
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect(r"alice@\S+:~\$ ")
    ssh.type("tty && echo $USER-$HOME; exit\r")
    ssh.expect(r"/dev/pts/\d+\r\nalice-/run/private_host/home/alice\r\n")
    assert ssh.end() == 0
    watch.wait_for(r"session closed for user alice")


def test_each_person_opens_the_own_account(idp, login):
    for name in ("alice", "bob"):
        ssh = login(name)
        uri, code = ssh.challenge()
        idp.phone(name).approve(uri, code)
        ssh.enter()
        ssh.expect_in(name)


def test_two_people_at_once_do_not_meet(idp, login, watch):
    first, second = login("alice"), login("bob")
    for ssh in (first, second):
        uri, code = ssh.challenge()
        idp.phone(ssh.user).approve(uri, code)
        ssh.enter()
    first.expect_in("alice")
    second.expect_in("bob")
    watch.outcome(2)


def test_after_a_public_key(host, idp, login, watch, tmp_path):
    """XDV-1: the stranger without a key does not even see a code."""
    key = make_key(tmp_path / "key")
    host.authorize_key("alice", f"{key}.pub")
    with Sshd(host, AuthenticationMethods="publickey,keyboard-interactive:pam") as server:
        stranger = login(server=server)
        assert "https" not in stranger.expect_refused()
        assert not watch.lines("pam_oauth")
        ssh = login(server=server, options=[
            f"IdentityFile={key}", "PreferredAuthentications=publickey,keyboard-interactive"])
        uri, code = ssh.challenge()
        idp.phone("alice").approve(uri, code)
        ssh.enter()
        ssh.expect_in("alice")
    assert watch.outcome()["result"] == "success"


def test_keys_that_the_provider_changed_are_fetched_once_more(idp, login, requests):
    """JWK-8"""
    ssh = login()
    uri, code = ssh.challenge()
    requests.wait_for("/jwks")
    idp.control("rotate")
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")
    assert requests.paths() == [*ONE_LOGIN, "/jwks"]


def test_endpoints_given_by_hand(host, idp, login, requests):
    """DSC-9: no discovery document is asked for."""
    host.configure(idp, {"alice": f"sub={SUBJECT}"}, discovery="none",
                   device_authorization_endpoint=f"{idp.issuer}/device/auth",
                   token_endpoint=f"{idp.issuer}/token", jwks_uri=f"{idp.issuer}/jwks")
    ssh = login()
    uri, code = ssh.challenge()
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")
    assert requests.paths() == ONE_LOGIN[1:]


def test_provider_that_still_speaks_tls_1_2(host, login, watch):
    with OidcProvider(device_interval=1, tls={"maxVersion": "TLSv1.2"}) as idp:
        host.configure(idp, {"alice": f"sub={SUBJECT}"})
        ssh = login()
        uri, code = ssh.challenge()
        idp.phone("alice").approve(uri, code)
        ssh.enter()
        ssh.expect_in("alice")
        assert {e["protocol"] for e in idp.log(event="tls")} >= {"TLSv1.2"}
    assert watch.outcome()["result"] == "success"
