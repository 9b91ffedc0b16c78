# SPDX-License-Identifier: BSD-2-Clause
"""identity_source = access_token_jwt (RFC 9068): protocol.md 6.6 (INT-3), EXT-3."""

import json

import jose
from answers import SUBJECT, Answer, IdToken, grant, metadata
from flow import table
from sources import (ACCESS_TOKEN, BAD, CLIENT, HOST, access_jwt, all_of, asked, rows_of, subject,
                     wants)

usi = rows_of(ACCESS_TOKEN)
ALL = ("discovery", "device", "jwks", "token")


def jwt(name, code=None, text=None, check=None, request=None, **spec):
    """A row about the access token."""
    return usi(f"INT-3 {name}", code, text, check=check, request=request, token=access_jwt(**spec))


def bad(name, text=None, request=None, **spec):
    """An access token that must be refused."""
    return jwt(name, BAD, text, request=request, **spec)


def at(**offsets):
    """Times, as seconds from now."""
    return lambda now: {name: now + offset for name, offset in offsets.items()}


def sent(resource):
    """RFC 8707: with the request for codes and with the request for tokens."""
    def check(result):
        for endpoint in ("device", "token"):
            for request in result.server.named(endpoint):
                assert request.field("resource") == resource, str(result)
    return check


GOOD = [
    jwt("an access token, and nothing asked besides", check=all_of(subject(), asked(*ALL),
                                                                   sent(None))),
    jwt("its claims", request=wants("scope", "jti"), check=subject(SUBJECT, "login", "4711")),
    *[jwt(f"typ {typ}", header={"typ": typ})
      for typ in ("AT+JWT", "application/at+jwt", "Application/AT+jwt")],
    *[jwt(f"signed, {alg}", alg=alg) for alg in ("ES256", "PS256", "EdDSA")],
    jwt("aud as array, others in it", claims={"aud": ["https://other.example", HOST]}),
    jwt("EXT-3 resource is sent, and is the audience", check=sent("urn:host:web01"),
        request={"resource": "urn:host:web01", "access_token_audience": None},
        claims={"aud": "urn:host:web01"}),
    jwt("EXT-3 resource is sent, the audience is another", check=sent("urn:hosts"),
        request={"resource": "urn:hosts"}),
    jwt("IDT-4 what is announced for ID tokens says nothing", alg="ES256"),
    usi("TOK-3 an ID token is not looked at", token=grant(
        "nonsense", access_token=IdToken(header={"typ": "at+jwt"}, claims={
            "aud": HOST, "client_id": CLIENT, "jti": "1"})), check=subject()),
    usi("IDT-4 no ID token algorithm is announced", token=access_jwt(),
        discovery=metadata(id_token_signing_alg_values_supported=["none"]), check=subject()),
    usi("JWK-8 keys rotated meanwhile", token=access_jwt(alg="ES256"), check=subject(),
        jwks=[Answer(jose.jwks("RS256")), Answer(jose.jwks("ES256"))]),
]

FORM = [
    bad("typ missing", "typ", header={"typ": None}),
    *[bad(f"typ {typ!r}", "typ", header={"typ": typ})
      for typ in ("JWT", "jwt", "application/jwt", "", 5, ["at+jwt"], "at+jwt ", "xat+jwt",
                  "logout+jwt", "token-introspection+jwt", ...)],
    *[bad(f"alg {alg!r}", "alg", header={"alg": alg}) for alg in ("none", "nOnE", "", 5, None)],
    bad("alg none, no signature", "part 3 is empty", header={"alg": "none"},
        tamper=lambda t: t.rpartition(".")[0] + "."),
    bad("HS256 with the key as secret", "alg", alg="HS256", secret=jose.key("rsa2048").pem()),
    bad("HS256 with the JWK as secret", "alg", alg="HS256",
        secret=json.dumps(jose.key("rsa2048").jwk()).encode()),
    bad("an alg that is not configured", "alg", alg="RS256", request={"id_token_algs": ["ES256"]}),
    bad("signed by somebody else", "signature", key="rsa2048-other"),
    bad("a signature with a bit changed", "signature",
        signature=lambda s: bytes([s[0] ^ 1]) + s[1:]),
    bad("crit", "crit", header={"crit": ["exp"]}),
    bad("encrypted", "encrypted", tamper=lambda t: t + ".AAAA.AAAA"),
    bad("a claim twice", "payload", raw_claims=b'{"sub": "a", "sub": "a"}'),
    usi("TOK-5 an opaque token", BAD, "three parts"),
    usi("TOK-5 the ID token in its place", BAD, "typ", token=grant(access_token=IdToken())),
    usi("INT-3 the ID token cannot stand in", BAD, "three parts", token=grant(IdToken(
        header={"typ": "at+jwt"}, claims={"aud": HOST, "client_id": CLIENT, "jti": "1"}))),
]

CLAIMS = [
    *[bad(f"iss {iss!r}", "iss", claims={"iss": iss})
      for iss in (None, ..., "", "https://evil.example", 5, ["https://localhost"])],
    *[bad(f"aud {aud!r}", "aud", claims={"aud": aud})
      for aud in (None, ..., "", "other", CLIENT, [CLIENT], [], 5, [HOST, 5], [[HOST]], HOST + "/",
                  HOST.upper(), HOST[:-1], f"{HOST} other", {HOST: 1})],
    bad("aud is resource where the audience is another", "aud", claims={"aud": "urn:hosts"},
        request={"resource": "urn:hosts"}),
    *[bad(f"client_id {client!r}", "client_id", claims={"client_id": client})
      for client in (None, ..., "", "other", "Test-Client", 5, [CLIENT])],
    bad("azp is no client_id", "client_id", claims={"client_id": None, "azp": CLIENT}),
    *[bad(f"jti {jti!r}", "jti", claims={"jti": jti}) for jti in (None, ..., "", 5, ["a"])],
    *[bad(f"exp {exp!r}", "exp", claims={"exp": exp}) for exp in (None, ..., 0, "soon", True)],
    bad("exp past", "expired", claims=at(exp=-61, iat=-62), request={"iat_loose": True}),
    *[bad(f"iat {iat!r}", "iat", claims={"iat": iat}) for iat in (None, ..., "now", True)],
    bad("iat before the flow", "iat", claims=at(iat=-70)),
    bad("iat in the future", "iat", claims=at(iat=70)),
    bad("nbf in the future", "not valid", claims=at(nbf=70)),
    *[bad(f"sub {sub!r}", "sub", claims={"sub": sub})
      for sub in (None, ..., "", 5, "a\nb", "s" * 256, "\u0430")],
    bad("SRV-143 sub == client_id", "sub is the client", claims={"sub": CLIENT}),
    bad("SRV-143 idtyp app", "idtyp", claims={"idtyp": "app"}),
]


@table(GOOD)
def test_good(row, judge):  # pylint: disable=redefined-outer-name
    """INT-3: what this host may look into, because it is meant."""
    judge(row)


@table(FORM)
def test_form(row, judge):  # pylint: disable=redefined-outer-name
    """INT-3, RFC 9068 section 4: form, type, signature."""
    judge(row)


@table(CLAIMS)
def test_claims(row, judge):  # pylint: disable=redefined-outer-name
    """INT-3, RFC 9068 section 2.2: for this host, by this client, about a person."""
    judge(row)
