# SPDX-License-Identifier: BSD-2-Clause
"""PAM-39 with the real programs: sudo after ssh within the same session needs no new approval, and
whatever is not that session does. sshd is as XDV-1 recommends it: a public key, then the phone."""

import os
import pathlib
import pwd
import re
import signal
import socket
import time

import pytest

from host import HOMES
from local_login import LocalLogin
from sshd import Sshd, make_key

ALICE = "248289761001"
STATE = pathlib.Path("/run/pam_oauth")
SHELL = r"alice@\S+:~\$ "
METHODS = "publickey,keyboard-interactive:pam"


@pytest.fixture(scope="module", autouse=True)
def _programs(host):
    host.set_up_su_and_sudo()
    host.name_host(socket.gethostname())


@pytest.fixture(name="keys", scope="module")
def _keys(host, tmp_path_factory):
    """Two keys that both open alice's account."""
    folder = tmp_path_factory.mktemp("keys")
    keys = [make_key(folder / name) for name in ("one", "two")]
    both = folder / "both.pub"
    both.write_text("".join(pathlib.Path(f"{key}.pub").read_text() for key in keys))
    host.authorize_key("alice", both)
    return keys


@pytest.fixture(name="keyed", scope="module")
def _keyed(host):
    with Sshd(host, AuthenticationMethods=METHODS) as server:
        yield server


@pytest.fixture(name="ssh")
def _ssh(login, keyed, keys):
    """ssh(...): a client with the first key, or another one."""
    def start(key=0, **kwargs):
        return login(server=keyed, options=[
            f"IdentityFile={keys[key]}",
            "PreferredAuthentications=publickey,keyboard-interactive"], **kwargs)
    return start


@pytest.fixture(name="trust")
def _trust(host, idp):
    """trust(...): nobody has signed in yet, and these settings."""
    def trust(**settings):
        for path in STATE.glob("*"):
            path.unlink()
        host.configure(idp, {"alice": f"sub={ALICE}", "bob": f"sub={ALICE}"},
                       **{"grace": "30", "sudo:grace_services": "sshd", **settings})
    return trust


def record():
    """alice's."""
    return STATE / f"grace-{pwd.getpwnam('alice').pw_uid}"


def flows(requests):
    """How often a code was asked for."""
    return requests.paths().count("/device/auth")


def approve(idp, ssh):
    """alice does."""
    uri, code = ssh.challenge()
    idp.phone("alice").approve(uri, code)
    ssh.enter()


@pytest.fixture(name="session")
def _session(idp, ssh):
    """session(): a shell of alice's over ssh, approved by her."""
    def start():
        shell = ssh(command=None, tty=True)
        approve(idp, shell)
        shell.expect(SHELL)
        return shell
    return start


def sudo(shell, word):
    """Typed at a shell; the timestamp of sudo itself does not count (-k)."""
    shell.type(f"sudo -k echo {word[:1]}''{word[1:]}-as-root\r")


def sudo_asks(shell):
    """A code is shown; the person leaves."""
    shell.expect(r"and enter +\S+.*\n")
    shell.type("\x03")
    shell.expect(SHELL)


def test_sudo_within_the_session(trust, session, requests, watch):
    """One approval for ssh and for what follows in there, in a subshell of it, too."""
    trust()
    shell = session()
    for word in ("once", "twice"):
        sudo(shell, word)
        shell.expect(f"{word}-as-root\r\n")
        shell.expect(SHELL)
    shell.type("bash -c 'sh -c \"sudo -k echo de\\$@ep-as-root; true\"; true'\r")
    shell.expect("deep-as-root\r\n")
    assert flows(requests) == 1
    assert len(watch.wait_for(r"pam_oauth\(sudo:auth\).* grace: approved \d+ s ago by sshd",
                              count=3)) == 3
    lines = watch.wait_for(r"pam_oauth\(sudo:auth\).* result=success", count=3)
    assert all(f'sub="{ALICE}"' in line.text for line in lines)
    assert record().stat().st_mode & 0o7777 == 0o600


def test_sudo_of_another_session(trust, session, requests):
    """The same user, the same minute, and not the session that was approved."""
    trust()
    session()
    with LocalLogin("alice", ["sudo", "-k", "echo", "in"]) as other:
        other.challenge()
        other.interrupt()
        assert other.end() != 0
    assert flows(requests) == 2


# One process in the background, a descendant of the shell for as long as that lives: at a prompt
# setsid(1) itself would fork, and leave an orphan of no session; below another sh it need not.
LEFT_BEHIND = ("sh -c 'trap \"\" HUP; setsid sh -c \"sudo -k id -u > early; "
               "while kill -0 $PPID; do sleep 0.1; done; sleep 0.5; sudo -k id -u\"; :' "
               "< /dev/null > /dev/null 2>&1 &\r")


def test_sudo_when_the_session_has_ended(trust, host, session, requests, watch):
    """What it has left behind in the background is no longer part of it, and was before."""
    trust()
    shell = session()
    shell.type(LEFT_BEHIND)
    watch.wait_for(r"sudo.*COMMAND=\S*id -u", timeout=30)
    watch.wait_for(r"pam_oauth\(sudo:auth\).* grace: approved \d+ s ago by sshd")
    early = HOMES / "alice" / "early"
    until = time.monotonic() + 30
    while early.read_text(encoding="ascii") != "0\n":
        assert time.monotonic() < until, "sudo did not let it in while the session lived"
        time.sleep(0.02)
    assert flows(requests) == 1
    shell.type("exit\r")
    shell.end()
    requests.wait_for("/device/auth", 2)
    for worker in host.workers():        # nobody is there to leave
        os.kill(worker, signal.SIGKILL)


@pytest.mark.parametrize("program", ["su alice -c id", "sudo -k id"])
def test_who_became_somebody_else(program, trust, session, requests, host):
    """A process of the session that runs as bob is not alice, and does not become her by grace."""
    trust(**{"su:grace_services": "sshd"})
    sudoers = pathlib.Path("/etc/sudoers")
    text = sudoers.read_text()
    sudoers.write_text(text + "bob ALL=(ALL:ALL) ALL\n")
    try:
        shell = session()
        shell.type("sudo -k -u bob bash --norc\r")
        shell.expect(r"bash-\S+\$ ")
        assert flows(requests) == 1
        shell.type(f"{program}\r")
        shell.expect(r"and enter +\S+.*\n")
        shell.type("\x03")
        assert flows(requests) == 2
    finally:
        sudoers.write_text(text)


def test_after_a_reboot(trust, session, requests):
    """What another boot left behind counts for nothing."""
    trust()
    shell = session()
    text = record().read_text(encoding="ascii")
    record().write_text(re.sub(r"(?m)^boot \S+$", f"boot {'0' * 8}-0000-0000-0000-{'0' * 12}", text),
                        encoding="ascii")
    sudo(shell, "never")
    sudo_asks(shell)
    assert flows(requests) == 2 and "never-as-root" not in shell.text


@pytest.mark.parametrize("change", ["removed", "damaged", "rules"])
def test_revoked(change, trust, host, idp, session, requests, watch):
    """The administrator removes the record or the rule; damage is a full login, too."""
    trust()
    shell = session()
    if change == "removed":
        record().unlink()
    elif change == "damaged":
        record().write_text("pam_oauth grace 1\naccount al", encoding="ascii")
    else:
        host.configure(idp, {"alice": "sub=somebody-else"}, grace="30",
                       **{"sudo:grace_services": "sshd"})
    sudo(shell, "never")
    sudo_asks(shell)
    assert flows(requests) == 2 and "never-as-root" not in shell.text
    if change != "removed":
        watch.wait_for("grace: the record is damaged" if change == "damaged" else
                       "grace: not any more: no rule gives")


def test_off_unless_configured(trust, session, requests):
    """No record at all."""
    trust(**{"grace": None, "sudo:grace_services": None})
    shell = session()
    assert not record().exists()
    sudo(shell, "never")
    sudo_asks(shell)
    assert flows(requests) == 2


def test_second_ssh_with_the_same_key(trust, idp, ssh, requests, watch):
    """From the same address: a key, and no second approval."""
    trust(**{"sshd:grace_services": "sshd"})
    first = ssh()
    approve(idp, first)
    first.expect_in("alice")
    second = ssh()
    second.expect_in("alice")
    assert flows(requests) == 1 and "https" not in second.text
    watch.wait_for(r"pam_oauth\(sshd:auth\).* grace: approved \d+ s ago by sshd")


def test_second_ssh_otherwise(trust, idp, ssh, login, requests):
    """Another key of the same person, or none: a full login."""
    trust(**{"sshd:grace_services": "sshd"})
    first = ssh()
    approve(idp, first)
    first.expect_in("alice")
    ssh(key=1).challenge()
    login().challenge()
    assert flows(requests) == 3


def test_second_ssh_that_never_had_a_key(trust, idp, login, requests):
    """An address alone is shared by everybody behind it."""
    trust(**{"sshd:grace_services": "sshd"})
    first = login()
    approve(idp, first)
    first.expect_in("alice")
    login().challenge()
    assert flows(requests) == 2
