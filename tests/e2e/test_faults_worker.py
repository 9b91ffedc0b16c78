# SPDX-License-Identifier: BSD-2-Clause
"""The worker is killed, crashes or stops at every stage of a login.

Whatever happens to it: the right PAM code within the deadline, no process left, not even a
zombie, no descriptor left in the application, nothing half-written in the folder of the limits.
"""

import dataclasses
import os
import pathlib
import signal
import threading
import time

import pytest

from answers import SUBJECT, Answer, default_jwks, default_metadata, grant, pending
from built import built
from fake_as import FakeAs
from host import compiled_in_worker, install
from live import Live, everything_at_once, is_there, judged

RULES = {"alice": f"sub={SUBJECT}"}
MAX_WAIT = 10                  # the least that can be configured
GRACE = 4                      # the module's own second, the reaping, a machine with other work
STATE = pathlib.Path("/run/pam_oauth")
LIMITS = "4000/600"            # in force, and never reached
STOPPED = 2                    # seconds
SENTENCE = "Sign-in failed inside this host. Tell your administrator."
UNREACHABLE = "The sign-in service cannot be reached. Try later or tell your administrator."
LATE = "Nobody approved in time. Log in again to get a new code."

DEAD_EARLY = ("PAM_AUTHINFO_UNAVAIL", "worker", SENTENCE)
DEAD_LATE = ("PAM_AUTH_ERR", "worker_late", SENTENCE)
SILENT_EARLY = ("PAM_AUTHINFO_UNAVAIL", "provider_unreachable", UNREACHABLE)
SILENT_LATE = ("PAM_AUTH_ERR", "timed_out", LATE)
SUCCESS = ("PAM_SUCCESS", "success", None)

# What is done to the worker, and what comes of it before and after the code was shown.
FAULTS = {
    "SIGKILL": (DEAD_EARLY, DEAD_LATE),
    "SIGSEGV": (DEAD_EARLY, DEAD_LATE),
    "SIGSTOP for ever": (SILENT_EARLY, SILENT_LATE),
    "SIGSTOP and SIGCONT": (SUCCESS, SUCCESS),
}
STAGES = {                     # is the code on the screen?
    "before it took the request": False,
    "during discovery": False,
    "while the prompt is open": True,
    "while polling": True,
    "after the approval": True,
}
CASES = [(stage, fault) for stage in STAGES for fault in FAULTS]


@dataclasses.dataclass
class Outcome:
    """How a case went."""

    login: Live
    worker: int
    left: bool                 # a process of that number is still there
    logs: str


class Gate:
    """A body that is sent only when the test lets it; being asked for is seen at once."""

    def __init__(self, body):
        self.body, self.asked, self.open = body, threading.Event(), threading.Event()

    def __call__(self, server):
        self.asked.set()
        self.open.wait(30)
        return self.body(server)


class GatedAs(FakeAs):
    """Its gate holds up one connection, not the whole server."""

    gate = None
    gated = None               # the endpoint, and its how manieth request

    def _choose(self, endpoint):
        answer = super()._choose(endpoint)
        if self.gated and self.gated == (endpoint, len(self.named(endpoint))):
            return Answer(delay=0, hang=False, body=self.gate)
        return answer


def hurt(fault, pid):
    """The fault itself."""
    if fault.startswith("SIGSTOP"):
        os.kill(pid, signal.SIGSTOP)
        if "SIGCONT" in fault:
            time.sleep(STOPPED)
            os.kill(pid, signal.SIGCONT)
        return
    os.kill(pid, getattr(signal, fault))
    try:
        os.kill(pid, signal.SIGCONT)      # SIGSEGV reaches a stopped process only then
    except ProcessLookupError:
        pass


def until(found, what):
    """Wait for something that comes soon."""
    end = time.monotonic() + 30
    while not (value := found()):
        assert time.monotonic() < end, what
        time.sleep(0.01)
    return value


def is_stopped(pid):
    """Has SIGSTOP taken effect?"""
    return "State:\tT" in pathlib.Path(f"/proc/{pid}/status").read_text()


def reach(stage, login, server):
    """Bring the login to this stage."""
    if stage == "before it took the request":
        until(lambda: is_stopped(login.worker()), "a worker that stops itself")
    elif stage == "during discovery":
        assert server.gate.asked.wait(30)
    else:
        login.challenge()
    if stage in ("while polling", "after the approval"):
        login.answer()
        until(lambda: server.named("token"), "a poll")
    if stage == "after the approval":
        server.script["token"] = grant()
        assert server.gate.asked.wait(30), "the keys are asked for again (JWK-8)"


def server_for(lab, stage):
    """Asked for the stage's own answer, it waits."""
    script = {"token": pending()}
    if stage == "after the approval":
        script["jwks"] = [Answer("later", 503)]
    server = GatedAs(lab, **script)
    server.ca_file = lab.ca_file
    if stage == "during discovery":
        server.gated, server.gate = ("discovery", 1), Gate(default_metadata)
    if stage == "after the approval":
        server.gated, server.gate = ("jwks", 2), Gate(default_jwks)
    return server


def run(lab, case):
    """One login with its fault."""
    stage, fault = case
    with server_for(lab, stage) as server, \
            Live(server, RULES, display="prompt", max_wait=MAX_WAIT, limit_source=LIMITS,
                 limit_user=LIMITS, limit_global=LIMITS, limit_flows="100") as login:
        worker = login.worker()
        reach(stage, login, server)
        hurt(fault, worker)
        if server.gate:
            server.gate.open.set()
        if stage == "before it took the request" and "SIGCONT" in fault:
            login.challenge()
        if "SIGCONT" in fault and stage != "after the approval":
            login.challenge()
            server.script["token"] = grant()
        if stage not in ("while polling", "after the approval"):
            login.answer()
        login.end()
        return Outcome(login, worker, is_there(worker), "\n".join(login.logs))


@pytest.fixture(scope="module", name="results")
def _results(host, lab):
    """All cases, those of a stage that needs a worker of its own apart from the others."""
    path = compiled_in_worker(built("PO_TEST_SHIPPED"))
    real = path.with_name("pam_oauth_worker.real")
    first = [case for case in CASES if case[0] == "before it took the request"]
    results = everything_at_once(lambda case: run(lab, case),
                                 [case for case in CASES if case not in first])
    install(path, real, 0o755)
    try:
        path.unlink()                   # one may still be running that has no more to do
        path.write_text(f"#!/bin/sh\nkill -STOP $$\nexec {real}\n", encoding="ascii")
        path.chmod(0o755)
        results.update(everything_at_once(lambda case: run(lab, case), first))
    finally:
        install(real, path, 0o711)
        real.unlink()
    end = time.monotonic() + 5
    while host.workers():               # those that only had to see the end of their worker
        assert time.monotonic() < end, host.workers()
        time.sleep(0.02)
    return results


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_worker(case, results):
    """PAM code, log, sentence, time; processes, descriptors and all else of the application."""
    stage, fault = case
    outcome = judged(results, case)
    login = outcome.login
    code, result, sentence = FAULTS[fault][STAGES[stage]]
    assert (login.result, login.outcome["result"]) == (code, result), str(login)
    assert login.texts[-1] == sentence or code == "PAM_SUCCESS", str(login)
    assert login.seconds <= MAX_WAIT + GRACE, str(login)
    if code == "PAM_AUTHINFO_UNAVAIL" or STAGES[stage] is False and code != "PAM_SUCCESS":
        assert not [t for t in login.texts if "https" in t], str(login)
    assert not outcome.left, "the worker is left, or its zombie"
    assert login.changed == [], str(login)


def test_the_record_of_starts_is_whole(results, host, lab):
    """PAM-38, PAM-41: nothing half-written, no place held; the next login finds all in order."""
    assert results
    names = {p.name for p in STATE.iterdir()}
    assert {"flows", "starts", "starts.lock"} <= names
    assert not [name for name in names if name.endswith(".new")], names
    with server_for(lab, "") as server, \
            Live(server, RULES, display="info", max_wait=MAX_WAIT, limit_source=LIMITS,
                 limit_user=LIMITS, limit_global=LIMITS, limit_flows="1") as login:
        login.challenge()
        server.script["token"] = grant()
        assert login.end().result == "PAM_SUCCESS", str(login)
        assert not [line for line in login.logs if "record" in line or "limits" in line]
    assert not host.workers()
