# SPDX-License-Identifier: BSD-2-Clause
"""The ID token: protocol.md 6.1, 6.2, 6.4, 13.5; acceptance test 5.

Its signature: test_signature.py; the keys: test_jwks.py; what crosses: test_claims.py.
"""

import hashlib
import json

import jose
from answers import SUBJECT, Answer, IdToken, grant, metadata
from flow import row, table
from token_rows import BAD, at, bad, claims, good, idt

GOOD = [
    good(f"IDT-4 {alg}", alg=alg)
    for alg in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
                "EdDSA")
] + [
    row("IDT-4 Ed25519 is EdDSA", discovery=metadata(id_token_signing_alg_values_supported=None),
        token=grant(IdToken(alg="EdDSA", header={"alg": "Ed25519"}))),
    good("IDT-8 no kid, one key that fits", alg="ES256", header={"kid": None}),
    good("IDT-6 typ JWT", header={"typ": "JWT"}),
    good("IDT-6 typ jwt", header={"typ": "jwt"}),
    good("IDT-6 typ application/jwt", header={"typ": "application/JWT"}),
    good("IDT-7 SRV-130 jku, x5u, jwk, x5c of somebody else are not looked at",
         header={"jku": "https://evil.example/", "x5u": "https://evil.example/",
                 "jwk": jose.key("rsa2048-other").jwk(), "x5c": ["AAAA"], "x5t": "AAAA",
                 "x5t#S256": "AAAA"}),
    good("IDT-3 unknown header members", header={"foo": [1]}),
    good("IDT-11 aud as array", **claims(aud=["test-client"])),
    row("IDT-11 IDT-12 a trusted second audience, azp", request={"trusted_audiences": ["other"]},
        **idt(**claims(aud=["other", "test-client"], azp="test-client"))),
    good("IDT-12 azp", **claims(azp="test-client")),
    good("IDT-15 nbf now", **at(nbf=0)),
    good("IDT-15 nbf within the skew", **at(nbf=50)),
    good("IDT-13 exp just passed, within the skew", **at(exp=-50, iat=-55)),
    good("IDT-14 iat in the future, within the skew", **at(iat=50)),
    good("IDT-14 iat before the flow, within the skew", **at(iat=-50)),
    good("IDT-13 IDT-14 times with a fraction", **at(exp=300.5, iat=-0.5)),
    good("IDT-16 sub of 255 characters", **claims(sub="s" * 255),
         check=lambda r: _subject(r, "s" * 255)),
    good("IDT-17 a nonce that was not asked for", **claims(nonce="abc")),
    good("IDT-22 c_hash and s_hash", **claims(c_hash="x", s_hash="y")),
    good("IDT-21 no at_hash"),
    good("SRV-149 __proto__", **claims(__proto__={"sub": "root"})),
    good("DEV-52 the subject is the token's", check=lambda r: _subject(r, SUBJECT)),
]


def _subject(result, subject):
    assert result.identity["subject"] == subject, str(result)
    assert result.identity["issuer"] == result.server.issuer, str(result)


def at_hash(alg):
    """A token whose at_hash is that of the access token."""
    def make(server):
        token = IdToken(alg=alg, claims={"at_hash": jose.at_hash(alg, server.access_token)})
        return grant(token).body(server)
    return make


GOOD += [row(f"IDT-21 at_hash, {alg}", token=Answer(at_hash(alg)))
         for alg in ("RS256", "PS384", "ES512", "EdDSA")]


def parts(change):
    """Change the list of the three parts."""
    return lambda text: ".".join(change(text.split(".")))


def _trailing_bits(part):
    """The same bytes, spelt in another way: unused bits are not zero."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spare = {2: 16, 3: 4}[len(part) % 4]
    value = alphabet.index(part[-1])
    assert value % spare == 0
    return part[:-1] + alphabet[value + 1]


def _padding_of(part):
    return part + "=" * (-len(part) % 4)


# 257 octets of signature are 343 letters, so that two bits are spare; RSA's 256 give 342.
FORM = [
    bad("SRV-133 five parts (JWE)", "encrypted", tamper=lambda t: t + ".AAAA.AAAA"),
    bad("SRV-133 four parts", "not of three parts", tamper=lambda t: t + ".AAAA"),
    bad("SRV-133 two parts", "not of three parts", tamper=lambda t: t.rpartition(".")[0]),
    bad("SRV-120 empty signature", "part 3 is empty", tamper=lambda t: t.rpartition(".")[0] + "."),
    bad("SRV-133 empty header", "part 1 is empty", tamper=lambda t: "." + t.partition(".")[2]),
    bad("SRV-133 empty payload", "part 2 is empty", tamper=parts(lambda p: [p[0], "", p[2]])),
    bad("SRV-133 leading blank", "header is not canonical", tamper=lambda t: " " + t),
    bad("SRV-133 trailing blank", "signature is not canonical", tamper=lambda t: t + " "),
    bad("SRV-133 trailing newline", "signature is not canonical", tamper=lambda t: t + "\n"),
    bad("SRV-133 newline inside", "header is not canonical", tamper=lambda t: t[:50] + "\n" + t[50:]),
    bad("SRV-133 padding", "signature is not canonical", tamper=parts(lambda p: [p[0], p[1], _padding_of(p[2])])),
    bad("SRV-133 padding of the payload", "payload is not canonical", tamper=parts(lambda p: [p[0], p[1] + "=", p[2]])),
    bad("SRV-133 plain base64 alphabet", "not canonical", signature=lambda s: s, tamper=lambda t: (
        t.replace("-", "+").replace("_", "/"))),
    bad("SRV-134 spare bits in the signature", "signature is not canonical",
        tamper=parts(lambda p: [p[0], p[1], _trailing_bits(p[2])])),
    bad("SRV-133 length 4n+1", "signature is not canonical", tamper=lambda t: t + "A" * ((1 - len(t.split(".")[2])) % 4)),
    bad("SRV-133 JSON serialisation", "not of three parts", tamper=lambda t: json.dumps(
        dict(zip(("protected", "payload", "signature"), t.split("."))))),
    bad("IDT-3 header that is no object", "header: ", raw_header=b'"RS256"'),
    bad("IDT-3 header that is no JSON", "header: not acceptable", raw_header=b"RS256"),
    bad("IDT-3 payload that is no object", "payload: JSON document is not an object", raw_claims=b'["sub"]'),
    bad("IDT-3 payload that is no JSON", "payload: not acceptable", raw_claims=b"sub=5"),
    bad("IDT-3 alg twice", "header: not acceptable", raw_header=b'{"alg": "RS256", "alg": "RS256"}'),
    bad("IDT-2 not a token at all", "not of three parts", tamper=lambda t: "hello"),
    bad("IDT-2 header encoded twice", "header: not acceptable", tamper=parts(lambda p: [jose.b64u(p[0]), p[1], p[2]])),
]

HEADER = [
    *[bad(f"SRV-120 alg {alg!r}", "alg", header={"alg": alg}) for alg in
      ("none", "None", "nOnE", "NONE")],
    bad("SRV-120 alg none, no signature", "part 3 is empty", header={"alg": "none"},
        tamper=lambda t: t.rpartition(".")[0] + "."),
    *[bad(f"SRV-121 {alg} with the {form} of the key as secret", "alg", alg=alg, secret=secret,
          header={"kid": "rsa2048-key"})
      for alg in ("HS256", "HS512")
      for form, secret in (("PEM", jose.key("rsa2048").pem()), ("DER", jose.key("rsa2048").der()),
                           ("JWK", json.dumps(jose.key("rsa2048").jwk()).encode()))],
    *[bad(f"SRV-123 alg {alg!r}", "alg is missing", header={"alg": alg})
      for alg in ("RS256 ", " RS256", "rs256", "RS256\n", ["RS256"], 256, True, {"a": 1}, "")],
    bad("SRV-123 alg missing", "alg is missing", header={"alg": None}),
    bad("SRV-123 alg null", "alg is missing", header={"alg": ...}),
    *[bad(f"IDT-4 alg {alg}", "alg", header={"alg": alg})
      for alg in ("RS1", "ES256K", "RSA1_5", "A128KW", "dir", "HS384")],
    row("IDT-4 alg that is not configured", BAD, "alg", request={"id_token_algs": ["ES256"]},
        **idt(alg="RS256")),
    row("SRV-121 IDT-4 HS256 with the client secret, not configured", BAD, "alg",
        request={"client_secret": b"s" * 64, "client_auth": "post"},
        **idt(alg="HS256", secret=b"s" * 64)),
    bad("SRV-131 crit", "crit", header={"crit": ["exp"], "exp": 1}),
    bad("SRV-131 crit empty", "crit", header={"crit": []}),
    bad("SRV-131 crit null", "crit", header={"crit": ...}),
    bad("SRV-131 b64", "b64", header={"b64": False}),
    bad("SRV-131 b64 true", "b64", header={"b64": True}),
    bad("SRV-131 zip", "zip", header={"zip": "DEF"}),
    bad("SRV-131 cty", "cty", header={"cty": "JWT"}),
    *[bad(f"SRV-132 IDT-6 typ {typ!r}", "typ", header={"typ": typ})
      for typ in ("at+jwt", "application/at+jwt", "logout+jwt", "dpop+jwt", "secevent+jwt",
                  "token-introspection+jwt", "client-authentication+jwt", "JOSE", "", 5,
                  ["JWT"], "JWT ")],
]

ISSUERS = [
    bad(f"SRV-135 IDT-10 iss {name}", "iss", **claims(iss=iss))
    for name, iss in (("of another host", "https://evil.example"), ("missing", None),
                      ("null", ...), ("empty", ""), ("number", 5), ("array", ["https://localhost"]),
                      ("without port", "https://localhost"))
] + [
    row(f"SRV-135 IDT-10 iss {name}", BAD, "iss",
        token=Answer(lambda s, change=change: grant(IdToken(
            claims={"iss": change(s.issuer)})).body(s)))
    for name, change in (
        ("with a slash", lambda i: i + "/"), ("in upper case", str.upper),
        ("with another host case", lambda i: i.replace("localhost", "LocalHost")),
        ("by http", lambda i: i.replace("https", "http")), ("in an array", lambda i: [i]),
        ("without scheme", lambda i: i[8:]), ("with a blank", lambda i: i + " "),
        ("one byte short", lambda i: i[:-1]),
        ("with port 443", lambda i: i.rpartition(":")[0] + ":443"),
        ("with a leading zero in the port", lambda i: i.replace("localhost:", "localhost:0")))
] + [
    bad("SRV-136 signed by another issuer's key", "does not verify", key="rsa2048-other",
        **claims(iss="https://evil.example")),
]

CLAIMS = [
    *[bad(f"SRV-137 IDT-11 aud {name}", "aud", **claims(aud=aud))
      for name, aud in (("of another client", "other"), ("missing", None), ("null", ...),
                        ("empty", ""), ("number", 5), ("empty array", []),
                        ("array of another client", ["other"]),
                                                ("array with a number", ["test-client", 5]),
                        ("nested", [["test-client"]]), ("object", {"test-client": 1}),
                        ("in another case", "Test-Client"), ("words", "test-client other"))],
    bad("SRV-137 aud array with one that is unknown", "not trusted",
        **claims(aud=["test-client", "other"], azp="test-client")),
    row("IDT-12 two trusted audiences without azp", BAD, "azp",
        request={"trusted_audiences": ["other"]}, **idt(**claims(aud=["test-client", "other"]))),
    *[bad(f"SRV-138 IDT-12 azp {azp!r}", "azp", **claims(azp=azp))
      for azp in ("other", "", 5, ["test-client"], ...)],
    *[row(f"SRV-139 exp {-seconds} s ago", BAD, "expired", request={"iat_loose": True},
          **idt(**at(exp=seconds, iat=-80000))) for seconds in (-61, -600, -70000)],
    *[bad(f"SRV-139 exp {exp!r}", "exp", **claims(exp=exp))
      for exp in (None, ..., "9999999999", -1, 0, True, [], {})],
    *[bad(f"SRV-139 exp {exp!r}", "exp", **claims(exp=exp))
      for exp in (1e300, -1e300, 9223372036854775807, "9" * 300)],
    bad("SRV-139 exp before iat", "before iat", **at(exp=-30, iat=-10)),
    row("IDT-24 exp past, no skew", BAD, "exp", request={"clock_skew_s": 0}, **idt(**at(exp=-2))),
    bad("SRV-140 iat in the future", "iat", **at(iat=70)),
    bad("SRV-140 IDT-14 iat before the flow", "iat", **at(iat=-70)),
    *[bad(f"SRV-140 iat {iat!r}", "iat", **claims(iat=iat))
      for iat in (None, ..., "now", "1700000000", True, [])],
    row("IDT-14 iat long ago, loose", request={"iat_loose": True}, **idt(**at(iat=-80000))),
    row("IDT-14 iat more than a day ago, loose", BAD, "iat", request={"iat_loose": True},
        **idt(**at(iat=-86400 - 70))),
    row("IDT-14 iat in the future, loose", BAD, "iat", request={"iat_loose": True},
        **idt(**at(iat=70))),
    bad("SRV-141 nbf in the future", "not valid", **at(nbf=70)),
    *[bad(f"SRV-141 nbf {nbf!r}", "nbf", **claims(nbf=nbf)) for nbf in ("now", True, [], ...)],
    *[bad(f"SRV-142 IDT-16 sub {name}", "sub", **claims(sub=sub))
      for name, sub in (("missing", None), ("null", ...), ("empty", ""), ("number", 5),
                        ("array", ["a"]), ("of 256 characters", "s" * 256),
                        ("of 300 characters", "s" * 300), ("with newline", "alice\nroot"),
                        ("with ESC", "\x1b[2J"), ("with DEL", "a\x7f"), ("beyond ASCII", "\u0430"),
                        ("boolean", True))],
    bad("SRV-142 sub with NUL", "payload: not acceptable", **claims(sub="alice\0root")),
    bad("SRV-143 sub == client_id", "sub", **claims(sub="test-client")),
    bad("SRV-143 idtyp app", "idtyp", **claims(idtyp="app")),
    *[bad(f"SRV-145 IDT-21 at_hash {value!r}", "at_hash", **claims(at_hash=value))
      for value in ("AAAAAAAAAAAAAAAAAAAAAA", "", 5, ...)],
    row("SRV-145 at_hash of the whole hash", BAD, "at_hash", token=Answer(
        lambda s: grant(IdToken(claims={"at_hash": _whole_hash(s)})).body(s))),
    bad("SRV-34 sub twice", "payload: not acceptable", raw_claims=b'{"iss": "x", "sub": "a", "sub": "b"}'),
]


def _whole_hash(server):
    return jose.b64u(hashlib.sha256(server.access_token.encode()).digest())


def of_size(size):
    """A good ID token whose text has exactly this length."""
    def body(server):
        for filler in range(4):
            header = {"alg": "RS256", "kid": "rsa2048-key", "x": "y" * filler}
            spec = IdToken(header=header)
            short = len(IdToken(header=header, claims={"filler": ""}).make(server))
            guess = (size - short) * 3 // 4
            for more in range(-4, 5):
                text = _with_filler(spec, guess + more).make(server)
                if len(text) == size:
                    return grant(text).body(server)
        raise AssertionError("no token of that size")
    return body


def _with_filler(spec, count):
    return IdToken(header=spec.header, claims={"filler": "f" * count})


SIZES = [
    row("LIM-7 id_token of 128 KiB", token=Answer(of_size(128 * 1024))),
    row("LIM-7 id_token of 128 KiB + 1", BAD, "long", token=Answer(of_size(128 * 1024 + 1))),
]


@table(GOOD)
def test_accepted(row, judge):  # pylint: disable=redefined-outer-name
    """Every algorithm, and what a proper token may hold."""
    judge(row)


@table(FORM)
def test_form(row, judge):  # pylint: disable=redefined-outer-name
    """IDT-1 to IDT-3: one spelling only."""
    judge(row)


@table(HEADER)
def test_header(row, judge):  # pylint: disable=redefined-outer-name
    """IDT-4 to IDT-9: the header decides nothing that we did not allow."""
    judge(row)


@table(ISSUERS)
def test_issuer(row, judge):  # pylint: disable=redefined-outer-name
    """IDT-10: byte for byte."""
    judge(row)


@table(CLAIMS)
def test_claims(row, judge):  # pylint: disable=redefined-outer-name
    """IDT-11 to IDT-21: for us, now, about a person."""
    judge(row)


@table(SIZES)
def test_size(row, judge):  # pylint: disable=redefined-outer-name
    """LIM-7."""
    judge(row)
