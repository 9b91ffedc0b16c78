# SPDX-License-Identifier: BSD-2-Clause
"""JSON Web Keys and signatures with python3-cryptography, for tests.

    verify(token, jwks)    # -> (header, claims), or raises JwkError
    private_jwks()         # one new private key for each algorithm
"""

import base64
import json
import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


class JwkError(Exception):
    """A token or a key is not what it should be."""


def decode(text):
    """base64url without padding to bytes."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(value, length=None):
    """Bytes or a number to base64url without padding."""
    if isinstance(value, int):
        value = value.to_bytes(length or (value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _number(text):
    return int.from_bytes(decode(text), "big")


def _verify_rsa(key, alg, signature, data):
    public = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"])).public_key()
    scheme = padding.PKCS1v15()
    if alg == "PS256":
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    public.verify(signature, data, scheme, hashes.SHA256())


def _verify_ec(key, _, signature, data):
    if key["crv"] != "P-256" or len(signature) != 64:
        raise JwkError("not an ES256 signature")
    public = ec.EllipticCurvePublicNumbers(
        _number(key["x"]), _number(key["y"]), ec.SECP256R1()).public_key()
    halves = [int.from_bytes(half, "big") for half in (signature[:32], signature[32:])]
    public.verify(encode_dss_signature(*halves), data, ec.ECDSA(hashes.SHA256()))


def _verify_okp(key, _, signature, data):
    if key["crv"] != "Ed25519":
        raise JwkError("not an Ed25519 key")
    ed25519.Ed25519PublicKey.from_public_bytes(decode(key["x"])).verify(signature, data)


_VERIFIERS = {"RS256": ("RSA", _verify_rsa), "PS256": ("RSA", _verify_rsa),
              "ES256": ("EC", _verify_ec), "EdDSA": ("OKP", _verify_okp)}


def verify(token, jwks):
    """Check the signature with the key that the token names."""
    head, body, signature = token.split(".")
    header = json.loads(decode(head))
    keys = [key for key in jwks["keys"] if key.get("kid") == header.get("kid")]
    if header["alg"] not in _VERIFIERS or len(keys) != 1:
        raise JwkError(f"{len(keys)} keys for {header}")
    kty, check = _VERIFIERS[header["alg"]]
    if keys[0]["kty"] != kty or keys[0].get("alg", header["alg"]) != header["alg"]:
        raise JwkError(f"the key {keys[0]} is not for {header['alg']}")
    try:
        check(keys[0], header["alg"], decode(signature), f"{head}.{body}".encode())
    except InvalidSignature as error:
        raise JwkError("the signature is wrong") from error
    return header, json.loads(decode(body))


def _new_rsa():
    numbers = rsa.generate_private_key(65537, 2048).private_numbers()
    public = numbers.public_numbers
    return {"kty": "RSA", "n": encode(public.n), "e": encode(public.e), "d": encode(numbers.d),
            "p": encode(numbers.p), "q": encode(numbers.q), "dp": encode(numbers.dmp1),
            "dq": encode(numbers.dmq1), "qi": encode(numbers.iqmp)}


def _new_ec():
    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    public = numbers.public_numbers
    return {"kty": "EC", "crv": "P-256", "x": encode(public.x, 32), "y": encode(public.y, 32),
            "d": encode(numbers.private_value, 32)}


def _new_okp():
    key = ed25519.Ed25519PrivateKey.generate()
    raw = serialization.Encoding.Raw
    private = key.private_bytes(raw, serialization.PrivateFormat.Raw,
                                serialization.NoEncryption())
    public = key.public_key().public_bytes(raw, serialization.PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "d": encode(private), "x": encode(public)}


def private_jwks():
    """A private JWK Set with one new key, under a new kid, for each algorithm."""
    makers = {"RS256": _new_rsa, "PS256": _new_rsa, "ES256": _new_ec, "EdDSA": _new_okp}
    return {"keys": [{**make(), "alg": alg, "kid": f"{alg}-{secrets.token_hex(6)}", "use": "sig"}
                     for alg, make in makers.items()]}
