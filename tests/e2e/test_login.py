# SPDX-License-Identifier: BSD-2-Clause
"""The console: agetty and login of this system, with the lines as shipped (LGN-1 to LGN-5, 11.5)."""

import re

import pytest

from answers import SUBJECT, error, pending
from console import Console
from fake_as import FakeAs
from terminal import split, uri_of


def set_login_timeout(seconds):
    """LGN-1"""
    with open("/etc/login.defs", encoding="utf-8") as file:
        text = re.sub(r"(?m)^LOGIN_TIMEOUT.*\n", "", file.read())
    with open("/etc/login.defs", "w", encoding="utf-8") as file:
        file.write(f"{text}LOGIN_TIMEOUT {seconds}\n")


@pytest.fixture(scope="module", autouse=True)
def _login(host):
    host.set_shipped_stack("login")
    host.set_password("root", "break-glass")
    set_login_timeout(60)


def trust(host, server, **settings):
    """A host that believes this provider; root is the way in when nothing works, as shipped."""
    server.auth_method, server.client_secret, server.ca_file = "none", None, server.lab.ca_file
    host.configure(server, {"alice": f"sub={SUBJECT}"},
                   **{"login:skip_users": "root", **settings})


@pytest.fixture(name="server")
def _server(host, lab):
    with FakeAs(lab, token=[pending(), pending()]) as server:
        trust(host, server)
        yield server


@pytest.fixture(name="console")
def _console(watch):         # pylint: disable=unused-argument
    with Console() as console:
        yield console


def test_login_goes_on_by_itself(server, console, watch):
    """11.4: display = info: no key to press; the shell opens when the phone says yes."""
    console.log_in_as("alice")
    uri, code = console.challenge()
    assert uri.startswith(f"https://localhost:{server.port}/") and code == server.user_code
    assert "Press Enter" not in console.text
    console.expect_shell("alice")
    assert watch.outcome()["service"] == "login"


def test_screen_of_the_console(host, server, watch):
    """LGN-4, UIX-12: 25 lines are enough for everything, and the symbol says what it should."""
    trust(host, server, **{"login:qr": "utf8"})
    with Console() as console:
        console.log_in_as("alice")
        console.challenge()
        symbol, words = split("\n".join(line.rstrip() for line in console.screen.display))
        assert symbol and uri_of(symbol).startswith(f"https://localhost:{server.port}/")
        shown = "\n".join(words)
        assert "Web sign-in to web01.example.org (login) as alice" in shown
        assert server.user_code in shown and "never enter a code somebody sent you" in shown
        console.expect_shell("alice")
    watch.outcome()


def test_refused_and_tried_again(host, lab, console, watch):
    """LGN-2: login asks for a name again; the second flow is a person's doing."""
    with FakeAs(lab, token=[error("access_denied")]) as server:
        trust(host, server)
        console.log_in_as("alice")
        console.challenge()
        console.expect("The sign-in was refused at the provider")
        console.expect("Reference: ")
        console.log_in_as("alice")
        console.expect("Press Enter to try again, q to cancel: ")
        console.enter()
        console.challenge()
        console.expect_shell("alice")
    watch.outcome(2)


def test_root_of_the_console_needs_no_network(host, lab, console, watch):
    """LGN-5: the shipped example lets root in by password, provider or not."""
    with FakeAs(lab) as server:
        trust(host, server)
    console.log_in_as("root")
    console.expect("assword: ")
    console.type("break-glass\r")
    console.expect("# ")
    console.type("echo I am $(id -un)\r")
    console.expect("I am root\r\n")
    assert watch.outcome()["result"] == "skipped"


def test_unknown_accounts_read_the_same(server, console, watch):
    """PAM-40, PAM-46: deny_late, without a word to the provider."""
    console.log_in_as("nosuchuser")
    console.expect("Access denied.")
    assert not server.requests
    assert watch.outcome()["result"] == "not_allowed"


def test_max_wait_ends_before_login_timeout(host, lab, console, watch):
    """LGN-1: the person is told, before login's own alarm would end it without a word."""
    with FakeAs(lab, token=[pending()] * 30) as server:
        trust(host, server, **{"login:max_wait": "10"})
        set_login_timeout(20)
        console.log_in_as("alice")
        console.challenge()
        console.expect("Nobody approved in time.", timeout=16)
    set_login_timeout(60)
    assert watch.outcome()["result"] == "timed_out"


def test_login_timeout_leaves_no_worker(host, lab, watch):
    """LGN-1, architecture 1.6: login's alarm ends everything at any moment."""
    with FakeAs(lab, token=[pending()] * 30) as server:
        trust(host, server)
        set_login_timeout(15)
        with Console() as console:
            console.log_in_as("alice")
            console.challenge()
            console.expect("timed out|EOF|\\Z", timeout=40)
            console.end(15)
        set_login_timeout(60)
        watch.no_worker()
