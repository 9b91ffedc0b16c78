# SPDX-License-Identifier: BSD-2-Clause
"""Who is not let in, what they are told, and what the log says of it."""

import re

import pytest

from answers import error
from fake_as import FakeAs
from idp import OidcProvider
from sshd import Sshd

DENIED = "Access denied.\r\n"
SUBJECT = {"alice": "248289761001", "bob": "248289761002", "root": "248289761000"}


def approve_as(idp, ssh, account):
    """The person with this account approves, and Enter is pressed."""
    uri, code = ssh.challenge()
    idp.phone(account).approve(uri, code)
    ssh.enter()


def test_refused_at_the_provider(idp, login, watch):
    ssh = login()
    uri, code = ssh.challenge()
    idp.phone().deny(uri, code)
    ssh.enter()
    ssh.expect_refused("The sign-in was refused at the provider. Log in again if that was not "
                       "meant.\r\n")
    outcome = watch.outcome()
    assert outcome["result"] == "denied" and outcome["sub"] == ""
    assert outcome["reason"].startswith("token endpoint: access_denied")


def test_refused_after_signing_in(idp, login, watch):
    ssh = login()
    uri, code = ssh.challenge()
    ssh.enter()
    idp.phone("alice").deny(uri, code, signed_in=True)
    ssh.expect_refused("The sign-in was refused at the provider.")
    assert watch.outcome()["result"] == "denied"


def test_nobody_approves_before_the_code_expires(host, login, watch):
    """GEN-6, DEV-20: the code's own lifetime ends the wait, two seconds before the server would."""
    with OidcProvider(device_interval=1, device_code_ttl=30) as idp:
        host.configure(idp, {"alice": f"sub={SUBJECT['alice']}"})
        ssh = login()
        ssh.challenge()
        assert re.search(r"\((1\d|2\d|30) s left\)", ssh.text)
        ssh.enter()
        ssh.expect_refused("Nobody approved in time. Log in again to get a new code.\r\n",
                           timeout=45)
    assert watch.outcome()["result"] == "timed_out"


def test_the_provider_says_that_the_code_has_expired(host, lab, login, watch):
    with FakeAs(lab, token=[error("expired_token")]) as server:
        server.auth_method, server.client_secret, server.ca_file = "none", None, lab.ca_file
        host.configure(server, {"alice": f"sub={SUBJECT['alice']}"})
        ssh = login()
        ssh.challenge()
        ssh.enter()
        ssh.expect_refused("The code has expired. Log in again to get a new one.\r\n")
    assert watch.outcome()["result"] == "expired"


def normalised(text, user):
    """What a stranger sees, without what differs each time: picture, code, name, seconds."""
    text = re.sub("[\u2580\u2584\u2588 ]{20,}\r?\n?", "", text)
    text = re.sub(r"enter +\S+", "enter CODE", text).replace(user, "USER")
    text = re.sub(r"Reference: \w{8}", "Reference: REF", text)
    return re.sub(r"\d+ s left", "N s left", text)


def refusal(idp, login, user, approver="alice", **kwargs):
    """The whole text of a login that is refused although somebody approved."""
    ssh = login(user, **kwargs)
    approve_as(idp, ssh, approver)
    ssh.expect_refused(DENIED)
    return normalised(ssh.text, user)


def test_the_same_words_for_each_account_that_is_refused(host, idp, login, requests, watch):
    """PAM-40, PAM-46: wrong identity, unknown, without a rule, root: nothing tells them apart."""
    host.add_account("carol")
    wrong = refusal(idp, login, "alice", "bob")
    for user in ("mallory", "carol", "root"):
        assert refusal(idp, login, user) == wrong, user
    assert requests.paths().count("/token") == 4, "each of them a whole flow"
    lines = watch.wait_for("result=not_allowed", count=4)    # the log may lag behind the terminal
    reasons = [re.search(r'reason="([^"]*)"', line.text).group(1) for line in lines]
    assert reasons == ["no rule gives the account to this identity", "no such account",
                       "no rule of the configured issuer can give the account",
                       "uid 0, and allow_root is not set"]
    assert not watch.lines("Accepted")


def test_wrong_identity_is_named_in_the_log(idp, login, watch):
    refusal(idp, login, "alice", "bob")
    outcome = watch.outcome()
    assert (outcome["user"], outcome["sub"], outcome["result"]) == (
        "alice", SUBJECT["bob"], "not_allowed")


def test_root_where_sshd_would_let_it_in(host, idp, login, watch):
    """MAP-7: by number, whatever the rules say."""
    host.configure(idp, {"root": f"sub={SUBJECT['root']}", "alice": f"sub={SUBJECT['alice']}"})
    with Sshd(host, PermitRootLogin="yes") as server:
        refusal(idp, login, "root", "root", server=server)
    assert watch.outcome()["reason"] == "uid 0, and allow_root is not set"
    assert not watch.lines("Accepted")


def test_root_where_the_administrator_says_so(host, idp, login, watch):
    """MAP-7: allow_root and a table line, and nothing less."""
    host.configure(idp, {"root": f"sub={SUBJECT['root']}"}, allow_root="yes")
    with Sshd(host, PermitRootLogin="yes") as server:
        ssh = login("root", server=server)
        approve_as(idp, ssh, "root")
        ssh.expect_in("root")
    assert watch.outcome()["result"] == "success"


def test_root_that_sshd_forbids_is_refused_without_harm(host, idp, login, watch):
    """PAM-40: sshd calls PAM all the same, and ends the connection when that says yes."""
    host.configure(idp, {"root": f"sub={SUBJECT['root']}"}, allow_root="yes")
    with Sshd(host, PermitRootLogin="prohibit-password") as server:
        ssh = login("root", server=server)
        approve_as(idp, ssh, "root")
        ssh.expect_refused()
        assert server.process.poll() is None
    assert not watch.lines("Accepted")


def test_q_cancels_and_nothing_starts_again(idp, login, requests, watch):
    """SSH-12: PAM_MAXTRIES ends it, though the client would ask twice more."""
    ssh = login()
    ssh.challenge()
    ssh.type("q\r")
    told = ssh.expect_refused("Sign-in cancelled.\r\n")
    assert "https" not in told
    assert watch.outcome()["result"] == "cancelled"
    assert requests.paths() == ["/.well-known/openid-configuration", "/device/auth", "/jwks"]


@pytest.mark.parametrize("answer, cancels", [("Q", True), ("c", True), ("quit", False),
                                             ("qq", False)])
def test_only_q_or_c_alone_cancels(idp, login, watch, answer, cancels):
    """PAM-14"""
    ssh = login()
    uri, code = ssh.challenge()
    idp.phone("alice").approve(uri, code)
    ssh.type(f"{answer}\r")
    if cancels:
        ssh.expect_refused("Sign-in cancelled.")
    else:
        ssh.expect_in("alice")
    assert watch.outcome()["result"] == ("cancelled" if cancels else "success")


def test_a_refusal_starts_no_second_flow(idp, login, requests, watch):
    """SSH-12, GEN-7: the client's other two tries get no code."""
    ssh = login(options=["NumberOfPasswordPrompts=3"])
    approve_as(idp, ssh, "bob")
    ssh.expect_refused(DENIED)
    assert requests.paths().count("/device/auth") == 1
    watch.outcome()


def test_misconfigured_host(host, idp, login, watch):
    """GEN-1: whoever logs in learns nothing but that; the log names file and line."""
    host.configure(idp, {"alice": "sub=1"}, requier_group="staff")
    ssh = login(options=["NumberOfPasswordPrompts=1"])
    ssh.expect_refused()
    assert "Sign-in is misconfigured on this host. Tell your administrator." in ssh.text
    outcome = watch.outcome()
    assert outcome["result"] == "misconfigured"
    assert re.match(r"/etc/pam_oauth/pam_oauth\.conf:\d+: ", outcome["reason"])


def test_skipped_account_meets_the_rest_of_the_stack(host, idp, login, watch):
    """10.1: ignore=ignore lets the break-glass account through to its local password."""
    host.set_password("bob", "an old password")
    host.configure(idp, {"alice": "sub=1"}, **{"sshd:skip_users": "bob"})
    ssh = login("bob")
    ssh.expect("(?i)password: ")
    ssh.type("an old password\r")
    ssh.expect_in("bob")
    assert watch.outcome()["result"] == "skipped"


def test_the_password_of_others_does_not_open_their_account(host, idp, login):
    """default=die: nobody falls through to a local password."""
    host.set_password("alice", "an old password")
    ssh = login(options=["PreferredAuthentications=keyboard-interactive,password"])
    ssh.challenge()
    ssh.type("q\r")
    assert "assword" not in ssh.expect_refused()
