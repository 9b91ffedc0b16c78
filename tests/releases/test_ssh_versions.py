# SPDX-License-Identifier: BSD-2-Clause
"""Chapter 11.1's table with real programs: this system's sshd, and the ssh of old and new releases.

Which row holds is decided by the versions that the programs name. A server before 10.3 keeps an
informational text until a prompt comes (SSH-2), a newer one sends it at once (SSH-3); a client
before 10.3 shows such a text as ASCII and at most 1023 bytes of it (SSH-5).
"""

import re

import pytest

import terminal
from ssh_login import CODE, PROMPT, URI

AT_ONCE = (10, 3)
CUT = 1023                              # bytes of an instruction in an older client, with the rest
TEXT = r"and enter +\S+.*\n"
DRAWING = re.compile("[\u2580\u2584\u2588]")
FATAL = "fatal|too many query messages|does not match previous|PAM user mismatch"
ALICE = {"alice": "sub=248289761001"}


@pytest.fixture(name="start")
def _start(client, login, sshd, watch):
    """Starts this client of this server; afterwards sshd has complained about nothing."""
    def start(*, server=sshd, **kwargs):
        return login(server=client.of(server), **kwargs)

    yield start
    assert not watch.lines(FATAL)


def settle(ssh):
    """Until nothing more is printed."""
    while not ssh.is_waiting(0.5):
        pass


def shown(ssh):
    """URI and code of a text that comes without a prompt."""
    ssh.expect(TEXT)
    return URI.search(ssh.text).group(1), CODE.search(ssh.text).group(1)


def symbol(ssh):
    """What the drawn symbol says."""
    drawing, _ = terminal.split(ssh.text.replace("\r\n", "\n"))
    return terminal.uri_of(drawing)


def approve(idp, challenge, account="alice"):
    """On the phone of this person."""
    idp.phone(account).approve(*challenge)


def assert_logged_in(watch):
    """PAM-31: sshd took the name that it had given."""
    assert watch.outcome()["result"] == "success"
    watch.wait_for(r"Accepted keyboard-interactive/pam for alice")


def test_the_roots_are_of_different_generations(systems):
    """Or the rest proves less than it says."""
    versions = sorted(system.openssh for system in systems.values())
    assert versions[0] < AT_ONCE <= versions[-1], list(map(str, systems.values()))


def test_prompt(idp, start, watch):
    """display = prompt: the same for all, with a symbol that can be scanned."""
    ssh = start()
    uri, code = ssh.challenge()
    assert symbol(ssh).startswith(uri) and symbol(ssh).endswith(code)
    approve(idp, (uri, code))
    assert ssh.is_waiting(1.2), "only Enter goes on"
    ssh.enter()
    ssh.expect_in("alice")
    assert_logged_in(watch)


def test_prompt_in_a_client_without_utf_8(idp, start):
    """SSH-6: what stands last stays readable."""
    ssh = start(locale="C")
    uri, code = ssh.challenge()
    assert r"\342\226" in ssh.text
    assert any(uri in row for row in ssh.rows()) and any(code in row for row in ssh.rows())
    approve(idp, (uri, code))
    ssh.enter()
    ssh.expect_in("alice")


def test_info(host, idp, start, client, server, requests, watch):
    """display = info: no key is pressed. Three rows of SSH-5's table."""
    host.configure(idp, ALICE, **{"sshd:display": "info"})
    ssh = start()
    if server.openssh < AT_ONCE:        # SSH-2: nobody sees anything while the module polls
        requests.wait_for("/token", 2)
        assert "https" not in ssh.text and "enter" not in ssh.text
        ssh.kill()
        watch.no_worker()
        return
    challenge = shown(ssh)
    requests.wait_for("/token")         # it polls without a key
    settle(ssh)
    assert PROMPT not in ssh.text
    if client.openssh < AT_ONCE:
        assert not DRAWING.search(ssh.text) and r"\342\226" in ssh.text
        assert len(ssh.text.replace("\r\n", "\n").encode()) <= CUT + 2
    else:
        assert symbol(ssh).endswith(challenge[1])
    approve(idp, challenge)
    ssh.expect_in("alice")
    assert_logged_in(watch)


def test_info_then_prompt(host, idp, start, server, watch):
    """display = info+prompt: one text before the prompt, or glued to it; Enter goes on."""
    host.configure(idp, ALICE, **{"sshd:display": "info+prompt"})
    ssh = start()
    challenge = ssh.challenge()
    glued = re.search(r"\(alice@127\.0\.0\.1\) \r\n.*and enter ", ssh.text, re.DOTALL)
    assert bool(glued) == (server.openssh < AT_ONCE), ssh.text
    approve(idp, challenge)
    ssh.enter()
    ssh.expect_in("alice")
    assert_logged_in(watch)


def test_cancelled(idp, start, watch):
    """The reason reaches the person, and no second flow is started."""
    ssh = start()
    ssh.challenge()
    ssh.type("q\r")
    told = ssh.expect_refused()
    assert "cancel" in told.lower(), told
    assert watch.outcome()["result"] == "cancelled"


def test_another_person_approves(idp, start, watch):
    """Nobody else's identity opens the account, in any combination."""
    ssh = start()
    approve(idp, ssh.challenge(), "bob")
    ssh.enter()
    ssh.expect_refused("Access denied.")
    assert watch.outcome()["result"] == "not_allowed"


def test_killed_at_the_prompt(idp, start, watch):
    """SSH-13, SIGTERM from the monitor."""
    ssh = start()
    ssh.challenge()
    ssh.kill()
    watch.no_worker(within=5)


@pytest.mark.parametrize("display", ["prompt", "info"])
def test_killed_while_polling(display, host, idp, start, requests, watch):
    """SSH-13: the descriptor of the connection is still found where sshd is several programs."""
    host.configure(idp, ALICE, **{"sshd:display": display})
    ssh = start()
    if display == "prompt":
        ssh.challenge()
        ssh.enter()
    requests.wait_for("/token")
    assert watch.host.workers()
    ssh.kill()
    watch.no_worker(within=5)
    assert watch.outcome()["result"] == "client_gone"
    assert not watch.lines("Accepted")
