# SPDX-License-Identifier: BSD-2-Clause
"""Keys and ID tokens for the scripted authorization server.

Everything can be made wrong on purpose: header, claims, key, signature, the
text itself. Keys are made once in a session, when they are first asked for.
"""

import base64
import functools
import hashlib
import hmac
import json
import subprocess
import threading

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

HASHES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
CURVES = {"P-256": (ec.SECP256R1, 32), "P-384": (ec.SECP384R1, 48), "P-521": (ec.SECP521R1, 66),
          "secp256k1": (ec.SECP256K1, 32)}
EC_ALGS = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "ES256K": "secp256k1"}


def b64u(data):
    """base64url without padding."""
    data = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value, length=None):
    return b64u(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


class Key:
    """One private key with a name, and its public half as a JWK."""

    def __init__(self, kid, private):
        self.kid, self.private = kid, private

    @property
    def public(self):
        """The public key object."""
        return self.private.public_key()

    def pem(self):
        """The public key as a certificate-like PEM text (for SRV-121)."""
        return self.public.public_bytes(serialization.Encoding.PEM,
                                        serialization.PublicFormat.SubjectPublicKeyInfo)

    def der(self):
        """The public key as DER."""
        return self.public.public_bytes(serialization.Encoding.DER,
                                        serialization.PublicFormat.SubjectPublicKeyInfo)

    def _members(self):
        public = self.public
        if isinstance(public, rsa.RSAPublicKey):
            numbers = public.public_numbers()
            return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
        if isinstance(public, ec.EllipticCurvePublicKey):
            numbers = public.public_numbers()
            curve, length = next((n, v[1]) for n, v in CURVES.items()
                                 if v[0].name == public.curve.name)
            return {"kty": "EC", "crv": curve,
                    "x": _number(numbers.x, length), "y": _number(numbers.y, length)}
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed448" if len(raw) == 57 else "Ed25519", "x": b64u(raw)}

    def jwk(self, **changes):
        """The JWK, with members changed; a member that is None is left out."""
        jwk = {"kid": self.kid, "use": "sig", **self._members(), **changes}
        return {name: value for name, value in jwk.items() if value is not None}


def _generate_rsa(bits):
    """Newer releases of python3-cryptography make no key below 1024 bits; openssl does."""
    if bits >= 1024:
        return rsa.generate_private_key(public_exponent=65537, key_size=bits)
    pem = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt",
                          f"rsa_keygen_bits:{bits}"], check=True, capture_output=True).stdout
    return serialization.load_pem_private_key(pem, None)


@functools.lru_cache(maxsize=None)
def _generate(name):
    kind = name.split("-other")[0]
    if kind.startswith("rsa"):
        private = _generate_rsa(int(kind[3:]))
    elif kind == "Ed25519":
        private = ed25519.Ed25519PrivateKey.generate()
    elif kind == "Ed448":
        private = ed448.Ed448PrivateKey.generate()
    else:
        private = ec.generate_private_key(CURVES[kind][0]())
    return Key(f"{kind}-key", private)


_LOCK = threading.Lock()


def key(name):
    """The session's key of this name: rsa2048, P-256, Ed25519, ...; "-other" gives a second one."""
    with _LOCK:
        return _generate(name)


def key_for(alg):
    """The ordinary key for an algorithm."""
    if alg in EC_ALGS:
        return key(EC_ALGS[alg])
    if alg in ("EdDSA", "Ed25519"):
        return key("Ed25519")
    return key("Ed448" if alg == "Ed448" else "rsa2048")


def jwks(*algs, extra=()):
    """A key set as JSON, for these algorithms."""
    return {"keys": [key_for(alg).jwk() for alg in algs] + list(extra)}


def _sign_rsa(alg, private, data, salt_length):
    digest = HASHES[alg[2:]]()
    if alg.startswith("RS"):
        return private.sign(data, padding.PKCS1v15(), digest)
    salt = digest.digest_size if salt_length is None else salt_length
    return private.sign(data, padding.PSS(padding.MGF1(HASHES[alg[2:]]()), salt), digest)


def _sign_ec(alg, private, data):
    length = CURVES[EC_ALGS[alg]][1]
    digest = HASHES.get(alg[2:5], hashes.SHA256)()
    r, s = decode_dss_signature(private.sign(data, ec.ECDSA(digest)))
    return r.to_bytes(length, "big") + s.to_bytes(length, "big")


def sign(alg, private, data, salt_length=None):
    """The raw signature as JWS has it; for HS*, `private` is the secret."""
    if alg.startswith("HS"):
        return hmac.new(private, data, "sha" + alg[2:]).digest()
    if alg[:2] in ("RS", "PS"):
        return _sign_rsa(alg, private, data, salt_length)
    if alg in EC_ALGS:
        return _sign_ec(alg, private, data)
    return private.sign(data)


def at_hash(alg, access_token):
    """OIDC Core 3.1.3.6: the left half of the hash."""
    name = "sha512" if alg in ("EdDSA", "Ed25519") else "sha" + alg[2:]
    digest = hashlib.new(name, access_token.encode()).digest()
    return b64u(digest[:len(digest) // 2])


def without_none(members):
    """A member that is None is left out; ... stands for a null that is there."""
    return {k: None if v is ... else v for k, v in members.items() if v is not None}


def compact(header, payload, alg, private=None, signature=None, salt_length=None):
    """A compact JWS. header and payload are dicts, or bytes that are taken as they are."""
    parts = [b64u(p if isinstance(p, bytes) else json.dumps(p)) for p in (header, payload)]
    text = ".".join(parts)
    if signature is None:
        signature = sign(alg, private, text.encode(), salt_length)
    return f"{text}.{b64u(signature)}"
