# SPDX-License-Identifier: BSD-2-Clause
"""Memory ends inside of the worker as shipped, wherever it is asked for: by libcurl, OpenSSL,
jansson, libqrencode, libc or itself (tests/inject/failing_malloc.c), over TLS.

A login asks for thousands of pieces; some hundred of them fail here, spread evenly, each in a
process of its own. PO_TEST_SAMPLES=n takes n of each series, 0 all of them.
"""

import concurrent.futures
import contextlib
import os
import re
import socket
import subprocess
import time

import pytest

import wire
from answers import IdToken, grant
from built import built
from fake_as import FakeAs
from flow import request_for

SAMPLES = int(os.environ.get("PO_TEST_SAMPLES", "100"))
JOBS = 12                       # most of them wait for the interval of polls
PATIENCE = 60
WORKERS_OWN = {"UNREACHABLE", "PROVIDER", "ANSWER", "TOKEN", "CONFIG", "WORKER", "MEMORY",
               "SYSTEM", "TIMED_OUT"}
# Whose own code may crash without memory: nothing is ours to mend there, and the module then says
# that the worker ended without an answer. Seen: OpenSSL 3.0 takes a lock that it could not make
# (CRYPTO_THREAD_read_lock), jansson 2.14 goes on without the text that it could not keep.
LIBRARIES = ("libjansson.so", "libcrypto.so", "libssl.so", "libcurl.so", "libqrencode.so")
LIBC = re.compile(r"(libc|ld-linux[\w-]*|linux-vdso|failing_malloc)\.so")


class Attempt:
    """One worker whose memory ends."""

    def __init__(self, lab, binary, token, at, onward):
        self.kinds, self.fault, self.at, self.onward = [], None, at, onward
        env = {"LD_PRELOAD": built("PO_FAILING_MALLOC"), "PO_FAIL_AT": str(at),
               **({"PO_FAIL_ONWARD": "1"} if onward else {})}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        began = time.monotonic()
        with FakeAs(lab, token=grant(token)) as server, ours, theirs:
            process = subprocess.Popen([binary], stdin=theirs, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE, env=env, cwd="/", text=True)
            theirs.close()
            ours.settimeout(PATIENCE)
            self._talk(ours, server)
            ours.close()
            try:
                _, self.said = process.communicate(timeout=PATIENCE)
            finally:
                process.kill()
        self.status, self.seconds = process.returncode, time.monotonic() - began

    def _talk(self, sock, server):
        try:
            sock.sendall(wire.request(**request_for(server, {})))
            while message := self._receive(sock):
                self.kinds.append(message["kind"])
                if message["kind"] == "CHALLENGE":
                    with contextlib.suppress(BrokenPipeError):   # its last words follow
                        sock.sendall(wire.proceed())
                if message["kind"] == "FAULT":
                    self.fault = message
        except BrokenPipeError:
            pass

    @staticmethod
    def _receive(sock):
        """One that left messages unread resets the connection; its last words follow."""
        try:
            return wire.receive(sock)
        except ConnectionResetError:
            return wire.receive(sock)

    @property
    def allocations(self):
        """How many there were."""
        return int(re.search(r"(\d+) allocations", self.said)[1])

    @property
    def crash(self):
        """The object in which it crashed, libc's functions counted for whoever called them."""
        found = re.search(r"signal \d+ in (.*)", self.said)
        objects = [o for o in found[1].split() if not LIBC.match(o)] if found else []
        return objects[0] if objects else (found and "?")

    def problem(self, may_succeed):
        """What must not be; None if there is nothing."""
        verdicts = [k for k in self.kinds if k in ("IDENTITY", "FAULT")]
        if len(verdicts) > 1 or (verdicts and self.kinds[-1] != verdicts[0]):
            return "more than one verdict"
        if "IDENTITY" in verdicts and not may_succeed:
            return "an identity of a token that nobody signed"
        if self.fault and (self.fault["code"] not in WORKERS_OWN or not self.fault["text"]):
            return "a FAULT that is not the worker's to say"
        if self.crash and not self.crash.startswith(LIBRARIES):
            return f"crashed in {self.crash}"
        if not verdicts and not self.crash:
            return "ended without a word"
        if self.status < 0:
            return "ended by a signal"
        return None

    def __str__(self):
        return (f"allocation {self.at}{' and later' if self.onward else ''}: {self.kinds}, "
                f"{self.fault}, status {self.status}, {self.seconds:.1f} s, {self.said}")


SERIES = {
    "one": (IdToken(), False),
    "one and all later": (IdToken(), True),
    "one, and the signature is wrong": (IdToken(signature=lambda s: bytes([s[0] ^ 1]) + s[1:]),
                                        False),
}


def _places(count, phase):
    """Evenly spread, each series in other places."""
    if not SAMPLES or count <= SAMPLES:
        return range(1, count + 1)
    step = count / SAMPLES
    return sorted({1 + int(step * (i + phase)) for i in range(SAMPLES)})


@pytest.mark.parametrize("name", SERIES)
def test_memory_ends(name, lab, worker_binary):
    """GEN-1: a FAULT or nothing; never an identity that was not verified, never a crash of ours."""
    token, onward = SERIES[name]
    good = name != "one, and the signature is wrong"
    whole = Attempt(lab, worker_binary, token, 0, False)
    assert whole.kinds[-1:] == ["IDENTITY" if good else "FAULT"], str(whole)
    places = _places(whole.allocations, list(SERIES).index(name) / len(SERIES))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        attempts = list(pool.map(
            lambda at: Attempt(lab, worker_binary, token, at, onward), places))
    crashes = sorted({a.crash for a in attempts if a.crash})
    print(f"{len(attempts)} of {whole.allocations} allocations failed: "
          f"{sum('IDENTITY' in a.kinds for a in attempts)} identities, "
          f"{sum(a.fault is not None for a in attempts)} faults, "
          f"{sum(bool(a.crash) for a in attempts)} crashes: {crashes}")
    problems = [f"{a.problem(good)}: {a}" for a in attempts if a.problem(good)]
    assert not problems, "\n".join(problems)
    assert len(attempts) >= min(SAMPLES or 1, 100)
