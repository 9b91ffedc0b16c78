# SPDX-License-Identifier: BSD-2-Clause
"""What the scripted authorization server says: one Answer for one request.

A body may be a dict (sent as JSON), text, bytes, or a function that takes the
server and returns one of these: tokens are made when they are asked for.
Members that are None are left out, members that are ... become null.
"""

import dataclasses
import json
import secrets
import time
from typing import Any

import jose

SUBJECT = "248289761001"
USER_CODE = "WDJB-MJHT"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SUPPORTED_ALGS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
                  "ES256", "ES384", "ES512", "EdDSA")
PENDING, SLOW_DOWN, TRANSIENT, FINAL = "pending", "slow_down", "transient", "final"


@dataclasses.dataclass
class Answer:
    """One answer and everything that may be wrong with it."""

    body: Any = b""
    status: int = 200
    content_type: Any = "application/json"
    headers: tuple = ()            # further (name, value) pairs
    raw: Any = None                # what goes on the wire instead of an HTTP answer; then close
    delay: float = 0               # before anything is sent
    drip: float = 0                # seconds before each byte of the body
    drip_all: bool = False         # drip the head as well
    length: Any = None             # a Content-Length that need not be true
    cut: Any = None                # so many bytes of the body, then close
    chunked: int = 0               # chunk size
    endless: Any = None            # "body", "headers", "line", "1xx", "trailers"
    hang: bool = False             # never answer
    drop: bool = False             # close without an answer
    reset: bool = False            # the same, with a TCP reset
    close: bool = False            # "Connection: close" and do so
    close_later: float = -1        # close without announcing it, after so many seconds
    verdict: Any = None            # what it means for polling, if that cannot be seen

    def parsed(self):
        """The JSON object of a static body, if it is one."""
        return self.body if isinstance(self.body, dict) else {}

    def meaning(self):
        """What a poll that got this answer has to conclude (protocol.md 2.5)."""
        if self.verdict:
            return self.verdict
        if self.hang or self.drop or self.reset or self.cut is not None or self.drip_all:
            return TRANSIENT
        error = self.parsed().get("error")
        if error == "authorization_pending":
            return PENDING
        if error == "slow_down":
            return SLOW_DOWN
        known = isinstance(error, str) and error not in ("server_error", "temporarily_unavailable")
        if (self.status >= 500 or self.status == 429) and not known:
            return TRANSIENT
        return FINAL

    def retry_after(self):
        """Seconds of a Retry-After that has to be honoured."""
        value = dict(self.headers).get("Retry-After", "")
        honoured = self.status == 429 or self.status >= 500
        return min(max(int(value), 1), 120) if honoured and value.isdigit() else 0


def render(body, server):
    """The bytes of a body."""
    if callable(body):
        return render(body(server), server)
    if isinstance(body, dict):
        return json.dumps(jose.without_none(body)).encode()
    if isinstance(body, (list, int)) or body is None:
        return json.dumps(body).encode()
    return body.encode() if isinstance(body, str) else body


def error(code, status=400, *, answer=None, **members):
    """An OAuth error as a JSON body; answer holds further fields of Answer."""
    return Answer({"error": code, **members}, status, **(answer or {}))


def pending(**answer):
    """authorization_pending"""
    return error("authorization_pending", answer=answer)


def slow_down(status=400, *, answer=None, **members):
    """slow_down"""
    return error("slow_down", status, answer=answer, **members)


def html(status=200, **answer):
    """A page for people."""
    return Answer("<!DOCTYPE html><title>Oops</title>", status, "text/html", **answer)


def patched(default, changes):
    """The default body with members changed; a change may be a function of the server."""
    def body(server):
        return {**default(server),
                **{name: v(server) if callable(v) else v for name, v in changes.items()}}
    return body


def default_metadata(server):
    """A discovery document."""
    return {
        "issuer": server.issuer,
        "device_authorization_endpoint": server.url("/device_authorization"),
        "token_endpoint": server.url("/token"),
        "jwks_uri": server.url("/jwks"),
        "userinfo_endpoint": server.url("/userinfo"),
        "introspection_endpoint": server.url("/introspect"),
        "revocation_endpoint": server.url("/revoke"),
        "grant_types_supported": ["authorization_code", DEVICE_GRANT],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic",
                                                  "client_secret_post"],
        "id_token_signing_alg_values_supported": list(SUPPORTED_ALGS),
    }


def metadata(*, answer=None, **changes):
    """The discovery document with members changed."""
    return Answer(patched(default_metadata, changes), **(answer or {}))


def default_device(server):
    """A device authorization response."""
    base = f"https://localhost:{server.port}/device"
    return {
        "device_code": server.device_code,
        "user_code": server.user_code,
        "verification_uri": base,
        "verification_uri_complete": f"{base}?user_code={server.user_code}",
        "expires_in": 600,
        "interval": 1,
    }


def device(*, answer=None, **changes):
    """The device authorization response with members changed."""
    return Answer(patched(default_device, changes), **(answer or {}))


def default_jwks(_server):
    """The key set of the issuer: one key of each kind."""
    return jose.jwks("RS256", "ES256", "ES384", "ES512", "EdDSA")


def keys(*entries, **answer):
    """A key set of exactly these entries."""
    return Answer({"keys": list(entries)}, **answer)


@dataclasses.dataclass
class IdToken:
    """How an ID token is made when the token endpoint is asked."""

    claims: dict = dataclasses.field(default_factory=dict)    # changes to the good ones
    header: dict = dataclasses.field(default_factory=dict)
    alg: str = "RS256"
    key: Any = None               # name of a key; None = the ordinary one for alg
    secret: Any = None            # HS*
    raw_claims: Any = None        # bytes instead of claims
    raw_header: Any = None
    signature: Any = None         # bytes, or a function of the right signature
    salt_length: Any = None
    tamper: Any = None            # a function of the finished text

    def _private(self):
        if self.secret is not None:
            return self.secret
        return (jose.key(self.key) if self.key else jose.key_for(self.alg)).private

    def _kid(self):
        if self.secret is not None:
            return "secret"
        return (jose.key(self.key) if self.key else jose.key_for(self.alg)).kid

    def make(self, server):
        """The text of the token."""
        now = int(time.time())
        claims = {"iss": server.issuer, "sub": SUBJECT, "aud": server.client_id,
                  "exp": now + 300, "iat": now}
        changes = self.claims(now) if callable(self.claims) else self.claims
        header = {"alg": self.alg, "kid": self._kid(), **self.header}
        payload = self.raw_claims
        if payload is None:
            payload = jose.without_none({**claims, **changes})
        first = self.raw_header or jose.without_none(header)
        fixed = self.signature if isinstance(self.signature, bytes) else None
        text = jose.compact(first, payload, self.alg, self._private(), fixed, self.salt_length)
        if callable(self.signature):
            unsigned, _, signature = text.rpartition(".")
            text = f"{unsigned}.{jose.b64u(self.signature(_decoded(signature)))}"
        return self.tamper(text) if self.tamper else text


def _decoded(text):
    import base64  # pylint: disable=import-outside-toplevel
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def grant(id_token=None, *, answer=None, **changes):
    """The answer with tokens; id_token is an IdToken, a text, or what shall stand there."""
    spec = IdToken() if id_token is None else id_token

    def body(server):
        def made(value):
            return value.make(server) if isinstance(value, IdToken) else value
        return {"access_token": server.access_token, "token_type": "Bearer", "expires_in": 3600,
                "id_token": made(spec), **{name: made(value) for name, value in changes.items()}}

    return Answer(body, **(answer or {}))


def userinfo(*, answer=None, **changes):
    """The UserInfo response with members changed."""
    def default(_server):
        return {"sub": SUBJECT, "name": "Alice Example", "preferred_username": "alice",
                "groups": ["staff", "admins"]}
    return Answer(patched(default, changes), **(answer or {}))


def signed_userinfo(answer=None, **spec):
    """The UserInfo response as a JWT: an IdToken without what only an ID token has."""
    changes = {"exp": None, "iat": None, "preferred_username": "alice", **spec.pop("claims", {})}
    token = IdToken(claims=changes, **spec)
    return Answer(token.make, **{"content_type": "application/jwt", **(answer or {})})


def introspected(*, answer=None, **changes):
    """The introspection response with members changed (RFC 7662 section 2.2)."""
    def default(server):
        now = int(time.time())
        return {"active": True, "client_id": server.client_id, "sub": SUBJECT,
                "iss": server.issuer, "exp": now + 300, "iat": now, "username": "alice",
                "scope": "openid profile", "token_type": "Bearer"}
    return Answer(patched(default, changes), **(answer or {}))


def github_user(*, answer=None, **changes):
    """What GitHub's documentation shows for GET /user, shortened."""
    def default(_server):
        return {"login": "octocat", "id": 583231, "node_id": "MDQ6VXNlcjU4MzIzMQ==",
                "gravatar_id": "", "type": "User", "site_admin": False, "name": "The Octocat",
                "company": "@github", "email": None, "hireable": ..., "public_repos": 2,
                "created_at": "2011-01-25T18:44:36Z", "two_factor_authentication": True,
                "plan": {"name": "Medium", "space": 400, "private_repos": 20}}
    headers = (("X-GitHub-Media-Type", "github.v3; format=json"),)
    return Answer(patched(default, changes), content_type="application/json; charset=utf-8",
                  **{"headers": headers, **(answer or {})})


def random_code(size=32):
    """A secret that the leak check can search for."""
    return secrets.token_urlsafe(size)
