# SPDX-License-Identifier: BSD-2-Clause
"""PAM-41 under su and sudo: whoever calls them owns the process, and can keep it, stop it at any
moment, or start it under any umask. That costs nobody else a login."""

import fcntl
import os
import pathlib
import pwd
import re
import subprocess

import pytest

from answers import SUBJECT, pending
from fake_as import FakeAs
from local_login import LocalLogin

STATE = pathlib.Path("/run/pam_oauth")
NONE = {"limit_source": "none", "limit_user": "none", "limit_global": "none"}
TOO_MANY = "Too many sign-ins, try again in 1 minute."


@pytest.fixture(scope="module", autouse=True)
def _programs(host):
    host.set_up_su_and_sudo()


@pytest.fixture(name="trust")
def _trust(host, lab):
    """trust(...): these limits, nothing counted yet, and a provider that says yes after a while."""
    with FakeAs(lab, token=[pending()] * 3) as server:
        server.auth_method, server.client_secret = "none", None
        server.ca_file = lab.ca_file

        def trust(**limits):
            subprocess.run(["rm", "-rf", STATE], check=True)
            rules = {name: f"sub={SUBJECT}" for name in ("alice", "bob")}
            host.configure(server, rules, **{**NONE, **limits})

        yield trust


@pytest.fixture(name="su")
def _su(watch):         # pylint: disable=unused-argument
    """su(caller, account): starts it; ends those that are left, stopped or not."""
    opened = []

    def start(caller, account, **kwargs):
        opened.append(LocalLogin(caller, ["su", account, "-c", "echo in-as-$USER"], **kwargs))
        return opened[-1]

    yield start
    for program in opened:
        program.close()


def uid(name):
    """By number."""
    return pwd.getpwnam(name).pw_uid


def stop(caller, program):
    """What the kernel lets its caller do to su."""
    subprocess.run(["kill", "-STOP", str(program.process.pid)], user=uid(caller), extra_groups=[],
                   check=True)


@pytest.mark.parametrize("program", [["su", "bob"], ["sudo", "-u", "bob", "true"]],
                         ids=lambda program: program[0])
def test_the_real_uid_is_the_callers(program, trust, watch):
    """The attack is one: the kernel lets alice stop what runs as root, and the real uid says so."""
    trust()
    with LocalLogin("alice", program) as opened:
        opened.challenge()
        status = pathlib.Path(f"/proc/{opened.process.pid}/status").read_text()
        assert re.search(r"Uid:\s+(\d+)\s+(\d+)", status).groups() == (str(uid("alice")), "0")
        stop("alice", opened)
    watch.no_worker(5)


def others_get_in(su, login):
    """Another caller of su, and somebody over ssh."""
    su("bob", "alice").expect_output("in-as-alice")
    ssh = login("alice")
    ssh.challenge()
    ssh.enter()
    ssh.expect_in("alice")


def test_stopped_flows_are_the_callers_own(trust, su, login, watch):
    """limit_flows: alice's two that never end leave the places of all others free."""
    trust(limit_flows="2")
    for program in (su("alice", "bob"), su("alice", "bob")):
        program.challenge()
        stop("alice", program)
    third = su("alice", "bob")
    third.expect(TOO_MANY)
    assert third.end() != 0
    outcome = watch.outcome()
    assert f"limit_flows = 2 is used up: source uid:{uid('alice')}" in outcome["reason"]
    others_get_in(su, login)
    assert len(watch.wait_for("result=success", count=2)) == 2


def test_stopped_at_the_lock(trust, su, login, watch):
    """A lock that is held for ever is waited for by its owner alone, and not for ever."""
    trust(limit_source="50/600")
    su("alice", "bob").expect_output("in-as-bob")
    with open(STATE / f"starts-{uid('alice')}.lock", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stuck = su("alice", "bob")
        others_get_in(su, login)
        assert stuck.end() != 0
        reason = watch.wait_for("result=state_unusable")[0].text
        assert "locked by another process for too long" in reason
    su("alice", "bob").expect_output("in-as-bob")


def test_su_and_sudo_count_together(trust, su, watch):
    """One person, one record, whichever program."""
    trust(limit_source="1/600")
    first = su("alice", "bob")
    first.challenge()
    first.interrupt()
    assert first.end() != 0
    with LocalLogin("alice", ["sudo", "-u", "bob", "true"]) as sudo:
        sudo.expect("Press Enter to try again, q to cancel: ")
        sudo.interrupt()
        assert sudo.end() != 0
        assert "https" not in sudo.text
    lines = watch.wait_for("result=limited")
    assert f"source uid:{uid('alice')}" in lines[0].text
    own = f"starts-{uid('alice')}"
    assert sorted(p.name for p in STATE.iterdir()) == [own, f"{own}.lock"]


@pytest.mark.parametrize("umask", [0o777, 0o277, 0])
def test_umask_of_the_caller(umask, trust, su, login):
    """PAM-38: the modes are ours, and the next one finds a folder that can be used."""
    trust(limit_source="50/600", limit_flows="50")
    su("alice", "bob", umask=umask).expect_output("in-as-bob")
    assert STATE.stat().st_mode & 0o7777 == 0o700
    for path in STATE.iterdir():
        assert path.stat().st_mode & 0o7777 == 0o600, path
    others_get_in(su, login)
    assert os.stat(STATE).st_uid == 0
