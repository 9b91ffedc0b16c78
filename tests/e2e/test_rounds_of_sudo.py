# SPDX-License-Identifier: BSD-2-Clause
"""What sudo and su make of Ctrl-C, of a second try, of -n, -k and -p (SUD-1 to SUD-7, PAM-11)."""

import time

import pytest

from answers import Answer, error, pending
from fake_as import FakeAs
from setuid_programs import programs, starter, trust, twice_pending    # noqa: F401 (fixtures)

AT_ONCE = 5      # by far less than a login, a hanging request or a second round would last
AGAIN = "Press Enter to try again, q to cancel: "


@pytest.fixture(name="endless")
def _endless(host, lab):
    """A provider that nobody approves at."""
    with FakeAs(lab, token=[pending()] * 1000) as server:
        trust(host, server)
        yield server


def count(server, endpoint):
    """How often this was asked for."""
    return len(server.named(endpoint))


def wait_for_polls(server, number):
    """Until it was polled so often."""
    end = time.monotonic() + 20
    while count(server, "token") < number:
        assert time.monotonic() < end, server.paths()
        time.sleep(0.02)


def test_ctrl_c_ends_sudo_at_once(endless, start, watch):
    """SUD-3: no second flow, nothing asked, no command."""
    login = start("sudo")
    login.challenge()
    wait_for_polls(endless, 1)
    login.interrupt()
    pressed = time.monotonic()
    assert login.end() != 0
    assert time.monotonic() - pressed < AT_ONCE
    watch.no_worker(within=AT_ONCE)
    assert watch.outcome()["result"] == "cancelled"
    assert count(endless, "device") == 1
    assert "in-as" not in login.text and AGAIN not in login.text


def test_ctrl_c_before_the_code_is_there(host, lab, start, watch):
    """SUD-3: the provider has not answered yet."""
    with FakeAs(lab, discovery=Answer(hang=True)) as server:
        trust(host, server)
        login = start("sudo")
        end = time.monotonic() + 5
        while not server.requests:
            assert time.monotonic() < end
            time.sleep(0.02)
        login.interrupt()
        pressed = time.monotonic()
        assert login.end() != 0
        assert time.monotonic() - pressed < AT_ONCE
        assert watch.outcome()["result"] == "cancelled"
        watch.no_worker(within=AT_ONCE)


def test_su_ends_with_ctrl_c(endless, start, watch):
    """su lets SIGINT end it; the worker sees that and goes."""
    login = start("su")
    login.challenge()
    login.interrupt()
    assert login.end() != 0
    watch.no_worker(within=AT_ONCE)
    assert "in-as" not in login.text
    assert count(endless, "device") == 1


def test_second_round_of_sudo_asks_before_anything_is_sent(host, lab, start, watch):
    """SUD-4, GEN-7: passwd_tries starts nothing by itself; Enter does, q does not."""
    with FakeAs(lab, token=[error("access_denied")] * 3) as server:
        trust(host, server)
        login = start("sudo")
        login.challenge()
        login.expect(AGAIN)
        assert login.is_waiting(1.5)
        assert (count(server, "discovery"), count(server, "device")) == (1, 1)
        login.enter()
        login.challenge()
        login.expect(AGAIN)
        assert count(server, "device") == 2
        login.type("q\r")                      # the third and last of passwd_tries
        assert login.end() != 0
        assert count(server, "device") == 2
    ends = watch.wait_for(r"pam_oauth\(sudo:auth\).* result=", count=3)
    assert [line.text.partition("result=")[2].split()[0] for line in ends] == [
        "denied", "denied", "cancelled"]
    assert "in-as" not in login.text


def test_second_round_succeeds(host, lab, start, watch):
    """SUD-4: after Enter a whole new flow."""
    with FakeAs(lab, token=[error("access_denied")]) as server:
        trust(host, server)
        login = start("sudo")
        login.expect(AGAIN)
        login.enter()
        login.expect_output("in-as-bob")
        assert count(server, "device") == 2
    watch.wait_for("result=success")


def test_no_retry_ends_sudo(host, lab, start, watch):
    """SUD-4: the administrator wants one round."""
    with FakeAs(lab, token=[error("access_denied")] * 3) as server:
        trust(host, server, **{"sudo:no_retry": "yes"})
        login = start("sudo")
        login.challenge()
        assert login.end() != 0
        assert AGAIN not in login.text and count(server, "device") == 1
    assert watch.outcome()["result"] == "denied"


@pytest.mark.parametrize("display", ["prompt", "info+prompt"])
@pytest.mark.parametrize("answer", ["q", "\x03"])
def test_leaving_at_the_prompt_of_sudo(display, answer, host, endless, start, watch):
    """PAM-14: q; Ctrl-C at sudo's own prompt fails the conversation."""
    trust(host, endless, **{"sudo:display": display})
    login = start("sudo")
    login.expect("Press Enter after approving, q to cancel: ")
    login.waits()
    login.type(answer if answer == "\x03" else f"{answer}\r")
    if answer == "q":
        login.expect(AGAIN)
        login.waits()
        login.interrupt()
    assert login.end() != 0
    watch.wait_for("result=(cancelled|no_conversation)")
    assert count(endless, "device") == 1 and "token" not in endless.paths()
    assert "in-as" not in login.text


def test_sudo_is_silent_and_shows_the_challenge(server, start, watch):
    """SUD-1, PAM-11: sudo 1.9.13 sets PAM_SILENT; that hides reasons, not the code."""
    login = start("sudo")
    uri, code = login.challenge()
    assert uri.startswith(f"https://localhost:{server.port}/") and code == server.user_code
    login.expect_output("in-as-bob")
    assert watch.outcome()["user"] == "alice", "SUD-6"


def test_sudo_remembers_and_forgets(server, start, watch):
    """SUD-7: the timestamp is sudo's; after -k everything is asked anew."""
    shell = start(["/bin/sh"])
    for command, flows in (("sudo echo on''e", 1), ("sudo echo tw''o", 1), ("sudo -k", 1),
                           ("sudo echo thre''e", 2)):
        shell.type(f"{command}; echo ended''=$?\r")
        shell.expect("ended=0\r\n", 30)
        assert count(server, "device") == flows, command
    for word in ("one", "two", "three"):
        assert f"{word}\r\n" in shell.text
    watch.outcome(2)


def test_sudo_without_a_person(server, start, watch):
    """SUD-5: -n starts nothing."""
    login = start(["sudo", "-n", "true"])
    assert login.end() != 0
    assert not server.requests and not watch.lines("pam_oauth")


def test_own_prompt_of_sudo_hides_nothing(server, start):
    """SUD-2: -p replaces prompts; the code is in no prompt."""
    login = start(["sudo", "-p", "mine: ", "-u", "bob", "/bin/echo", "done"])
    assert login.challenge()[1] == server.user_code
    login.expect_output("done")
