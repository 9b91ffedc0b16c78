# SPDX-License-Identifier: BSD-2-Clause
"""HTTP as a hostile network serves it: protocol.md 13.1, 3.1. TCP and TLS: test_connect.py."""

import functools
import gzip

import answers
from answers import Answer, default_device, default_metadata, grant, html, pending, render
from flow import row, table

# Transport failures and unusable content, before the codes are shown and after (10.1).
DOWN, BAD, LATE = "UNREACHABLE", "PROVIDER", "ANSWER"
# How the log says where; what libcurl and OpenSSL say behind it is theirs, and changes.
AT = {"discovery": "discovery: https://", "device": "device authorization: "}


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


def good(default):
    """The good body as a function of the server, but of a type that is sent as it is."""
    return lambda server: render(default(server), server)


def zipped(server):
    """A JSON document, compressed unasked."""
    return gzip.compress(render(default_device(server), server))


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
    "SRV-8 chunk of a size beyond all numbers": Answer(
        raw=b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n" + b"F" * 17 + b"\r\n{}\r\n0\r\n\r\n",
        verdict="transient"),
    "SRV-8 a chunk that ends early": Answer(
        raw=b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n40\r\n{}", verdict="transient"),
    "SRV-8 endless trailers": Answer(endless="trailers", verdict="transient"),
    "SRV-14 closes in the middle of the body": Answer(b'{"error": "authorization_pending"}',
                                                      cut=10),
    "SRV-14 resets": Answer(reset=True),
    "SRV-15 HTTP/0.9 junk": Answer(raw=b"hello, this is no HTTP\r\n", verdict="transient"),
    "SRV-15 no such version": Answer(raw=b"HTTP/9.9 200 OK\r\n\r\n{}", verdict="transient"),
}

# A poll meets them on a fresh connection (NET-10) and is followed by one that succeeds.
TRANSPORT = [row(f"{name}, {place}", DOWN, AT[place], **{place: a})
             for place in AT for name, a in BROKEN.items()]
TRANSPORT += [row(f"{name}, poll", token=[a], check=polls(2),
                  jwks=Answer(answers.default_jwks, close=True)) for name, a in BROKEN.items()]

@functools.lru_cache(maxsize=None)
def _bomb():
    return gzip.compress(b" " * (20 << 20) + b"{}", 6)


def zip_bomb(_server):
    """20 MB of blanks in 20 KB; made once, since the other rows keep time meanwhile."""
    return _bomb()


TOKEN_JSON = b'{"access_token": "aaaaaaaa", "token_type": "Bearer"}'
LARGE, NO_JSON, NOT_OURS = "answer too large", "not acceptable as JSON", "answer is not JSON"
FORM = "access_token=aaaaaaaa&token_type=bearer"
CONTENT = {
    "SRV-4 endless body": (LARGE, Answer(endless="body", verdict="final")),
    "SRV-5 Content-Length short of the body": (
        NO_JSON, Answer(b'{"a": "bbbbbbbbb"}', length=6, close=True)),
    "SRV-5 Content-Length of 1e12": (
        LARGE, Answer(b'{"a":', length=10 ** 12, cut=5, verdict="final")),
    "SRV-9 gzip": ("NUL byte", Answer(zipped, headers=(("Content-Encoding", "gzip"),))),
    "SRV-9 gzip bomb": ("NUL byte", Answer(zip_bomb, headers=(("Content-Encoding", "gzip"),))),
    "SRV-9 br": (NO_JSON, Answer(b"\x8b\x02\x80{}\x03", headers=(("Content-Encoding", "br"),))),
    "SRV-20 captive portal": (NOT_OURS, html(200)),
    "SRV-20 407 from somewhere": ("HTTP status 407", html(407, verdict="final")),
    "SRV-21 204": ("HTTP status 204", Answer(status=204)),
    "SRV-21 205": ("HTTP status 205", Answer(status=205)),
    "SRV-21 empty body": ("empty document", Answer(b"")),
    "SRV-25 JSON as text/html": (NOT_OURS, Answer(TOKEN_JSON, content_type="text/html")),
    "SRV-25 JSON as application/jsonx": (
        NOT_OURS, Answer(TOKEN_JSON, content_type="application/jsonx")),
    "SRV-25 JSON as a type of 300 bytes": (
        NOT_OURS, Answer(TOKEN_JSON, content_type="application/json" + "n" * 284)),
    "SRV-27 form-encoded": (
        NOT_OURS, Answer(FORM, content_type="application/x-www-form-urlencoded")),
    "SRV-27 form-encoded as JSON": (NO_JSON, Answer(FORM)),
}
REFUSED = [row(f"{name}, {place}", BAD, text, **{place: a})
           for place in AT for name, (text, a) in CONTENT.items()]
REFUSED += [row(f"{name}, poll", LATE, text, token=a, check=polls(1))
            for name, (text, a) in CONTENT.items()]
REFUSED += [
    row(f"SRV-24 {status} with tokens", LATE, f"HTTP status {status}: no usable token",
        token=grant(answer={"status": status})) for status in (400, 401, 201, 206, 299)
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


def trailed(server):
    """A good answer in one chunk, and headers behind it that mean nothing there."""
    body = render(default_metadata(server), server)
    return (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTrailer: Location\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n"
            b"Location: /elsewhere\r\nContent-Type: text/html\r\nSet-Cookie: a=b\r\n\r\n"
            % (len(body), body))


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
    row("SRV-8 chunked, with trailers", discovery=Answer(raw=trailed),
        check=plain_memory),
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
    row("LIM-1 discovery of 256 KiB + 1", BAD, LARGE,
        discovery=padded(default_metadata, 256 * KIB + 1)),
    row("LIM-1 JWKS of 256 KiB", jwks=padded(answers.default_jwks, 256 * KIB)),
    row("LIM-1 JWKS of 256 KiB + 1", "TOKEN", LARGE,
        jwks=padded(answers.default_jwks, 256 * KIB + 1)),
    row("LIM-2 device authorization of 64 KiB", device=padded(default_device, 64 * KIB)),
    row("LIM-2 device authorization of 64 KiB + 1", BAD, LARGE,
        device=padded(default_device, 64 * KIB + 1)),
    row("LIM-3 token answer of 512 KiB", token=padded(grant().body, 512 * KIB)),
    row("LIM-3 token answer of 512 KiB + 1", LATE, LARGE,
        token=padded(grant().body, 512 * KIB + 1)),
    row("LIM-1 discovery of 256 KiB, in chunks",
        discovery=padded(default_metadata, 256 * KIB, chunked=KIB)),
    row("LIM-1 discovery of 256 KiB + 1, in chunks", BAD, LARGE,
        discovery=padded(default_metadata, 256 * KIB + 1, chunked=KIB)),
    row("LIM-2 device authorization of 64 KiB + 1, in chunks", BAD, LARGE,
        device=padded(default_device, 64 * KIB + 1, chunked=KIB)),
    row("LIM-3 token answer of 512 KiB + 1, in chunks", LATE, LARGE,
        token=padded(grant().body, 512 * KIB + 1, chunked=KIB)),
    row("LIM-4 headers of 60 KiB",
        discovery=answers.metadata(answer={"headers": headers_of(60 * KIB)})),
    row("LIM-4 headers of 70 KiB", DOWN, AT["discovery"],
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
