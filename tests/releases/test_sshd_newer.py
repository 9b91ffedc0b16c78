# SPDX-License-Identifier: BSD-2-Clause
"""What newer sshd do besides: keys first, penalties, a name that must not change."""

import pytest

from sshd import Sshd, make_key
from ssh_login import SshLogin

ALICE = {"alice": "sub=248289761001"}
KEY_FIRST = {"AuthenticationMethods": "publickey,keyboard-interactive:pam"}
ONE_TRY = ["NumberOfPasswordPrompts=1"]      # no flow was shown, so the client may ask again
PENALTIES = (9, 8)


@pytest.mark.parametrize("methods", [KEY_FIRST, {}], ids=["key-first", "forgotten"])
def test_require_prior(methods, host, idp, client, login, watch, tmp_path):
    """XDV-1: SSH_AUTH_INFO_0 of this sshd says what came before, or that nothing did."""
    host.configure(idp, ALICE, require_prior="publickey")
    key = make_key(tmp_path / "key")
    host.authorize_key("alice", f"{key}.pub")
    options = [f"IdentityFile={key}", "PreferredAuthentications=publickey,keyboard-interactive"]
    with Sshd(host, **methods) as server:
        ssh = login(server=client.of(server), options=options if methods else ONE_TRY)
        if methods:
            uri, code = ssh.challenge()
            idp.phone("alice").approve(uri, code)
            ssh.enter()
            ssh.expect_in("alice")
            watch.wait_for(r"Accepted keyboard-interactive/pam for alice")
        else:
            ssh.expect_refused("Access denied.")
            assert "https" not in ssh.text
    assert watch.outcome()["result"] == ("success" if methods else "not_allowed")


def test_a_name_that_the_host_does_not_know(idp, login, watch):
    """PAM-31, PAM-40, SSH-15: the same to see as for anybody, nobody gets in, and sshd is content
    with the name."""
    ssh = login("mallory")
    uri, code = ssh.challenge()
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_refused()
    assert not watch.lines("does not match previous|fatal|Accepted")


@pytest.fixture(name="strict")
def _strict(host, server):
    """An sshd with the penalties of newer releases, where one failure is enough to be kept out."""
    if server.openssh < PENALTIES:
        yield None
        return
    with Sshd(host, PerSourcePenalties="authfail:60s crash:90s noauth:1s min:10s max:90s",
              PerSourcePenaltyExemptList="none") as running:
        yield running


def test_penalties(strict, idp, login, server, watch):
    """SSH-16, PerSourcePenalties: a login that works costs nothing, a refused one is a failed
    authentication and no crash of sshd; that is what keeps the source out for a while."""
    if strict is None:
        assert server.openssh < PENALTIES, "nothing to show here"
        return
    for _ in range(2):
        ssh = login(server=strict)
        uri, code = ssh.challenge()
        idp.phone("alice").approve(uri, code)
        ssh.enter()
        ssh.expect_in("alice")
    assert not watch.lines("penalty")
    ssh = login(server=strict)
    ssh.challenge()
    ssh.type("q\r")
    ssh.expect_refused()
    told = watch.wait_for("penalty")
    assert all("failed authentication" in str(line) for line in told), told
    refused = SshLogin(strict, "alice")
    refused.expect_refused()
    assert "https" not in refused.text
