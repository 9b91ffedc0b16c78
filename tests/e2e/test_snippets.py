# SPDX-License-Identifier: BSD-2-Clause
"""The lines of etc/pam.d as shipped, in the files that Debian has for these services, with its own
common-auth, common-account and common-session behind them (11.5). The programs themselves are in
test_ssh_*.py, test_login.py and test_setuid.py; here is every way through each stack."""

import json
import os
import pwd
import subprocess

import pytest

from answers import SUBJECT, Answer, error
from built import built
from fake_as import FakeAs
from host import SERVICES

HIDDEN = "prompt_echo_off"             # where a password is asked for
SKIPPED, PASSWORD = "bob", "an old password"
SHOWN_REFUSED = {"sshd": "PAM_MAXTRIES", "sudo": "PAM_AUTH_ERR"}     # no_retry of sshd's preset
WHOLE = ("authenticate", "acct_mgmt", "setcred", "open_session", "close_session")


@pytest.fixture(scope="module", autouse=True, params=SERVICES)
def service(host, request):
    """Each of the four in turn."""
    host.set_shipped_stack(request.param)
    for name in ("alice", SKIPPED):
        host.set_password(name, PASSWORD)
    yield request.param
    host.set_stack()


def called_by_alice():
    """setuid root: pam_rootok asks who called."""
    os.setresuid(pwd.getpwnam("alice").pw_uid, 0, 0)


class Result:
    """What pam_client reported, without what is session of the system's own."""

    def __init__(self, text):
        self.lines = [json.loads(line) for line in text.splitlines()]
        self.results = {line["op"]: line["result"] for line in self.lines if "result" in line}
        self.texts = [line["text"] for line in self.lines if "style" in line]
        self.styles = [line["style"] for line in self.lines if "style" in line]

    def __str__(self):
        return "\n".join(map(str, self.lines))


@pytest.fixture(name="run")
def _run(host, lab, service):
    """run(user, operations, answers, **script): one handle of this service."""

    def run(user, *ops, answer="", **script):
        words = [word for op in ops for word in ("--op", op)]
        with FakeAs(lab, **script) as server:
            server.auth_method, server.client_secret, server.ca_file = "none", None, lab.ca_file
            host.configure(server, {name: f"sub={SUBJECT}" for name in ("alice", SKIPPED)},
                           skip_users=SKIPPED)
            done = subprocess.run(
                [built("PO_PAM_CLIENT"), "--confdir", "/etc/pam.d", "--service", service, "--user",
                 user, "--answer", answer, *words], text=True, check=True, capture_output=True,
                stdin=subprocess.DEVNULL, cwd="/", env={}, timeout=120,
                preexec_fn=called_by_alice if service in ("su", "sudo") else None)
            requests = server.paths()
        return Result(done.stdout), requests

    return run


def test_approved(run):
    """No password is asked for; the account and credential parts agree (PAM-2, PAM-3)."""
    found, requests = run("alice", *WHOLE)
    assert "token" in requests
    assert found.results["authenticate"] == "PAM_SUCCESS", str(found)
    assert found.results["acct_mgmt"] == "PAM_SUCCESS", str(found)
    assert found.results["setcred"] == "PAM_SUCCESS", str(found)
    assert HIDDEN not in found.styles, "nobody asks for a password"


def test_refused(run, service):
    """default=die: no password behind it opens, not even the right one."""
    found, _ = run("alice", "authenticate", answer=PASSWORD, token=[error("access_denied")])
    assert found.results == {"authenticate": SHOWN_REFUSED.get(service, "PAM_AUTH_ERR")}, str(found)
    assert HIDDEN not in found.styles, str(found)


def test_provider_down(run):
    """As shipped there is no way in behind a provider that cannot be reached."""
    found, _ = run("alice", "authenticate", answer=PASSWORD, discovery=Answer(drop=True))
    assert found.results == {"authenticate": "PAM_AUTHINFO_UNAVAIL"}, str(found)
    assert HIDDEN not in found.styles, str(found)


@pytest.mark.parametrize("password,result", [(PASSWORD, "PAM_SUCCESS"), ("wrong", "PAM_AUTH_ERR"),
                                             ("", "PAM_AUTH_ERR")])
def test_skipped(password, result, run):
    """ignore=ignore: Debian's common-auth decides, the right password and no other."""
    found, requests = run(SKIPPED, "authenticate", "acct_mgmt", "setcred", answer=password)
    assert not requests
    assert found.results["authenticate"] == result, str(found)
    assert found.styles[0] == HIDDEN, str(found)
    if result == "PAM_SUCCESS":
        assert set(found.results.values()) == {"PAM_SUCCESS"}, str(found)


def test_who_never_authenticated(run, service):
    """PAM-2, PAM-3: a login by key, sudo with NOPASSWD, cron: setcred and account as without us."""
    found, requests = run("alice", "acct_mgmt", "setcred")
    assert found.results == {"acct_mgmt": "PAM_SUCCESS", "setcred": "PAM_SUCCESS"}, (
        service, str(found))
    assert not requests and not found.texts
