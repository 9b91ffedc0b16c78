#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes jwt/*.jwt and jwks/*.json, the tokens and keys of test_jwk, test_jws and test_identity.

The data is committed; run this again only to add to it. Keys, nonces and salts come from a fixed
seed, so that a second run writes the same bytes. RSA and ECDSA signatures are computed here with
Python's integers: they are independent of the library that verifies them, and they can be wrong
in exactly one respect. Each refused token is right in everything but what its name says.

A .jwt file has no newline at its end: it is the token, byte for byte.
"""

import base64
import hashlib
import hmac
import json
import math
import pathlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, ed448, rsa

HERE = pathlib.Path(__file__).resolve().parent

NOW = 1800000000  # test_identity.c knows it
ISSUER = "https://sso.example.org/realms/main"
CLIENT = "ssh-login"
SUBJECT = "f1c8e2d4-0000-4a7e-9d3b-1b2c3d4e5f60"
ACCESS_TOKEN = "dNZX1hEZ9wBCzNL40Upu646bdzQA.wfgvmE8VxjAudsnJc08sWJg-T~k"


# --- bytes and numbers -----------------------------------------------------------------------


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def b64u_int(n, size=None):
    return b64u(n.to_bytes(size or (n.bit_length() + 7) // 8 or 1, "big"))


def stream(label, size):
    """Bytes that look random and are the same in every run."""
    return hashlib.shake_256(b"pam_oauth test data: " + label.encode()).digest(size)


def number_below(label, limit):
    return int.from_bytes(stream(label, limit.bit_length() // 8 + 9), "big") % (limit - 1) + 1


def is_prime(n):
    for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53):
        if n % small == 0:
            return n == small
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        x = pow(base, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def prime_between(label, low, high, fit):
    """The first prime p = 3 (mod 4) from a fixed place in [low, high) that fits."""
    p = low + number_below(label, (high - low) // 2)
    p += (3 - p) % 4
    while not (is_prime(p) and fit(p)):
        p += 4
    assert low <= p < high
    return p


# --- keys ------------------------------------------------------------------------------------


class Rsa:
    """An RSA key of exactly `bits` bits, of as many primes as make it quick to find."""

    def __init__(self, label, bits, e=65537, prime_bits=1024):
        def fit(p):
            return e % 2 == 0 or math.gcd(e, p - 1) == 1

        self.e, self.primes, self.n = e, [], 1
        count = max(2, bits // prime_bits)
        size = bits // count
        for i in range(count - 1):
            low = 1 << (size - 1)
            p = prime_between(f"{label} {i}", low + low // 2, low * 2, fit)
            self.primes.append(p)
            self.n *= p
        low = -(-(1 << (bits - 1)) // self.n)
        p = prime_between(f"{label} last", low, ((1 << bits) - 1) // self.n, fit)
        self.primes.append(p)
        self.n *= p
        assert self.n.bit_length() == bits and len(set(self.primes)) == count

    def octets(self):
        return (self.n.bit_length() + 7) // 8

    def private(self, em):
        if self.e == 2:  # a square root, one prime at a time; ValueError if there is none
            parts = [(pow(em, (p + 1) // 4, p), p) for p in self.primes]
        else:
            parts = [(pow(em % p, pow(self.e, -1, p - 1), p), p) for p in self.primes]
        s = sum(r * (self.n // p) * pow(self.n // p, -1, p) for r, p in parts) % self.n
        if pow(s, self.e, self.n) != em:
            raise ValueError("no such root")
        return s

    def jwk(self, **more):
        return {"kty": "RSA", "n": b64u_int(self.n), "e": b64u_int(self.e), **more}

    def public_key(self):
        return rsa.RSAPublicNumbers(self.e, self.n).public_key()


CURVES = {
    "P-256": (
        ec.SECP256R1(), 32, "sha256",
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        2**256 - 2**224 + 2**192 + 2**96 - 1,
    ),
    "P-384": (
        ec.SECP384R1(), 48, "sha384",
        2**384 - 2**192 + 0xC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        2**384 - 2**128 - 2**96 + 2**32 - 1,
    ),
    "P-521": (
        ec.SECP521R1(), 66, "sha512",
        2**521 - 2**260
        + 0xA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
        2**521 - 1,
    ),
}


class Ec:
    def __init__(self, label, crv):
        self.crv = crv
        self.curve, self.size, self.digest, self.order, self.field = CURVES[crv]
        self.d = number_below(label, self.order)
        self.x, self.y = self.point(self.d)

    def point(self, k):
        numbers = ec.derive_private_key(k, self.curve).public_key().public_numbers()
        return numbers.x, numbers.y

    def sign(self, message, digest=None, salt=""):
        """(r, s), with a nonce that the message decides."""
        h = hashlib.new(digest or self.digest, message).digest()
        z = int.from_bytes(h[: self.size], "big")
        k = number_below(f"nonce {self.d} {h.hex()} {salt}", self.order)
        r = self.point(k)[0] % self.order
        s = pow(k, -1, self.order) * (z + r * self.d) % self.order
        return r, s

    def jwk(self, **more):
        return {"kty": "EC", "crv": self.crv, "x": b64u_int(self.x, self.size),
                "y": b64u_int(self.y, self.size), **more}


class Ed:
    def __init__(self, label, crv):
        self.crv = crv
        kind, size = {"Ed25519": (ed25519.Ed25519PrivateKey, 32),
                      "Ed448": (ed448.Ed448PrivateKey, 57)}[crv]
        self.key = kind.from_private_bytes(stream(label, size))
        self.x = self.key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw)

    def jwk(self, **more):
        return {"kty": "OKP", "crv": self.crv, "x": b64u(self.x), **more}


# --- signatures ------------------------------------------------------------------------------

DIGEST_INFO = {  # RFC 8017 section 9.2, note 1
    "sha1": "3021300906052b0e03021a05000414",
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
}


def digest_info(digest, message):
    return bytes.fromhex(DIGEST_INFO[digest]) + hashlib.new(digest, message).digest()


def pkcs1(size, info, kind=b"\x01", fill=b"\xff"):
    return b"\x00" + kind + fill * (size - 3 - len(info)) + b"\x00" + info


def mgf1(digest, seed, size):
    out = b""
    for i in range(-(-size // hashlib.new(digest).digest_size)):
        out += hashlib.new(digest, seed + i.to_bytes(4, "big")).digest()
    return out[:size]


def pss(bits, digest, message, salt_size=None, mgf_digest=None):
    """EMSA-PSS of RFC 8017 section 9.1.1 for a modulus of `bits` bits."""
    size = (bits - 1 + 7) // 8
    h_size = hashlib.new(digest).digest_size
    salt = stream("salt " + hashlib.sha256(message).hexdigest(),
                  h_size if salt_size is None else salt_size)
    m = bytes(8) + hashlib.new(digest, message).digest() + salt
    h = hashlib.new(digest, m).digest()
    db = bytes(size - len(salt) - h_size - 2) + b"\x01" + salt
    mask = mgf1(mgf_digest or digest, h, size - h_size - 1)
    masked = bytearray(a ^ b for a, b in zip(db, mask))
    masked[0] &= 0xFF >> (8 * size - (bits - 1))
    return bytes(masked) + h + b"\xbc"


def raw_rsa(key, em):
    return key.private(int.from_bytes(em, "big")).to_bytes(key.octets(), "big")


def sign(alg, key, message):
    digest = "sha" + alg[2:]
    if alg.startswith("RS"):
        return raw_rsa(key, pkcs1(key.octets(), digest_info(digest, message)))
    if alg.startswith("PS"):
        return raw_rsa(key, pss(key.n.bit_length(), digest, message))
    if alg.startswith("ES"):
        return raw_ecdsa(key, *key.sign(message, digest))
    return key.key.sign(message)


def raw_ecdsa(key, r, s):
    return r.to_bytes(key.size, "big") + s.to_bytes(key.size, "big")


def half_hash(alg, key):
    data = ACCESS_TOKEN.encode()
    if alg.startswith("Ed"):
        h = (hashlib.shake_256(data).digest(114) if key.crv == "Ed448"
             else hashlib.sha512(data).digest())
    else:
        h = hashlib.new("sha" + alg[2:], data).digest()
    return b64u(h[: len(h) // 2])


# --- tokens ----------------------------------------------------------------------------------

written = set()


def write(folder, name, text):
    path = HERE / folder / name
    assert path not in written, path
    written.add(path)
    path.write_text(text, encoding="ascii", newline="")


def put(name, token):
    write("jwt", name + ".jwt", token)


def put_jwks(name, *keys):
    write("jwks", name + ".json", json.dumps({"keys": list(keys)}, indent=1) + "\n")


def claims(**changed):
    c = {"iss": ISSUER, "sub": SUBJECT, "aud": CLIENT, "iat": NOW - 5, "exp": NOW + 300}
    c.update(changed)
    return {k: v for k, v in c.items() if v is not None}


def compact(value):
    return value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()


def signing_input(header, payload):
    return b64u(compact(header)) + "." + b64u(compact(payload))


def token(header, payload, signer):
    text = signing_input(header, payload)
    return text + "." + b64u(signer(text.encode()))


def signed(alg, key, header=None, payload=None):
    """A token that says what it says and is signed by key under alg."""
    return token({"alg": alg, "typ": "JWT"} | (header or {}),
                 payload if payload is not None else claims(),
                 lambda message: sign(alg, key, message))


def positive(keys):
    for alg, kid in (("RS256", "rsa"), ("RS384", "rsa"), ("RS512", "rsa"), ("PS256", "rsa"),
                     ("PS384", "rsa"), ("PS512", "rsa"), ("ES256", "p256"), ("ES384", "p384"),
                     ("ES512", "p521"), ("EdDSA", "ed25519"), ("Ed25519", "ed25519"),
                     ("Ed448", "ed448")):
        c = claims(at_hash=half_hash(alg, keys[kid]))
        put(f"ok-{alg}", signed(alg, keys[kid], {"kid": kid}, c))
        put(f"ok-{alg}-no-kid", signed(alg, keys[kid], None, c | {"aud": [CLIENT]}))
    c = claims(at_hash=half_hash("EdDSA", keys["ed448"]))
    put("ok-EdDSA-curve-448", signed("EdDSA", keys["ed448"], {"kid": "ed448"}, c))
    put("wrong-at_hash-of-another-alg",
        signed("ES384", keys["p384"], {"kid": "p384"},
               claims(at_hash=half_hash("ES256", keys["p256"]))))


def srv120_123(keys):
    def unsigned(alg):
        return {"alg": alg, "typ": "JWT", "kid": "rsa"}

    for name, alg in (("none", "none"), ("none-capital", "None"), ("none-mixed", "nOnE")):
        text = signing_input(unsigned(alg), claims())
        put(f"SRV-120-alg-{name}-empty-signature", text + ".")
        put(f"SRV-120-alg-{name}-signed-RS256",
            token(unsigned(alg), claims(), lambda m: sign("RS256", keys["rsa"], m)))
    put("SRV-120-RS256-empty-signature", signing_input(unsigned("RS256"), claims()) + ".")
    put("SRV-120-RS256-one-zero-octet", signing_input(unsigned("RS256"), claims()) + ".AA")

    public = keys["rsa"].public_key()
    spki, pem = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.Encoding.PEM
    der, pkcs = serialization.Encoding.DER, serialization.PublicFormat.PKCS1
    jwk = json.loads((HERE / "jwks/good.json").read_text())["keys"][0]
    assert jwk["kid"] == "rsa"
    secrets = {
        "PEM": public.public_bytes(pem, spki),
        "PEM-no-newline": public.public_bytes(pem, spki).rstrip(),
        "PEM-PKCS1": public.public_bytes(pem, pkcs),
        "DER": public.public_bytes(der, spki),
        "DER-PKCS1": public.public_bytes(der, pkcs),
        "JWK-text": compact(jwk),
        "JWK-n": jwk["n"].encode(),
        "modulus": keys["rsa"].n.to_bytes(256, "big"),
        "empty": b"",
    }
    for name, secret in secrets.items():
        put(f"SRV-121-HS256-with-{name}",
            token({"alg": "HS256", "typ": "JWT", "kid": "rsa"}, claims(),
                  lambda m, k=secret: hmac.digest(k, m, "sha256")))
    for alg, digest in (("HS384", "sha384"), ("HS512", "sha512")):
        put(f"SRV-121-{alg}-with-PEM",
            token({"alg": alg, "typ": "JWT", "kid": "rsa"}, claims(),
                  lambda m, d=digest: hmac.digest(secrets["PEM"], m, d)))
    secret = stream("oct", 32)
    put_jwks("SRV-121-oct", {"kty": "oct", "kid": "oct", "alg": "HS256", "k": b64u(secret)},
             {"kty": "oct", "kid": "oct", "k": b64u(secret)})
    put("SRV-121-oct", token({"alg": "HS256", "typ": "JWT", "kid": "oct"}, claims(),
                             lambda m: hmac.digest(secret, m, "sha256")))

    put("SRV-122-RS256-under-kid-of-EC", signed("RS256", keys["rsa"], {"kid": "p256"}))
    put("SRV-122-ES256-under-kid-of-RSA", signed("ES256", keys["p256"], {"kid": "rsa"}))
    put("SRV-122-PS256-under-kid-of-Ed25519", signed("PS256", keys["rsa"], {"kid": "ed25519"}))
    put("SRV-122-EdDSA-under-kid-of-RSA", signed("EdDSA", keys["ed25519"], {"kid": "rsa"}))
    put("SRV-122-Ed448-name-Ed25519-key", token({"alg": "Ed448", "kid": "ed25519"}, claims(),
                                                keys["ed25519"].key.sign))

    for name, alg in (("trailing-blank", "RS256 "), ("array", ["RS256"]), ("number", 256),
                      ("null", None), ("empty", ""), ("lower-case", "rs256"),
                      ("list", "RS256 ES256"), ("object", {"name": "RS256"}),
                      ("RS1", "RS1"), ("ES256K", "ES256K"), ("prefix", "RS25"),
                      ("longer", "RS2560")):
        put(f"SRV-123-alg-{name}", token({"alg": alg, "kid": "rsa"}, claims(),
                                         lambda m: sign("RS256", keys["rsa"], m)))
    put("SRV-123-alg-missing", token({"kid": "rsa"}, claims(),
                                     lambda m: sign("RS256", keys["rsa"], m)))
    put("SRV-123-alg-twice", token(b'{"alg":"none","alg":"RS256","kid":"rsa"}', claims(),
                                   lambda m: sign("RS256", keys["rsa"], m)))
    put("SRV-123-alg-not-configured", signed("RS256", keys["rsa"], {"kid": "rsa"}))


def srv124(keys):
    p256, p521 = keys["p256"], keys["p521"]

    def es256(name, change):
        put(f"SRV-124-{name}", token({"alg": "ES256", "kid": "p256"}, claims(), change))

    def pair(change):
        return lambda m: raw_ecdsa(p256, *change(*p256.sign(m)))

    def der(message):
        r, s = (b"\x00" * (v >> 255) + v.to_bytes(32, "big") for v in p256.sign(message))
        body = b"".join(b"\x02" + bytes([len(v)]) + v for v in (r, s))
        return b"\x30" + bytes([len(body)]) + body

    es256("r0-s0", pair(lambda r, s: (0, 0)))
    es256("r0", pair(lambda r, s: (0, s)))
    es256("s0", pair(lambda r, s: (r, 0)))
    es256("r-is-n", pair(lambda r, s: (p256.order, s)))
    es256("s-is-n", pair(lambda r, s: (r, p256.order)))
    es256("r-s-are-n", pair(lambda r, s: (p256.order, p256.order)))
    es256("r-s-all-ones", pair(lambda r, s: (2**256 - 1, 2**256 - 1)))
    es256("r-s-1", pair(lambda r, s: (1, 1)))
    es256("swapped", pair(lambda r, s: (s, r)))
    es256("65-octets-zero-before", lambda m: b"\x00" + pair(lambda r, s: (r, s))(m))
    es256("65-octets-zero-between", lambda m: (lambda v: v[:32] + b"\x00" + v[32:])(sign("ES256", p256, m)))
    es256("65-octets-zero-after", lambda m: sign("ES256", p256, m) + b"\x00")
    es256("128-octets", lambda m: sign("ES256", p256, m) * 2)
    es256("66-octets", lambda m: (lambda v: b"\x00" + v[:32] + b"\x00" + v[32:])(
        sign("ES256", p256, m)))
    es256("DER", der)

    # The same number in 63 octets: a signature whose s begins with a zero octet, found by trial.
    text = signing_input({"alg": "ES256", "kid": "p256"}, claims())
    i = 0
    while (found := p256.sign(text.encode(), salt=str(i)))[1] >> 248:
        i += 1
    r, s = found
    put("SRV-124-63-octets", text + "." + b64u(r.to_bytes(32, "big") + s.to_bytes(31, "big")))
    put("ok-ES256-s-begins-with-zero", text + "." + b64u(raw_ecdsa(p256, r, s)))

    # 66 octets hold more than the order of P-521: the same residue, written differently.
    for name, add_r, add_s in (("r-plus-n", 1, 0), ("s-plus-n", 0, 1)):
        put(f"SRV-124-ES512-{name}", token(
            {"alg": "ES512", "kid": "p521"}, claims(),
            lambda m, a=add_r, b=add_s: (lambda r, s: raw_ecdsa(
                p521, r + a * p521.order, s + b * p521.order))(*p521.sign(m))))


def srv125(keys):
    p256, p521, ed = keys["p256"], keys["p521"], keys["ed25519"]
    t = signed("ES256", p256, {"kid": "p256"})

    def bad(name, **changed):
        put_jwks(f"SRV-125-{name}", p256.jwk(kid="p256") | changed)

    put("SRV-125-ES256", t)
    bad("off-curve", y=b64u_int(p256.y + 1, 32))
    bad("zero-zero", x=b64u(bytes(32)), y=b64u(bytes(32)))
    bad("y-is-zero", y=b64u(bytes(32)))
    bad("x-33-octets", x=b64u_int(p256.x, 33))
    bad("y-33-octets", y=b64u_int(p256.y, 33))
    bad("x-31-octets", x=b64u_int(p256.x >> 8, 31))
    bad("split-elsewhere", x=b64u((p256.x.to_bytes(32, "big") + p256.y.to_bytes(32, "big"))[:33]),
        y=b64u(p256.y.to_bytes(32, "big")[1:]))
    bad("y-missing", y=None)
    bad("x-not-a-string", x=[b64u_int(p256.x, 32)])
    bad("x-with-padding", x=b64u_int(p256.x, 32) + "=")
    bad("curve-names-P-384", crv="P-384")
    bad("curve-unknown", crv="secp256k1")
    bad("curve-lower-case", crv="p-256")
    bad("curve-missing", crv=None)
    bad("kty-OKP", kty="OKP")
    bad("kty-lower-case", kty="ec")

    # A key whose x begins with a zero octet, written without it.
    i = 0
    while (short := Ec(f"short {i}", "P-256")).x >> 248:
        i += 1
    put("SRV-125-short-x", signed("ES256", short, {"kid": "short"}))
    put_jwks("SRV-125-short-x", short.jwk(kid="short") | {"x": b64u_int(short.x, 31)})
    put_jwks("ok-short-x", short.jwk(kid="short"))

    # Coordinates are below the field's prime; 66 octets could hold more.
    put("SRV-125-ES512", signed("ES512", p521, {"kid": "p521"}))
    put_jwks("SRV-125-x-plus-p", p521.jwk(kid="p521") | {"x": b64u_int(p521.x + p521.field, 66)})

    put("SRV-125-ES384-by-P-256", token({"alg": "ES384", "kid": "p256"}, claims(),
                                        lambda m: raw_ecdsa(p256, *p256.sign(m, "sha384"))))
    put("SRV-125-EdDSA", signed("EdDSA", ed, {"kid": "ed25519"}))
    for name, x in (("31", ed.x[:-1]), ("33", ed.x + b"\x00"), ("empty", b"")):
        put_jwks(f"SRV-125-Ed25519-{name}-octets", ed.jwk(kid="ed25519") | {"x": b64u(x)})
    put_jwks("SRV-125-Ed25519-named-X25519", ed.jwk(kid="ed25519", use="sig") | {"crv": "X25519"})
    put_jwks("SRV-125-Ed25519-named-Ed448", ed.jwk(kid="ed25519") | {"crv": "Ed448"})
    for name, x in (("56", keys["ed448"].x[:-1]), ("58", keys["ed448"].x + b"\x00")):
        put_jwks(f"SRV-125-Ed448-{name}-octets", keys["ed448"].jwk(kid="ed448") | {"x": b64u(x)})


def weak_rsa(name, key, alg="RS256", **changed):
    header = {"alg": alg, "kid": "weak"}
    for i in range(200):  # e = 2 needs an encoded hash that has a root
        text = signing_input(header, claims(jti=str(i)))
        try:
            signature = sign(alg, key, text.encode())
            break
        except ValueError:
            continue
    put(name, text + "." + b64u(signature))
    put_jwks(name, key.jwk(kid="weak") | changed)


def srv126(keys):
    weak_rsa("SRV-126-512-bits", Rsa("512", 512, prime_bits=256))
    weak_rsa("SRV-126-1024-bits", Rsa("1024", 1024, prime_bits=512))
    weak_rsa("SRV-126-2047-bits", Rsa("2047", 2047))
    weak_rsa("SRV-126-8193-bits", Rsa("8193", 8193, prime_bits=512))
    weak_rsa("SRV-126-16384-bits", Rsa("16384", 16384, prime_bits=512))
    large = Rsa("8192", 8192, prime_bits=512)
    weak_rsa("ok-8192-bits", large)
    weak_rsa("ok-8192-bits-and-a-zero", large, n=b64u_int(large.n, 1025))
    weak_rsa("SRV-126-8192-bits-and-two-zeros", large, n=b64u_int(large.n, 1026))
    weak_rsa("SRV-126-e-1", Rsa("e1", 2048, e=1, prime_bits=512))
    weak_rsa("SRV-126-e-2", Rsa("e2", 2048, e=2, prime_bits=1024))
    weak_rsa("SRV-126-e-2-to-32-plus-1", Rsa("e33", 2048, e=2**32 + 1, prime_bits=512))
    weak_rsa("SRV-126-e-2048-bits",
             Rsa("ehuge", 2048, e=int.from_bytes(stream("e", 255), "big") | 1, prime_bits=512))
    weak_rsa("ok-e-3", Rsa("e3", 2048, e=3, prime_bits=512))
    weak_rsa("ok-e-2-to-32-minus-1", Rsa("e32", 2048, e=2**32 - 1, prime_bits=512))
    key = keys["rsa"]
    small = Rsa("1024", 1024, prime_bits=512)
    weak_rsa("SRV-126-1024-bits-and-zeros", small, n=b64u_int(small.n, 256))
    weak_rsa("ok-2048-bits-and-a-zero", key, n=b64u_int(key.n, 257))
    weak_rsa("SRV-126-e-0", key, e="AA")
    weak_rsa("SRV-126-e-missing", key, e=None)
    weak_rsa("SRV-126-n-missing", key, n=None)
    weak_rsa("SRV-126-n-even", key, n=b64u_int(key.n + 1))
    weak_rsa("SRV-126-n-not-base64url", key, n=b64u_int(key.n) + "=")
    weak_rsa("SRV-126-n-a-number", key, n=12345)


def srv127(keys):
    key = keys["rsa"]

    def rs256(name, em, alg="RS256"):
        put(f"SRV-127-{name}", token({"alg": alg, "kid": "rsa"}, claims(),
                                     lambda m: raw_rsa(key, em(m))))

    def slack(m, fill):  # Bleichenbacher 2006: the hash not at the end of the block
        block = b"\x00\x01" + b"\xff" * fill + b"\x00" + digest_info("sha256", m)
        return block + stream("slack", 256 - len(block))

    def no_null(m):
        return bytes.fromhex("302f300b0609608648016503040201") + b"\x04\x20" + hashlib.sha256(
            m).digest()

    def long_null(m):  # the parameters hold octets that nothing checks
        h = hashlib.sha256(m).digest()
        junk = stream("junk", 100)
        params = b"\x04" + bytes([len(junk)]) + junk
        alg = bytes.fromhex("0609608648016503040201") + params
        body = b"\x30" + bytes([len(alg)]) + alg + b"\x04\x20" + h
        return b"\x30\x81" + bytes([len(body)]) + body

    rs256("slack-8-FF", lambda m: slack(m, 8))
    rs256("slack-1-octet", lambda m: slack(m, 201 - 1))
    rs256("wrong-OID", lambda m: pkcs1(256, bytes.fromhex(DIGEST_INFO["sha384"][:36] + "0420")
                                       + hashlib.sha256(m).digest()))
    rs256("SHA-1", lambda m: pkcs1(256, digest_info("sha1", m)))
    rs256("SHA-512-under-RS256", lambda m: pkcs1(256, digest_info("sha512", m)))
    rs256("no-DigestInfo", lambda m: pkcs1(256, hashlib.sha256(m).digest()))
    rs256("no-NULL", lambda m: pkcs1(256, no_null(m)))
    rs256("junk-parameters", lambda m: pkcs1(256, long_null(m)))
    rs256("fill-not-FF", lambda m: pkcs1(256, digest_info("sha256", m), fill=b"\xfe"))
    rs256("block-type-2", lambda m: pkcs1(256, digest_info("sha256", m), kind=b"\x02"))
    rs256("block-type-0", lambda m: pkcs1(256, digest_info("sha256", m), b"\x00", b"\x00"))
    rs256("PSS-under-RS256", lambda m: pss(2048, "sha256", m))
    rs256("PKCS1-under-PS256", lambda m: pkcs1(256, digest_info("sha256", m)), "PS256")
    rs256("PSS-salt-0", lambda m: pss(2048, "sha256", m, salt_size=0), "PS256")
    rs256("PSS-salt-20", lambda m: pss(2048, "sha256", m, salt_size=20), "PS256")
    rs256("PSS-salt-33", lambda m: pss(2048, "sha256", m, salt_size=33), "PS256")
    rs256("PSS-salt-longest", lambda m: pss(2048, "sha256", m, salt_size=222), "PS256")
    rs256("PSS-MGF1-SHA-1", lambda m: pss(2048, "sha256", m, mgf_digest="sha1"), "PS256")
    rs256("PSS-MGF1-SHA-512", lambda m: pss(2048, "sha256", m, mgf_digest="sha512"), "PS256")
    rs256("PSS-SHA-384-under-PS256", lambda m: pss(2048, "sha384", m), "PS256")

    text = signing_input({"alg": "RS256", "kid": "rsa"}, claims())
    s = int.from_bytes(sign("RS256", key, text.encode()), "big")
    put("SRV-127-257-octets", text + "." + b64u_int(s, 257))
    i = 0
    while True:  # a signature below 2^2040, so that it has 255 octets; and one that s + n fits
        text = signing_input({"alg": "RS256", "kid": "rsa"}, claims(jti=str(i)))
        s = int.from_bytes(sign("RS256", key, text.encode()), "big")
        if s >> 2040 == 0:
            break
        i += 1
    put("SRV-127-255-octets", text + "." + b64u_int(s, 255))
    put("ok-RS256-signature-begins-with-zero", text + "." + b64u_int(s, 256))
    put("SRV-127-s-plus-n", text + "." + b64u_int(s + key.n, 256))


def srv128_132(keys):
    p256 = keys["p256"]

    def es256(name, **header):
        put(name, signed("ES256", p256, header))

    es256("SRV-128-kid-path", kid="../../etc/passwd")
    es256("SRV-128-kid-SQL", kid="' OR 1=1 --")
    es256("SRV-128-kid-percent", kid="%s%s%n")
    es256("SRV-128-kid-number", kid=256)
    es256("SRV-128-kid-null", kid=None)
    es256("SRV-128-kid-array", kid=["p256"])
    es256("SRV-128-kid-empty", kid="")
    es256("SRV-128-kid-prefix", kid="p25")
    es256("SRV-128-kid-upper-case", kid="P256")
    es256("SRV-128-kid-missing")

    right = p256.jwk(kid="same")
    wrong = [Ec(f"wrong {i}", "P-256").jwk(kid="same") for i in range(4)]
    es256("SRV-129-kid-same", kid="same")
    put_jwks("SRV-129-right-key-second", wrong[0], right)
    put_jwks("SRV-129-right-key-fourth", *wrong[:3], right)
    put_jwks("SRV-129-right-key-fifth", *wrong, right)
    put_jwks("SRV-129-right-key-after-other-types",
             *[k.jwk(kid="same") for n, k in sorted(keys.items()) if n != "p256"], right)
    put_jwks("SRV-128-two-candidates", wrong[0] | {"kid": "a"}, right | {"kid": "b"})

    mallory = Ec("mallory", "P-256")
    offers = {
        "jku": "https://mallory.example/jwks", "x5u": "https://mallory.example/x5u",
        "jwk": mallory.jwk(kid="p256"), "x5c": ["MIIB"], "x5t": "AAAA", "x5t#S256": "AAAA",
    }
    for name, value in offers.items():
        header = {"kid": "p256", name: value}
        put(f"SRV-130-{name.replace('#', '-')}-of-another", signed("ES256", mallory, header))
        put(f"ok-{name.replace('#', '-')}-ignored", signed("ES256", p256, header))

    for name, header in {
        "crit-exp": {"crit": ["exp"]}, "crit-empty": {"crit": []}, "crit-null": {"crit": None},
        "crit-b64": {"crit": ["b64"], "b64": False}, "b64-false": {"b64": False},
        "b64-true": {"b64": True}, "zip": {"zip": "DEF"}, "zip-null": {"zip": None},
        "cty": {"cty": "JWT"}, "cty-empty": {"cty": ""},
    }.items():
        es256(f"SRV-131-{name}", kid="p256", **header)

    for typ in ("at+jwt", "logout+jwt", "dpop+jwt", "secevent+jwt", "token-introspection+jwt",
                "client-authentication+jwt", "application/at+jwt", "JWE", "JWT ", ""):
        es256("SRV-132-typ-" + (typ.replace("/", "_").replace(" ", "-blank") or "empty"),
              kid="p256", typ=typ)
    es256("SRV-132-typ-null", kid="p256", typ=None)
    es256("SRV-132-typ-array", kid="p256", typ=["JWT"])
    for name, typ in (("lower-case", "jwt"), ("title-case", "Jwt"),
                      ("application", "application/jwt"),
                      ("application-upper-case", "APPLICATION/JWT")):
        es256("ok-typ-" + name, kid="p256", typ=typ)
    put("ok-typ-absent", token({"alg": "ES256", "kid": "p256"}, claims(),
                               lambda m: sign("ES256", p256, m)))


def srv133_136(keys):
    p256 = keys["p256"]
    good = signed("ES256", p256, {"kid": "p256"})
    h, p, s = good.split(".")

    for name, text in {
        "JWE": f"{h}.{p}.{s}.{p}.{s}", "JWE-empty-parts": f"{h}..{p}.{s}.{s}",
        "JSON-flattened": json.dumps({"protected": h, "payload": p, "signature": s}),
        "JSON-general": json.dumps({"payload": p,
                                    "signatures": [{"protected": h, "signature": s}]}),
        "1-part": h, "2-parts": f"{h}.{p}", "4-parts": f"{good}.{s}", "dot-at-end": good + ".",
        "dot-at-start": "." + good, "dots-only": "..", "empty-header": f".{p}.{s}",
        "empty-payload": f"{h}..{s}",
        "blank-before": " " + good, "blank-after": good + " ", "newline-after": good + "\n",
        "CRLF-after": good + "\r\n", "newline-inside": f"{h}.{p[:20]}\n{p[20:]}.{s}",
        "tab-inside": f"{h}\t.{p}.{s}", "Bearer": "Bearer " + good, "quoted": f'"{good}"',
        "percent": good.replace(".", "%2E"), "padding-in-signature": good + "==",
    }.items():
        put(f"SRV-133-{name}", text)

    # Signed over exactly what is there: padding, or the other alphabet, in header and payload.
    def form(name, header, payload, wrong):
        text = header + "." + payload
        assert any(c in text for c in wrong), name
        put(name, text + "." + b64u(sign("ES256", p256, text.encode())))

    plain = compact({"alg": "ES256", "kid": "p256"})
    while len(plain) % 3 != 2:
        plain = plain.replace(b"}", b" }")
    body = compact(claims(x="???>>>~~~"))
    form("SRV-133-padding-in-header", base64.urlsafe_b64encode(plain).decode(), b64u(body), "=")
    form("SRV-133-plus-or-slash", b64u(plain),
         base64.b64encode(body).rstrip(b"=").decode(), "+/")
    form("SRV-133-blank-signed-too", b64u(plain) + " ", b64u(body), " ")

    # The last character of n octets, n % 3 = 2, carries two bits that no octet needs.
    def slack(text):
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        assert len(text) % 4 in (2, 3)
        return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]

    while len(body) % 3 == 0:
        body = body.replace(b"}", b" }")
    form("SRV-134-trailing-bits-in-header", slack(b64u(plain)), b64u(body), ".")
    form("SRV-134-trailing-bits-in-payload", b64u(plain), slack(b64u(body)), ".")
    put("SRV-134-trailing-bits-in-signature", f"{h}.{p}.{slack(s)}")
    form("SRV-134-length-4n-plus-1", b64u(plain) + "A" * ((1 - len(b64u(plain))) % 4), b64u(body),
         ".")

    other = Ec("another issuer", "P-256")
    put("SRV-136-another-issuer", signed("ES256", other, {"kid": "p256"},
                                         claims(iss="https://sso.example.org/realms/other")))
    put("SRV-136-another-issuer-own-kid",
        signed("ES256", other, {"kid": "other"},
               claims(iss="https://sso.example.org/realms/other")))
    put("SRV-136-another-key-our-iss", signed("ES256", other, {"kid": "p256"}))
    put("SRV-135-our-key-another-iss",
        signed("ES256", p256, {"kid": "p256"}, claims(iss="https://sso.example.org/realms/other")))
    changed = b64u(compact(claims(sub="root")))
    put("changed-after-signing", f"{h}.{changed}.{s}")


def payloads(keys):
    """Signed payloads that are no acceptable JSON: 13.2."""
    text = compact(claims()).decode()
    for name, payload in {
        "SRV-30-payload-not-JSON": b"sub=alice",
        "SRV-30-payload-truncated": text[:-1].encode(),
        "SRV-30-payload-trailing-bytes": text.encode() + b"{}",
        "SRV-31-payload-array": b"[" + text.encode() + b"]",
        "SRV-32-payload-deep": text[:-1].encode() + b',"x":' + b"[" * 40 + b"]" * 40 + b"}",
        "SRV-34-payload-sub-twice": b'{"sub":"root",' + text[1:].encode(),
        "SRV-35-payload-NUL": text.replace(SUBJECT, "root\\u0000" + SUBJECT).encode(),
        "SRV-36-payload-bad-UTF-8": text[:-1].encode() + b',"x":"\xc0\xaf"}',
    }.items():
        put(name, signed("ES256", keys["p256"], {"kid": "p256"}, payload))
    put("SRV-37-payload-BOM", signed("ES256", keys["p256"], {"kid": "p256"},
                                     b"\xef\xbb\xbf" + text.encode()))
    put("SRV-36-header-bad-UTF-8", token(b'{"alg":"ES256","kid":"p256","x":"\xff"}', claims(),
                                         lambda m: sign("ES256", keys["p256"], m)))
    put("SRV-31-header-array", token(b'[{"alg":"ES256","kid":"p256"}]', claims(),
                                     lambda m: sign("ES256", keys["p256"], m)))


def srv151(keys):
    p256, rsa_key = keys["p256"], keys["rsa"]
    private = p256.jwk(kid="p256", d=b64u_int(p256.d, 32))
    put_jwks("SRV-151-private-EC", private)
    put_jwks("SRV-151-private-RSA", rsa_key.jwk(
        kid="rsa", d=b64u_int(pow(65537, -1, math.lcm(*(p - 1 for p in rsa_key.primes)))),
        p=b64u_int(rsa_key.primes[0]), q=b64u_int(rsa_key.primes[1])))
    put_jwks("SRV-151-use-enc", p256.jwk(kid="p256", use="enc"))
    put_jwks("SRV-151-key_ops-sign", p256.jwk(kid="p256", key_ops=["sign"]))
    put_jwks("SRV-151-alg-ES384", p256.jwk(kid="p256", alg="ES384"))
    put_jwks("SRV-151-alg-of-encryption", rsa_key.jwk(kid="rsa", alg="RSA-OAEP"))
    put_jwks("SRV-151-alg-PS256-only", rsa_key.jwk(kid="rsa", alg="PS256"))
    put_jwks("SRV-151-oct", {"kty": "oct", "kid": "p256", "k": b64u(stream("oct", 32))})
    put_jwks("ok-use-and-key_ops", p256.jwk(kid="p256", use="sig", key_ops=["verify"],
                                            alg="ES256"))
    put_jwks("ok-alg-EdDSA", keys["ed25519"].jwk(kid="ed25519", alg="EdDSA"),
             keys["ed448"].jwk(kid="ed448", alg="EdDSA"))
    put_jwks("ok-alg-Ed25519", keys["ed25519"].jwk(kid="ed25519", alg="Ed25519"))


def main():
    for folder in ("jwt", "jwks"):
        (HERE / folder).mkdir(exist_ok=True)
    keys = {
        "rsa": Rsa("rsa", 2048), "p256": Ec("p256", "P-256"), "p384": Ec("p384", "P-384"),
        "p521": Ec("p521", "P-521"), "ed25519": Ed("ed25519", "Ed25519"),
        "ed448": Ed("ed448", "Ed448"),
    }
    put_jwks("good", *[k.jwk(kid=name, use="sig") for name, k in keys.items()])
    for name, k in keys.items():
        put_jwks("one-" + name, k.jwk(use="sig"))
    positive(keys)
    srv120_123(keys)
    srv124(keys)
    srv125(keys)
    srv126(keys)
    srv127(keys)
    srv128_132(keys)
    srv133_136(keys)
    payloads(keys)
    srv151(keys)
    for folder in ("jwt", "jwks"):
        for path in (HERE / folder).iterdir():
            if path not in written:
                print("not written by this program:", path.name)
    print(len(written), "files")


if __name__ == "__main__":
    main()
