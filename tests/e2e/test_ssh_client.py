# SPDX-License-Identifier: BSD-2-Clause
"""What a client may do, or not be able to do: leave, use a password, speak no UTF-8."""

import time

import pytest

from sshd import Sshd

GONE = 5       # SSH-13 says a second; what does not notice stays for the life of the code
PASSWORD_ONLY = ["PreferredAuthentications=password", "NumberOfPasswordPrompts=1"]


@pytest.fixture(scope="module")
def password_sshd(host):
    """An sshd that also takes the password method."""
    with Sshd(host, PasswordAuthentication="yes") as server:
        yield server


def assert_nothing_polls(requests, seconds=2.5):
    """Longer than one wait between polls (1 s and at most 1 s of margin)."""
    before = requests.paths()
    time.sleep(seconds)
    assert requests.paths() == before


def test_killed_at_the_prompt(idp, login, requests, watch):
    """SSH-13: within a second no worker is left, and it never polled."""
    ssh = login()
    ssh.challenge()
    assert len(watch.host.workers()) == 1
    ssh.kill()
    watch.no_worker(within=GONE)
    assert_nothing_polls(requests)
    assert "/token" not in requests.paths()


def test_killed_while_polling(idp, login, requests, watch):
    """SSH-13: sshd does not notice; the module does."""
    ssh = login()
    ssh.challenge()
    ssh.enter()
    requests.wait_for("/token")
    assert len(watch.host.workers()) == 1
    ssh.kill()
    watch.no_worker(within=GONE)
    assert_nothing_polls(requests)
    assert watch.outcome()["result"] == "client_gone"


def test_killed_before_the_code_is_there(idp, login, requests, watch):
    """The provider takes its time; nobody waits for it any more."""
    idp.control("delay", path="/device/auth", ms=1500)
    ssh = login()
    requests.wait_for("/.well-known/openid-configuration")
    ssh.kill()
    watch.no_worker(within=GONE)
    assert watch.outcome()["result"] == "client_gone"
    requests.wait_for_close()
    idp.control("clear")      # when it has answered this, it has noted what was cut off, too
    assert_nothing_polls(requests)


def test_approval_after_the_client_left_opens_nothing(idp, login, requests, watch):
    ssh = login()
    uri, code = ssh.challenge()
    ssh.enter()
    requests.wait_for("/token")
    ssh.kill()
    watch.no_worker()
    idp.phone("alice").approve(uri, code)
    assert_nothing_polls(requests)
    assert watch.outcome()["result"] == "client_gone"
    assert not watch.lines("Accepted|session opened")


def test_grace_time_ends_the_flow(host, idp, login, watch):
    """SSH-11: sshd kills the process that polls; the worker sees it and goes."""
    with Sshd(host, LoginGraceTime="15") as server:
        ssh = login(server=server)
        ssh.challenge()
        ssh.enter()
        ssh.expect_refused(timeout=40)
        watch.no_worker(within=GONE)
    assert not watch.lines("Accepted")


def test_password_method_fails_at_once(idp, login, watch, password_sshd):
    """SSH-8, PAM-13: a blind conversation is not answered with the password, and nothing hangs."""
    ssh = login(server=password_sshd, options=PASSWORD_ONLY)
    ssh.expect("password: ")
    began = time.monotonic()
    ssh.type("my password\r")
    ssh.expect_refused()
    assert time.monotonic() - began < 5, "fail delay and no more"
    outcome = watch.outcome()
    assert outcome["result"] == "no_conversation"
    watch.secrets.add("my password")


def test_password_method_with_confirm_start_asks_nobody(host, idp, login, requests, watch,
                                                        password_sshd):
    """SSH-8: no device authorization is wasted on it."""
    host.configure(idp, {"alice": "sub=1"}, **{"sshd:confirm_start": "yes"})
    ssh = login(server=password_sshd, options=PASSWORD_ONLY)
    ssh.expect("password: ")
    ssh.type("my password\r")
    ssh.expect_refused()
    assert watch.outcome()["result"] == "no_conversation"
    assert requests.paths() == []


def test_confirm_start(host, idp, login, requests):
    host.configure(idp, {"alice": "sub=248289761001"}, **{"sshd:confirm_start": "yes"})
    ssh = login()
    ssh.expect("Press Enter to start web sign-in, q to cancel: ")
    assert ssh.is_waiting(0.3)
    assert requests.paths() == []
    ssh.enter()
    uri, code = ssh.challenge()
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")


def test_client_without_utf_8(idp, login):
    """SSH-6, SSH-7: the picture becomes escapes; URI, code and prompt are what stays visible."""
    ssh = login(locale="C")
    uri, code = ssh.challenge()
    assert r"\342\226" in ssh.text
    rows = ssh.rows()
    assert rows[-1] == "Press Enter after approving, q to cancel:"
    assert rows[-4] == f"  Scan, or open  {uri}"
    assert rows[-3].startswith(f"  and enter      {code}  ")
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")


def test_ascii_picture_for_clients_without_utf_8(host, idp, login):
    host.configure(idp, {"alice": "sub=248289761001"}, **{"sshd:qr": "ascii"})
    ssh = login(locale="C")
    uri, code = ssh.challenge()
    assert "####" in ssh.text and "\\" not in ssh.text
    assert ssh.text.isascii()
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")


def test_batch_mode_asks_nobody(idp, login, requests, watch):
    """SSH-14: a client that cannot show a prompt starts nothing."""
    ssh = login(options=["BatchMode=yes"])
    ssh.expect_refused()
    assert requests.paths() == []
    assert not watch.lines("pam_oauth")


def test_many_clients_that_all_leave(idp, login, requests, watch):
    """No worker of any of them stays."""
    clients = [login() for _ in range(8)]
    for ssh in clients:
        ssh.challenge()
    assert len(watch.host.workers()) == 8
    for ssh in clients[:4]:
        ssh.enter()
    for ssh in clients:
        ssh.kill()
    watch.no_worker(within=GONE)
    assert_nothing_polls(requests)
