# SPDX-License-Identifier: BSD-2-Clause
"""The issuer's keys: protocol.md 6.3, 13.5; acceptance test 5 (ID token: test_id_token.py)."""

import answers
import jose
from answers import Answer, IdToken, error, grant, html, keys, metadata
from flow import row, table

BAD = "TOKEN"
RSA, EC = jose.key("rsa2048"), jose.key("P-256")


def _int(value):
    return jose.b64u(value.to_bytes((value.bit_length() + 7) // 8, "big"))


UNUSABLE, UNFIT = "publishes no usable key", "no key of the issuer fits"
UNVERIFIED, BAD_KID = "signature does not verify", "kid is not a string"
NO_KEYS, MORE = "no array 'keys'", "more than 100 keys"


def unusable(name, *entries, alg="RS256", text=UNUSABLE, **spec):
    """A set in which no key serves for the token."""
    return row(name, BAD, text, jwks=keys(*entries), token=grant(IdToken(alg=alg, **spec)))


def unfit(name, *entries, **spec):
    """A set of good keys, but none for this token."""
    return unusable(name, *entries, text=UNFIT, **spec)


def usable(name, *entries, alg="RS256", check=None, **spec):
    """A set in which the right key is found."""
    return row(name, check=check, jwks=keys(*entries), token=grant(IdToken(alg=alg, **spec)))


def small_rsa(bits):
    """A key whose modulus has so few bits, and a token signed with it."""
    weak = jose.key(f"rsa{bits}")
    return unusable(f"SRV-126 JWK-4 RSA of {bits} bits", weak.jwk(kid="rsa2048-key"),
                    key=f"rsa{bits}", header={"kid": "rsa2048-key"})


N = RSA.public.public_numbers().n
N1024 = jose.key("rsa1024").public.public_numbers().n
P256 = EC.public.public_numbers()


def on(x, y, **changes):
    """The EC key with these coordinates."""
    return EC.jwk(x=jose.b64u(x), y=jose.b64u(y), **changes)


X, Y = P256.x.to_bytes(32, "big"), P256.y.to_bytes(32, "big")

SETS = [
    row(f"SRV-150 JWK-1 {name}", BAD, text, jwks=answer)
    for name, text, answer in (
        ("empty set", UNUSABLE, keys()), ("keys missing", NO_KEYS, Answer({"foo": []})),
        ("keys null", NO_KEYS, Answer({"keys": ...})),
        ("keys an object", NO_KEYS, Answer({"keys": RSA.jwk()})),
        ("keys a text", NO_KEYS, Answer({"keys": "RSA"})),
        ("only entries that are no objects", UNUSABLE, keys(None, "RSA", 5, [RSA.jwk()])),
        ("101 keys", MORE, keys(*[RSA.jwk(kid=f"k{i}") for i in range(100)], RSA.jwk())),
        ("10000 entries", MORE, keys(*[{"a": i} for i in range(10000)], RSA.jwk())),
        ("an error", "HTTP status 400", error("server_error", 400)),
        ("404", "HTTP status 404", html(404)),
        ("400 with the keys", "HTTP status 400", keys(RSA.jwk(), status=400)))
] + [
    row("SRV-150 bad entries beside the right one", jwks=keys(
        None, "x", 5, [], {}, {"kty": 5}, {"kty": "oct", "k": "AAAA"}, {"kty": "RSA"},
        {"kty": "EC", "crv": "P-256"}, {"kty": "XYZ", "kid": "rsa2048-key"}, RSA.jwk())),
    row("LIM-8 100 keys", jwks=keys(*[RSA.jwk(kid=f"k{i}") for i in range(99)], RSA.jwk())),
    row("JWK-1 unknown curves and types beside the right key", jwks=keys(
        {"kty": "OKP", "crv": "X25519", "x": jose.b64u(bytes(32)), "kid": "a"},
        {"kty": "EC", "crv": "P-192", "x": "AA", "y": "AA", "kid": "b"}, RSA.jwk())),
]

KIND = [
    unfit("SRV-122 RS256, but the key of that kid is EC", EC.jwk(kid="rsa2048-key")),
    unfit("SRV-122 ES256, but the key of that kid is RSA", RSA.jwk(kid="P-256-key"),
             alg="ES256"),
    unfit("SRV-125 ES384, but the key is P-256", EC.jwk(kid="P-384-key"), alg="ES384"),
    unfit("SRV-125 JWK-2 ES256 signature of another curve's key",
             jose.key("P-384").jwk(kid="P-256-key"), alg="ES256"),
    unusable("JWK-2 ES256K", jose.key("secp256k1").jwk(), alg="ES256K", text="alg"),
    unfit("JWK-2 EdDSA, but the key is EC", EC.jwk(kid="Ed25519-key"), alg="EdDSA"),
    unusable("SRV-151 use: enc", RSA.jwk(use="enc")),
    unusable("SRV-151 use of another type", RSA.jwk(use=["sig"])),
    unusable("SRV-151 key_ops: sign", RSA.jwk(use=None, key_ops=["sign"])),
    unusable("SRV-151 key_ops empty", RSA.jwk(use=None, key_ops=[])),
    unusable("SRV-151 key_ops a text", RSA.jwk(use=None, key_ops="verify")),
    unfit("SRV-151 alg of the key differs", RSA.jwk(alg="RS512")),
    unusable("SRV-151 alg of the key is for encryption", RSA.jwk(alg="RSA-OAEP")),
    unusable("SRV-151 kty: oct", {"kty": "oct", "kid": "rsa2048-key", "k": jose.b64u(b"s" * 64)}),
    row("SRV-121 SRV-151 HS256 with an oct key of the set", BAD, "alg",
        jwks=keys({"kty": "oct", "kid": "secret", "k": jose.b64u(b"s" * 64)}),
        token=grant(IdToken(alg="HS256", secret=b"s" * 64))),
    row("IDT-4 HS256 that is configured is refused all the same", BAD, "alg",
        request={"id_token_algs": ["HS256", "RS256"], "client_secret": b"s" * 64,
                 "client_auth": "post"}, discovery=metadata(
                     id_token_signing_alg_values_supported=["HS256", "RS256"]),
        jwks=keys({"kty": "oct", "kid": "secret", "k": jose.b64u(b"s" * 64)}),
        token=grant(IdToken(alg="HS256", secret=b"s" * 64))),
    usable("JWK-2 use absent, key_ops verify", RSA.jwk(use=None, key_ops=["verify"])),
    usable("JWK-2 alg of the key is that of the header", RSA.jwk(alg="RS256")),
    usable("SRV-151 JWK-6 private members", {**RSA.jwk(), "d": "AQAB", "p": "AQAB"},
           check=lambda r: _warned(r)),
    usable("JWK-2 EdDSA with Ed448", jose.key("Ed448").jwk(), alg="EdDSA", key="Ed448"),
]


def _warned(result):
    assert any("private" in text for text in result.warnings()), str(result)


NUMBERS = [
    small_rsa(512), small_rsa(1024), small_rsa(2047),
    usable("JWK-4 RSA of 3072 bits", jose.key("rsa3072").jwk(), key="rsa3072"),
    unusable("SRV-126 RSA of 16384 bits", RSA.jwk(n=_int(2 ** 16383 + 1))),
    unusable("SRV-126 RSA of 8193 bits", RSA.jwk(n=_int(2 ** 8192 + 1))),
    unusable("SRV-126 RSA of 1 bit", RSA.jwk(n=_int(1))),
    unusable("SRV-126 RSA n empty", RSA.jwk(n="")),
    unusable("SRV-126 RSA n of zero", RSA.jwk(n=jose.b64u(bytes(256)))),
    unusable("SRV-126 RSA of 1024 bits behind zeros",
             RSA.jwk(n=jose.b64u(bytes(128) + N1024.to_bytes(128, "big")))),
    unusable("SRV-126 e = 1", RSA.jwk(e=_int(1)), signature=lambda s: s),
    unusable("SRV-126 e = 0", RSA.jwk(e=jose.b64u(b"\0"))),
    unusable("SRV-126 e even", RSA.jwk(e=_int(65538))),
    unusable("SRV-126 huge e", RSA.jwk(e=_int(2 ** 33 + 1))),
    unusable("SRV-126 e as large as n", RSA.jwk(e=_int(N - 2))),
    unusable("SRV-126 e missing", RSA.jwk(e=None)),
    unusable("SRV-126 n with padding", RSA.jwk(n=RSA.jwk()["n"] + "==")),
    unusable("SRV-126 n in the plain alphabet",
             RSA.jwk(n=RSA.jwk()["n"].replace("-", "+").replace("_", "/") + "+/")),
    unusable("SRV-126 n as number", RSA.jwk(n=5)),
    usable("JWK-4 leading zero bytes do not count", RSA.jwk(
        n=jose.b64u(b"\0" + N.to_bytes(256, "big")))),
    unusable("SRV-125 EC point off the curve", on(X, Y[:-1] + bytes([Y[-1] ^ 1])), alg="ES256"),
    unusable("SRV-125 EC point (0, 0)", on(bytes(32), bytes(32)), alg="ES256"),
    unusable("SRV-125 EC coordinate of 31 bytes", on(X[1:], Y), alg="ES256"),
    unusable("SRV-125 JWK-5 EC coordinate of 33 bytes", on(b"\0" + X, Y), alg="ES256"),
    unusable("SRV-125 EC coordinate beyond the field", on(b"\xff" * 32, Y), alg="ES256"),
    unusable("SRV-125 EC y missing", EC.jwk(y=None), alg="ES256"),
    unusable("JWK-5 EC, the other root", on(X, ((2 ** 256 - 2 ** 224 + 2 ** 192 + 2 ** 96 - 1)
                                               - P256.y).to_bytes(32, "big")), alg="ES256",
             text=UNVERIFIED),
    unusable("JWK-5 Ed25519 of 31 bytes", jose.key("Ed25519").jwk(x=jose.b64u(bytes(31))),
             alg="EdDSA"),
    unusable("JWK-5 Ed25519 of 33 bytes", jose.key("Ed25519").jwk(x=jose.b64u(bytes(33))),
             alg="EdDSA"),
]

OTHERS = [jose.key("rsa2048-other").jwk(kid="rsa2048-key") for _ in range(4)]
KIDS = [
    *[unfit(f"SRV-128 JWK-3 kid {kid!r:.20}", RSA.jwk(kid="real"), header={"kid": kid})
      for kid in ("../../etc/passwd", "' OR 1=1 --", "", "Real", "real ", "%s%n%s", "k" * 256)],
    unusable("IDT-8 kid of 257 bytes", RSA.jwk(kid="k" * 257), header={"kid": "k" * 257},
             text=BAD_KID),
    unusable("SRV-128 kid of 64 KB", RSA.jwk(kid="k" * 65536), header={"kid": "k" * 65536},
             text=BAD_KID),
    row("SRV-128 kid of 1 MB", "ANSWER", "answer too large",
        token=grant(IdToken(header={"kid": "k" * 2 ** 20}))),
    unusable("SRV-128 kid as number", RSA.jwk(kid="5"), header={"kid": 5}, text=BAD_KID),
    unusable("SRV-128 kid null", RSA.jwk(), header={"kid": ...}, text=BAD_KID),
    unfit("SRV-128 JWK-3 no kid, two keys that fit", RSA.jwk(), jose.key("rsa2048-other").jwk(
        kid="b"), header={"kid": None}),
    unfit("JWK-3 a kid, but the key has none", RSA.jwk(kid=None)),
    unusable("JWK-3 a kid, but that of the key is a number", RSA.jwk(kid=5)),
    usable("IDT-8 kid of 256 bytes", RSA.jwk(kid="k" * 256), header={"kid": "k" * 256}),
    usable("JWK-3 no kid, the other keys do not fit", EC.jwk(), RSA.jwk(kid=None),
           jose.key("rsa2048-other").jwk(use="enc"), header={"kid": None}),
    usable("SRV-129 the same kid twice, the right key second", OTHERS[0], RSA.jwk()),
    usable("SRV-129 JWK-3 the right key is the fourth of a kid", *OTHERS[:3], RSA.jwk()),
    unusable("SRV-129 LIM-8 the right key is the fifth of a kid", *OTHERS, RSA.jwk(),
             text=UNVERIFIED),
]


def fetched(count):
    """The keys were fetched so often."""
    def check(result):
        assert len(result.server.named("jwks")) == count, str(result)
        assert len(result.server.named("token")) == 1, str(result)
    return check


def in_advance(result):
    """JWK-10: the keys were fetched before the first poll, once, and after the device request."""
    assert result.server.paths() == ["discovery", "device", "jwks", "token"], str(result)


OTHER_SET = keys(jose.key("rsa2048-other").jwk(kid="new"))
GOOD_SET = keys(RSA.jwk())

FETCH = [
    row("JWK-10 keys are fetched before the first poll", check=in_advance),
    row("SRV-153 JWK-8 rotated: one fetch more", jwks=[OTHER_SET, GOOD_SET], check=fetched(2)),
    row("JWK-8 same kid, new key: one fetch more", check=fetched(2),
        jwks=[keys(jose.key("rsa2048-other").jwk(kid="rsa2048-key")), GOOD_SET]),
    row("SRV-154 a kid that never comes: one fetch more, then the end", BAD, UNFIT, jwks=OTHER_SET,
        check=fetched(2)),
    row("JWK-8 a bad signature by a known kid: one fetch more", BAD, UNVERIFIED, check=fetched(2),
        token=grant(IdToken(signature=lambda s: bytes(len(s))))),
    row("JWK-9 a prefetch that fails (503) is tried again", jwks=[html(503), GOOD_SET],
        check=fetched(2)),
    row("JWK-9 a prefetch that is HTML is tried again", jwks=[html(200), GOOD_SET],
        check=fetched(2)),
    row("JWK-9 a prefetch that is reset is tried again", jwks=[Answer(reset=True), GOOD_SET]),
    row("JWK-9 transport fails twice", "UNREACHABLE", "jwks_uri: ", jwks=Answer(b"{", cut=1, length=9)),
    row("JWK-9 503 twice", "UNREACHABLE", "jwks_uri: HTTP status 503", jwks=html(503), check=fetched(2)),
    row("SRV-152 HTML twice", BAD, "jwks_uri: answer is not JSON", jwks=html(200), check=fetched(2)),
    row("SRV-152 redirect twice", BAD, "jwks_uri: HTTP status 302", check=lambda r: _not_followed(r), extra={"/keys": GOOD_SET},
        jwks=Answer(status=302, headers=(("Location", "/keys"),))),
    row("SRV-10 JWKS behind a bad certificate", "UNREACHABLE", "certificate",
        second={"tls": "expired"}, discovery=lambda s: metadata(jwks_uri=s.url("/jwks"))),
    row("SRV-152 JWKS at another host", second={"host": "127.0.0.1"},
        discovery=lambda s: metadata(jwks_uri=s.url("/jwks"))),
    row("IDT-25 a token that is bad in form needs no further fetch", BAD, "header", check=fetched(1),
        token=grant("not.a.token")),
    row("IDT-25 a claim that is wrong needs no further fetch", BAD, "aud", check=fetched(1),
        token=grant(IdToken(claims={"aud": "other"}))),
    row("JWK-10 a slow JWKS does not delay the challenge", check=lambda r: _soon(r),
        jwks=Answer(answers.default_jwks, delay=4)),
    row("JWK-10 NET-5 a JWKS that never comes delays the poll by one request only", slow=True,
        jwks=[Answer(hang=True)], check=lambda r: _once_late(r)),
]


def _not_followed(result):
    assert "/keys" not in result.server.paths(), str(result)


def _soon(result):
    asked = result.server.named("device")[0]
    assert result.challenge["at"] - asked.end < 2, str(result)
    assert result.server.paths() == ["discovery", "device", "jwks", "token"], str(result)


def _once_late(result):
    device, poll = result.server.named("device")[0], result.server.named("token")[0]
    assert poll.start - device.end < 25, str(result)
    assert result.challenge["at"] - device.end < 2, str(result)


@table(SETS)
def test_sets(row, judge):  # pylint: disable=redefined-outer-name
    """JWK-1: bad entries are skipped, a bad set is refused."""
    judge(row)


@table(KIND)
def test_kind(row, judge):  # pylint: disable=redefined-outer-name
    """JWK-2: which key may verify what."""
    judge(row)


@table(NUMBERS)
def test_numbers(row, judge):  # pylint: disable=redefined-outer-name
    """JWK-4, JWK-5: keys that only look like keys."""
    judge(row)


@table(KIDS)
def test_kids(row, judge):  # pylint: disable=redefined-outer-name
    """JWK-3, IDT-8: a kid is compared, and that is all."""
    judge(row)


@table(FETCH)
def test_fetch(row, judge):  # pylint: disable=redefined-outer-name
    """JWK-8 to JWK-10: when the keys are fetched, and how often."""
    judge(row)
