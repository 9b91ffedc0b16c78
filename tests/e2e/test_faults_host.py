# SPDX-License-Identifier: BSD-2-Clause
"""The application or its client is killed at every stage of a login, and what a worker that dies
means to a real sshd: no process stays, no place among the running flows, no second flow."""

import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

from local_login import LocalLogin

ALICE, BOB = "sub=248289761001", "sub=248289761002"
HELD = 20000                   # ms: longer than it takes to look
STATE = pathlib.Path("/run/pam_oauth")
STAGES = ("between discovery and device authorization", "while the prompt is open",
          "while polling", "between token and keys")
INSIDE = "Sign-in failed inside this host. Tell your administrator."
OFFLINE = "auth [success=done ignore=ignore authinfo_unavail=ignore default=die] pam_oauth.so\n"


@pytest.fixture(name="one_place")
def _one_place(host, idp):
    """One flow at a time: a place that is not given back is seen by the next login."""
    subprocess.run(["rm", "-rf", STATE], check=True)
    host.configure(idp, {"alice": ALICE, "bob": BOB}, limit_flows="1", limit_source="4000/600")
    yield
    for name in (p.name for p in STATE.iterdir()):      # a caller of su and sudo has his own
        assert re.fullmatch(r"(flows(-\d+)?|starts(-\d+)?(\.lock)?)", name), name


def prepare(idp, stage):
    """An answer of the provider that will be on its way."""
    if stage == STAGES[0]:
        idp.control("delay", path="/device/auth", ms=HELD)
    if stage == STAGES[3]:
        idp.control("fail", path="/jwks", status=503)


def reach(idp, requests, login, stage):
    """Bring a login to this stage; the provider's log knows."""
    held = len(idp.log(event="held"))
    if stage == STAGES[0]:
        idp.wait_for_log(held + 1, event="held", timeout=20)
        return
    uri, code = login.challenge()
    requests.wait_for("/jwks")
    if stage == STAGES[1]:
        return
    if stage == STAGES[3]:
        idp.control("delay", path="/jwks", ms=HELD)
        idp.phone("alice").approve(uri, code)
    if not isinstance(login, LocalLogin):
        login.enter()
    if stage == STAGES[2]:
        requests.wait_for("/token")
    else:
        idp.wait_for_log(held + 1, event="held", timeout=20)


def parent_of(worker):
    """The process that called PAM."""
    status = pathlib.Path(f"/proc/{worker}/status").read_text(encoding="ascii")
    return int(status.partition("PPid:")[2].split()[0])


def the_worker(host):
    """The one that runs."""
    (worker,) = host.workers()
    return worker


def next_one_gets_in(idp, login):
    """The place is free, and nothing is in the way."""
    idp.control("clear")
    ssh = login("alice")
    uri, code = ssh.challenge()
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in()


@pytest.mark.parametrize("stage", STAGES)
def test_process_of_sshd_killed(stage, one_place, host, idp, login, requests, watch):
    """SSH-11, PAM-41: SIGKILL, so that nothing of the module runs any more."""
    assert one_place is None
    prepare(idp, stage)
    ssh = login(options=["NumberOfPasswordPrompts=1"])    # it is sshd that lets it try again
    reach(idp, requests, ssh, stage)
    os.kill(parent_of(the_worker(host)), signal.SIGKILL)
    watch.no_worker()
    ssh.kill()
    next_one_gets_in(idp, login)
    assert watch.outcome()["result"] == "success", "of the second one"


@pytest.mark.parametrize("stage", [STAGES[0], STAGES[3]])
def test_client_killed(stage, one_place, host, idp, login, requests, watch):
    """SSH-13: while the module waits; at the prompt and between polls see test_ssh_client.py."""
    assert one_place is None
    prepare(idp, stage)
    ssh = login()
    reach(idp, requests, ssh, stage)
    assert the_worker(host)
    ssh.kill()
    watch.no_worker()
    assert watch.outcome()["result"] == "client_gone"
    next_one_gets_in(idp, login)


@pytest.fixture(name="sudo")
def _sudo(host, watch):         # pylint: disable=unused-argument
    """sudo, called by alice; ends those that are left, and sudo's memory of them."""
    host.set_up_su_and_sudo()
    opened = []

    def start(program):
        opened.append(LocalLogin("alice", program))
        return opened[-1]

    yield start
    for program in opened:
        program.close()
    for stamp in pathlib.Path("/run/sudo").glob("ts/*"):
        stamp.unlink()


PROGRAMS = {"sudo": ["sudo", "-u", "bob", "id"], "su": ["su", "bob", "-c", "id"]}


# While PAM runs, sudo takes note of SIGTERM and does nothing; what it has to do is its own choice.
@pytest.mark.parametrize("program, name", [("sudo", "KILL"), ("su", "KILL"), ("su", "TERM"),
                                           ("sudo", "close"), ("su", "close")])
@pytest.mark.parametrize("stage", [STAGES[0], STAGES[2], STAGES[3]])
def test_sudo_and_su_killed(stage, program, name, one_place, host, idp, sudo, requests, watch):
    """SUD-3, PAM-41: killed, or their terminal closed, they leave nothing."""
    assert one_place is None
    prepare(idp, stage)
    local = sudo(PROGRAMS[program])
    reach(idp, requests, local, stage)
    caller = parent_of(the_worker(host))
    if name == "close":
        with open("/dev/null", "rb") as nothing:
            os.dup2(nothing.fileno(), local.process.child_fd)
    else:
        os.kill(caller, getattr(signal, f"SIG{name}"))
    watch.no_worker(within=3)
    end = time.monotonic() + 20
    while pathlib.Path(f"/proc/{caller}").exists() and local.process.isalive():
        assert time.monotonic() < end, "it does not end"
        time.sleep(0.02)
    assert "uid=" not in local.text
    idp.control("clear")
    sudo(PROGRAMS[program]).challenge()        # of the same caller, who has one place of his own


@pytest.mark.parametrize("name", ["KILL", "SEGV"])
@pytest.mark.parametrize("stage", STAGES[1:])
def test_worker_dies_under_sshd(stage, name, host, idp, login, requests, watch):
    """10.1, GEN-7: once a code was shown, no second flow, and no way in behind the module."""
    host.set_stack(OFFLINE + "auth sufficient pam_permit.so")
    try:
        prepare(idp, stage)
        ssh = login(options=["NumberOfPasswordPrompts=3"])
        reach(idp, requests, ssh, stage)
        os.kill(the_worker(host), getattr(signal, f"SIG{name}"))
        if stage == STAGES[1]:
            ssh.enter()
        ssh.expect_refused(INSIDE)
    finally:
        host.set_stack()
    outcome = watch.outcome()
    assert outcome["result"] == "worker_late" and outcome["priority"] == 3
    assert requests.paths().count("/device/auth") == 1
    assert not watch.lines("Accepted|session opened")


def test_worker_dies_before_the_code_under_sshd(host, idp, login, requests, watch):
    """The control: this stack lets people in whom the provider cannot be asked about."""
    host.set_stack(OFFLINE + "auth sufficient pam_permit.so")
    try:
        prepare(idp, STAGES[0])
        ssh = login()
        reach(idp, requests, ssh, STAGES[0])
        os.kill(the_worker(host), signal.SIGKILL)
        ssh.expect_in("alice")
    finally:
        host.set_stack()
    assert watch.outcome()["result"] == "worker"
