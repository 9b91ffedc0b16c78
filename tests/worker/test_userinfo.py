# SPDX-License-Identifier: BSD-2-Clause
"""identity_source = userinfo: protocol.md 6.5, 13.6 (USI-*, SRV-98, SRV-167 to SRV-169), 12.12."""

import jose
from answers import SUBJECT, Answer, IdToken, grant, metadata, signed_userinfo, userinfo
from flow import row, table
from sources import (BAD, DOWN, USERINFO, VALUES, all_of, asked, asked_once, hostile, rows_of,
                     subject, wants)

usi = rows_of(USERINFO)
ALL = ("discovery", "device", "jwks", "token", "userinfo")
GROUPS = {"name": "groups", "read": "list", "values": ["admins", "staff", "root"]}


def _get(result):
    """USI-2: a GET with the token in its header and nowhere else."""
    request = result.server.named("userinfo")[0]
    assert request.method == "GET" and not request.body and "?" not in request.path, str(result)
    assert request.header("authorization") == f"Bearer {result.server.access_token}", str(result)
    assert request.header("accept") == "application/json", str(result)


def _never(result):
    assert not result.server.named("userinfo"), str(result)


def contradicted(result):
    """USI-4: an administrator reads of it, once for each claim."""
    found = [t for t in result.warnings() if "UserInfo contradicts the ID token" in t]
    assert len(found) == 1, str(result)


def only_there(*names):
    """USI-4: nor does anybody search for a contradiction that is none."""
    def check(result):
        assert result.warnings() == [
            f"claim {name}: only UserInfo has it, which says nothing of this sign-in"
            for name in names], str(result)
    return check


def agreed(result):
    """Nothing to remark."""
    assert not result.warnings(), str(result)


CLAIMS = [
    usi("USI-1 claims that the ID token lacks", request=wants("preferred_username", GROUPS),
        check=all_of(subject(SUBJECT, "alice", ["staff", "admins"]), asked(*ALL), _get, agreed)),
    row("USI-1 not asked where the ID token is the source",
        request=wants("preferred_username"), check=all_of(subject(SUBJECT, None), _never)),
    usi("USI-4 SRV-168 the ID token wins", request=wants("preferred_username"),
        token=grant(IdToken(claims={"preferred_username": "alice"})),
        userinfo=userinfo(preferred_username="root"),
        check=all_of(subject(SUBJECT, "alice"), contradicted)),
    usi("USI-4 SRV-168 the ID token wins with fewer groups", request=wants(GROUPS),
        token=grant(IdToken(claims={"groups": ["staff"]})), userinfo=userinfo(groups=["root"]),
        check=all_of(subject(SUBJECT, ["staff"]), contradicted)),
    usi("USI-4 the same in both is no remark", request=wants(GROUPS),
        token=grant(IdToken(claims={"groups": ["staff"]})), userinfo=userinfo(groups=["staff"]),
        check=all_of(subject(SUBJECT, ["staff"]), agreed)),
    *[usi(f"USI-4 {name} in the ID token is not filled up", request=wants(GROUPS),
          token=grant(IdToken(claims={"groups": value})), userinfo=userinfo(groups=["root"]),
          check=all_of(subject(SUBJECT, expected), contradicted))
      for name, value, expected in (("an empty list", [], []), ("null", ..., None),
                                    ("an empty text", "", None), ("a number", 5, ...))],
    usi("IDT-18 to IDT-20: of the sign-in only the ID token speaks",
        request=wants("acr", {"name": "amr", "read": "list", "values": ["mfa"]},
                      {"name": "auth_time", "read": "time"}),
        userinfo=userinfo(acr="gold", amr=["mfa"], auth_time=1900000000),
        check=all_of(subject(SUBJECT, None, None, None), only_there("acr", "amr", "auth_time"))),
    usi("USI-4 half of an object is not filled up",
        request=wants({"name": "/realm/roles", "read": "list", "values": ["root"]}),
        token=grant(IdToken(claims={"realm": {"id": 1}})),
        userinfo=userinfo(realm={"roles": ["root"]}),
        check=all_of(subject(SUBJECT, None), contradicted)),
    usi("IDN-12 a pointer into UserInfo", userinfo=userinfo(realm={"roles": ["root"]}),
        request=wants({"name": "/realm/roles", "read": "list", "values": ["root"]}),
        check=subject(SUBJECT, ["root"])),
    usi("IDT-23 email_verified of the ID token", request=wants("email_verified"),
        token=grant(IdToken(claims={"email_verified": False})),
        userinfo=userinfo(email_verified=True),
        check=all_of(subject(SUBJECT, False), contradicted)),
    usi("IDT-26 aggregated claims of UserInfo are not followed", request=wants(GROUPS),
        userinfo=userinfo(groups=None, _claim_names={"groups": "a"},
                          _claim_sources={"a": {"endpoint": "https://localhost:1/"}}),
        check=all_of(subject(SUBJECT, None), asked(*ALL))),
    usi("USI-1 nothing but sub", userinfo=userinfo(name=None, preferred_username=None,
                                                   groups=None), check=subject()),
    usi("NET-13 as text/plain", userinfo=userinfo(answer={"content_type": "text/plain"}),
        check=subject()),
    usi("DSC-9 the configured endpoint", discovery=metadata(userinfo_endpoint=None),
        request={"userinfo_endpoint": "{server}/userinfo"}, check=subject()),
    usi("DSC-9 the configured endpoint counts",
        discovery=metadata(userinfo_endpoint=lambda s: s.url("/elsewhere")),
        request={"userinfo_endpoint": "{server}/userinfo"}, check=all_of(subject(), asked(*ALL))),
]

SUBJECTS = [
    *[usi(f"SRV-167 USI-3 sub {name}", BAD, "sub", check=asked_once("userinfo"),
          userinfo=userinfo(sub=value)) for name, value in VALUES],
    *[usi(f"SRV-167 USI-3 sub {value!r}", BAD, "not that of the ID token",
          check=asked_once("userinfo"), userinfo=userinfo(sub=value))
      for value in ("248289761002", SUBJECT + " ", SUBJECT[:-1], int(SUBJECT), "root")],
    usi("SRV-167 USI-3 sub in another case", BAD, "not that of the ID token",
        token=grant(IdToken(claims={"sub": "abc"})), userinfo=userinfo(sub="ABC")),
    usi("SRV-143 idtyp app", BAD, "idtyp", userinfo=userinfo(idtyp="app")),
]

FIRST = [
    usi("TOK-3 no ID token, however good UserInfo is", BAD, "id_token", check=_never,
        token=Answer(lambda s: {"access_token": s.access_token, "token_type": "Bearer"})),
    usi("IDT-25 an ID token with a bad signature", BAD, "signature", check=_never,
        token=grant(IdToken(signature=lambda s: bytes([s[0] ^ 1]) + s[1:]))),
    usi("SRV-137 an ID token of another client", BAD, "aud", check=_never,
        token=grant(IdToken(claims={"aud": "other"}))),
    usi("SRV-145 at_hash of another access token", BAD, "at_hash", check=_never,
        token=grant(IdToken(claims={"at_hash": jose.at_hash("RS256", "another")}))),
    *[usi(f"SRV-98 TOK-6 access_token with {name}", "ANSWER", "no usable token", check=_never,
          token=grant(access_token=value))
      for name, value in (("CR LF", "aaaa\r\nX-Evil: yes"), ("a blank", "aaaa bbbb"),
                          ("a letter beyond ASCII", "aaaa\u00e4"))],
    *[usi(f"SRV-98 TOK-6 access_token with {name}", BAD, "cannot stand in a header", check=_never,
          token=grant(access_token=value))
      for name, value in (("a quote", 'aaaa"'), ("a colon", "aaaa:b"), ("a comma", "aaaa,b"),
                          ("= inside", "aa=a"), ("only =", "=="))],
    usi("TOK-6 every letter of b64token", token=grant(access_token="aZ09-._~+/=="),
        check=subject()),
    usi("LIM-4 an access token of 64 KiB", token=grant(access_token="a" * 65536),
        check=subject()),
    *[usi(f"LIM-4 an access token of {size} bytes", BAD, "header", check=_never,
          token=grant(access_token="a" * size)) for size in (65537, 131072)],
    *[usi(f"SRV-161 DSC-6 userinfo_endpoint {name}", "PROVIDER", "userinfo_endpoint",
          discovery=metadata(userinfo_endpoint=value))
      for name, value in (("missing", None), ("by http", "http://localhost/u"), ("number", 5),
                          ("with user", "https://a@localhost/u"), ("relative", "/userinfo"),
                          ("with fragment", "https://localhost/u#f"))],
    usi("DSC-6 userinfo_endpoint is not looked at where it is not used",
        request={"identity_source": "id_token"},
        discovery=metadata(userinfo_endpoint="http://localhost/u"), check=_never),
    usi("NET-16 userinfo_endpoint on a host that is not listed", "PROVIDER", "endpoint_hosts",
        second={"host": "127.0.0.1"}, request={"endpoint_hosts": ["localhost"]},
        discovery=lambda s: metadata(userinfo_endpoint=s.url("/userinfo")), check=_never),
    usi("DSC-9 userinfo_endpoint on a port that is not listed", "PROVIDER", "endpoint_ports",
        discovery=metadata(userinfo_endpoint="https://localhost:1/u"), check=_never),
    usi("SRV-162 NET-10 userinfo_endpoint on another host", log="not on the issuer's host",
        second={"host": "127.0.0.1"}, check=lambda r: _second(r),
        discovery=lambda s: metadata(userinfo_endpoint=s.url("/userinfo"))),
    usi("NET-2 a certificate for another name there", DOWN, "userinfo",
        second={"host": "127.0.0.1", "tls": "wrong_host"}, check=lambda r: _untold(r),
        discovery=lambda s: metadata(userinfo_endpoint=s.url("/userinfo"))),
]


def _second(result):
    assert [r.endpoint for r in result.second.requests] == ["userinfo"], str(result)
    assert result.second.handshakes == [False] and result.server.handshakes == [False], str(result)


def _untold(result):
    """The token did not go to whoever answers there."""
    assert not result.second.requests, str(result)


def jwt(name, code=None, text=None, answer=None, **spec):
    """A row about a signed answer."""
    rest = {k: spec.pop(k) for k in ("check", "request", "jwks") if k in spec}
    return usi(f"USI-6 {name}", code, text, userinfo=signed_userinfo(answer, **spec), **rest)


def claims(**changes):
    """Claims that differ from the good ones."""
    return {"claims": changes}


SIGNED = [
    jwt("signed", request=wants("preferred_username"),
        check=all_of(subject(SUBJECT, "alice"), asked(*ALL))),
    *[jwt(f"typ {typ}", header={"typ": typ}, check=subject()) for typ in ("JWT", "jwt")],
    *[jwt(f"signed, {alg}", alg=alg, check=subject()) for alg in ("ES256", "PS256", "EdDSA")],
    jwt("aud absent", check=subject(), **claims(aud=None)),
    jwt("aud as array", check=subject(), **claims(aud=["test-client"])),
    jwt("exp in the future", check=subject(), claims={"exp": 1 << 40}),
    jwt("JWK-8 keys rotated meanwhile", check=subject(), alg="ES256", jwks=[
        Answer(jose.jwks("RS256")), Answer(jose.jwks("RS256", "ES256"))]),
    jwt("JWK-8 keys are fetched anew once, not for each token", BAD, "key", alg="ES512",
        check=lambda r: _keys_twice(r),
        jwks=[Answer(jose.jwks("ES256")), Answer(jose.jwks("RS256")), Answer(jose.jwks("ES512"))]),
    *[jwt(f"SRV-169 alg {alg}", BAD, "alg", header={"alg": alg}) for alg in ("none", "None")],
    jwt("SRV-169 alg none, no signature", BAD, "part 3 is empty", header={"alg": "none"},
        tamper=lambda t: t.rpartition(".")[0] + "."),
    jwt("SRV-121 HS256 with the key as secret", BAD, "alg", alg="HS256",
        secret=jose.key("rsa2048").pem()),
    jwt("an alg that is not configured", BAD, "alg", alg="ES256",
        request={"id_token_algs": ["RS256"]}),
    jwt("signed by somebody else", BAD, "signature", key="rsa2048-other"),
    jwt("a signature with a bit changed", BAD, "signature",
        signature=lambda s: bytes([s[0] ^ 1]) + s[1:]),
    *[jwt(f"typ {typ!r}", BAD, "typ", header={"typ": typ})
      for typ in ("at+jwt", "logout+jwt", "token-introspection+jwt", "", 5)],
    jwt("crit", BAD, "crit", header={"crit": ["exp"]}),
    jwt("encrypted", BAD, "encrypted", tamper=lambda t: t + ".AAAA.AAAA"),
    *[jwt(f"iss {iss!r}", BAD, "iss", **claims(iss=iss))
      for iss in (None, ..., "", "https://evil.example", 5)],
    *[jwt(f"aud {aud!r}", BAD, "aud", **claims(aud=aud))
      for aud in (..., "", "other", [], ["other"], 5, ["test-client", "other"])],
    *[jwt(f"SRV-167 sub {sub!r}", BAD, "sub", **claims(sub=sub))
      for sub in (None, ..., "", "other", 5)],
    *[jwt(f"exp {exp!r}", BAD, "exp", **claims(exp=exp)) for exp in (0, 1000, "soon", ...)],
    jwt("newline behind it", BAD, "base64url", tamper=lambda t: t + "\n"),
    jwt("NUL behind it", BAD, "NUL", tamper=lambda t: t + "\0"),
    jwt("HTTP 401", BAD, "401", answer={"status": 401}),
    usi("USI-6 a JSON body that claims to be signed", BAD, "three parts",
        userinfo=userinfo(answer={"content_type": "application/jwt"})),
    usi("USI-6 a token that claims to be JSON", BAD, "acceptable",
        userinfo=signed_userinfo({"content_type": "application/json"})),
]

HOSTILE = hostile(usi, "userinfo", userinfo)


def _keys_twice(result):
    assert len(result.server.named("jwks")) == 2, str(result)


@table(CLAIMS)
def test_claims(row, judge):  # pylint: disable=redefined-outer-name
    """USI-1, USI-4: one look-up order, and no silent contradiction."""
    judge(row)


@table(SUBJECTS)
def test_subject(row, judge):  # pylint: disable=redefined-outer-name
    """USI-3: about the same person, or not at all."""
    judge(row)


@table(FIRST)
def test_before_it_is_asked(row, judge):  # pylint: disable=redefined-outer-name
    """The ID token is verified as ever, and the token may go there."""
    judge(row)


@table(SIGNED)
def test_signed(row, judge):  # pylint: disable=redefined-outer-name
    """USI-6"""
    judge(row)


@table(HOSTILE)
def test_hostile(row, judge):  # pylint: disable=redefined-outer-name
    """SRV-169, 10.1"""
    judge(row)
