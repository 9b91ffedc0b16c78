# SPDX-License-Identifier: BSD-2-Clause
"""TCP, TLS and HTTP as a hostile network serves them: protocol.md 13.1, 3.1."""

import gzip

import answers
from answers import Answer, default_device, default_metadata, grant, html, pending, render
from flow import row, table

# Transport failures and unusable content, before the codes are shown and after (10.1).
DOWN, BAD, LATE = "UNREACHABLE", "PROVIDER", "ANSWER"


def no_request(result):
    """The server saw no request: what was to be sent would have gone to a stranger."""
    assert not result.server.requests, str(result)


def once(result):
    """One connection was tried, and no second one (SRV-10)."""
    no_request(result)
    assert result.server.accepted == 1, f"{result.server.accepted} connections\n{result}"


def second_once(result):
    """The second server was tried once, and told nothing."""
    assert result.second.accepted == 1 and not result.second.requests, str(result)


def not_elsewhere(result):
    """A redirect was not followed (NET-4)."""
    servers = [s for s in (result.server, result.second) if s]
    asked = [r for s in servers for r in s.requests]
    assert not [r for r in asked if r.path.startswith("/elsewhere")], str(result)


def polls(count):
    """So many requests went to the token endpoint."""
    def check(result):
        assert len(result.server.named("token")) == count, str(result)
    return check


def between(low, high):
    """The login took that long."""
    def check(result):
        assert low <= result.seconds <= high, str(result)
    return check


def good(default):
    """The good body as a function of the server, but of a type that is sent as it is."""
    return lambda server: render(default(server), server)


def zipped(server):
    """A JSON document, compressed unasked."""
    return gzip.compress(render(default_device(server), server))


CONNECT = [
    row("SRV-1 connection refused", DOWN, "onnect", request={"issuer": "https://localhost:1"},
        check=no_request),
    row("SRV-1 host name that cannot exist", DOWN, "resolve",
        request={"issuer": f"https://{'a' * 64}.invalid"}, check=no_request),
    row("SRV-2 accepts and never speaks TLS", DOWN, tls="silent", check=between(4, 12), slow=True),
    row("SRV-2 never answers", DOWN, discovery=Answer(hang=True), check=between(14, 30),
        slow=True),
    row("SRV-2 never answers the device authorization", DOWN, device=Answer(hang=True),
        check=between(14, 30), slow=True),
    row("SRV-2 never answers a poll, then does", token=[Answer(hang=True)], slow=True,
        check=polls(2)),
    row("SRV-2 never answers, the login ends first", DOWN, discovery=Answer(hang=True),
        request={"remaining_ms": 2000}, check=between(1.5, 10)),
    row("SRV-3 one byte a second", DOWN, slow=True, check=between(14, 30),
        discovery=answers.metadata(answer={"drip": 1, "drip_all": True})),
    row("SRV-3 one byte a second at a poll, then at once", slow=True, check=polls(2),
        token=[pending(drip=1, drip_all=True)]),
    row("SRV-7 endless 1xx", DOWN, slow=True, check=between(10, 30),
        discovery=Answer(endless="1xx")),
]

TLS = [
    row(f"SRV-10 {name}", DOWN, text, tls=tls, check=once)
    for name, tls, text in (
        ("expired certificate", "expired", "certificate"),
        ("certificate of another host", "wrong_host", "certificate"),
        ("self-signed certificate", "self_signed", "certificate"),
        ("certificate of a CA that nobody trusts", "other_ca", "certificate"),
        ("no TLS at all", "plain", None))
] + [
    row("SRV-10 certificate of an unknown CA, system store", DOWN, "certificate",
        request={"ca_file": None}, check=once),
    row("SRV-10 bad certificate at the token endpoint ends the login at once", DOWN,
        "certificate", second={"tls": "expired"}, check=second_once,
        discovery=lambda s: answers.metadata(token_endpoint=s.url("/token"))),
    row("SRV-11 certificate for *", DOWN, "certificate", tls="bare_star", check=once),
    row("SRV-12 TLS 1.1 at most", DOWN, tls="tls11", check=no_request),
    row("SRV-12 NULL cipher only", DOWN, tls="null_cipher", check=no_request),
    row("SRV-13 asks for a client certificate", tls="client_cert"),
    row("SRV-15 SSH banner", DOWN, tls="banner", check=no_request),
    row("NET-3 TLS 1.2", tls="tls12"),
]


BROKEN = {
    "SRV-5 Content-Length beyond the body": Answer(b'{"a":', length=10 ** 4, cut=5),
    "SRV-6 endless headers": Answer(endless="headers", verdict="transient"),
    "SRV-6 endless header line": Answer(endless="line", verdict="transient"),
    "SRV-6 ten thousand headers": Answer(b"{}", verdict="transient",
                                         headers=(("X-Filler", "yes"),) * 10000),
    "SRV-6 one line of a megabyte": Answer(b"{}", headers=(("X-Filler", "x" * 2 ** 20),),
                                           verdict="transient"),
    "SRV-8 chunk of a bogus size": Answer(
        raw=b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\n{}\r\n0\r\n\r\n", verdict="transient"),
    "SRV-8 chunk of a negative size": Answer(
        raw=b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n", verdict="transient"),
    "SRV-14 closes in the middle of the body": Answer(b'{"error": "authorization_pending"}',
                                                      cut=10),
    "SRV-14 resets": Answer(reset=True),
    "SRV-15 HTTP/0.9 junk": Answer(raw=b"hello, this is no HTTP\r\n", verdict="transient"),
    "SRV-15 no such version": Answer(raw=b"HTTP/9.9 200 OK\r\n\r\n{}", verdict="transient"),
}

# A poll meets them on a fresh connection (NET-10) and is followed by one that succeeds.
TRANSPORT = [row(f"{name}, discovery", DOWN, discovery=a) for name, a in BROKEN.items()]
TRANSPORT += [row(f"{name}, device", DOWN, device=a) for name, a in BROKEN.items()]
TRANSPORT += [row(f"{name}, poll", token=[a], check=polls(2),
                  jwks=Answer(answers.default_jwks, close=True)) for name, a in BROKEN.items()]

TOKEN_JSON = b'{"access_token": "aaaaaaaa", "token_type": "Bearer"}'
CONTENT = {
    "SRV-4 endless body": Answer(endless="body", verdict="final"),
    "SRV-5 Content-Length short of the body": Answer(b'{"a": "bbbbbbbbb"}', length=6, close=True),
    "SRV-9 gzip": Answer(zipped, headers=(("Content-Encoding", "gzip"),)),
    "SRV-20 captive portal": html(200),
    "SRV-21 204": Answer(status=204),
    "SRV-21 205": Answer(status=205),
    "SRV-21 empty body": Answer(b""),
    "SRV-25 JSON as text/html": Answer(TOKEN_JSON, content_type="text/html"),
    "SRV-25 JSON as application/jsonx": Answer(TOKEN_JSON, content_type="application/jsonx"),
    "SRV-27 form-encoded": Answer("access_token=aaaaaaaa&token_type=bearer",
                                  content_type="application/x-www-form-urlencoded"),
    "SRV-27 form-encoded as JSON": Answer("access_token=aaaaaaaa&token_type=bearer"),
}
REFUSED = [row(f"{name}, discovery", BAD, discovery=a) for name, a in CONTENT.items()]
REFUSED += [row(f"{name}, device", BAD, device=a) for name, a in CONTENT.items()]
REFUSED += [row(f"{name}, poll", LATE, token=a, check=polls(1)) for name, a in CONTENT.items()]
REFUSED += [
    row("SRV-5 Content-Length of 1e12, discovery", BAD,
        discovery=Answer(b'{"a":', length=10 ** 12, cut=5)),
    row("SRV-5 Content-Length of 1e12, device", BAD,
        device=Answer(b'{"a":', length=10 ** 12, cut=5)),
    row("SRV-5 Content-Length of 1e12, poll", LATE, check=polls(1),
        token=Answer(b'{"a":', length=10 ** 12, cut=5, verdict="final")),
    row("SRV-20 407 from somewhere", BAD, "407", discovery=html(407)),
    row("SRV-24 400 with tokens", LATE, token=grant(answer={"status": 400})),
    row("SRV-24 201 with tokens", LATE, token=grant(answer={"status": 201})),
]

def redirect(status, location):
    """A redirect; the target is asked of the server when it runs."""
    return Answer(status=status, content_type=None, headers=(("Location", location),))


ELSEWHERE = {"/elsewhere": Answer(good(default_metadata))}
REDIRECTS = []
for _status in (301, 302, 303, 307, 308):
    for _endpoint, _code in (("discovery", BAD), ("device", BAD), ("token", LATE)):
        REDIRECTS.append(row(f"SRV-16 {_status}, {_endpoint}", _code, str(_status),
                             check=not_elsewhere, extra=ELSEWHERE,
                             **{_endpoint: redirect(_status, "/elsewhere")}))
for _location in ("http://localhost:1/", "file:///etc/passwd", "gopher://localhost:70/", "/token"):
    REDIRECTS.append(row(f"SRV-16 307 to {_location}, token", LATE, "307", check=polls(1),
                         token=redirect(307, _location)))
for _body in ({"error": "authorization_pending"}, {"error": "slow_down"}):
    REDIRECTS.append(row(f"NET-4 307 with {_body['error']} is a redirect", LATE, "307",
                         check=polls(1), token=Answer(
                             _body, 307, headers=(("Location", "/token"),), verdict="final")))
REDIRECTS.append(row("SRV-16 307 to another host gets no secret", LATE, "307", second={},
                     check=not_elsewhere, token=lambda s: redirect(307, s.url("/elsewhere"))))


def no_credentials(result):
    """No answer of the server made the client authenticate (SRV-19)."""
    for request in result.server.requests:
        assert request.header("authorization") is None, str(result)


def plain_memory(result):
    """Every request went where it would have gone without the header (SRV-18)."""
    assert result.server.paths() == ["discovery", "device", "jwks", "token"], str(result)


def after_1xx(server):
    """A good answer behind some that are only preliminary."""
    body = render(default_metadata(server), server)
    return (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3 + b"HTTP/1.1 200 OK\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (len(body), body))


def challenges(scheme):
    """401 with a challenge."""
    return Answer({"error": "invalid_client"}, 401, headers=(("WWW-Authenticate", scheme),))


def until_the_end(server):
    """A good answer whose end is the end of the connection."""
    return (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
            + render(default_metadata(server), server))


HARMLESS = [
    row("SRV-5 no Content-Length, the end of the connection ends the body",
        discovery=Answer(raw=until_the_end)),
    row("SRV-17 Refresh and Location with 200", check=not_elsewhere,
        device=answers.device(answer={"headers": (("Refresh", "0; url=/elsewhere"),
                                                  ("Location", "/elsewhere"))})),
    row("SRV-18 Set-Cookie", check=plain_memory,
        discovery=answers.metadata(answer={"headers": (("Set-Cookie", "a=b; Path=/"),)})),
    row("SRV-18 Alt-Svc and HSTS", check=plain_memory,
        discovery=answers.metadata(answer={
            "headers": (("Alt-Svc", 'h2="localhost:1"; ma=99999'),
                        ("Strict-Transport-Security", "max-age=99999; includeSubDomains"))})),
    row("SRV-8 chunked", discovery=answers.metadata(answer={"chunked": 100}),
        device=answers.device(answer={"chunked": 1}), token=grant(answer={"chunked": 7})),
    row("SRV-7 a few 1xx", discovery=Answer(raw=after_1xx)),
] + [
    row(f"SRV-26 {kind}", device=answers.device(answer={"content_type": kind}),
        token=grant(answer={"content_type": kind}))
    for kind in (None, "text/plain", "text/json", "text/javascript", "application/problem+json",
                 "application/json; charset=utf-8", "Application/JSON;charset=UTF-8",
                 "application/json ; charset=utf-8")
] + [
    row(f"SRV-19 {scheme.split()[0]}, {endpoint}", code, "invalid_client", check=no_credentials,
        **{endpoint: challenges(scheme)})
    for scheme in ('Basic realm="x"', "NTLM", "Negotiate", 'Digest realm="x", nonce="y"')
    for endpoint, code in (("device", "CLIENT"), ("token", "CLIENT_LATE"))
]


def padded(default, size, **options):
    """The good document, blanks appended up to a size in bytes."""
    return Answer(lambda server: render(default(server), server).ljust(size), **options)


def headers_of(size):
    """Header lines that take about so many bytes together."""
    return tuple(("X-Filler", "x" * 1000) for _ in range(size // 1012))


KIB = 1024
LIMITS = [
    row("LIM-1 discovery of 256 KiB", discovery=padded(default_metadata, 256 * KIB)),
    row("LIM-1 discovery of 256 KiB + 1", BAD, discovery=padded(default_metadata, 256 * KIB + 1)),
    row("LIM-1 JWKS of 256 KiB", jwks=padded(answers.default_jwks, 256 * KIB)),
    row("LIM-1 JWKS of 256 KiB + 1", ("TOKEN", LATE),
        jwks=padded(answers.default_jwks, 256 * KIB + 1)),
    row("LIM-2 device authorization of 64 KiB", device=padded(default_device, 64 * KIB)),
    row("LIM-2 device authorization of 64 KiB + 1", BAD,
        device=padded(default_device, 64 * KIB + 1)),
    row("LIM-3 token answer of 512 KiB", token=padded(grant().body, 512 * KIB)),
    row("LIM-3 token answer of 512 KiB + 1", LATE, token=padded(grant().body, 512 * KIB + 1)),
    row("LIM-1 discovery of 256 KiB, in chunks",
        discovery=padded(default_metadata, 256 * KIB, chunked=KIB)),
    row("LIM-1 discovery of 256 KiB + 1, in chunks", BAD,
        discovery=padded(default_metadata, 256 * KIB + 1, chunked=KIB)),
    row("LIM-2 device authorization of 64 KiB + 1, in chunks", BAD,
        device=padded(default_device, 64 * KIB + 1, chunked=KIB)),
    row("LIM-3 token answer of 512 KiB + 1, in chunks", LATE,
        token=padded(grant().body, 512 * KIB + 1, chunked=KIB)),
    row("LIM-4 headers of 60 KiB",
        discovery=answers.metadata(answer={"headers": headers_of(60 * KIB)})),
    row("LIM-4 headers of 70 KiB", DOWN,
        discovery=answers.metadata(answer={"headers": headers_of(70 * KIB)})),
]


def as_promised(result):
    """DEV-1, DEV-9, DSC-12, NET-14: method, path and headers of each request."""
    for request in result.server.requests:
        assert request.header("accept") == "application/json", request.headers
        assert request.header("user-agent").startswith("pam_oauth/"), request.headers
        assert "accept-encoding" not in dict(request.headers), request.headers
        assert "?" not in request.path, request.path
        post = request.endpoint in ("device", "token")
        assert request.method == ("POST" if post else "GET"), str(request)
        assert (request.header("content-type") == "application/x-www-form-urlencoded") == post
        assert bool(request.body) == post, str(request)
        assert request.header("expect") is None, request.headers


REQUESTS = [row("DEV-9 headers of every request", check=as_promised)]


@table(CONNECT)
def test_connection(row, judge):  # pylint: disable=redefined-outer-name
    """Nobody answers, or very slowly: bounded by LIM-12 and by the end of the login."""
    judge(row)


@table(TLS)
def test_tls(row, judge):  # pylint: disable=redefined-outer-name
    """TLS that must not be talked over ends the login; nothing is sent."""
    judge(row)


@table(TRANSPORT)
def test_transport(row, judge):  # pylint: disable=redefined-outer-name
    """An answer that did not arrive whole: a poll is repeated by DEV-45, others are final."""
    judge(row)


@table(REFUSED)
def test_content(row, judge):  # pylint: disable=redefined-outer-name
    """An answer that is not what this endpoint says ends the login."""
    judge(row)


@table(REDIRECTS)
def test_redirect(row, judge):  # pylint: disable=redefined-outer-name
    """NET-4: no redirect is followed, no secret is sent on."""
    judge(row)


@table(HARMLESS)
def test_harmless(row, judge):  # pylint: disable=redefined-outer-name
    """What a server may add without anything coming of it."""
    judge(row)


@table(LIMITS)
def test_limits(row, judge):  # pylint: disable=redefined-outer-name
    """Each size limit: the last byte that is allowed, the first that is not."""
    judge(row)


@table(REQUESTS)
def test_requests(row, judge):  # pylint: disable=redefined-outer-name
    """What the client sends."""
    judge(row)
