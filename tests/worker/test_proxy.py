# SPDX-License-Identifier: BSD-2-Clause
"""Real proxies between worker and provider, and a real HTTP/2 server (NET-20, NET-21)."""

import pytest

import flow
from answers import Answer, device, grant, pending
from fake_as import FakeAs
from flow import row, run
from proxies import Http2Front, Tinyproxy, TlsFront, free_port
from worker import Worker

CREDENTIALS = "gate:s3same-pass"


@pytest.fixture(scope="module", name="proxies")
def _proxies(tmp_path_factory, lab):
    """By name: one for everybody, one that asks who it is, and that one behind TLS."""
    directory = tmp_path_factory.mktemp("proxies")
    certificate, key = lab.ca.issue("proxy")
    with Tinyproxy(directory / "open") as free, \
            Tinyproxy(directory / "closed", CREDENTIALS) as closed, \
            TlsFront(directory / "tls", certificate, key, closed.port) as tls:
        yield {"open": free, "closed": closed, "tls": tls}


@pytest.fixture(name="login")
def _login(lab, worker_binary):
    """login(request, **script): the Result of one login; what holds for all of them is checked."""
    def go(request, **script):
        result = run(lab, worker_binary, row("proxy", request=request, **script))
        assert not result.problems, f"{result.problems}\n{result}"
        for text in result.texts():
            assert CREDENTIALS.split(":")[1] not in text, text
        return result
    return go


def through(result, proxy, before):
    """What the proxy was asked since: this server, and by nobody who came there directly."""
    asked = proxy.connects()[before:]
    assert asked and set(asked) == {f"localhost:{result.server.port}"}, asked
    return asked


def test_everything_goes_through_it(proxies, login):
    """NET-21: one tunnel for the whole login."""
    proxy = proxies["open"]
    before = len(proxy.connects())
    result = login({"proxy": proxy.url})
    assert result.identity, str(result)
    assert len(through(result, proxy, before)) == result.server.accepted == 1, str(result)


@pytest.mark.parametrize("name", ["closed", "tls"])
def test_credentials(name, proxies, login):
    """NET-21: by Basic, in clear to an http proxy and by TLS to an https one."""
    before = len(proxies["closed"].connects())
    result = login({"proxy": proxies[name].url, "proxy_credentials": CREDENTIALS.encode()})
    assert result.identity, str(result)
    through(result, proxies["closed"], before)


@pytest.mark.parametrize("given", [None, b"gate:wrong", b"other:s3same-pass"])
def test_wrong_credentials_are_the_proxy_s_doing(given, proxies, login):
    """NET-21: the log says that it was the proxy that refused, and its status is no answer."""
    result = login({"proxy": proxies["closed"].url, "proxy_credentials": given})
    assert result.fault["code"] == "UNREACHABLE", str(result)
    assert f"through proxy {proxies['closed'].url}: " in result.fault["text"], str(result)
    assert "40" in result.fault["text"], str(result)
    assert not result.server.accepted, str(result)


def test_a_proxy_without_a_certificate_of_ours_is_not_used(proxies, login, tmp_path, lab):
    """NET-2: an https proxy is verified like a provider, and gets no credentials before."""
    certificate, key = lab.other_ca.issue("proxy")
    with TlsFront(tmp_path, certificate, key, proxies["closed"].port) as front:
        result = login({"proxy": front.url, "proxy_credentials": CREDENTIALS.encode()})
    assert result.fault["code"] == "UNREACHABLE", str(result)
    assert not result.server.accepted, str(result)


def test_a_proxy_that_is_not_there(login):
    """NET-21: never round it."""
    result = login({"proxy": f"http://127.0.0.1:{free_port()}"})
    assert result.fault["code"] == "UNREACHABLE" and not result.server.accepted, str(result)
    assert "through proxy http://127.0.0.1:" in result.fault["text"], str(result)


@pytest.mark.parametrize("listed,direct", [
    (["localhost"], True), (["127.0.0.1"], False), (["ocalhost"], False),
    (["example.org", "localhost"], True), ([".localhost"], True), (["xlocalhost"], False),
    (["LOCALHOST"], True)])
def test_no_proxy(listed, direct, proxies, login):
    """NET-21: whoever is listed is reached directly, and nobody else."""
    proxy = proxies["open"]
    before = len(proxy.connects())
    result = login({"proxy": proxy.url, "no_proxy": listed})
    assert result.identity, str(result)
    assert bool(proxy.connects()[before:]) != direct, str(result)


def test_no_proxy_covers_what_is_below(proxies, login):
    """pam_oauth.conf(5): a name means everything below it."""
    proxy = proxies["open"]
    before = len(proxy.connects())
    result = login({"proxy": proxy.url, "no_proxy": ["some.localhost"]}, host="a.some.localhost",
                   tls="star_of_some", device=_device_at("a.some.localhost"))
    assert result.identity, str(result)
    assert not proxy.connects()[before:], str(result)


def _device_at(host):
    return device(verification_uri=lambda s: f"https://{host}:{s.port}/device",
                  verification_uri_complete=None)


def test_http2_where_the_server_offers_it(tmp_path, lab, worker_binary):
    """A whole login over HTTP/2: the same polling, the same verdict."""
    certificate, key = lab.ca.issue("front")
    with FakeAs(lab, token=[pending(), grant()]) as behind:
        with Http2Front(tmp_path, certificate, key, behind.port) as front:
            behind.port = front.port        # the documents name the front
            result = _drive(worker_binary, behind)
            asked = front.requests()
    assert result.identity, str(result)
    assert {protocol for protocol, *_ in asked} == {"h2"}, asked
    assert [path for _, _, path, _ in asked].count("/token") == 2, asked


def test_http2_keeps_the_limits(tmp_path, lab, worker_binary):
    """NET-6, DEV-46: what bounds an answer, and what it says of time, do not depend on the version."""
    certificate, key = lab.ca.issue("front")
    busy = Answer(b"{}", status=503, headers=[("Retry-After", "3")], verdict="transient")
    with FakeAs(lab, token=[busy, grant()]) as behind, \
            Http2Front(tmp_path, certificate, key, behind.port) as front:
        behind.port = front.port
        result = _drive(worker_binary, behind)
        polls = [r.start for r in behind.named("token")]
        behind.script["discovery"] = Answer(b" " * (300 * 1024))
        large = _drive(worker_binary, behind)
    assert result.identity and polls[1] - polls[0] >= 3, str(result)
    assert large.fault["code"] == "PROVIDER" and "too large" in large.fault["text"], str(large)


def _drive(binary, server):
    """One login at a server that is there already."""
    result = flow.Result(row("h2"), server, None, flow.request_for(server, {}))
    with Worker(binary) as worker:
        flow._drive(worker, result)  # pylint: disable=protected-access
    return result
