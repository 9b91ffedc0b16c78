# SPDX-License-Identifier: BSD-2-Clause
"""What sudo's options and sudoers make of a sign-in (SUD-2 to SUD-7, PAM-3), and the programs that
call the account part without ever having signed anybody in."""

import pathlib
import subprocess

import pytest

from answers import SUBJECT, Answer, error, pending
from fake_as import FakeAs
from local_login import LocalLogin
from ssh_login import PROMPT

SUDOERS = pathlib.Path("/etc/sudoers")
AGAIN = "Press Enter to try again, q to cancel: "
ACCOUNT = "account required pam_oauth.so\n"


@pytest.fixture(scope="module", autouse=True)
def _programs(host):
    host.set_up_su_and_sudo()


def trust(host, server, **settings):
    """A host that believes this provider."""
    server.auth_method, server.client_secret, server.ca_file = "none", None, server.lab.ca_file
    host.configure(server, {"alice": f"sub={SUBJECT}", "bob": f"sub={SUBJECT}"}, **settings)


@pytest.fixture(name="server")
def _server(host, lab):
    with FakeAs(lab, token=[pending()]) as server:
        trust(host, server)
        yield server


@pytest.fixture(name="sudoers")
def _sudoers():
    """sudoers(line): one more line of /etc/sudoers."""
    before = SUDOERS.read_text()

    def add(line):
        SUDOERS.write_text(f"{SUDOERS.read_text()}{line}\n")

    yield add
    SUDOERS.write_text(before)


@pytest.fixture(name="start")
def _start(watch):         # pylint: disable=unused-argument
    """start(...): a program of alice's; afterwards sudo has forgotten her."""
    opened = []

    def start(*args):
        opened.append(LocalLogin("alice", list(args)))
        return opened[-1]

    yield start
    for program in opened:
        program.close()
    for stamp in pathlib.Path("/run/sudo").glob("ts/*"):
        stamp.unlink()


def devices(server):
    """How many codes were asked for."""
    return len(server.named("device"))


def test_standard_input(server, start, watch):
    """-S without a terminal: the text goes to standard error, and nothing has to be typed."""
    login = start("setsid", "-w", "/bin/sh", "-c", "sudo -S echo done </dev/null 2>&1 | cat")
    assert login.challenge()[1] == server.user_code
    login.expect_output("done")
    assert watch.outcome()["result"] == "success"


def test_standard_input_holds_the_answer(host, server, start, watch):
    """-S with a prompt of ours: the answer is the next line of standard input."""
    trust(host, server, **{"sudo:display": "info+prompt"})
    login = start("/bin/sh", "-c", "echo q | sudo -S echo done")
    login.challenge()
    assert login.end() != 0 and "done" not in login.text
    assert "token" not in server.paths()
    assert watch.wait_for("result=cancelled")
    start("/bin/sh", "-c", "echo | sudo -S echo done").expect_output("done")


def test_forgotten_before_a_command(server, start, watch):
    """-k COMMAND asks although sudo remembers, and leaves what it remembers alone; -K forgets."""
    shell = start("/bin/sh")
    for number, (command, flows) in enumerate((("sudo true", 1), ("sudo -k true", 2),
                                               ("sudo true", 2), ("sudo -K", 2), ("sudo true", 3))):
        shell.type(f"{command}; echo step{number}''=$?\r")
        shell.expect(f"step{number}=0\r\n", 30)
        assert devices(server) == flows, command
    watch.outcome(3)


@pytest.mark.parametrize("display", ["info", "info+prompt"])
def test_passprompt_override(display, host, lab, sudoers, start, watch):
    """SUD-2: sudo puts its own prompt in the place of ours; the code is in none."""
    sudoers("Defaults passprompt_override")
    with FakeAs(lab, token=[error("access_denied")]) as server:
        trust(host, server, **{"sudo:display": display})
        login = start("sudo", "-p", "mine: ", "echo", "done")
        assert login.challenge()[1] == server.user_code
        if display != "info":
            login.expect("mine: ")
            login.enter()
        login.expect("mine: ")                     # the second round
        assert devices(server) == 1 and PROMPT not in login.text and AGAIN not in login.text
        login.enter()
        assert login.challenge()[1] == server.user_code
        if display != "info":
            login.expect("mine: ")
            login.enter()
        login.expect_output("done")
    watch.outcome(2)


def test_noninteractive_auth(host, server, sudoers, start, watch):
    """SUD-5: with a prompt sudo -n ends at once, and nobody is polled for."""
    sudoers("Defaults noninteractive_auth")
    trust(host, server, **{"sudo:display": "info+prompt"})
    login = start("sudo", "-n", "echo", "done")
    assert login.end() != 0 and "done" not in login.text
    assert "token" not in server.paths()
    assert watch.outcome()["result"] == "no_conversation"


def test_noninteractive_auth_with_confirm_start(host, server, sudoers, start, watch):
    """SUD-5, NIN-1: and with confirm_start nobody is asked for anything."""
    sudoers("Defaults noninteractive_auth")
    trust(host, server, **{"sudo:confirm_start": "yes"})
    login = start("sudo", "-n", "echo", "done")
    assert login.end() != 0 and "done" not in login.text
    assert not server.requests
    assert watch.outcome()["result"] == "no_conversation"


def test_three_rounds_without_a_provider(host, lab, start, watch):
    """SUD-4, GEN-7: a provider that is down is asked once for each Enter."""
    with FakeAs(lab, discovery=Answer(drop=True)) as server:
        trust(host, server)
        login = start("sudo", "echo", "done")
        for flows in (1, 2):
            login.expect(AGAIN)
            assert login.is_waiting(1)
            assert len(watch.wait_for("result=provider_unreachable", count=flows)) == flows
            login.enter()
        assert login.end() != 0 and "done" not in login.text
    assert watch.outcome(3)["result"] == "provider_unreachable"


def test_one_try(host, lab, sudoers, start, watch):
    """SUD-4: passwd_tries of one ends it."""
    sudoers("Defaults passwd_tries=1")
    with FakeAs(lab, token=[error("access_denied")]) as server:
        trust(host, server)
        login = start("sudo", "echo", "done")
        login.challenge()
        assert login.end() != 0
        assert AGAIN not in login.text and devices(server) == 1
    watch.outcome()


@pytest.mark.parametrize("default,user", [("targetpw", "bob"), ("!targetpw", "alice")])
def test_who_has_to_sign_in(default, user, server, sudoers, start, watch):
    """SUD-6: the caller; with targetpw, the account that is opened."""
    sudoers(f"Defaults {default}")
    login = start("sudo", "-u", "bob", "/bin/sh", "-c", "echo in-as-$USER")
    assert login.challenge()[1] == server.user_code
    login.expect_output("in-as-bob")
    assert watch.outcome()["user"] == user


def test_login_shell_is_a_service_of_its_own(host, server, start, watch):
    """11.4: sudo -i is service sudo-i, with the same preset: a text, and no key to press."""
    host.set_stack(service="sudo-i", shipped="sudo")
    login = start("sudo", "-i", "-u", "bob", "echo", "in-as-bob")
    assert login.challenge()[1] == server.user_code and "(sudo-i)" in login.text
    login.expect_output("in-as-bob")
    assert watch.outcome()["service"] == "sudo-i"


@pytest.mark.parametrize("account", ["bob", "root"])
def test_login_shell_of_su(account, host, server, start, watch):
    """SU-1: su - is service su-l where Debian has it so, with the same preset and our lines."""
    host.set_shipped_stack("su")
    pathlib.Path("/etc/pam.d/su-l").write_text("".join(
        f"{kind} include su\n" for kind in ("auth", "account", "password", "session")))
    trust(host, server, allow_root="yes")
    host.write("map", host.rules(server.issuer, {account: f"sub={SUBJECT}"}))
    login = start("su", "-", account, "-c", "id -un")
    assert login.challenge()[1] == server.user_code
    login.expect_output(account)
    host.set_up_su_and_sudo()
    outcome = watch.outcome()
    assert (outcome["user"], outcome["service"]) == (account, "su-l")


@pytest.mark.parametrize("required", [False, True])
def test_account_of_somebody_who_never_signed_in(required, host, server, sudoers, start, watch):
    """PAM-3: NOPASSWD calls the account part alone: none of our business, or refused."""
    sudoers("alice ALL=(ALL) NOPASSWD: ALL")
    host.set_stack(service="sudo", before=ACCOUNT)
    trust(host, server, **({"account": "require"} if required else {}))
    login = start("sudo", "-n", "echo", "done")
    if required:
        assert login.end() != 0 and "done" not in login.text
        assert watch.wait_for("account: alice did not sign in here")
    else:
        login.expect_output("done")
    host.set_stack(service="sudo")
    assert not server.requests


@pytest.mark.parametrize("required", [False, True])
def test_account_of_somebody_who_signed_in(required, host, server, start, watch):
    """PAM-3: whom we let in, the account part lets in."""
    host.set_stack(service="sudo", before=ACCOUNT)
    trust(host, server, **({"account": "require"} if required else {}))
    login = start("sudo", "-u", "bob", "echo", "done")
    login.challenge()
    login.expect_output("done")
    host.set_stack(service="sudo")
    assert watch.outcome()["user"] == "alice"


def test_session_and_credentials_alone(host, server, watch):
    """PAM-2, PAM-4: runuser calls setcred and the session part, and nothing else."""
    host.set_stack(service="runuser", shipped="su", before="session optional pam_oauth.so\n")
    done = subprocess.run(["runuser", "-u", "bob", "--", "id", "-un"], capture_output=True,
                          text=True, check=False, cwd="/")
    assert (done.returncode, done.stdout) == (0, "bob\n"), done
    assert not server.requests and not watch.lines("result=")


def test_password_part(host, server, start, watch):
    """PAM-4: passwd with our line in front changes the password as without it."""
    pathlib.Path("/etc/pam.d/passwd").write_text(
        "password required pam_oauth.so\npassword required pam_unix.so yescrypt\n")
    host.set_password("alice", "an old password")
    login = start("passwd")
    for prompt, answer in (("Current password: ", "an old password"),
                           ("New password: ", "another-1Long"), ("new password: ", "another-1Long")):
        login.expect(prompt)
        login.type(f"{answer}\r")
    login.expect("updated successfully")
    assert login.end() == 0
    assert not server.requests and not watch.lines("result=")
