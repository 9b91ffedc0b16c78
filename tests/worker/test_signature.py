# SPDX-License-Identifier: BSD-2-Clause
"""Signatures of ID tokens that must not verify: protocol.md JWK-7, 13.5."""

import base64

import jose
from answers import SUBJECT
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from flow import table
from token_rows import bad, good


def _flip(text):
    """One bit of the payload is another one."""
    head, payload, signature = text.split(".")
    data = bytearray(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    data[data.index(SUBJECT.encode())] ^= 1
    return f"{head}.{jose.b64u(bytes(data))}.{signature}"


def _first_bit(signature):
    return bytes([signature[0] ^ 1]) + signature[1:]


def _last_bit(signature):
    return signature[:-1] + bytes([signature[-1] ^ 1])


ORDER_256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def _der(signature):
    return encode_dss_signature(int.from_bytes(signature[:32], "big"),
                                int.from_bytes(signature[32:], "big"))


def _plus_order(signature):
    """s + n means the same to a lax verifier, if it still fits."""
    s = int.from_bytes(signature[32:], "big")
    return signature[:32] + ((s + ORDER_256) % 2 ** 256).to_bytes(32, "big")


def unverified(name, **spec):
    """The key is there, and says no."""
    return bad(name, "signature does not verify", **spec)


RSA = jose.key("rsa2048")
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
SHA1_INFO = bytes.fromhex("3021300906052b0e03021a05000414")


def padded(make):
    """An RSA signature whose block is what make(digest) gives: signed by the issuer's own key, so
    that nothing but a strict reading of the block can refuse it (SRV-127)."""
    def signature(right):
        public = RSA.public.public_numbers()
        digest = pow(int.from_bytes(right, "big"), public.e, public.n).to_bytes(256, "big")[-32:]
        block = make(digest)
        assert len(block) == 256
        value = int.from_bytes(block, "big")
        return pow(value, RSA.private.private_numbers().d, public.n).to_bytes(256, "big")
    return signature


def _block(info, digest, kind=b"\1", fill=b"\xff"):
    """PKCS #1 v1.5, with something of it changed."""
    rest = b"\0" + info + digest
    return b"\0" + kind + fill * (254 - len(rest)) + rest


def _slack(digest):
    """Eight bytes of padding, and what an attacker likes behind the hash (Bleichenbacher 2006)."""
    return (b"\0\1" + b"\xff" * 8 + b"\0" + SHA256_INFO + digest).ljust(256, b"\0")


def _slack_inside(digest):
    """The same behind a length that says so: the parameters of the algorithm hold the garbage."""
    garbage = bytes(256 - 2 - 8 - 1 - len(SHA256_INFO) - len(digest))
    info = SHA256_INFO[:-4] + b"\x04\x81" + bytes([len(garbage) - 3]) + garbage[3:] + b"\4\x20"
    return b"\0\1" + b"\xff" * (253 - len(info) - len(digest)) + b"\0" + info + digest


PADDING = {
    "garbage behind the hash": _slack,
    "garbage in the parameters": _slack_inside,
    "block of type 2": lambda d: _block(SHA256_INFO, d, kind=b"\2"),
    "block of type 0": lambda d: _block(SHA256_INFO, d, kind=b"\0", fill=b"\0"),
    "padding that is not all ones": lambda d: _block(SHA256_INFO, d, fill=b"\xfe"),
    "wrong hash OID, hash cut": lambda d: _block(SHA1_INFO, d[:20]),
    "wrong hash OID": lambda d: _block(
        SHA256_INFO.replace(b"\x65\3\4\2\1", b"\x65\3\4\2\3"), d),
    "no hash OID": lambda d: _block(b"", d),
    "hash of another token": lambda d: _block(SHA256_INFO, bytes(32)),
}


SIGNATURE = [
    *[unverified(f"SRV-127 RSA, {name}", signature=padded(make))
      for name, make in PADDING.items()],
    good("JWK-7 the control: the block as it should be",
         signature=padded(lambda d: _block(SHA256_INFO, d))),
    *[unverified(f"IDT-25 {alg}, a bit of the payload is flipped", alg=alg, tamper=_flip)
      for alg in ("RS256", "PS256", "ES256", "ES512", "EdDSA")],
    *[unverified(f"JWK-7 {alg}, the first bit of the signature", alg=alg, signature=_first_bit)
      for alg in ("RS256", "PS512", "ES384", "EdDSA")],
    *[unverified(f"JWK-7 {alg}, the last bit of the signature", alg=alg, signature=_last_bit)
      for alg in ("RS512", "PS256", "ES256", "EdDSA")],
    *[unverified(f"JWK-7 {alg}, a byte short", alg=alg, signature=lambda s: s[:-1])
      for alg in ("RS256", "PS256", "ES256", "EdDSA")],
    *[unverified(f"JWK-7 {alg}, a byte long", alg=alg, signature=lambda s: s + b"\0")
      for alg in ("RS256", "PS256", "ES256", "EdDSA")],
    *[unverified(f"JWK-7 {alg}, a leading zero byte", alg=alg, signature=lambda s: b"\0" + s)
      for alg in ("RS256", "ES256")],
    *[unverified(f"SRV-124 {alg}, r = s = 0", alg=alg, signature=lambda s: bytes(len(s)))
      for alg in ("ES256", "ES384", "ES512")],
    unverified("SRV-124 r = 0", alg="ES256", signature=lambda s: bytes(32) + s[32:]),
    unverified("SRV-124 s = 0", alg="ES256", signature=lambda s: s[:32] + bytes(32)),
    unverified("SRV-124 r = n", alg="ES256",
        signature=lambda s: ORDER_256.to_bytes(32, "big") + s[32:]),
    unverified("SRV-124 s = n", alg="ES256",
        signature=lambda s: s[:32] + ORDER_256.to_bytes(32, "big")),
    unverified("SRV-124 s + n", alg="ES256", signature=_plus_order),
    unverified("SRV-124 DER", alg="ES256", signature=_der),
    unverified("SRV-127 RSA signature of all zero", signature=lambda s: bytes(len(s))),
    unverified("SRV-127 RSA signature of all ones", signature=lambda s: b"\xff" * len(s)),
    unverified("SRV-127 PSS salt of no length", alg="PS256", salt_length=0),
    unverified("SRV-127 PSS salt of 20 bytes", alg="PS256", salt_length=20),
    unverified("SRV-127 RS256 signature under PS256", header={"alg": "PS256"}),
    unverified("SRV-127 PS256 signature under RS256", alg="PS256", header={"alg": "RS256"}),
    unverified("SRV-127 SHA-512 signature under RS256", alg="RS512", header={"alg": "RS256"}),
    unverified("JWK-7 all zero EdDSA signature", alg="EdDSA", signature=lambda s: bytes(len(s))),
    unverified("SRV-136 another key under the same kid", key="rsa2048-other"),
    bad("SRV-130 jwk of the attacker", "no key of the issuer fits", key="rsa2048-other",
        header={"jwk": jose.key("rsa2048-other").jwk(), "kid": "evil"}),
    bad("SRV-130 jku of the attacker", "no key of the issuer fits", key="rsa2048-other",
        header={"jku": "https://localhost:1/jwks", "kid": "evil"}),
]


@table(SIGNATURE)
def test_signature(row, judge):  # pylint: disable=redefined-outer-name
    """JWK-7: the signature is over these bytes, by this key, in this encoding."""
    judge(row)
