# SPDX-License-Identifier: BSD-2-Clause
"""identity_source = introspection: protocol.md 6.6 (INT-1), 13.6 (SRV-170)."""

import base64
import json

from answers import SUBJECT, Answer, error, grant, introspected, metadata
from flow import table
from sources import (BAD, INTROSPECTION, SECRET, VALUES, all_of, asked, asked_once, hostile,
                     plain_grant, rows_of, subject, wants)
from test_client_assertions import decode, pem

usi = rows_of(INTROSPECTION)
ALL = ("discovery", "device", "token", "introspect")
BASIC = {"client_auth": "basic"}
POST = {"client_auth": "post"}


def _form(*, authorization, **form):
    """INT-1: what was posted, and how the client authenticated."""
    def check(result):
        request = result.server.named("introspect")[0]
        expected = {"token": result.server.access_token, "token_type_hint": "access_token", **form}
        assert request.method == "POST" and dict(request.form) == expected, str(result)
        assert request.header("authorization") == authorization, str(result)
        assert request.header("accept") == "application/json", str(result)
    return check


def _signed(**algs):
    """RFC 7523: the assertion at each of these endpoints is signed by this algorithm."""
    def check(result):
        for endpoint, alg in algs.items():
            header = result.server.named(endpoint)[0].field("client_assertion").partition(".")[0]
            assert json.loads(decode(header))["alg"] == alg, f"{endpoint}: {result}"
    return check


def _never(result):
    assert not result.server.named("introspect"), str(result)


# CAU-2: both halves are form-encoded before base64.
BASIC_HEADER = "Basic " + base64.b64encode(
    b"test-client:secret-of-this-client%2F%25%2B%3A").decode()

GOOD = [
    usi("INT-1 authenticated by HTTP Basic, no keys fetched", token=plain_grant(),
        check=all_of(subject(), asked(*ALL), _form(authorization=BASIC_HEADER))),
    usi("INT-1 authenticated in the body", request=POST, check=_form(
        authorization=None, client_id="test-client", client_secret=SECRET.decode())),
    usi("INT-1 auto: what the endpoint announces", request={"client_auth": "auto"},
        discovery=metadata(introspection_endpoint_auth_methods_supported=["client_secret_post"]),
        check=_form(authorization=None, client_id="test-client", client_secret=SECRET.decode())),
    usi("INT-1 auto: nothing announced, as at the token endpoint", request={"client_auth": "auto"},
        discovery=metadata(token_endpoint_auth_methods_supported=["client_secret_post"]),
        check=_form(authorization=None, client_id="test-client", client_secret=SECRET.decode())),
    usi("RFC 8414 an assertion by the endpoint's own algorithm",
        request={"client_auth": "private_key_jwt", "client_key": pem("RSA")},
        discovery=metadata(introspection_endpoint_auth_signing_alg_values_supported=["PS256"]),
        check=_signed(token="RS256", introspect="PS256")),
    usi("RFC 8414 an assertion by the algorithm of the grant, where no own list is announced",
        request={"client_auth": "private_key_jwt", "client_key": pem("RSA")},
        discovery=metadata(token_endpoint_auth_signing_alg_values_supported=["PS256"]),
        check=_signed(token="PS256", introspect="PS256")),
    usi("INT-1 an ID token is not looked at", token=grant("nonsense"), check=subject()),
    usi("INT-1 active and sub is enough", check=subject(), introspect=introspected(
        client_id=None, iss=None, exp=None, username=None, scope=None, token_type=None)),
    usi("INT-1 null says as little as none", check=subject(),
        introspect=introspected(client_id=..., iss=..., exp=...)),
    usi("INT-1 claims of the answer", request=wants("username", "scope"),
        check=subject(SUBJECT, "alice", "openid profile")),
    usi("INT-1 exp past, within the skew", introspect=introspected(exp=lambda s: _now(-50),
                                                                   iat=None), check=subject()),
    usi("TOK-6 any printable token can be posted", token=plain_grant(access_token='a"b:c,=&+%'),
        check=lambda r: _token(r, 'a"b:c,=&+%')),
    usi("LIM-7 a token of 128 KiB", token=plain_grant(access_token="%" * 131072),
        check=lambda r: _token(r, "%" * 131072)),
    usi("DSC-9 the configured endpoint", discovery=metadata(introspection_endpoint=None),
        request={"introspection_endpoint": "{server}/introspect"}, check=subject()),
    usi("DSC-6 no keys are needed", discovery=metadata(jwks_uri=None), check=subject()),
]


def _now(offset):
    import time  # pylint: disable=import-outside-toplevel
    return int(time.time()) + offset


def _token(result, token):
    assert result.server.named("introspect")[0].field("token") == token, str(result)


REFUSED = [
    *[usi(f"SRV-170 active {value!r}", BAD, "active", introspect=introspected(active=value),
          check=asked_once("introspect"))
      for value in (None, ..., False, "true", "True", 1, 0, "", [True], {"active": True}, 1.0)],
    usi("INT-1 an inactive answer has no further meaning", BAD, "not active",
        introspect=Answer({"active": False})),
    *[usi(f"SRV-170 client_id {value!r}", BAD, "client_id",
          introspect=introspected(client_id=value))
      for value in ("other", "", "Test-Client", "test-client ", 5, ["test-client"], True)],
    *[usi(f"INT-1 iss {value!r}", BAD, "iss", introspect=introspected(iss=value))
      for value in ("https://evil.example", "", 5, ["https://localhost"])],
    usi("INT-1 iss with a slash", BAD, "iss",
        introspect=introspected(iss=lambda s: s.issuer + "/")),
    *[usi(f"INT-1 exp {value!r}", BAD, "exp", introspect=introspected(exp=value))
      for value in (0, -1, 1000, "soon", "9999999999", True, [], 1e300)],
    usi("INT-1 exp past", BAD, "expired", introspect=introspected(exp=lambda s: _now(-61),
                                                                  iat=None)),
    usi("INT-1 nbf in the future", BAD, "not valid",
        introspect=introspected(nbf=lambda s: _now(120))),
    *[usi(f"INT-1 sub {name}", BAD, "sub", introspect=introspected(sub=value))
      for name, value in VALUES],
    *[usi(f"IDT-16 sub {value!r}", BAD, "sub", introspect=introspected(sub=value))
      for value in (5, "a\nb", "\u0430lice", "s" * 256)],
    usi("INT-1 username is no identity", BAD, "sub", introspect=introspected(sub=None)),
    usi("SRV-143 sub == client_id", BAD, "sub is the client",
        introspect=introspected(sub="test-client")),
    usi("SRV-143 idtyp app", BAD, "idtyp", introspect=introspected(idtyp="app")),
    usi("NET-13 RFC 9701 is not asked for", BAD, "not JSON", introspect=introspected(
        answer={"content_type": "application/token-introspection+jwt"})),
    usi("TOK-13 the client is refused", "CLIENT_LATE", "invalid_client",
        introspect=error("invalid_client", 401)),
    *[usi(f"SRV-161 DSC-6 introspection_endpoint {name}", "PROVIDER", "introspection_endpoint",
          discovery=metadata(introspection_endpoint=value), check=_never)
      for name, value in (("missing", None), ("by http", "http://localhost/i"), ("number", 5))],
    usi("NET-16 introspection_endpoint on a host that is not listed", "PROVIDER", "endpoint_hosts",
        second={"host": "127.0.0.1"}, request={"endpoint_hosts": ["localhost"]},
        discovery=lambda s: metadata(introspection_endpoint=s.url("/introspect"))),
    usi("INT-1 the provider announces no authentication", "PROVIDER", "authenticates",
        request={"client_auth": "auto"}, check=_never,
        discovery=metadata(introspection_endpoint_auth_methods_supported=["none"])),
    usi("INT-1 a client without a secret", "PROVIDER", "authenticates", check=_never,
        request={"client_auth": "none", "client_secret": None}),
]

HOSTILE = hostile(usi, "introspect", introspected)


@table(GOOD)
def test_active(row, judge):  # pylint: disable=redefined-outer-name
    """INT-1: who is told, and who is believed."""
    judge(row)


@table(REFUSED)
def test_refused(row, judge):  # pylint: disable=redefined-outer-name
    """INT-1, SRV-170"""
    judge(row)


@table(HOSTILE)
def test_hostile(row, judge):  # pylint: disable=redefined-outer-name
    """SRV-169, 10.1"""
    judge(row)
