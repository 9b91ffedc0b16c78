# SPDX-License-Identifier: BSD-2-Clause
"""The provider's process is killed, stopped or started again at every stage of a login.

The provider is a real one with its state on disk. What can recover, succeeds; all else ends with
the right PAM code within the deadline, and the person reads what to do.
"""

import contextlib
import os
import signal
import threading
import time

import pytest

from idp import OidcProvider
from live import Live, everything_at_once, judged

RULES = {"alice": "sub=248289761001"}
MAX_WAIT, GRACE = 10, 4        # the least that can be configured; a machine with other work
PATIENT = 120                  # for logins that shall succeed, also on a slow machine
STOPPED = 2
HELD = 4000                    # ms: an answer that is on its way when the fault comes
STARTING = threading.BoundedSemaphore(2)       # a second of work each
RESTARTING = threading.BoundedSemaphore(2)     # does not queue behind those

UNREACHABLE = ("PAM_AUTHINFO_UNAVAIL", "provider_unreachable", "The sign-in service cannot be "
               "reached. Try later or tell your administrator.")
TIMED_OUT = ("PAM_AUTH_ERR", "timed_out",
             "Nobody approved in time. Log in again to get a new code.")
SUCCESS = ("PAM_SUCCESS", "success", None)

BEFORE, BETWEEN, KEYS, PROMPT, POLLING, LAST = (
    "before discovery", "between discovery and device authorization",
    "while keys are fetched behind the prompt", "while the prompt is open", "while polling",
    "between token and keys")
KILLED, STOPS, PAUSES, RESTARTS = ("killed", "stopped", "stopped and continued",
                                   "killed and started again")
TABLE = {
    # 10.1: nobody saw a code
    (BEFORE, KILLED): UNREACHABLE, (BEFORE, STOPS): UNREACHABLE,
    (BEFORE, PAUSES): SUCCESS, (BEFORE, RESTARTS): SUCCESS,
    # GEN-8: one device authorization; the one whose answer was lost is not repeated
    (BETWEEN, KILLED): UNREACHABLE, (BETWEEN, STOPS): UNREACHABLE,
    (BETWEEN, PAUSES): SUCCESS, (BETWEEN, RESTARTS): UNREACHABLE,
    # JWK-9: keys that could not be had yet cost nothing; DEV-45: no poll went out before the end
    (KEYS, KILLED): UNREACHABLE, (KEYS, STOPS): TIMED_OUT,
    (KEYS, PAUSES): SUCCESS, (KEYS, RESTARTS): SUCCESS,
    # DEV-45: not one poll got an answer
    (PROMPT, KILLED): UNREACHABLE, (PROMPT, STOPS): UNREACHABLE,
    (PROMPT, PAUSES): SUCCESS, (PROMPT, RESTARTS): SUCCESS,
    # DEV-45: it answered before, so that nobody approved is the person's doing
    (POLLING, KILLED): TIMED_OUT, (POLLING, STOPS): TIMED_OUT,
    (POLLING, PAUSES): SUCCESS, (POLLING, RESTARTS): SUCCESS,
    # JWK-9: the second try is the last
    (LAST, KILLED): UNREACHABLE, (LAST, STOPS): UNREACHABLE,
    (LAST, PAUSES): SUCCESS, (LAST, RESTARTS): UNREACHABLE,
}


def hurt(fault, idp):
    """The fault itself."""
    if fault in (STOPS, PAUSES):
        os.kill(idp.process.pid, signal.SIGSTOP)
    else:
        idp.kill()
    if fault == PAUSES:
        time.sleep(STOPPED)
        os.kill(idp.process.pid, signal.SIGCONT)
    if fault == RESTARTS:
        with RESTARTING:
            idp.restart()


def approve(idp, login):
    """The person with the phone."""
    idp.phone("alice").approve(*login.challenge())


def prepare(stage, idp):
    """Answers that will be on their way when the fault comes."""
    if stage == BETWEEN:
        idp.control("delay", path="/device/auth", ms=HELD)
    if stage == KEYS:
        idp.control("delay", path="/jwks", ms=HELD)
    if stage == LAST:
        idp.control("fail", path="/jwks", status=503)


def reach(stage, idp, login):
    """Bring the login to this stage."""
    if stage == BETWEEN:
        idp.wait_for_log(1, "/device/auth", "held", timeout=30)
        return
    login.challenge()
    if stage == KEYS:
        idp.wait_for_log(1, "/jwks", "held", timeout=30)
        return
    idp.wait_for_log(1, "/jwks", timeout=30)
    if stage == POLLING:
        login.answer()
        idp.wait_for_log(2, "/token", timeout=30)      # the second poll: the first has its answer
    if stage == LAST:
        idp.control("delay", path="/jwks", ms=HELD)
        approve(idp, login)
        login.answer()
        idp.wait_for_log(1, "/jwks", "held", timeout=30)


@contextlib.contextmanager
def started():
    """A provider of the case's own."""
    idp = OidcProvider(device_interval=1, state="state.json")
    try:
        with STARTING:
            idp.start()
        yield idp
    finally:
        idp.stop()


def run(case):
    """One login with its fault."""
    stage, fault = case
    max_wait = PATIENT if TABLE[case] is SUCCESS else MAX_WAIT
    with started() as idp:
        prepare(stage, idp)
        try:
            if stage == BEFORE and fault != PAUSES:
                hurt(fault, idp)
            elif stage == BEFORE:
                os.kill(idp.process.pid, signal.SIGSTOP)
            with Live(idp, RULES, display="prompt", max_wait=max_wait) as login:
                if stage == BEFORE and fault == PAUSES:
                    time.sleep(STOPPED)
                    os.kill(idp.process.pid, signal.SIGCONT)
                elif stage != BEFORE:
                    reach(stage, idp, login)
                    hurt(fault, idp)
                if TABLE[case] is SUCCESS and stage != LAST:
                    approve(idp, login)
                if stage in (KEYS, PROMPT) or TABLE[case] is SUCCESS and stage != LAST:
                    login.answer()
                return login.end()
        finally:
            if fault == STOPS:
                idp.kill()                # SIGTERM would wait for its SIGCONT


@pytest.fixture(scope="module", name="results")
def _results(host):
    results = everything_at_once(run, list(TABLE))
    assert not host.workers()
    return results


@pytest.mark.parametrize("case", TABLE, ids="-".join)
def test_provider(case, results):
    """PAM code, log, sentence, time, and the application's process."""
    login = judged(results, case)
    code, result, sentence = TABLE[case]
    assert (login.result, login.outcome["result"]) == (code, result), str(login)
    assert login.texts[-1] == sentence or code == "PAM_SUCCESS", str(login)
    assert code == "PAM_SUCCESS" or login.seconds <= MAX_WAIT + GRACE, str(login)
    assert login.changed == [], str(login)
