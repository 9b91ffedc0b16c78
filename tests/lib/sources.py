# SPDX-License-Identifier: BSD-2-Clause
"""Sources of identity other than the ID token, for the tables of tests/worker."""

import functools

from answers import Answer, IdToken, SUBJECT, grant, html
from flow import row

BAD = "TOKEN"
DOWN = "UNREACHABLE"
SECRET = b"secret-of-this-client/%+:"
HOST = "https://host.example/ssh"
CLIENT = "test-client"

USERINFO = {"identity_source": "userinfo"}
INTROSPECTION = {"identity_source": "introspection", "client_auth": "basic",
                 "client_secret": SECRET, "scope": "login"}
ACCESS_TOKEN = {"identity_source": "access_token_jwt", "access_token_audience": HOST,
                "scope": "login"}
API = {"identity_source": "api", "discovery": "none", "scope": "", "subject_claim": "id",
       "device_authorization_endpoint": "{server}/device_authorization",
       "token_endpoint": "{server}/token", "api_endpoint": "{server}/user"}


def source_row(defaults, name, code=None, text=None, *, request=None, **rest):
    """A row whose request names a source of identity."""
    return row(name, code, text, request={**defaults, **(request or {})}, **rest)


def rows_of(defaults):
    """source_row for one source."""
    return functools.partial(source_row, defaults)


def plain_grant(**changes):
    """Tokens without an ID token, as a provider without OpenID grants them."""
    return Answer(lambda s: {"access_token": s.access_token, "token_type": "bearer", "scope": "",
                             **changes})


def access_jwt(header=None, claims=None, **spec):
    """The token endpoint grants a JWT access token (RFC 9068)."""
    good = {"aud": HOST, "client_id": CLIENT, "jti": "4711", "scope": "login"}

    def merged(now):
        changes = claims(now) if callable(claims) else claims or {}
        return {**good, **changes}

    token = IdToken(header={"typ": "at+jwt", **(header or {})}, claims=merged, **spec)
    return grant("not looked at", access_token=token)


def wants(*names):
    """A request for these claims."""
    return {"wants": [{"name": n} if isinstance(n, str) else n for n in names]}


def subject(expected=SUBJECT, *claims):
    """The identity that crosses: issuer, subject, claims."""
    def check(result):
        assert result.identity["issuer"] == result.server.issuer, str(result)
        assert result.identity["subject"] == expected, str(result)
        assert result.identity["claims"] == list(claims), str(result)
    return check


def asked(*endpoints):
    """What was asked, in order and nothing else."""
    def check(result):
        assert result.server.paths() == list(endpoints), str(result)
        assert result.server.handshakes == [False], str(result)
    return check


def asked_once(endpoint):
    """USI-5: no retry, and nothing was asked elsewhere (NET-4)."""
    def check(result):
        assert len(result.server.named(endpoint)) == 1, str(result)
        assert result.server.paths()[-1] == endpoint, str(result)
    return check


def all_of(*checks):
    """Every one of these checks."""
    def check(result):
        for one in checks:
            one(result)
    return check


VALUES = (("missing", None), ("null", ...), ("empty", ""), ("array", ["a"]), ("object", {"a": "b"}),
          ("boolean", True))


def hostile(make, endpoint, good):
    """Answers of an endpoint that says who somebody is, each wrong as HTTP (SRV-169).

    make: rows_of(...). good: the good answer as a function of further fields of Answer.
    """
    begins = {"userinfo": "userinfo: ", "introspect": "introspection: ",
              "user": "api_endpoint: "}[endpoint]
    big = good(answer={"length": 300 * 1024})
    rows = [
        *[(f"HTTP {status}", BAD, str(status), Answer({"error": "invalid_token"}, status))
          for status in (401, 403)],
        *[(f"HTTP {status} without a body", BAD, str(status), Answer(b"", status))
          for status in (401, 403, 404, 204, 429)],
        ("HTTP 401 with a good body", BAD, "401", good(answer={"status": 401})),
        ("HTTP 201 with a good body", BAD, "201", good(answer={"status": 201})),
        ("an error in a good body", BAD, "invalid_token", good(error="invalid_token")),
        ("an error with an ESC", BAD, r"\x1B", Answer({"error": "\x1b[2J"}, 401)),
        ("HTML", BAD, "not JSON", html()),
        ("HTML, HTTP 403", BAD, "403", html(403)),
        ("a form", BAD, "not JSON",
         Answer("sub=1&active=true", content_type="application/x-www-form-urlencoded")),
        *[(f"HTTP {status} to elsewhere", BAD, str(status),
           Answer(good().body, status, headers=(("Location", "/elsewhere"),)))
          for status in (301, 302, 307, 308)],
        ("no object", BAD, "not an object", Answer([{"sub": SUBJECT}])),
        ("empty", BAD, "empty", Answer(b"")),
        ("no JSON", BAD, "acceptable", Answer("active: true")),
        ("two documents", BAD, "acceptable", Answer('{"sub": "a"}{"sub": "a"}')),
        ("a member twice", BAD, "acceptable", Answer('{"sub": "a", "sub": "a"}')),
        ("NUL", BAD, "NUL", Answer(b'{"sub": "a\0"}')),
        ("deep", BAD, "nested", Answer('{"a":' + "[" * 40 + "]" * 40 + "}")),
        ("one byte above LIM-1", BAD, "too large", Answer(b" " * (256 * 1024 + 1))),
        ("a declared length above LIM-1", BAD, "too large", big),
        ("a body without an end", BAD, "too large", Answer(b"{", endless="body")),
        ("HTTP 503", DOWN, "503", Answer(b"", 503)),
        ("HTTP 500 with a good body", DOWN, "500", good(answer={"status": 500})),
        ("a reset", DOWN, begins, Answer(reset=True)),
        ("a body cut short", DOWN, begins, good(answer={"cut": 20})),
        ("silence, bounded by the login", DOWN, begins, Answer(hang=True)),
    ]
    made = []
    for name, code, text, answer in rows:
        request = {"remaining_ms": 6000} if answer.hang else {}
        check = None if code == DOWN else asked_once(endpoint)
        row_id = "10.1" if code == DOWN else "SRV-169"
        made.append(make(f"{row_id} {endpoint}: {name}", code, text, check=check,
                         request=request, slow=answer.hang, **{endpoint: answer}))
    return made
