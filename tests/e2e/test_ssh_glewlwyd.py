# SPDX-License-Identifier: BSD-2-Clause
"""The same over Debian's glewlwyd: it counts whole seconds and punishes who polls too early."""

import time

import pytest

from glewlwyd import Glewlwyd
from idp import ALGS

INTERVAL = 2
# The server makes up the subject at somebody's first sign-in, so its own names are compared.
RULES = {"alice": "preferred_username=alice", "bob": "preferred_username=bob"}


@pytest.fixture(scope="module")
def server():
    """One server for all of these tests."""
    with Glewlwyd(device_interval=INTERVAL) as glewlwyd:
        yield glewlwyd


def use(host, server, alg="RS256", method="none", **settings):
    """Let the host be this client."""
    server.client_id, server.client_secret = server.client(alg, method)
    server.auth_method = method
    host.configure(server, RULES, issuer_is_exclusive="yes", **settings)


@pytest.mark.parametrize("alg, method", [
    *((alg, "none") for alg in ALGS), ("RS256", "client_secret_basic"),
    ("ES256", "client_secret_post")])
def test_approve_then_enter(host, server, login, watch, alg, method):
    use(host, server, alg, method, id_token_algs=alg)
    ssh = login()
    uri, code = ssh.challenge()
    due = time.monotonic() + INTERVAL
    server.phone("alice").approve(uri, code)
    due = max(due, time.monotonic())
    ssh.enter()
    ssh.expect_in("alice")
    assert time.monotonic() < due + INTERVAL + 0.5, "the first poll succeeds: no second was due"
    outcome = watch.outcome()
    assert outcome["result"] == "success" and outcome["issuer"] == server.issuer
    assert outcome["sub"]
    if server.client_secret:
        watch.secrets.add(server.client_secret)


def test_enter_first_and_never_told_to_slow_down(host, server, login, watch):
    """DEV-41: with the margin no poll is early. After a slow_down each wait is 5 s longer, so the
    poll that brings the token, the third or already the second, would come too late."""
    use(host, server)
    ssh = login()
    uri, code = ssh.challenge()
    began = time.monotonic()
    ssh.enter()
    time.sleep(2 * INTERVAL + 1.2)      # the second poll has had its answer
    server.phone("alice").approve(uri, code)
    ssh.expect_in("alice")
    slowed = 2 * INTERVAL + 0.5 + 5     # the earliest second poll after a slow_down
    assert 2 * INTERVAL + 1.2 < time.monotonic() - began < slowed
    assert watch.outcome()["result"] == "success"


def test_wrong_identity(host, server, login, watch):
    use(host, server)
    ssh = login("alice")
    uri, code = ssh.challenge()
    server.phone("bob").approve(uri, code)
    ssh.enter()
    ssh.expect_refused("Access denied.\r\n")
    assert watch.outcome()["result"] == "not_allowed"


def test_keys_that_the_server_changed(host, server, login, watch):
    """JWK-8: the keys that were fetched at the prompt are of no use any more."""
    use(host, server)
    ssh = login()
    uri, code = ssh.challenge()
    server.phone("alice").approve(uri, code)
    time.sleep(0.3)
    server.control("rotate")
    ssh.enter()
    ssh.expect_in("alice")
    assert watch.outcome()["result"] == "success"
