# SPDX-License-Identifier: BSD-2-Clause
"""Task probe: a login up to the keys, and what `pam-oauth check` is told of certificates."""

import datetime
import re

import pytest

import wire
from answers import Answer, html, metadata
from fake_as import FakeAs
from flow import request_for
from worker import Worker


def probe(lab, binary, task="probe", tls="good", **script):
    """Every message, and the endpoints that were asked."""
    with FakeAs(lab, tls=tls, **script) as provider, Worker(binary) as worker:
        worker.send(wire.request(task=task, **request_for(provider, {})))
        while worker.receive(20):
            pass
        worker.finish(5)
        return worker.messages, [request.endpoint for request in provider.requests]


def remarks(messages, level):
    """What was remarked on certificates."""
    return [m["text"] for m in messages if m["kind"] == "LOG" and m["level"] == level
            and m["text"].startswith("certificate of ")]


def test_it_ends_with_the_keys(lab, worker_binary):
    """A code is asked for and dropped: no PROCEED is waited for, no token asked for."""
    messages, asked = probe(lab, worker_binary)
    assert [m["kind"] for m in messages if m["kind"] != "LOG"] == ["CHALLENGE"]
    assert asked == ["discovery", "device", "jwks"]


# the certificate: (level, days that are left, certificates in the chain)
CHAINS = {"good": ("DEBUG", 29, 1), "ends_soon": ("WARNING", 2, 1), "chain": ("WARNING", 2, 2)}


@pytest.mark.parametrize("tls", CHAINS)
def test_certificate(tls, lab, worker_binary):
    """One remark for one connection: whose, until when, by whom; a warning where that is soon, be it
    further up in the chain."""
    level, days, count = CHAINS[tls]
    messages, _ = probe(lab, worker_binary, tls=tls)
    (text,) = remarks(messages, level)
    found = re.fullmatch(r"certificate of localhost:\d+: good until (\S+), (\d+) days; "
                         r"chain of (\d+), issued by (.*)", text)
    assert found, text
    until = datetime.date.today() + datetime.timedelta(days=days + 1)
    assert abs((datetime.date.fromisoformat(found[1]) - until).days) <= 1
    assert abs(int(found[2]) - days) <= 1 and int(found[3]) == count
    assert "CN" in found[4]
    assert not remarks(messages, "WARNING" if level == "DEBUG" else "DEBUG")


def test_login_says_nothing_of_certificates(lab, worker_binary):
    """It costs memory and is nobody's question then."""
    messages, _ = probe(lab, worker_binary, task="login", tls="ends_soon",
                        device=Answer("", 400))
    assert not remarks(messages, "DEBUG") + remarks(messages, "WARNING")


def test_fault_is_told(lab, worker_binary):
    """As in a login, and the certificate is told all the same."""
    messages, asked = probe(lab, worker_binary, discovery=metadata(issuer="https://other.example"))
    assert messages[-1]["code"] == "PROVIDER" and asked == ["discovery"]
    assert remarks(messages, "DEBUG")


@pytest.mark.parametrize("jwks", [Answer("", 404), html(), Answer({"keys": []})],
                         ids=["none", "a page", "an empty set"])
def test_keys_must_be_there(jwks, lab, worker_binary):
    """JWK-9: a login would only remark on it, and fail when somebody has approved."""
    messages, asked = probe(lab, worker_binary, jwks=jwks)
    assert [m["kind"] for m in messages if m["kind"] != "LOG"] == ["CHALLENGE", "FAULT"]
    assert messages[-1]["code"] == "PROVIDER" and "keys: " in messages[-1]["text"]
    assert asked == ["discovery", "device", "jwks"]
