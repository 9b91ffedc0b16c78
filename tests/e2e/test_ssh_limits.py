# SPDX-License-Identifier: BSD-2-Clause
"""PAM-41 over a real sshd: who starts too often waits, and nobody else."""

import re
import subprocess
import time

import pytest

from scene import is_alive

ALICE, BOB = "sub=248289761001", "sub=248289761002"
ONE_TRY = ["NumberOfPasswordPrompts=1"]
STATE = "/run/pam_oauth"
DEFAULTS = dict.fromkeys(("limit_source", "limit_user", "limit_global", "limit_flows"))


@pytest.fixture(name="limits")
def _limits(host, idp):
    """limits(...): the defaults as shipped, or others; nothing has been counted yet."""
    def configure(**settings):
        subprocess.run(["rm", "-rf", STATE], check=True)
        host.configure(idp, {"alice": ALICE, "bob": BOB}, **{**DEFAULTS, **settings})
    return configure


def cancelled(login, user="alice"):
    """A start that is shown its code and goes no further."""
    ssh = login(user, options=ONE_TRY)
    ssh.challenge()
    ssh.type("q\r")
    ssh.expect_refused("Sign-in cancelled.")


def let_in(idp, ssh):
    """The person approves."""
    uri, code = ssh.challenge()
    idp.phone(ssh.user).approve(uri, code)
    ssh.enter()
    ssh.expect_in()


def told(login, user):
    """What somebody reads who is refused at once."""
    ssh = login(user, options=ONE_TRY)
    ssh.expect_refused()
    assert "https" not in ssh.text, ssh.text
    return re.search(r"Too many .*\.", ssh.text.replace(user, "USER")).group(0)


def test_the_seventh_start_is_refused(limits, idp, login, requests, watch):
    """The default: six in ten minutes, the same words for each account; logins do not count."""
    limits()
    let_in(idp, login("alice"))
    for _ in range(5):
        cancelled(login)
    let_in(idp, login("alice"))
    cancelled(login)
    asked = len(requests.paths())
    sentence = told(login, "alice")
    assert re.fullmatch(r"Too many sign-ins, try again in (9|10) minutes\.", sentence)
    for user in ("bob", "mallory", "root"):
        assert told(login, user) == sentence, user
    assert len(requests.paths()) == asked, "no request to the provider"
    outcome = watch.outcome(12)
    assert outcome["result"] == "limited" and outcome["user"] == "root"
    assert outcome["reason"].startswith("limit_source = 6/600 is used up: source 127.0.0.1, ")


def test_other_accounts_and_sources_go_on(limits, idp, login, watch):
    """PAM-41: an account counts by source, and loopback has many of them."""
    limits(limit_source="none", limit_user="1/600")
    cancelled(login)
    assert told(login, "alice").startswith("Too many sign-ins")
    assert "limit_user = 1/600" in watch.outcome(2)["reason"]
    let_in(idp, login("bob"))
    let_in(idp, login("alice", options=["BindAddress=127.0.0.9"]))


def test_flows_at_once(limits, idp, login, watch):
    """PAM-41: a place is free when its client is gone, killed or not."""
    limits(limit_flows="2")
    first, second = login("alice"), login("bob")
    first.challenge()
    second.challenge()
    assert told(login, "alice") == "Too many sign-ins, try again in 1 minute."
    second.kill()
    (begun,) = watch.wait_for('start: user="bob"')      # at the prompt its process just ends,
    deadline = time.monotonic() + 10                    # and the place is free then: its lock is
    while is_alive(begun.sender):                       # released later than the worker sees it
        assert time.monotonic() < deadline
        time.sleep(0.02)
    let_in(idp, login("alice"))
    first.type("q\r")
    first.expect_refused("Sign-in cancelled.")
