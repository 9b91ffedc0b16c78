# SPDX-License-Identifier: BSD-2-Clause
"""The process that takes tokens back (EXT-20), seen from outside while a login waits, and gone when
nothing is left to do; at a real provider the token is dead afterwards."""

import os
import pathlib
import re
import time

import pytest

from host import WORKER_UID

SUBJECT = "248289761001"


def second(host):
    """The second process of the one worker."""
    (worker,) = host.workers()
    (child,) = pathlib.Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
    return int(child)


def gone(pid, seconds=10):
    """It has ended by itself."""
    end = time.monotonic() + seconds
    while os.path.exists(f"/proc/{pid}"):
        assert time.monotonic() < end, "it is still there"
        time.sleep(0.02)


@pytest.fixture(name="waiting")
def _waiting(host, idp, login):
    """A login that waits, and its second process."""
    host.configure(idp, {"alice": f"sub={SUBJECT}"}, revoke="yes")
    ssh = login()
    uri, code = ssh.challenge()
    return ssh, uri, code, second(host)


def test_second_process_is_locked_down(waiting):
    """The same chains as the worker's, and nothing in its hands but its end of one socket."""
    *_, pid = waiting
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    assert re.search(r"^NoNewPrivs:\t1$", status, re.M) and re.search(r"^Seccomp:\t2$", status, re.M)
    assert re.search(rf"^Uid:\t{WORKER_UID}\t{WORKER_UID}\t{WORKER_UID}\t", status, re.M)
    assert re.search(r"^Cap(Eff|Prm)s?:\t0+$", status, re.M)
    assert os.stat(f"/proc/{pid}/mem").st_uid == 0, "not dumpable"
    held = sorted(os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd"))
    assert held[:3] == ["/dev/null"] * 3 and len(held) == 4, held
    assert held[3].startswith("socket:")
    assert pathlib.Path(f"/proc/{pid}/environ").read_bytes() == b""


def test_second_process_ends_when_somebody_leaves(waiting):
    """Nobody approved: there is nothing to take back."""
    ssh, _, _, pid = waiting
    ssh.close()
    gone(pid)


def test_token_is_dead_after_the_login(host, idp, waiting, watch):
    """The provider has taken it back; the shell was there before."""
    ssh, uri, code, pid = waiting
    idp.phone("alice").approve(uri, code)
    before = len(idp.log("/token/revocation"))
    ssh.enter()
    ssh.expect_in("alice")
    assert watch.outcome()["result"] == "success"
    (entry,) = idp.wait_for_log(before + 1, "/token/revocation")[before:]
    assert entry["status"] == 200
    gone(pid)
    assert not host.workers()


def test_provider_that_hangs_holds_nobody(host, idp, waiting):
    """The verdict does not wait; the process ends, whatever the provider does."""
    ssh, uri, code, pid = waiting
    idp.phone("alice").approve(uri, code)
    idp.control("delay", path="/token/revocation", ms=60000)
    ssh.enter()
    ssh.expect_in("alice")
    gone(pid)
    assert not host.workers()
