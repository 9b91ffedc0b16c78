# SPDX-License-Identifier: BSD-2-Clause
"""Signatures of ID tokens that must not verify: protocol.md JWK-7, 13.5."""

import base64

import jose
from answers import SUBJECT
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from flow import table
from token_rows import bad


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


SIGNATURE = [
    *[bad(f"IDT-25 {alg}, a bit of the payload is flipped", alg=alg, tamper=_flip)
      for alg in ("RS256", "PS256", "ES256", "ES512", "EdDSA")],
    *[bad(f"JWK-7 {alg}, the first bit of the signature", alg=alg, signature=_first_bit)
      for alg in ("RS256", "PS512", "ES384", "EdDSA")],
    *[bad(f"JWK-7 {alg}, the last bit of the signature", alg=alg, signature=_last_bit)
      for alg in ("RS512", "PS256", "ES256", "EdDSA")],
    *[bad(f"JWK-7 {alg}, a byte short", alg=alg, signature=lambda s: s[:-1])
      for alg in ("RS256", "PS256", "ES256", "EdDSA")],
    *[bad(f"JWK-7 {alg}, a byte long", alg=alg, signature=lambda s: s + b"\0")
      for alg in ("RS256", "PS256", "ES256", "EdDSA")],
    *[bad(f"JWK-7 {alg}, a leading zero byte", alg=alg, signature=lambda s: b"\0" + s)
      for alg in ("RS256", "ES256")],
    *[bad(f"SRV-124 {alg}, r = s = 0", alg=alg, signature=lambda s: bytes(len(s)))
      for alg in ("ES256", "ES384", "ES512")],
    bad("SRV-124 r = 0", alg="ES256", signature=lambda s: bytes(32) + s[32:]),
    bad("SRV-124 s = 0", alg="ES256", signature=lambda s: s[:32] + bytes(32)),
    bad("SRV-124 r = n", alg="ES256",
        signature=lambda s: ORDER_256.to_bytes(32, "big") + s[32:]),
    bad("SRV-124 s = n", alg="ES256",
        signature=lambda s: s[:32] + ORDER_256.to_bytes(32, "big")),
    bad("SRV-124 s + n", alg="ES256", signature=_plus_order),
    bad("SRV-124 DER", alg="ES256", signature=_der),
    bad("SRV-127 RSA signature of all zero", signature=lambda s: bytes(len(s))),
    bad("SRV-127 RSA signature of all ones", signature=lambda s: b"\xff" * len(s)),
    bad("SRV-127 PSS salt of no length", alg="PS256", salt_length=0),
    bad("SRV-127 PSS salt of 20 bytes", alg="PS256", salt_length=20),
    bad("SRV-127 RS256 signature under PS256", header={"alg": "PS256"}),
    bad("SRV-127 PS256 signature under RS256", alg="PS256", header={"alg": "RS256"}),
    bad("SRV-127 SHA-512 signature under RS256", alg="RS512", header={"alg": "RS256"}),
    bad("JWK-7 all zero EdDSA signature", alg="EdDSA", signature=lambda s: bytes(len(s))),
    bad("SRV-136 another key under the same kid", key="rsa2048-other"),
    bad("SRV-130 jwk of the attacker", key="rsa2048-other",
        header={"jwk": jose.key("rsa2048-other").jwk(), "kid": "evil"}),
    bad("SRV-130 jku of the attacker", key="rsa2048-other",
        header={"jku": "https://localhost:1/jwks", "kid": "evil"}),
]


@table(SIGNATURE)
def test_signature(row, judge):  # pylint: disable=redefined-outer-name
    """JWK-7: the signature is over these bytes, by this key, in this encoding."""
    judge(row)
