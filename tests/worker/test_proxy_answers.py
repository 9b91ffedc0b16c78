# SPDX-License-Identifier: BSD-2-Clause
"""Proxies that misbehave: nothing of what they say is the provider's word, and each of them is named
in the fault (NET-21)."""

import base64
import contextlib

import pytest

from answers import Answer, grant, metadata
from fake_proxy import GOOD, FakeProxy
from flow import row, run

CREDENTIALS = "gate:s3:same:pass"


def status(line, *headers, body=b""):
    """An answer to CONNECT."""
    length = f"Content-Length: {len(body)}"
    return "\r\n".join([f"HTTP/1.1 {line}", *headers, length, "", ""]).encode() + body


def silent(sock):
    """Says nothing until the client leaves."""
    while sock.recv(4096):
        pass


def endless(sock):
    """Headers without an end."""
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        sock.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


REFUSALS = {
    "404, which would be no document at the provider": (status("404 Not Found"), "404"),
    "407": (status("407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="x"'),
            "407, see proxy_credentials_file"),
    "407 that offers what we do not speak": (
        status("407 Proxy Authentication Required", "Proxy-Authenticate: NTLM",
               "Proxy-Authenticate: Negotiate"), "407, see proxy_credentials_file"),
    "502": (status("502 Bad Gateway"), "502"),
    "a redirect": (status("302 Found", "Location: https://localhost:1/"), "302"),
    "a document of its own": (status("403 Forbidden", "Content-Type: application/json",
                                     body=b'{"issuer":"https://localhost"}'), "403"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", ""),
    "nothing, and closes": (lambda sock: None, ""),
    "nothing": (silent, "time"),
    "headers without an end": (endless, ""),
}


def login(lab, binary, proxy, request=None, **script):
    """The Result of one login by this proxy; what holds for all of them is checked."""
    changes = {"proxy": proxy.url, "proxy_credentials": CREDENTIALS.encode(), **(request or {})}
    result = run(lab, binary, row("proxy", request=changes, **script))
    assert not result.problems, f"{result.problems}\n{result}"
    for text in result.texts():
        assert "s3:same:pass" not in text and "gate" not in text, text
    return result


@pytest.mark.parametrize("case", REFUSALS)
def test_refused_tunnel(case, lab, worker_binary):
    """Bounded, named, asked once; the provider's fall-back for 404 (DSC-3) is not for a proxy's."""
    answer, said = REFUSALS[case]
    with FakeProxy(answer) as proxy:
        result = login(lab, worker_binary, proxy, {"connect_timeout_s": 2})
    assert result.fault["code"] == "UNREACHABLE", str(result)
    assert f"through proxy {proxy.url}: " in result.fault["text"], str(result)
    assert said in result.fault["text"], str(result)
    assert len(proxy.heads) == 1 and not result.server.accepted, str(proxy.heads)
    assert result.seconds < 10, str(result)


def test_headers_of_the_tunnel_are_not_the_server_s(lab, worker_binary):
    """DEV-46: a proxy's Retry-After would hold the person up for two minutes; NET-8: nor its size."""
    answer = GOOD.replace(b"\r\n\r\n", b"\r\nRetry-After: 120\r\n" + b"".join(
        b"X-%d: %s\r\n" % (i, b"y" * 900) for i in range(80)) + b"\r\n")
    busy = Answer(b"{}", status=503, close=True, verdict="transient")
    with FakeProxy(answer) as proxy:
        result = login(lab, worker_binary, proxy, token=[busy, grant()])
    assert result.identity and result.seconds < 60, str(result)
    assert len(proxy.heads) == 2, "the second tunnel brought the header while the answer was awaited"


def test_what_a_proxy_learns(lab, worker_binary):
    """NET-14: names, ports and its own credentials; no token, no path."""
    with FakeProxy() as proxy:
        result = login(lab, worker_binary, proxy, {"identity_source": "userinfo"})
    assert result.identity and result.server.named("userinfo"), str(result)
    (head,) = proxy.heads
    sent = dict(line.split(": ", 1) for line in head.strip().split("\r\n")[1:])
    assert head.startswith(f"CONNECT localhost:{result.server.port} HTTP/1.1\r\n")
    assert set(sent) <= {"Host", "Proxy-Authorization", "User-Agent", "Proxy-Connection"}, sent
    assert sent["Proxy-Authorization"] == "Basic " + base64.b64encode(CREDENTIALS.encode()).decode()


def test_without_credentials_none_are_sent(lab, worker_binary):
    """The control, and the environment has none to add."""
    with FakeProxy() as proxy:
        result = login(lab, worker_binary, proxy, {"proxy_credentials": None})
    assert result.identity and "authorization" not in proxy.heads[0].lower(), str(proxy.heads)


def test_each_host_is_decided_alone(lab, worker_binary):
    """no_proxy: the keys come from a host that is reached directly, all else by the proxy."""
    with FakeProxy() as proxy:
        result = login(lab, worker_binary, proxy, {"no_proxy": ["127.0.0.1"]},
                       second={"host": "127.0.0.1"},
                       discovery=lambda s: metadata(jwks_uri=s.url("/jwks")))
    assert result.identity and result.second.named("jwks"), str(result)
    assert set(proxy.targets()) == {f"localhost:{result.server.port}"}, proxy.targets()


def test_ports_of_endpoints_are_checked_behind_a_proxy_too(lab, worker_binary):
    """DSC-9: a document must not lead the proxy to any port of the networks behind it."""
    with FakeProxy() as proxy:
        result = login(lab, worker_binary, proxy,
                       discovery=metadata(token_endpoint="https://localhost:9/token"))
    assert result.fault["code"] == "PROVIDER", str(result)
    assert "endpoint_ports" in result.fault["text"], str(result)


@pytest.mark.parametrize("tls,least,reached", [
    ("good", "1.3", True), ("tls12", "1.2", True), ("tls12", "1.3", False),
    ("expired", "1.2", False), ("wrong_host", "1.2", False), ("self_signed", "1.2", False)])
def test_tls_of_a_proxy(tls, least, reached, lab, worker_binary):
    """NET-2, NET-3: the same as the server's; nothing, credentials above all, is said before."""
    with FakeProxy(context=lab.context(tls)) as proxy:
        result = login(lab, worker_binary, proxy, {"tls_min": least})
    assert bool(result.identity) == bool(proxy.heads) == reached, str(result)
    if not reached:
        assert f"through proxy {proxy.url}: " in result.fault["text"], str(result)


def test_pins_are_for_servers_and_not_for_the_proxy(lab, worker_binary):
    """NET-17: the proxy has a key of its own; a server behind it is still held to the pin."""
    from test_networks import OTHER_PIN, good_pin  # pylint: disable=import-outside-toplevel
    with contextlib.ExitStack() as stack:
        proxy = stack.enter_context(FakeProxy(context=lab.context("tls12")))
        right = login(lab, worker_binary, proxy, {"pinned_keys": lambda s: [good_pin(s)]})
        wrong = login(lab, worker_binary, proxy, {"pinned_keys": [OTHER_PIN]})
    assert right.identity, str(right)
    assert wrong.fault["code"] == "UNREACHABLE" and not wrong.server.requests, str(wrong)
