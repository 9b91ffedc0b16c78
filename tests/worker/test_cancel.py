# SPDX-License-Identifier: BSD-2-Clause
"""Cancellation: when the module closes the socket, the worker is gone within a second.

It does not matter what it was doing, and nothing is asked afterwards. These
tests run one at a time: they measure.
"""

import os
import signal
import time

import pytest

import flow
import wire
from answers import Answer, html, metadata, pending, slow_down
from fake_as import FakeAs
from flow import request_for
from worker import Worker

SECOND = 1.0


def start(worker, server, **changes):
    """Send the request."""
    worker.send(wire.request(**request_for(server, changes)))


def until(condition, what, seconds=10):
    """Wait until something has happened at the server."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen"
        time.sleep(0.005)


def challenge(worker):
    """The messages up to the CHALLENGE."""
    while (message := worker.receive(10))["kind"] == "LOG":
        pass
    assert message["kind"] == "CHALLENGE", message


def cancelled(worker, server, watch=0.0):
    """Close the socket; the worker ends, and the server hears nothing more."""
    asked = len(server.requests)
    worker.cancel()
    worker.finish(SECOND)
    time.sleep(watch)
    assert len(server.requests) == asked, server.requests[asked:]
    assert worker.process.returncode == 0


STAGES = {
    "TLS handshake": ({"tls": "silent"}, None),
    "discovery": ({"discovery": Answer(hang=True)}, "discovery"),
    "discovery, endless body": ({"discovery": Answer(b"{", drip=0.05, length=1000,
                                                     chunked=0)}, "discovery"),
    "device authorization": ({"device": Answer(hang=True)}, "device"),
    "keys": ({"jwks": Answer(hang=True)}, "jwks"),
}


@pytest.mark.parametrize("stage", STAGES, ids=list(STAGES))
def test_before_proceed(stage, lab, worker_binary):
    """NET-11: while a transfer runs, before the person has answered."""
    script, endpoint = STAGES[stage]
    with FakeAs(lab, **script) as server, Worker(worker_binary) as worker:
        start(worker, server)
        if endpoint:
            until(lambda: server.named(endpoint), f"a request for {endpoint}")
        else:
            until(lambda: server.accepted, "a connection")
        cancelled(worker, server, watch=0.3)


def test_without_request(worker_binary):
    """Before anything was asked."""
    with Worker(worker_binary) as worker:
        worker.cancel()
        worker.finish(SECOND)


def test_at_the_prompt(lab, worker_binary):
    """DEV-40: the code is shown, nobody has answered."""
    with FakeAs(lab) as server, Worker(worker_binary) as worker:
        start(worker, server)
        challenge(worker)
        until(lambda: server.named("jwks"), "a request for the keys")
        cancelled(worker, server, watch=2.0)
        assert not server.named("token")


POLLING = {
    "the first poll is not yet due": ({}, 0, 2.0),
    "between two polls": ({"token": pending()}, 1, 2.5),
    "slowed down": ({"token": slow_down()}, 1, 0.5),
    "backing off": ({"token": html(503, headers=(("Retry-After", "3"),))}, 1, 4.0),
    "a poll hangs": ({"token": Answer(hang=True)}, 1, 2.0),
    "a poll drips": ({"token": pending(drip=0.2, drip_all=True)}, 1, 2.0),
}


@pytest.mark.parametrize("stage", POLLING, ids=list(POLLING))
def test_polling(stage, lab, worker_binary):
    """DEV-43: while it waits for the person to approve; nothing polls on."""
    script, polls, watch = POLLING[stage]
    with FakeAs(lab, **script) as server, Worker(worker_binary) as worker:
        start(worker, server)
        challenge(worker)
        worker.send(wire.proceed())
        until(lambda: len(server.named("token")) >= polls, f"{polls} polls")
        until(lambda: [r for r in server.named("jwks") if r.end], "the keys")
        cancelled(worker, server, watch=watch)
    assert not server.violations and not server.errors


def test_initial_poll(lab, worker_binary):
    """DEV-40: during the poll that comes before the challenge."""
    with FakeAs(lab, token=Answer(hang=True), initial_poll=True) as server:
        with Worker(worker_binary) as worker:
            start(worker, server)
            until(lambda: server.named("token"), "the early poll")
            cancelled(worker, server, watch=1.0)


def test_after_the_token(lab, worker_binary):
    """While the keys are fetched anew because the token fits none."""
    script = {"jwks": [Answer({"keys": []}), Answer(hang=True)]}
    with FakeAs(lab, **script) as server, Worker(worker_binary) as worker:
        start(worker, server)
        challenge(worker)
        worker.send(wire.proceed())
        until(lambda: len(server.named("jwks")) == 2, "the second fetch of the keys")
        cancelled(worker, server, watch=1.0)


def test_half_closed(lab, worker_binary):
    """A module that only shuts its sending side is gone as well."""
    import socket  # pylint: disable=import-outside-toplevel
    with FakeAs(lab, discovery=Answer(hang=True)) as server, Worker(worker_binary) as worker:
        start(worker, server)
        until(lambda: server.named("discovery"), "a request")
        worker.sock.shutdown(socket.SHUT_WR)
        worker.finish(SECOND)


def test_unreadable_host(lab, worker_binary):
    """A connection that nobody accepts: the backlog of the listener is full."""
    import socket  # pylint: disable=import-outside-toplevel
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        with Worker(worker_binary) as worker:
            worker.send(wire.request(issuer=f"https://127.0.0.1:{port}", ca_file=lab.ca_file))
            time.sleep(0.5)
            worker.cancel()
            worker.finish(SECOND)
        for filler in fillers:
            filler.close()


def test_worker_that_stands_still(lab, worker_binary):
    """EXT-20: its second process ends with the time of the login, whatever becomes of the worker."""
    with FakeAs(lab, device=Answer(hang=True)) as server, Worker(worker_binary) as worker:
        start(worker, server, revoke="yes", remaining_ms=10000)
        until(lambda: server.named("device"), "a request")
        (second,) = map(int, worker.children())
        os.kill(worker.process.pid, signal.SIGSTOP)
        until(lambda: not flow.is_alive(second), "the end of the second process", seconds=40)


def test_metadata_is_used_after_all(lab, worker_binary):
    """The control: the same steps without cancellation end in an identity."""
    with FakeAs(lab, discovery=metadata()) as server, Worker(worker_binary) as worker:
        start(worker, server)
        challenge(worker)
        worker.send(wire.proceed())
        while (message := worker.receive(10))["kind"] == "LOG":
            pass
        assert message["kind"] == "IDENTITY", message
        worker.finish(SECOND)
